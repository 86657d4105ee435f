import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { EXIT, UserError } from "../errors.ts";
import { Connection } from "./connection.ts";
import { beingReplaced, lockLedger } from "./lock.ts";
import { assertWhole, prepare } from "./open.ts";
import { explained } from "./problems.ts";
import { COMPANIONS } from "./snapshot.ts";

/**
 * Writes a consistent copy of the ledger (0600), safe while other processes write.
 * @throws UserError where there is no sound ledger, or `file` exists or cannot be written.
 */
export function backup(options: { ledger: string; file: string }): void {
  const { ledger, file } = options;
  assertWhole(ledger);
  explained(file, () => {
    reserve(file);
    const draft = `${file}.new-${randomBytes(6).toString("hex")}`;
    try {
      closeSync(openSync(draft, "wx", 0o600));
      copyLocked(ledger, draft);
      flush(draft);
      renameSync(draft, file);
    } catch (error) {
      rmSync(draft, { force: true });
      rmSync(file);
      throw error;
    }
  });
}

/**
 * SQLite's own locks keep a checkpoint from mixing two states into the copy. The connection could write, for only
 * such a one takes the -wal and -shm away that it made.
 */
function copyLocked(ledger: string, draft: string): void {
  const lock = explained(ledger, () => lockLedger(ledger, "shared"));
  if (lock === undefined) throw beingReplaced(ledger);
  try {
    const connection = new Connection(ledger);
    try {
      connection.run("VACUUM INTO ?", draft);
    } finally {
      connection.close();
    }
  } finally {
    lock.release();
  }
}

function reserve(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new UserError({
      code: "file-exists",
      message: "There is a file of this name already.",
      next: "Name a new one.",
      place: { file },
    });
  }
}

function flush(file: string): void {
  const descriptor = openSync(file, "r+");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/**
 * Puts a backup in the ledger's place. The ledger that was there is kept beside it.
 * @returns where the old one is now; undefined if there was none.
 * @throws UserError where `from` is no sound ledger, or the ledger is in use (exit 75).
 */
export function restore(options: { from: string; ledger: string; at: Date }): string | undefined {
  const { from, ledger, at } = options;
  const lock = explained(ledger, () => lockLedger(ledger, "exclusive"));
  if (lock === undefined)
    throw new UserError(
      {
        code: "ledger-in-use",
        message: "Another pressrun is using the ledger.",
        next: "Wait until it is done and run this again.",
        place: { file: ledger },
      },
      EXIT.stopped,
    );
  const draft = `${ledger}.restore-${randomBytes(6).toString("hex")}`;
  try {
    explained(from, () => copyFileSync(from, draft));
    chmodSync(draft, 0o600);
    makeReady(draft, from);
    return explained(ledger, () => {
      const kept = existsSync(ledger) ? keep(ledger, at) : undefined;
      renameSync(draft, ledger);
      return kept;
    });
  } finally {
    rmSync(draft, { force: true });
    lock.release();
  }
}

/** Checks the copy of `from`, and brings it to this version's schema. */
function makeReady(draft: string, from: string): void {
  const connection = new Connection(from, { location: draft });
  try {
    if (!isSound(connection))
      throw new UserError({
        code: "backup-damaged",
        message: "This is not a sound ledger: it is empty, damaged or something else.",
        next: "Take another backup; the ledger was left as it is.",
        place: { file: from },
      });
    prepare(connection);
  } finally {
    connection.close();
  }
  flush(draft);
}

function isSound(connection: Connection): boolean {
  try {
    return (
      connection.get("SELECT 1 FROM sqlite_schema") !== undefined &&
      connection.get<{ integrity_check: string }>("PRAGMA integrity_check")?.integrity_check === "ok"
    );
  } catch (error) {
    if (error instanceof UserError && error.problems.some(({ code }) => code === "ledger-damaged"))
      return false;
    throw error;
  }
}

/** At every moment a ledger stands in its place: without one, the next run would send everything again. */
function keep(ledger: string, at: Date): string {
  const kept = `${ledger}.before-restore-${at.toISOString().replace(/[-:.]/g, "")}`;
  emptyWal(ledger);
  linkSync(ledger, kept);
  for (const suffix of COMPANIONS)
    if (existsSync(ledger + suffix)) renameSync(ledger + suffix, kept + suffix);
  rmSync(`${ledger}-shm`, { force: true });
  return kept;
}

/** A killed process leaves a WAL that belongs to the database; one that is too damaged to take it is kept with it. */
function emptyWal(ledger: string): void {
  try {
    const connection = new Connection(ledger);
    connection.get("PRAGMA wal_checkpoint(TRUNCATE)");
    connection.close();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
