import { randomBytes } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { UserError } from "../errors.ts";
import { whyRefused } from "../model/disk.ts";

/** A file of addresses in the making (0600). Nothing stands under its name until it is kept. */
export interface PrivateFile {
  write(text: string): void;
  /** Gives it its name. @returns false if nothing was ever written: then there is no file. */
  keep(): boolean;
  /** Does nothing once it is kept. */
  discard(): void;
}

/** @throws UserError, from its methods, where the file cannot be written. */
export function privateFile(file: string): PrivateFile {
  const draft = `${file}.new-${randomBytes(6).toString("hex")}`;
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor === undefined) return false;
    closeSync(descriptor);
    descriptor = undefined;
    return true;
  };
  return {
    write: (text) =>
      told(file, () => {
        descriptor ??= openSync(draft, "wx", 0o600);
        writeSync(descriptor, text);
      }),
    keep: () =>
      told(file, () => {
        const isWritten = close();
        if (isWritten) renameSync(draft, file);
        return isWritten;
      }),
    discard() {
      if (close()) rmSync(draft, { force: true });
    },
  };
}

function told<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UserError({
      code: "unwritable",
      message: `This file cannot be written: ${whyRefused(error)}.`,
      next: "Name another place, or free some space.",
      place: { file },
    });
  }
}
