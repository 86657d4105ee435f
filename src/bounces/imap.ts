import type { ImapFlow } from "imapflow";
import { UserError } from "../errors.ts";
import { isLoopback } from "../mail/endpoint.ts";
import { hostTrouble } from "../model/host-trouble.ts";
import { LONGEST_READ, type Mailbox, type MailboxOptions } from "./mailbox.ts";

/** Milliseconds. */
const TIMEOUT = 30_000;

/**
 * @param url imap:// (with STARTTLS) or imaps://; its path is the folder, INBOX unless given. `?tls=` as with SMTP:
 * required but on this machine; opportunistic trusts any certificate, none asks for no encryption.
 */
export async function* readImap(url: string, { move, signal }: MailboxOptions): Mailbox {
  const { client, folder } = await logIn(url);
  const stop = () => client.close();
  signal.addEventListener("abort", stop);
  try {
    const understood: number[] = [];
    const lock = await client.getMailboxLock(folder);
    try {
      if (client.mailbox && client.mailbox.exists > 0) {
        for await (const { uid, source } of client.fetch("1:*", {
          uid: true,
          source: { maxLength: LONGEST_READ },
        })) {
          if (source !== undefined) yield { raw: source, understood: () => void understood.push(uid) };
        }
      }
      if (understood.length > 0) await moveAway(client, understood, move);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw signal.aborted || error instanceof UserError ? error : unusable(client.host, error);
  } finally {
    signal.removeEventListener("abort", stop);
    await client.logout().catch(() => undefined);
  }
}

async function moveAway(client: ImapFlow, uids: readonly number[], folder: string): Promise<void> {
  const folders = await client.list();
  if (!folders.some(({ path }) => path === folder)) await client.mailboxCreate(folder);
  await client.messageMove(uids.join(","), folder, { uid: true });
}

async function logIn(url: string): Promise<{ readonly client: ImapFlow; readonly folder: string }> {
  const { secure, tls, host, port, user, password, folder } = mailboxAt(url);
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow({
    host,
    port,
    secure,
    // A password travels encrypted, or stays on this machine, unless the address says otherwise.
    ...(!secure && tls !== "opportunistic" && { doSTARTTLS: tls === "required" }),
    tls: { rejectUnauthorized: tls === "required" },
    auth: { user, pass: password },
    logger: false,
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: 2 * TIMEOUT,
  });
  // Between two commands nobody else listens, and an unheard "error" event would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw unusable(host, error);
  }
  return { client, folder };
}

const TLS = ["none", "opportunistic", "required"] as const;

/** @throws where it is none of them. */
function tlsIn(search: string): (typeof TLS)[number] | undefined {
  const written = new URLSearchParams(search).get("tls");
  const known = TLS.find((word) => word === written);
  if (written !== null && known === undefined) throw new Error("an unknown tls");
  return known;
}

/** @throws UserError for anything that is not an IMAP address; the address, which holds a password, is not shown. */
export function mailboxAt(url: string) {
  try {
    const { protocol, hostname, port, username, password, pathname, search } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, "");
    const secure = protocol === "imaps:";
    return {
      secure,
      tls: tlsIn(search) ?? (secure || !isLoopback(host) ? "required" : "opportunistic"),
      host,
      port: port === "" ? (secure ? 993 : 143) : Number(port),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      folder: decodeURIComponent(pathname.slice(1)) || "INBOX",
    };
  } catch {
    throw new UserError({
      code: "imap-address",
      message: "The mailbox is not an address such as imaps://user:password@mail.example.org/INBOX.",
      next: "Write the characters @ : / ? # % of a password as %40 %3A %2F %3F %23 %25; after ? stands at most tls=none, opportunistic or required.",
    });
  }
}

function unusable(host: string, error: unknown): UserError {
  const { authenticationFailed, responseText, code, message } = error as Error & {
    authenticationFailed?: boolean;
    responseText?: string;
    code?: string;
  };
  const known = hostTrouble(code);
  if (/CERT|SIGNATURE/.test(code ?? ""))
    return new UserError({
      code: "imap-certificate",
      message: `The mailbox on ${host} cannot be read: its certificate cannot be trusted (${message.split(";")[0]}).`,
      next: "Use the name that is in the certificate, or name its authority in NODE_EXTRA_CA_CERTS.",
    });
  return new UserError({
    code: "imap",
    message: authenticationFailed
      ? `The IMAP server ${host} does not let us log in: ${responseText ?? message}.`
      : `The mailbox on ${host} cannot be read: ${responseText ?? (known === undefined ? message : `${host} ${known}`)}.`,
    next: authenticationFailed
      ? "Check user and password."
      : "Check host, port and folder, then run it again: nothing is lost.",
  });
}
