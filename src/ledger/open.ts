import { randomBytes } from "node:crypto";
import { closeSync, existsSync, linkSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";
import { Connection } from "./connection.ts";
import { hasDepartures, takeAllOff } from "./departures.ts";
import { isCurrent, migrate } from "./migrate.ts";
import { explained } from "./problems.ts";
import { QuietConnection } from "./quiet.ts";
import { copyToPrivateFolder, hasCompanions } from "./snapshot.ts";

/** A connection, and what must be undone after it is closed. */
export interface Opened {
  readonly connection: Connection;
  close(): void;
}

/**
 * Ledgers that this process has open for writing. A copy of one would drop our locks on it: when a process closes a
 * file, POSIX lets go of every lock it has there. Reading one through SQLite keeps them.
 */
const writing = new Map<string, number>();

type Seed = (connection: Connection) => void;

/** Opens for writing. A missing ledger appears whole, with its seed, or not at all. */
export function openForWriting(file: string, create: boolean, seed: Seed): Opened {
  if (create && !existsSync(file)) explained(file, () => createLedger(file, seed));
  assertWhole(file);
  const connection = new Connection(file);
  try {
    prepare(connection);
    takeAllOff(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
  writing.set(file, (writing.get(file) ?? 0) + 1);
  const close = () => {
    connection.close();
    writing.set(file, (writing.get(file) ?? 1) - 1);
  };
  return { connection, close };
}

/**
 * Sets up a connection that writes, and the schema. WAL: readers and one writer at a time; FULL: an intent that the
 * disk forgets would become a second mail; secure_delete: who leaves the list leaves the file.
 */
export function prepare(connection: Connection): void {
  connection.execute(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
     PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY`,
  );
  migrate(connection);
}

/**
 * Opens for reading and leaves every byte of the folder as it is: no -wal or -shm appears or changes. Without a
 * ledger it is an empty, seeded one in memory.
 */
export function openForReading(file: string, seed: Seed): Opened {
  if (!existsSync(file)) return openInMemory(file, seed);
  assertWhole(file);
  if (isOurs(file) || hasCompanions(file)) return openBesideWriter(file);
  const connection = new QuietConnection(file, () => openBesideWriter(file));
  if (isCurrent(connection) && !hasDepartures(connection))
    return { connection, close: () => connection.close() };
  connection.close();
  return openCopy(file);
}

function isOurs(file: string): boolean {
  return (writing.get(file) ?? 0) > 0;
}

function openBesideWriter(file: string): Opened {
  if (!isOurs(file)) return openCopy(file);
  const connection = new Connection(file, { readOnly: true });
  return { connection, close: () => connection.close() };
}

function openInMemory(file: string, seed: Seed): Opened {
  const connection = new Connection(file, { location: ":memory:" });
  migrate(connection);
  seed(connection);
  return { connection, close: () => connection.close() };
}

/** Another process is writing, or was killed, and part of the ledger stands in its WAL: read a copy of both. */
function openCopy(file: string): Opened {
  const copy = explained(file, () => copyToPrivateFolder(file));
  try {
    const connection = new Connection(copy.file);
    migrate(connection);
    takeAllOff(connection);
    return {
      connection,
      close() {
        connection.close();
        copy.remove();
      },
    };
  } catch (error) {
    copy.remove();
    throw error;
  }
}

/** Made under another name and linked into place: of two processes the first wins and nobody sees half a ledger. */
function createLedger(file: string, seed: Seed): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.new-${randomBytes(6).toString("hex")}`;
  closeSync(openSync(draft, "wx", 0o600));
  try {
    const connection = new Connection(draft);
    try {
      prepare(connection);
      seed(connection);
    } finally {
      connection.close();
    }
    linkUnlessThere(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** SQLite would take an empty file for a new database, and everyone would get everything again. */
export function assertWhole(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined)
    throw new UserError({
      code: "ledger-missing",
      message: "There is no ledger yet.",
      next: "Publish an article or add a subscriber first.",
      place: { file },
    });
  if (size === 0)
    throw new UserError({
      code: "ledger-damaged",
      message: "The ledger is empty: it was cut short.",
      next: "Put a backup in its place with `pressrun restore FILE`.",
      place: { file },
    });
}
