import { randomBytes } from "node:crypto";

export interface MailAddress {
  readonly name?: string | undefined;
  readonly address: string;
}

/** Who a mail comes from, and what list it belongs to. */
export interface MailIdentity {
  /** The channel's name: the first part of every delivery key. */
  readonly channel: string;
  readonly from: MailAddress;
  readonly replyTo?: MailAddress | undefined;
  /** The publication's name, as readers see it in their list of newsletters. */
  readonly listName: string;
}

/** How readers leave the list. */
export interface Unsubscribe {
  /** Takes `?t=TOKEN`; one click for the reader where it is https (RFC 8058). */
  readonly url?: string | undefined;
  /** An address that someone reads. */
  readonly mailto?: string | undefined;
  /** Says who leaves what without naming an address. */
  token(subscriberId: string): string;
}

/** One reader's ways off the list; at least one is always there. */
export interface WaysOut {
  readonly url?: string | undefined;
  readonly mailto?: string | undefined;
  /** What the link in the body leads to. */
  readonly link: string;
}

/** Without an endpoint and a mailbox for it, a mail to the sender is still a way out that works. */
export function waysOut(
  { url, mailto, token }: Unsubscribe,
  identity: MailIdentity,
): (subscriberId: string) => WaysOut {
  const sender = (identity.replyTo ?? identity.from).address;
  const mailbox = mailto ?? (url === undefined ? sender : undefined);
  const byMail = mailbox === undefined ? undefined : mailtoLink(mailbox);
  const byWeb = url === undefined ? undefined : webLink(url);
  return (subscriberId) => {
    const own = token(subscriberId);
    const [web, mail] = [byWeb?.(own), byMail?.(own)];
    return { url: web, mailto: mail, link: web ?? mail ?? "" };
  };
}

/** What stands for itself in any part of a URL, as our tokens do: taking the URL apart for each would cost 4 µs. */
const UNRESERVED = /^[\w.-]+$/;

function webLink(written: string): (token: string) => string {
  const withToken = (token: string) => {
    const url = new URL(written);
    url.searchParams.set("t", token);
    return url.href;
  };
  const mark = randomBytes(8).toString("hex");
  const [before = "", after = ""] = withToken(mark).split(mark);
  return (token) => (UNRESERVED.test(token) ? before + token + after : withToken(token));
}

function mailtoLink(mailbox: string): (token: string) => string {
  const address = encodeURIComponent(mailbox.replace(/^mailto:/i, "")).replaceAll("%40", "@");
  return (token) => `mailto:${address}?subject=${encodeURIComponent(`unsubscribe ${token}`)}`;
}

/** List-Unsubscribe with https first (RFC 2369), and the one-click promise only where a POST can keep it (RFC 8058). */
export function unsubscribeHeaders({ url, mailto }: WaysOut): {
  readonly "List-Unsubscribe": string;
  readonly "List-Unsubscribe-Post"?: string;
} {
  const ways = url !== undefined && mailto !== undefined ? `<${url}>, <${mailto}>` : `<${url ?? mailto}>`;
  return {
    "List-Unsubscribe": ways,
    ...(url?.startsWith("https:") && { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
  };
}

/** RFC 2919: the label and domain of the sending address, so it stays when the server or the tool changes. */
export function listId({ from, listName }: MailIdentity): MailAddress {
  const label = localPart(from.address)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return { name: listName, address: `${label || "list"}.${domainOf(from.address)}` };
}

function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf("@"));
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}
