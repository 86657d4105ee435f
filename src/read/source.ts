import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { UserError } from "../errors.ts";
import { codeOf, refusalOf } from "../model/disk.ts";

/** The longest text that is read: about three million words. More is a file chosen by mistake. */
export const MAX_BYTES = 20 * 1024 * 1024;

/**
 * The text of a file.
 * @param shown how the user would type the path.
 * @throws UserError when it cannot be read or is not text.
 */
export async function readText(file: string, shown: string): Promise<string> {
  try {
    return decode(await collect(createReadStream(file), shown), shown);
  } catch (error) {
    throw readingError(error, shown);
  }
}

/**
 * The bytes of a file, under the same limits.
 * @throws UserError when it cannot be read.
 */
export async function readBytes(file: string, shown: string): Promise<Buffer> {
  try {
    return await collect(createReadStream(file), shown);
  } catch (error) {
    throw readingError(error, shown);
  }
}

/** The bytes of a stream, under the same limits. */
export async function collect(stream: AsyncIterable<Uint8Array>, shown: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_BYTES) throw tooLarge(shown);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * UTF-8 without its byte order mark, lines ended by LF.
 * @throws UserError for what is not text.
 */
export function decode(bytes: Buffer, shown: string): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw binary(bytes, shown, nul);
  if (!isUtf8(bytes)) throw notUtf8(shown, firstBadByte(bytes));
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, "\n");
  if (text.trim() === "") throw empty(shown);
  return text;
}

/** Offset of the first byte that is not UTF-8: the decoder puts U+FFFD there, and no U+FFFD was written there. */
function firstBadByte(bytes: Buffer): number {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  let offset = 0;
  let from = 0;
  for (;;) {
    const at = text.indexOf("\uFFFD", from);
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.toString("hex", offset, offset + 3) !== "efbfbd") return offset;
    offset += 3;
    from = at + 1;
  }
}

function empty(shown: string): UserError {
  return new UserError({
    code: "empty-input",
    message: `${shown} is empty.`,
    next: "Put the article's text in it first.",
  });
}

function tooLarge(shown: string): UserError {
  return new UserError({
    code: "input-too-large",
    message: `${shown} is larger than ${MAX_BYTES / 1024 / 1024} MB, more than any article.`,
    next: "Check that it is the file you meant.",
  });
}

function binary(bytes: Buffer, shown: string, nul: number): UserError {
  const isUtf16 = ["fffe", "feff"].includes(bytes.toString("hex", 0, 2));
  return new UserError({
    code: "binary-input",
    message: isUtf16
      ? `${shown} is UTF-16 text.`
      : `${shown} is not text: there is a NUL byte at byte ${nul + 1}.`,
    next: isUtf16 ? "Save it as UTF-8." : "Save the article as plain text (UTF-8).",
  });
}

function notUtf8(shown: string, offset: number): UserError {
  return new UserError({
    code: "not-utf8",
    message: `${shown} is not UTF-8: byte ${offset + 1} is not part of any character.`,
    next: "Save it as UTF-8.",
  });
}

const READING: Readonly<Record<string, readonly [sentence: string, next: string]>> = {
  ENOENT: ["does not exist", "Check the path."],
  ENOTDIR: ["does not exist", "Check the path."],
  ENAMETOOLONG: ["does not exist", "Check the path."],
  EISDIR: ["is a folder", "Name a file in it."],
  EACCES: ["cannot be read: permission denied", "Give yourself permission to read it."],
  EPERM: ["cannot be read: permission denied", "Give yourself permission to read it."],
};

function readingError(error: unknown, shown: string): unknown {
  const why = refusalOf(error);
  if (why === undefined) return error;
  const [sentence, next] = READING[codeOf(error)] ?? [`cannot be read: ${why}`, "Check the path."];
  return new UserError({ code: "unreadable", message: `${shown} ${sentence}.`, next });
}
