/** An address on the list. */
export interface Subscriber {
  /** Random, stable, says nothing of the address: what plans and tokens carry. */
  readonly id: string;
  /** Normalised: trimmed, lower case, domain in ASCII (IDNA). */
  readonly address: string;
  readonly name?: string | undefined;
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly joinedAt: string;
}

/** Whom a mail goes to. */
export type Recipient = Pick<Subscriber, "id" | "address" | "name" | "fields">;

/** Stands for no subscriber: in `--test` mails, and while nobody is on the list. The way out of its mails is inert. */
export const NOBODY: Recipient = { id: "test", address: "reader@example.org", fields: {} };

/** Thrown nowhere: an address that cannot be used comes back as its reason. */
export type AddressResult = { readonly address: string } | { readonly reason: string };

const LOCAL = /^[^\s"(),:;<>@[\\\]\p{Cc}\p{Cf}]{1,64}$/u;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/**
 * The one spelling under which an address is known: trimmed, lower case, NFC, domain as IDNA ASCII (RFC 5891).
 * RFC 5321 lets a host tell "A@x" from "a@x"; none in use does, and two mails to one reader is the worse fault.
 */
export function normaliseAddress(written: string): AddressResult {
  const text = written.trim().normalize("NFC");
  const at = text.lastIndexOf("@");
  if (at < 1) return { reason: "not an address: there is no name before an @" };
  const local = text.slice(0, at).toLowerCase();
  if (!LOCAL.test(local))
    return { reason: "the part before the @ holds characters that mail servers refuse" };
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === undefined || !DOMAIN.test(domain)) return { reason: "the part after the @ is not a domain" };
  return { address: `${local}@${domain}` };
}

function asciiDomain(domain: string): string | undefined {
  if (/[/?#:@[\]\\\s]/.test(domain)) return undefined;
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : undefined;
}
