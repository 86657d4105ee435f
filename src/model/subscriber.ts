import { UserError } from "../errors.ts";

import type { Reason } from "./delivery.ts";

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

export interface Subscribers {
  /**
   * Adds by address, or merges into who is there: a name given replaces, tags and fields add up. Who is suppressed
   * stays off the list. Streams: one transaction per 10,000 rows. The addresses must be normalised.
   */
  add(people: Iterable<NewSubscriber>, at: Date): Promise<Added>;
  remove(address: string): Promise<boolean>;
  /** In the order in which they joined the list; reads 1,000 at a time. */
  list(): IteratorObject<Subscriber>;
  count(): Promise<number>;
  suppress(address: string, reason: Reason, at: Date): Promise<void>;
  isSuppressed(address: string): Promise<boolean>;
  /** The address behind an id, as tokens carry it. */
  addressOf(id: string): string | undefined;
}

export interface Added {
  readonly added: number;
  readonly updated: number;
  /** Already there with all that was given. */
  readonly unchanged: number;
  /** Never to be written to again; not added. */
  readonly suppressed: number;
}

export type NewSubscriber = Pick<Subscriber, "address" | "name" | "tags" | "fields"> & {
  readonly id?: string | undefined;
  /** ISO 8601; the time of adding unless given. */
  readonly joinedAt?: string | undefined;
};

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

/**
 * The address that a person typed, normalised.
 * @throws UserError for what cannot be written to.
 */
export function requireAddress(written: string): string {
  const result = normaliseAddress(written);
  if ("address" in result) return result.address;
  throw new UserError({
    code: "bad-address",
    message: `"${written}" cannot be written to: ${result.reason}.`,
    next: "Give one plain address, such as you@example.org.",
  });
}
