import addressParser from "nodemailer/lib/addressparser";
import type { MailAddress, SmtpServer } from "../config.ts";
import { UserError } from "../errors.ts";
import { endpointOf, isLoopback } from "../mail/endpoint.ts";
import { nearest } from "../model/nearest.ts";
import { parseSegment } from "../model/segment.ts";
import { normaliseAddress } from "../model/subscriber.ts";
import { isStandIn } from "./review.ts";

/** A written value understood, or what it must be instead ("must be …"). */
export type Understood<T> = { readonly value: T } | { readonly fault: string };

/** Controls, line ends and the marks that turn the direction of text: none belongs in a mail header. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const ONE_LINE = "must be one line without control characters";

export function lineFault(text: string): string | undefined {
  return UNPRINTABLE.test(text) ? ONE_LINE : undefined;
}

/** As people write an address: in lines. */
export function linesFault(text: string): string | undefined {
  return UNPRINTABLE.test(text.replace(/\r?\n/g, "")) ? "must be text without control characters" : undefined;
}

export function webUrlFault(text: string): string | undefined {
  const isWeb = /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
  if (!isWeb) return "must be an http:// or https:// address";
  // It is shown to readers, or fetched, which takes none (https://fetch.spec.whatwg.org/#dom-request).
  const { username, password } = new URL(text);
  return username + password === "" ? undefined : "must have no user name or password in it";
}

/** An address that more is added to at its end. */
export function baseUrlFault(text: string): string | undefined {
  return webUrlFault(text) ?? (/[?#]/.test(text) ? "must have no ? or # in it" : undefined);
}

/** An address that a query is added to. */
export function pageUrlFault(text: string): string | undefined {
  return webUrlFault(text) ?? (text.includes("#") ? "must have no # in it" : undefined);
}

/** A domain as mail servers need it (IDNA ASCII, lower case); undefined for what is none. */
export function nameOfDomain(text: string): string | undefined {
  const result = normaliseAddress(`x@${text}`);
  return "address" in result && !/\s/.test(text) ? result.address.slice(2) : undefined;
}

export function domainFault(text: string): string | undefined {
  return nameOfDomain(text) === undefined ? "must be a domain such as example.org" : undefined;
}

/** "Name <address>" or an address alone. */
export function parseMailbox(text: string): Understood<MailAddress> {
  if (UNPRINTABLE.test(text)) return { fault: ONE_LINE };
  const [mailbox, ...others] = addressParser(text);
  if (!mailbox || others.length > 0 || !("address" in mailbox) || mailbox.address === undefined)
    return { fault: "must be one mail address, such as: The Paper <news@example.org>" };
  const normal = normaliseAddress(mailbox.address);
  if ("reason" in normal) return { fault: `must be a mail address (it is ${normal.reason})` };
  // The domain as mail servers need it (IDNA), the name before it as its owner writes it.
  const local = mailbox.address.slice(0, mailbox.address.lastIndexOf("@")).trim();
  const address = local + normal.address.slice(normal.address.lastIndexOf("@"));
  return { value: mailbox.name ? { name: mailbox.name, address } : { address } };
}

/** An address where unsubscribe mails are read, with or without `mailto:` before it. */
export function parseMailto(text: string): Understood<string> {
  const mailbox = parseMailbox(text.replace(/^mailto:/i, ""));
  return "value" in mailbox ? { value: mailbox.value.address } : mailbox;
}

const STRAY =
  "must end with the server's name and port; write the characters @ : / ? # % of a password as %40 %3A %2F %3F %23 %25";

/** Also what a password with an unescaped # or / leads to: its rest would be taken for something else. */
function isStray({ hostname, hash, pathname, port }: URL): boolean {
  if (hostname === "") return false;
  return hash !== "" || !["", "/"].includes(pathname) || port === "0";
}

const TLS = ["none", "opportunistic", "required"] as const;

/** smtp:// or smtps:// with `?tls=`; encryption is required unless the server is on this machine. */
export function parseServer(written: string, weight = 1): Understood<SmtpServer> {
  if (/\s/.test(written) || !URL.canParse(written))
    return { fault: "must be an address such as smtps://user:password@mail.example.org" };
  const url = new URL(written);
  if (isStray(url)) return { fault: STRAY };
  const asked = url.searchParams.get("tls");
  const unknown = [...url.searchParams.keys()].some((key, index) => key !== "tls" || index > 0);
  const known = TLS.find((each) => each === asked);
  if (unknown || (asked !== null && !known))
    return { fault: `may end in ?tls=${TLS.join("|")} and in nothing else` };
  url.search = "";
  try {
    const { host, implicitTls, login } = endpointOf({ url: url.href, tls: "required", weight });
    const tls = known ?? (isLoopback(host) ? "opportunistic" : "required");
    if (tls === "none" && implicitTls)
      return { fault: "asks for tls=none, but smtps:// is TLS from the first byte" };
    if (tls === "none" && login && !isLoopback(host))
      return { fault: "would send its password unencrypted: drop tls=none" };
    return { value: { url: url.href, tls, weight } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { fault: "must be an address such as smtps://user:password@mail.example.org" };
  }
}

/** IANA name; offsets such as "+02:00" know no summer time. */
export function timeZoneFault(name: string): string | undefined {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    if (/^[A-Za-z]/.test(name)) return undefined;
  } catch {
    // Said below.
  }
  const meant = zoneLike(name);
  return `must be a time zone such as Europe/Lisbon${meant ? ` (did you mean ${meant}?)` : ""}`;
}

/** "lisbon" → "Europe/Lisbon" */
function zoneLike(name: string): string | undefined {
  const zones = Intl.supportedValuesOf("timeZone");
  const city = `/${name.toLowerCase().replaceAll(" ", "_")}`;
  return zones.find((zone) => zone.toLowerCase().endsWith(city)) ?? nearest(name, zones);
}

/** "22:00-07:00" */
export function hoursFault(text: string): string | undefined {
  const [, from, to] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  if (from === undefined) return "must be such as 22:00-07:00";
  return from === to ? "must end at another time than it begins" : undefined;
}

/** "0.1%" */
export function percentageFault(text: string): string | undefined {
  if (!/^\d{1,10}(\.\d{1,10})?%$/.test(text)) return "must be such as 0.1%";
  return Number.parseFloat(text) > 100 ? "must be at most 100%" : undefined;
}

/** What is wrong with a choice of readers. */
export function segmentFault(text: string): string | undefined {
  const result = parseSegment(text);
  return "reason" in result
    ? `is not a segment such as "tag:uk and language:en": ${result.reason}`
    : undefined;
}

/** ARN of an SNS topic; a variable that is not set has its stand-in there. */
export function topicFault(text: string): string | undefined {
  return /^arn:[\w-]+:sns:/.test(text) || isStandIn(text)
    ? undefined
    : "must be such as arn:aws:sns:eu-west-1:123456789012:bounces";
}
