import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The files in which SQLite keeps what is not yet in the database itself. */
export const COMPANIONS = ["-wal", "-journal"] as const;

export function hasCompanions(file: string): boolean {
  return COMPANIONS.some((suffix) => existsSync(file + suffix));
}

const TRIES = 20;

/**
 * Copies a ledger that another process may be writing to a folder of our own (0700). A WAL holds every page written
 * since it was begun, so database first, WAL second is consistent, unless the WAL began anew or came and went meanwhile: then again.
 */
export function copyToPrivateFolder(file: string): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "pressrun-"));
  const copy = join(folder, "ledger.db");
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = generationOf(file);
      copyFileSync(file, copy, constants.COPYFILE_FICLONE);
      for (const suffix of COMPANIONS) copyIfThere(file + suffix, copy + suffix);
      if (generationOf(file) === before) return { file: copy, remove };
    }
    throw Object.assign(new Error("it changes faster than it can be copied"), { code: "EBUSY" });
  } catch (error) {
    remove();
    throw error;
  }
}

/** Without a WAL, one that came and went shows in the database alone. */
function generationOf(file: string): string {
  return walHeader(file) ?? stampOf(file);
}

/** Changes when the file is written. Opens nothing: to close a file would drop our own locks on it. */
export function stampOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "none" : `${stats.mtimeNs} ${stats.size} ${stats.ino}`;
}

/** Its 32 bytes hold two salts that change whenever the WAL begins anew (https://www.sqlite.org/fileformat2.html). */
function walHeader(file: string): string | undefined {
  try {
    const descriptor = openSync(`${file}-wal`, "r");
    const header = Buffer.alloc(32);
    const length = readSync(descriptor, header, 0, 32, 0);
    closeSync(descriptor);
    return header.toString("hex", 0, length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The last process to close the ledger may remove the file while we look. */
function copyIfThere(from: string, to: string): void {
  rmSync(to, { force: true });
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
