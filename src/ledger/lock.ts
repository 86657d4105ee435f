import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, UserError } from "../errors.ts";
import { takeLock } from "../file-lock.ts";
import type { Lock, LockHolder } from "../model/ledger.ts";
import { explained } from "./problems.ts";

/**
 * Every process that has the ledger open for writing shares this lock; `exclusive` is for who replaces the file.
 * It stands beside the ledger, so that it outlives a replaced one.
 */
export function lockLedger(ledger: string, mode: "shared" | "exclusive"): Lock | undefined {
  return takeLock(join(dirname(ledger), "ledger.lock"), mode, mode === "shared" ? REPLACING_MS : 0);
}

export function beingReplaced(file: string): UserError {
  return new UserError(
    {
      code: "ledger-busy",
      message: "Another pressrun is putting a backup in the ledger's place.",
      next: "Wait until it is done and run this again.",
      place: { file },
    },
    EXIT.stopped,
  );
}

/** More than a restore of a large ledger takes between taking the lock and swapping the files. */
const REPLACING_MS = 30_000;

/** The lock, with a note beside it (`<file>.holder`) of who holds it. */
export async function takeNamedLock(file: string, at: Date): Promise<Lock | { readonly heldBy: LockHolder }> {
  const lock = explained(file, () => takeLock(file, "exclusive"));
  if (lock === undefined) return { heldBy: await readHolder(file, at) };
  // biome-ignore lint/style/noRestrictedGlobals: names this process to others, and changes nothing that it does.
  const holder: LockHolder = { pid: process.pid, host: hostname(), since: at.toISOString() };
  const note = `${file}.holder`;
  try {
    explained(note, () => writeNote(note, holder));
  } catch (error) {
    lock.release();
    throw error;
  }
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      rmSync(note, { force: true });
      lock.release();
    },
  };
}

function writeNote(note: string, holder: LockHolder): void {
  writeFileSync(`${note}.new`, JSON.stringify(holder), { mode: 0o600 });
  renameSync(`${note}.new`, note);
}

const NOTE_TRIES = 20;
const NOTE_PAUSE_MS = 10;

/** A holder writes its note just after taking the lock: there may be none yet. */
async function readHolder(file: string, at: Date): Promise<LockHolder> {
  for (let tries = 0; tries < NOTE_TRIES; tries++) {
    try {
      return JSON.parse(readFileSync(`${file}.holder`, "utf8")) as LockHolder;
    } catch {
      await sleep(NOTE_PAUSE_MS);
    }
  }
  return { pid: 0, host: hostname(), since: at.toISOString() };
}
