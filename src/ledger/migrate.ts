import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { fileOfCode } from "../package.ts";
import type { Connection } from "./connection.ts";

/** "pres", set by the first migration: tells a ledger from any other SQLite file. */
const APPLICATION_ID = 0x70726573;
const FOLDER = fileOfCode("ledger/migrations");

/** Numbered from 0001 without gaps; a ledger's `user_version` is the number of its last one. */
function migrationFiles(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .sort();
}

/**
 * Brings the schema up to date. Two processes may try at once: the second waits and finds nothing to do.
 * @throws UserError for a ledger of a newer pressrun, or a database that is no ledger.
 */
export function migrate(connection: Connection): void {
  const files = migrationFiles();
  if (assertOurs(connection, files.length) === files.length) return;
  connection.write(() => {
    const version = assertOurs(connection, files.length);
    for (const file of files.slice(version)) connection.execute(readFileSync(join(FOLDER, file), "utf8"));
    connection.execute(`PRAGMA user_version = ${files.length}`);
  });
}

/** True where a reader needs no migration first. */
export function isCurrent(connection: Connection): boolean {
  const newest = migrationFiles().length;
  return assertOurs(connection, newest) === newest;
}

/** @returns the schema's version; 0 for a database with nothing in it. */
function assertOurs(connection: Connection, newest: number): number {
  const version = connection.pragma("user_version");
  const isEmpty = connection.get("SELECT 1 FROM sqlite_schema LIMIT 1") === undefined;
  if (!isEmpty && connection.pragma("application_id") !== APPLICATION_ID)
    throw new UserError({
      code: "ledger-foreign",
      message: "This is a database of another program, not a pressrun ledger.",
      next: "Move it away, or name another file.",
      place: { file: connection.file },
    });
  if (version > newest)
    throw new UserError({
      code: "ledger-newer",
      message: `This ledger was written by a newer pressrun (its version is ${version}, this one knows ${newest}).`,
      next: "Update pressrun.",
      place: { file: connection.file },
    });
  return isEmpty ? 0 : version;
}
