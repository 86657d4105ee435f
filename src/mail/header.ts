import { UserError } from "../errors.ts";

/** RFC 5322, 2.1.1: the longest line, without its CRLF. */
const LONGEST_LINE = 998;

/** One header field: as it travels, and as relaxed DKIM signs it (RFC 6376, 3.4.2). */
export class HeaderField {
  /** Folded, with its last CRLF. */
  readonly text: string;
  /** In lower case. */
  readonly name: string;
  #relaxed: string | undefined;

  /** @throws UserError for a line longer than mail allows. */
  constructor(text: string) {
    this.text = text;
    this.name = text.slice(0, text.indexOf(":")).toLowerCase();
    if (text.length > LONGEST_LINE) refuseLongLine(text);
  }

  /** `name:value`, without CRLF. */
  get relaxed(): string {
    this.#relaxed ??= `${this.name}:${relaxedValue(this.text.slice(this.text.indexOf(":") + 1))}`;
    return this.#relaxed;
  }
}

function relaxedValue(value: string): string {
  return value
    .replaceAll("\r\n", "")
    .replace(/[ \t]+/g, " ")
    .replace(/^ | $/g, "");
}

function refuseLongLine(text: string): void {
  const long = text.split("\r\n").find((line) => line.length > LONGEST_LINE);
  if (long === undefined) return;
  throw new UserError({
    code: "mail-header-too-long",
    message: `The mail's header line "${long.slice(0, 40)}…" is ${long.length} characters long; mail allows ${LONGEST_LINE}.`,
    next: "Shorten email.from, email.reply_to or email.unsubscribe_url.",
  });
}
