import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A file in the making, readable by its owner alone (0600). Nothing stands under its name until it is kept. */
export interface PrivateFile {
  write(text: string): void;
  /** Gives it its name. @returns false if nothing was ever written: then there is no file. */
  keep(): boolean;
  /** Does nothing once it is kept. */
  discard(): void;
}

export function privateFile(file: string): PrivateFile {
  const draft = `${file}.${randomUUID()}.tmp`;
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor === undefined) return false;
    closeSync(descriptor);
    descriptor = undefined;
    return true;
  };
  const remove = () => rmSync(draft, { force: true });
  const takeName = () => {
    try {
      renameSync(draft, file);
    } catch (error) {
      remove();
      throw error;
    }
  };
  return {
    write(text) {
      descriptor ??= openSync(draft, "wx", 0o600);
      writeFileSync(descriptor, text);
    },
    keep() {
      if (descriptor === undefined) return false;
      // Else a power cut could leave an empty file under the name: a token that can be exchanged once would be lost.
      fsyncSync(descriptor);
      close();
      takeName();
      return true;
    },
    discard() {
      if (close()) remove();
    },
  };
}

/** Whole or not at all; new folders are their owner's, too (0700). */
export function writePrivateFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const made = privateFile(file);
  try {
    made.write(text);
    made.keep();
  } finally {
    made.discard();
  }
}
