import { oneLine } from "../model/line.ts";
import { type NewSubscriber, normaliseAddress, type Subscribers } from "../model/subscriber.ts";
import { type Roles, readRows, type SourceRow } from "./rows.ts";

/** A row that was left out, and why. */
export interface RejectedRow {
  /** 1-based, in the source. */
  readonly line: number;
  readonly reason: string;
  /** As it stands in the source. */
  readonly text: string;
}

export interface ImportReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Addresses that must never be written to again; not added. */
  readonly suppressed: number;
  readonly rejected: number;
}

export interface ImportOptions {
  /** What the user calls the source. */
  readonly name: string;
  readonly subscribers: Subscribers;
  readonly at: Date;
  onRejected(row: RejectedRow): void;
  /** After each group of rows: how many were read so far. */
  onProgress(rows: number): void;
}

const ROWS_A_GROUP = 1_000;

/**
 * Adds a list to the subscribers: CSV with a header row (comma, semicolon or tab), or JSON lines. Streams, so memory
 * does not grow with the list. Rows that cannot be used are left out and told.
 * @throws UserError for a source that is empty, no text, or has no column of addresses; nothing is added then.
 */
export async function importSubscribers(
  source: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<ImportReport> {
  const { name, subscribers, at, onRejected, onProgress } = options;
  const report = { added: 0, updated: 0, unchanged: 0, suppressed: 0, rejected: 0 };
  let rows = 0;
  let group: NewSubscriber[] = [];

  async function flush(): Promise<void> {
    const { added, updated, unchanged, suppressed } = await subscribers.add(group, at);
    report.added += added;
    report.updated += updated;
    report.unchanged += unchanged;
    report.suppressed += suppressed;
    group = [];
    onProgress(rows);
  }

  async function take(row: SourceRow): Promise<void> {
    rows++;
    const person = toPerson(row);
    if ("reason" in person) {
      report.rejected++;
      onRejected({ line: row.line, reason: person.reason, text: row.text });
    } else group.push(person);
    if (group.length >= ROWS_A_GROUP) await flush();
  }

  for await (const piece of readRows(source, name)) for (const row of piece) await take(row);
  await flush();
  return report;
}

function toPerson({ text, columns, roles }: SourceRow): NewSubscriber | { readonly reason: string } {
  if (typeof columns === "string") return { reason: columns };
  if (text.includes("\uFFFD")) return { reason: "is not UTF-8 text" };
  const value = (role: keyof Roles) => columns.get(roles[role] ?? "");
  const result = normaliseAddress(asText(value("address")));
  if ("reason" in result) return result;
  const joined = asText(value("joinedAt")).trim();
  if (joined !== "" && Number.isNaN(Date.parse(joined))) return { reason: "joined_at is not a date" };
  return {
    address: result.address,
    name: oneLine(asText(value("name"))) || undefined,
    tags: asTags(value("tags")),
    fields: asFields(columns, roles),
    joinedAt: joined || undefined,
  };
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A name stands in headers and greetings: a line ending in it would end those. */
function asTags(value: unknown): readonly string[] {
  const tags = Array.isArray(value) ? value.map(asText) : asText(value).split(/[,;|]/);
  return [...new Set(tags.map(oneLine))].filter((tag) => tag !== "");
}

/** Every other column, and those of a JSON object named "fields". Empty ones are left out. */
function asFields(columns: ReadonlyMap<string, unknown>, roles: Roles): Readonly<Record<string, string>> {
  const taken = new Set(Object.values(roles));
  const fields: [string, string][] = [];
  for (const [column, value] of columns) {
    if (column === "fields" && typeof value === "object" && value !== null)
      fields.push(...Object.entries(value).map(([name, each]) => [name, asText(each)] as [string, string]));
    else if (column !== "" && !taken.has(column)) fields.push([column, asText(value)]);
  }
  return Object.fromEntries(fields.filter(([, value]) => value !== ""));
}
