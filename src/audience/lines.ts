import { UserError } from "../errors.ts";

/** One line of a text, 1-based, without its line ending. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** No list has a longer one; a binary file has. Keeps memory flat whatever is read. */
const LONGEST_LINE = 1_000_000;

/**
 * The lines of each piece of a source together: to wait for every line would take longer than to read it. Splits
 * text at any kind of line ending. It is UTF-8, or UTF-16 where a byte order mark says so, as spreadsheets save it;
 * what is neither becomes U+FFFD.
 * @param name what the user calls the source, for the error.
 * @throws UserError for what is no text.
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncIterable<readonly Line[]> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let number = 0;
  let rest = "";
  for await (const bytes of source) {
    decoder ??= new TextDecoder(encodingOf(bytes));
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield lines.map((text) => ({ number: ++number, text }));
    if (rest.includes("\0")) throw notText(name, number + 1);
    if (rest.length > LONGEST_LINE) throw tooLong(name, number + 1);
  }
  rest += decoder?.decode() ?? "";
  const last = rest.replace(/\r$/, "");
  if (last !== "") yield [{ number: ++number, text: last }];
}

/** By its byte order mark; one that is cut off after its first byte counts for nothing. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function tooLong(name: string, line: number): UserError {
  return new UserError({
    code: "long-line",
    message: `This line is longer than ${LONGEST_LINE.toLocaleString("en")} characters, as no reader's is.`,
    next: "Look for a quotation mark that is never closed, or a file that is no list.",
    place: { file: name, line },
  });
}

export function notText(name: string, line: number): UserError {
  return new UserError({
    code: "not-text",
    message: "This is not a list in UTF-8 text.",
    next: "Save it as CSV in UTF-8, or as JSON lines.",
    place: { file: name, line },
  });
}
