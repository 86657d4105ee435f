import type { Subscriber } from "../model/subscriber.ts";
import { csvLine } from "./csv.ts";

const COLUMNS = ["address", "name", "tags", "joined_at"];

/**
 * The list as CSV, one column for each field that anyone has, in pieces. `importSubscribers` reads it back.
 * @param list called twice: once to find the columns.
 */
export function* toCsv(list: () => Iterable<Subscriber>): Iterable<string> {
  const names = new Set<string>();
  for (const { fields } of list()) for (const name of Object.keys(fields)) names.add(name);
  const columns = [...names].sort();
  yield csvLine([...COLUMNS, ...columns]);
  for (const { address, name = "", tags, joinedAt, fields } of list())
    yield csvLine([
      address,
      name,
      tags.join(";"),
      joinedAt,
      ...columns.map((column) => fields[column] ?? ""),
    ]);
}

/** The list as JSON lines, in pieces. `importSubscribers` reads it back. */
export function* toJsonLines(list: Iterable<Subscriber>): Iterable<string> {
  for (const { address, name, tags, fields, joinedAt } of list)
    yield `${JSON.stringify({ address, name, tags, fields, joinedAt })}\n`;
}
