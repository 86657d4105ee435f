import type { Greeting } from "../model/edition.ts";
import type { FieldValues } from "../model/splice.ts";
import type { Recipient } from "../model/subscriber.ts";

/** Longest name that is greeted, in characters. */
const LONGEST_NAME = 100;

/** Controls, line separators, and the marks that turn the direction of the text after them. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu;
const INVISIBLE = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** "x.com", "news@example", "bit.ly/abc": what mail programs turn into something to click. */
const LINK_LIKE = /[@/\\]|[\p{L}\p{N}-]\.\p{L}{2,}/u;

/** What most names are: nothing in it is to be taken away. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** One line of printable text: for header values. */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, " ").replace(INVISIBLE, "").replace(/\s+/gu, " ").trim();
}

/**
 * The name to greet a subscriber by; undefined where there is none fit to print. A sign-up form that greets with a
 * "name" such as "Win at evil.example" mails an attacker's text to a stranger, so a name that looks like a link or
 * an address is dropped.
 */
export function displayName(name: string | undefined): string | undefined {
  const line = oneLine(name ?? "");
  if (line === "" || LINK_LIKE.test(line.normalize("NFKC"))) return undefined;
  return line.length <= LONGEST_NAME ? line : [...line].slice(0, LONGEST_NAME).join("").trim();
}

/**
 * The recipient's own values, ready to be joined into newsletter and text part.
 * @param name how the recipient is shown, where that is known already.
 */
export function fieldValues(
  recipient: Recipient,
  greeting: Greeting,
  unsubscribeUrl: string,
  name: string | undefined = displayName(recipient.name),
): FieldValues {
  return {
    name: name ?? "",
    greeting: name === undefined ? greeting.plain : greeting.named.replaceAll("{name}", () => name),
    address: recipient.address,
    unsubscribe_url: unsubscribeUrl,
  };
}
