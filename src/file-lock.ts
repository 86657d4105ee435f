import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Lock } from "./model/ledger.ts";

/**
 * An operating-system lock on `file`, let go when the process ends, however it ends; undefined when it is taken.
 * Node has no file lock of its own: SQLite's on an empty database is one. Not for network file systems, whose
 * locks cannot be trusted.
 */
export function takeLock(file: string, mode: "shared" | "exclusive", waitMs = 0): Lock | undefined {
  makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout: waitMs });
  try {
    // Without it an empty database gets a journal beside it, which a killed process would leave there.
    database.exec("PRAGMA journal_mode = OFF");
    database.exec(mode === "exclusive" ? "BEGIN EXCLUSIVE" : "BEGIN; SELECT count(*) FROM sqlite_schema");
    return { release: () => database.isOpen && database.close() };
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/**
 * Makes an empty file (0600) in a private folder (0700) unless it is there. It must not be opened otherwise: when a
 * process closes a file, POSIX drops every lock the process has on it, also those of another descriptor.
 */
function makePrivateFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** SQLITE_BUSY, in the low byte of an extended code: https://www.sqlite.org/rescode.html */
function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === "number" && (errcode & 0xff) === 5;
}
