import { type Consent, type Consents, SIGNUP_DAYS, type Signup } from "../model/signup.ts";
import type { Connection } from "./connection.ts";
import { depart, takeAddressOff, takeOff } from "./departures.ts";
import { addOne } from "./subscribers.ts";

/** @param forgottenName under which an address would be kept if it was forgotten. */
export function consentsIn(connection: Connection, forgottenName: (address: string) => string): Consents {
  return {
    leave: (ids, at) => depart(connection, ids, at),
    takeOff: (most) => takeOff(connection, most),
    choose: (id, topics, chosen) => chooseTopics(connection, id, topics, chosen),
    add: (signup) => addSignup(connection, signup),
    drop: (tokenHash) => void connection.run("DELETE FROM signups WHERE token = ?", tokenHash),
    lastAsked: (address) => lastSignup(connection, address),
    isOpen: (tokenHash, at) => isSignup(connection, tokenHash, at),
    confirm: (tokenHash, ip, at) => confirm(connection, tokenHash, { ip, at, forgottenName }),
    syncedAt: (log) => syncedAt(connection, log),
    noteSynced: (log, at) =>
      void connection.run("INSERT OR REPLACE INTO synced (log, at) VALUES (?, ?)", log, at.getTime()),
  };
}

const DAY_MS = 86_400_000;

/** An old link brings nobody back who has left since it was asked for. */
const GOOD = `token = ? AND at > ? AND NOT EXISTS (
  SELECT 1 FROM suppressions x WHERE x.address = signups.address AND x.kind = 'unsubscribed' AND x.at > signups.at)`;

function addSignup(connection: Connection, signup: Signup): void {
  const { tokenHash, address, name, tags, text, ip, at } = signup;
  connection.write(() => {
    connection.run("DELETE FROM signups WHERE at < ?", at.getTime() - SIGNUP_DAYS * DAY_MS);
    connection.run(
      "INSERT INTO signups (token, address, name, tags, text, ip, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[tokenHash, address, name ?? null, JSON.stringify(tags), text, ip, at.getTime()],
    );
  });
}

/** When the address was last sent a confirmation mail. */
function lastSignup(connection: Connection, address: string): Date | undefined {
  const sql = "SELECT max(at) AS at FROM signups WHERE address = ?";
  const at = connection.get<{ at: number | null }>(sql, address)?.at;
  return at === null || at === undefined ? undefined : new Date(at);
}

interface Row {
  readonly address: string;
  readonly name: string | null;
  readonly tags: string;
  readonly text: string;
  readonly at: number;
}

/** The link stays good until it expires: who follows it twice is told twice that they are subscribed. */
function confirm(
  connection: Connection,
  tokenHash: string,
  { ip, at, forgottenName }: { ip: string; at: Date; forgottenName: (address: string) => string },
): boolean {
  return connection.write(() => {
    const asked = connection.get<{ address: string }>(
      "SELECT address FROM signups WHERE token = ?",
      tokenHash,
    );
    // Else who left a moment ago and comes back would be taken off after it.
    if (asked !== undefined) takeAddressOff(connection, asked.address);
    const sql = `SELECT address, name, tags, text, at FROM signups WHERE ${GOOD}`;
    const row = connection.get<Row>(sql, tokenHash, at.getTime() - SIGNUP_DAYS * DAY_MS);
    if (row === undefined) return false;
    const { address, name, text } = row;
    connection.run(
      "INSERT INTO consents (address, requested_at, confirmed_at, ip, text) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      ...[address, row.at, at.getTime(), ip, text],
    );
    // Who left, or was forgotten, and asks for it again has changed their mind; a complaint or a dead mailbox stands.
    connection.run(
      "DELETE FROM suppressions WHERE (address = ?1 AND kind = 'unsubscribed') OR (address = ?2 AND kind = 'forgotten')",
      ...[address, forgottenName(address)],
    );
    addOne(connection, { address, name: name ?? undefined, tags: JSON.parse(row.tags), fields: {} }, at);
    connection.run("DELETE FROM signups WHERE address = ? AND token <> ?", address, tokenHash);
    return true;
  });
}

/** Whether a confirmation link can still be followed. */
function isSignup(connection: Connection, tokenHash: string, at: Date): boolean {
  const sql = `SELECT 1 FROM signups WHERE ${GOOD}`;
  return connection.get(sql, tokenHash, at.getTime() - SIGNUP_DAYS * DAY_MS) !== undefined;
}

export function consentsOf(connection: Connection, address: string): readonly Consent[] {
  return connection
    .all<{ requestedAt: number; confirmedAt: number; ip: string; text: string }>(
      "SELECT requested_at AS requestedAt, confirmed_at AS confirmedAt, ip, text FROM consents WHERE address = ? ORDER BY confirmed_at",
      address,
    )
    .map((row) => ({
      requestedAt: new Date(row.requestedAt).toISOString(),
      confirmedAt: new Date(row.confirmedAt).toISOString(),
      ip: row.ip,
      text: row.text,
    }));
}

/** Sets which of `topics` a subscriber has; other tags stay. */
function chooseTopics(
  connection: Connection,
  id: string,
  topics: readonly string[],
  chosen: readonly string[],
): void {
  connection.write(() => {
    const row = connection.get<{ tags: string }>("SELECT tags FROM subscribers WHERE id = ?", id);
    if (row === undefined) return;
    const kept = (JSON.parse(row.tags) as string[]).filter((tag) => !topics.includes(tag));
    const tags = [...kept, ...chosen.filter((tag) => topics.includes(tag))];
    connection.run("UPDATE subscribers SET tags = ? WHERE id = ?", JSON.stringify(tags), id);
  });
}

/** In the ledger, so that a restored backup reads again what it does not know. */
function syncedAt(connection: Connection, log: string): Date | undefined {
  const row = connection.get<{ at: number }>("SELECT at FROM synced WHERE log = ?", log);
  return row && new Date(row.at);
}
