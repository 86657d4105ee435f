import { UserError } from "../errors.ts";
import { guessDelimiter, readRecords, splitRecord } from "./csv.ts";
import { type Line, notText, readLines } from "./lines.ts";

/** One row of any format. */
export interface SourceRow {
  readonly line: number;
  readonly text: string;
  /** Column name → value; a string where the row cannot be read: why. */
  readonly columns: ReadonlyMap<string, unknown> | string;
  /** Which column is what. */
  readonly roles: Roles;
}

/**
 * The rows of a list, those of each piece of it together: CSV with a header row, or JSON lines; whichever it is shows
 * in its first character.
 * @param name what the user calls the source, for errors.
 */
export async function* readRows(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncIterable<readonly SourceRow[]> {
  const pieces = readLines(source, name)[Symbol.asyncIterator]();
  const { first, others } = await firstLine(pieces);
  if (first === undefined)
    throw new UserError({
      code: "empty-list",
      message: "There is nothing in this list.",
      next: "Give it a first line such as `email,name,tags`, then one line a reader.",
      place: { file: name },
    });
  if (/[\0\uFFFD]/.test(first.text)) throw notText(name, first.number);
  const rest = after(others, pieces);
  if (first.text.trimStart().startsWith("{")) yield* jsonRows(first, rest);
  else yield* csvRows(first, rest, name);
}

/** The first line that is not blank, and the others of its piece. */
async function firstLine(pieces: AsyncIterator<readonly Line[]>) {
  for (;;) {
    const { value, done } = await pieces.next();
    if (done) return { first: undefined, others: [] };
    const lines: readonly Line[] = value;
    const index = lines.findIndex(({ text }) => text.trim() !== "");
    if (index >= 0) return { first: lines[index], others: lines.slice(index + 1) };
  }
}

async function* after(first: readonly Line[], rest: AsyncIterator<readonly Line[]>) {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

async function* jsonRows(
  first: Line,
  rest: AsyncIterable<readonly Line[]>,
): AsyncIterable<readonly SourceRow[]> {
  yield [jsonRow(first)];
  for await (const lines of rest) yield lines.filter(({ text }) => text.trim() !== "").map(jsonRow);
}

function jsonRow({ number, text }: Line): SourceRow {
  const columns = parseObject(text) ?? "is not a JSON object on one line";
  return {
    line: number,
    text,
    columns,
    roles: typeof columns === "string" ? {} : rolesOf([...columns.keys()]),
  };
}

function parseObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    return undefined;
  }
}

async function* csvRows(
  header: Line,
  rest: AsyncIterable<readonly Line[]>,
  name: string,
): AsyncIterable<readonly SourceRow[]> {
  const delimiter = guessDelimiter(header.text);
  const names = splitRecord(header.text, delimiter)?.map((cell) => cell.trim()) ?? [];
  const twin = names.find((each, index) => each !== "" && names.indexOf(each) < index);
  if (twin !== undefined)
    throw new UserError({
      code: "twin-columns",
      message: `Two columns of the first line are named ${JSON.stringify(twin)}.`,
      next: "Give one of them another name, or leave it out.",
      place: { file: name, line: header.number },
    });
  const roles = rolesOf(names);
  if (roles.address === undefined)
    throw new UserError({
      code: "no-address-column",
      message: "No column of the first line is named email or address.",
      next: "Give the list a first line such as `email,name,tags`.",
      place: { file: name, line: header.number },
    });
  for await (const records of readRecords(rest, delimiter))
    yield records.map(({ line, text, cells }) => {
      return { line, text, roles, columns: cells ? pair(names, cells) : "has a quote that is never closed" };
    });
}

function pair(names: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> | string {
  if (cells.length > names.length)
    return `has ${cells.length} cells where the first line has ${names.length}`;
  return new Map(cells.map((cell, index) => [names[index] ?? "", cell]));
}

export interface Roles {
  readonly address?: string | undefined;
  readonly name?: string | undefined;
  readonly tags?: string | undefined;
  readonly joinedAt?: string | undefined;
}

/** "E-Mail Address" is an address; so is "address", but beside "email" that is where people live. */
function rolesOf(columns: readonly string[]): Roles {
  const plain = new Map(columns.map((column) => [column.toLowerCase().replace(/[\s_-]/g, ""), column]));
  const find = (...names: readonly string[]) => plain.get(names.find((name) => plain.has(name)) ?? "");
  return {
    address: find("email", "emailaddress", "mail", "address"),
    name: find("name", "fullname", "displayname", "firstname", "givenname", "vorname", "prénom", "nombre"),
    tags: find("tags", "tag"),
    joinedAt: find("joinedat"),
  };
}
