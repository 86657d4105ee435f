import type { MailServer } from "../mail/endpoint.ts";
import { type Inbox, startInbox } from "../mail/inbox.ts";
import { createSmtpChannel, type MailChannel, type SmtpOptions } from "./smtp.ts";

/**
 * The sandbox's newsletter channel: the same mails over the same SMTP, to an inbox on loopback that keeps them in
 * `<folder>/<slug>/`.
 * @param early start it at once: its server waits 100 ms before it greets anyone, which passes while the edition is
 * composed.
 */
export function createInboxChannel(options: SmtpOptions, folder: string, early: boolean): MailChannel {
  // One connection: each further one would wait for its greeting longer than a hundred mails take.
  const { dkim: _, ...config } = { ...options.config, connections: 1 };
  const writing = createSmtpChannel({ ...options, config: { ...config, servers: [] } });
  let open: Promise<{ inbox: Inbox; channel: MailChannel }> | undefined;

  async function start() {
    const inbox = await startInbox(folder);
    const server: MailServer = { url: inbox.url, tls: "none", weight: 1 };
    const channel = createSmtpChannel({ ...options, config: { ...config, servers: [server] } });
    void channel.connect();
    return { inbox, channel };
  }

  if (early) {
    open = start();
    // Whoever sends hears of it.
    open.catch(() => undefined);
  }

  return {
    ...writing,
    verify: async () => [],
    async send(delivery, signal) {
      open ??= start();
      return (await open).channel.send(delivery, signal);
    },
    async close() {
      const opened = await open;
      open = undefined;
      await opened?.channel.close();
      await opened?.inbox.close();
    },
  };
}
