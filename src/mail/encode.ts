import { escapeHtml, type FieldValues, type RecipientField, type Spliced } from "../model/splice.ts";

/** Whole lines of a body: as they travel, and as relaxed DKIM sees them (RFC 6376, 3.4.4). Neither starts with a dot. */
export interface Piece {
  readonly wire: Buffer;
  readonly relaxed: Buffer;
}

/** A text part's body, encoded once but for the reader's own values. */
export type EncodedText = (values: FieldValues, out: Piece[]) => void;

export type TransferEncoding = "quoted-printable" | "base64";

/** Quoted-printable takes 3 bytes for each that is not ASCII, base64 4 for any 3: they break even at one in six. */
export function encodingFor({ literals }: Spliced): TransferEncoding {
  const text = literals.join("");
  return isMostlyAscii(text) ? "quoted-printable" : "base64";
}

export function isMostlyAscii(text: string): boolean {
  const bytes = Buffer.byteLength(text);
  const ascii = text.replace(/[^\x20-\x7e\r\n]/g, "").length;
  return bytes - ascii <= bytes / 6;
}

export function encodeText(spliced: Spliced, encoding: TransferEncoding): EncodedText {
  return encoding === "base64" ? base64Text(spliced) : quotedText(spliced);
}

/** @param text of ASCII alone, whole lines. */
export function piece(text: string): Piece {
  const wire = Buffer.from(text, "latin1");
  if (!/\t| [ \r]/.test(text)) return { wire, relaxed: wire };
  const relaxed = text.replace(/[ \t]+(?=\r\n)/g, "").replace(/[ \t]+/g, " ");
  return { wire, relaxed: Buffer.from(relaxed, "latin1") };
}

function lineEndings(text: string): string {
  return text.toWellFormed().replace(/\r\n|\r|\n/g, "\r\n");
}

function writtenValue(spliced: Spliced, field: RecipientField, values: FieldValues): string {
  const value = lineEndings(values[field]);
  return spliced.escape === "html" ? escapeHtml(value) : value;
}

/** Tells SMTP that the mail ends, behind its last CRLF. */
export const END_OF_MAIL = Buffer.from(".\r\n");

const SOFT_BREAK = "=\r\n";

/** Every value stands on lines of its own, between soft breaks, so that no line before or behind it changes. */
function quotedText(spliced: Spliced): EncodedText {
  const { fields } = spliced;
  const texts = spliced.literals.map(lineEndings);
  const literals = texts.map((text, index) => {
    const isBeforeField = index < fields.length;
    return piece(
      quotedPrintable(text, isBeforeField) + (isBeforeField && /[^\n]$/.test(text) ? SOFT_BREAK : ""),
    );
  });
  // A soft break at the very end would have no line to go on with.
  const needsBreak = texts.map(
    (text, index) => !text.startsWith("\r\n") && (text !== "" || index < fields.length),
  );
  return (values, out) => {
    literals.forEach((literal, index) => {
      if (literal.wire.length > 0) out.push(literal);
      const field = fields[index];
      const value = field === undefined ? "" : writtenValue(spliced, field, values);
      if (value === "") return;
      out.push(piece(quotedPrintable(value) + (needsBreak[index + 1] ? SOFT_BREAK : "")));
    });
  };
}

/** Nothing of it needs to be encoded, or could be taken for the end of a line or of a mail. */
const PLAIN_LINE = /^[!-\-/-<>-~](?:[ -<>-~]{0,68}[!-<>-~])?$/;

/**
 * RFC 2045, 6.7, from the start of a line on. A dot that starts a line is encoded, so SMTP has none to double.
 * @param goesOn a soft break follows: white space at the end needs no encoding.
 */
function quotedPrintable(text: string, goesOn = false): string {
  if (PLAIN_LINE.test(text)) return text;
  const lines = text.split("\r\n");
  return lines.map((line, index) => quotedLine(line, goesOn && index === lines.length - 1)).join("\r\n");
}

/** Longest line without the "=" of a soft break. */
const LONGEST_LINE = 75;

function quotedLine(line: string, goesOn: boolean): string {
  const encoded = /[^\t -~]/.test(line) ? quotedBytes(line) : line.replaceAll("=", "=3D");
  let rest = goesOn ? encoded : encoded.replace(/[ \t]$/, quotedByte);
  let done = "";
  while (rest.length > LONGEST_LINE) {
    // Neither "=XX" nor the encoded dot is cut in two.
    const start = rest.startsWith(".") ? "=2E" : rest.slice(0, 1);
    const filled = start + rest.slice(1, LONGEST_LINE - start.length + 1);
    const whole = filled.replace(/=.?$/, "");
    done += whole + SOFT_BREAK;
    rest = rest.slice(whole.length - start.length + 1);
  }
  return done + (rest.startsWith(".") ? `=2E${rest.slice(1)}` : rest);
}

function quotedBytes(line: string): string {
  return Buffer.from(line)
    .toString("latin1")
    .replace(/[^\t !-<>-~]/g, quotedByte);
}

function quotedByte(byte: string): string {
  return `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** A literal for one count of bytes left over before it: base64 goes by groups of three. */
interface Phase {
  /** Bytes that complete the group begun before it. */
  readonly head: Buffer;
  readonly lines: Piece;
  /** Up to two bytes of a group that what follows completes. */
  readonly rest: Buffer;
}

function base64Text(spliced: Spliced): EncodedText {
  const { fields } = spliced;
  const literals = spliced.literals.map((text) => {
    const bytes = Buffer.from(lineEndings(text));
    return [0, 1, 2].map((before) => phase(bytes, before));
  });
  return (values, out) => {
    let open = Buffer.alloc(0);
    literals.forEach((phases, index) => {
      const { head, lines, rest } = phases[open.length % 3] as Phase;
      const own = Buffer.concat([open, head]);
      const isClosed = own.length % 3 === 0;
      if (isClosed && own.length > 0) out.push(base64Piece(own));
      if (lines.wire.length > 0) out.push(lines);
      const field = fields[index];
      const value = Buffer.from(field === undefined ? "" : writtenValue(spliced, field, values));
      open = Buffer.concat([isClosed ? rest : own, value]);
    });
    if (open.length > 0) out.push(base64Piece(open));
  };
}

function phase(bytes: Buffer, before: number): Phase {
  const head = bytes.subarray(0, (3 - before) % 3);
  const whole = bytes.subarray(head.length);
  const end = whole.length - (whole.length % 3);
  return { head, lines: base64Piece(whole.subarray(0, end)), rest: whole.subarray(end) };
}

function base64Piece(bytes: Buffer): Piece {
  const wire = Buffer.from(bytes.toString("base64").replace(/.{1,76}/g, "$&\r\n"), "latin1");
  return { wire, relaxed: wire };
}
