import { join } from "node:path";
import type { MailServer } from "../mail/endpoint.ts";
import { type Inbox, startInbox } from "../mail/inbox.ts";
import { createSmtpChannel, type MailChannel, type SmtpOptions } from "./smtp.ts";

/**
 * The sandbox's newsletter channel: the same mails over the same SMTP, to an inbox that it starts on loopback with
 * the first mail of an article and ends with `close`. Mails lie in `<folder>/<slug>/`.
 */
export function createInboxChannel(options: SmtpOptions, folder: string): MailChannel {
  const writing = createSmtpChannel({ ...options, config: { ...options.config, servers: [] } });
  let open: Promise<{ inbox: Inbox; channel: MailChannel }> | undefined;

  async function start(slug: string) {
    const inbox = await startInbox(join(folder, slug));
    const server: MailServer = { url: inbox.url, tls: "none", weight: 1 };
    const { dkim: _, ...config } = options.config;
    return { inbox, channel: createSmtpChannel({ ...options, config: { ...config, servers: [server] } }) };
  }

  return {
    ...writing,
    verify: async () => [],
    async send(delivery, signal) {
      open ??= start(delivery.key.slug);
      const { channel } = await open;
      return channel.send(delivery, signal);
    },
    async close() {
      const opened = await open;
      open = undefined;
      await opened?.channel.close();
      await opened?.inbox.close();
    },
  };
}
