import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Reason } from "../model/delivery.ts";
import type { Added, NewSubscriber, Subscriber, Subscribers } from "../model/subscriber.ts";
import type { Connection } from "./connection.ts";

const ROWS_A_TRANSACTION = 10_000;
const ROWS_A_READ = 100;

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly address: string;
  readonly name: string | null;
  readonly tags: string;
  readonly fields: string;
  readonly joinedAt: number;
}

const ROW = "SELECT seq, id, address, name, tags, fields, joined_at AS joinedAt FROM subscribers";

function toSubscriber({ id, address, name, tags, fields, joinedAt }: Row): Subscriber {
  return {
    id,
    address,
    name: name ?? undefined,
    tags: JSON.parse(tags),
    fields: JSON.parse(fields),
    joinedAt: new Date(joinedAt).toISOString(),
  };
}

/** The subscriber of an address. */
export function subscriberAt(connection: Connection, address: string): Subscriber | undefined {
  const row = connection.get<Row>(`${ROW} WHERE address = ?`, address);
  return row && toSubscriber(row);
}

/**
 * The list of one ledger.
 * @param isForgotten whether an address is one that was to be forgotten.
 */
export function subscribersOf(
  connection: Connection,
  isForgotten: (address: string) => boolean,
): Subscribers {
  const isSuppressed = (address: string) =>
    connection.get("SELECT 1 FROM suppressions WHERE address = ?", address) !== undefined ||
    isForgotten(address);
  return {
    async add(people, at) {
      const sum = { added: 0, updated: 0, unchanged: 0, suppressed: 0 };
      for (const group of groups(people, ROWS_A_TRANSACTION))
        connection.write(() => {
          for (const person of group)
            sum[isSuppressed(person.address) ? "suppressed" : addOne(connection, person, at)]++;
        });
      return sum;
    },
    async remove(address) {
      return connection.run("DELETE FROM subscribers WHERE address = ?", address) > 0;
    },
    list: () => list(connection, ""),
    async count() {
      return connection.get<{ count: number }>("SELECT count(*) AS count FROM subscribers")?.count ?? 0;
    },
    async suppress(address, reason, at) {
      suppress(connection, address, reason, at);
    },
    addressOf: (id) =>
      connection.get<{ address: string }>("SELECT address FROM subscribers WHERE id = ?", id)?.address,
    isSuppressed: async (address) => isSuppressed(address),
  };
}

function* groups<T>(items: Iterable<T>, size: number): Iterable<readonly T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/**
 * Page by page: a statement left open would keep the WAL from shrinking for as long as the caller takes.
 * @param where further conditions (" AND …"), with `values` for their numbered parameters from ?3 on.
 */
export function* list(
  connection: Connection,
  where: string,
  ...values: readonly (string | number)[]
): Generator<Subscriber> {
  let after = 0;
  for (;;) {
    const rows = connection.all<Row>(
      `${ROW} WHERE seq > ?1${where} ORDER BY seq LIMIT ?2`,
      after,
      ROWS_A_READ,
      ...values,
    );
    for (const row of rows) yield toSubscriber(row);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

/** Adds within the caller's transaction. */
export function addOne(
  connection: Connection,
  person: NewSubscriber,
  at: Date,
): Exclude<keyof Added, "suppressed"> {
  const { address, name, tags, fields } = person;
  const row = connection.get<Row>(`${ROW} WHERE address = ?`, address);
  if (row === undefined) {
    connection.run(
      "INSERT INTO subscribers (id, address, name, tags, fields, joined_at) VALUES (?, ?, ?, ?, ?, ?)",
      person.id ?? randomBytes(16).toString("base64url"),
      address,
      name ?? null,
      JSON.stringify(tags),
      JSON.stringify(fields),
      person.joinedAt === undefined ? at.getTime() : Date.parse(person.joinedAt),
    );
    return "added";
  }
  const before = toSubscriber(row);
  const after: Subscriber = {
    ...before,
    name: name ?? before.name,
    tags: [...new Set([...before.tags, ...tags])],
    fields: { ...before.fields, ...fields },
  };
  if (isDeepStrictEqual(before, after)) return "unchanged";
  connection.run(
    "UPDATE subscribers SET name = ?, tags = ?, fields = ? WHERE seq = ?",
    after.name ?? null,
    JSON.stringify(after.tags),
    JSON.stringify(after.fields),
    row.seq,
  );
  return "updated";
}

/** The first reason stays: it is why we stopped. */
export function suppress(connection: Connection, address: string, reason: Reason, at: Date): void {
  connection.run(
    "INSERT INTO suppressions (address, kind, code, text, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    address,
    reason.kind,
    reason.code ?? null,
    reason.text,
    at.getTime(),
  );
}
