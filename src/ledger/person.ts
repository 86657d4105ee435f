import { createHmac, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BounceRow, PersonRecord, Suppression } from "../model/person.ts";
import type { Connection } from "./connection.ts";
import { consentsOf } from "./consent.ts";
import { takeAddressOff } from "./departures.ts";
import { deliveriesTo } from "./rows.ts";
import { subscriberAt } from "./subscribers.ts";

/** See Ledger.person. */
export function personOf(connection: Connection, address: string): PersonRecord {
  return {
    address,
    subscriber: subscriberAt(connection, address),
    suppression: suppressionOf(connection, address),
    deliveries: deliveriesTo(connection, address),
    bounces: bouncesOf(connection, address),
    consents: consentsOf(connection, address),
  };
}

type Nullable<T> = { readonly [Key in keyof T]: Exclude<T[Key], undefined> | null };

function suppressionOf(connection: Connection, address: string): Suppression | undefined {
  const sql = "SELECT kind, code, text, at FROM suppressions WHERE address = ?";
  const row = connection.get<Nullable<Suppression> & { at: number; kind: string; text: string }>(
    sql,
    address,
  );
  return (
    row && { kind: row.kind, code: row.code ?? undefined, text: row.text, at: new Date(row.at).toISOString() }
  );
}

function bouncesOf(connection: Connection, address: string): readonly BounceRow[] {
  const sql = "SELECT kind, status, text, slug, at FROM bounces WHERE recipient = ? ORDER BY at";
  const rows = connection.all<Nullable<BounceRow> & Pick<BounceRow, "kind" | "text"> & { at: number }>(
    sql,
    address,
  );
  return rows.map(({ kind, status, text, slug, at }) => ({
    kind,
    status: status ?? undefined,
    text,
    slug: slug ?? undefined,
    at: new Date(at).toISOString(),
  }));
}

/**
 * The key beside the ledger that makes names of forgotten addresses: who has the ledger alone, a backup say, cannot try
 * addresses on them. undefined where nobody was forgotten yet, and `create` is false.
 */
export function forgottenKey(ledger: string, { create }: { readonly create: boolean }): string | undefined {
  const file = join(dirname(ledger), "keys", "forgotten");
  const kept = readIfThere(file);
  if (kept !== undefined || !create) return kept;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return readIfThere(file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Under which a forgotten address goes on: known when it is seen again, and told by nobody before. */
export function forgottenName(key: string, address: string): string {
  return `forgotten:${createHmac("sha256", key).update(address).digest("base64url")}`;
}

/**
 * Takes an address out of every table. Its deliveries go on under its forgotten name, so that counts stay true and
 * nothing is sent again. One transaction; then the WAL, which holds what the pages were, is emptied.
 * @returns whether anything was known of it.
 */
export function forget(connection: Connection, address: string, key: string, at: Date): boolean {
  const name = forgottenName(key, address);
  const found = connection.write(() => {
    takeAddressOff(connection, address);
    const left = connection.run("DELETE FROM subscribers WHERE address = ?", address);
    const bounces = connection.run("DELETE FROM bounces WHERE recipient = ?", address);
    for (const table of ["signups", "consents"])
      connection.run(`DELETE FROM ${table} WHERE address = ?`, address);
    const suppressed = connection.run("DELETE FROM suppressions WHERE address = ?", address);
    const deliveries = connection.run(FORGET_DELIVERIES, name, address);
    connection.run(SUPPRESS, name, at.getTime());
    return left + bounces + suppressed + deliveries > 0;
  });
  connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return found;
}

/** What servers answered may quote the address; the Message-ID is made from it. */
const FORGET_DELIVERIES = `
  UPDATE OR REPLACE deliveries SET recipient = ?1, subscriber = '', message_id = NULL,
    state = CASE WHEN state IN ('pending', 'uncertain') THEN 'skipped' ELSE state END,
    text = CASE WHEN state = 'sent' THEN NULL ELSE 'forgotten' END
  WHERE recipient = ?2 AND scope IN (SELECT id FROM scopes)`;

const SUPPRESS = `
  INSERT INTO suppressions (address, kind, text, at) VALUES (?, 'forgotten', 'asked to be forgotten', ?)
  ON CONFLICT DO NOTHING`;
