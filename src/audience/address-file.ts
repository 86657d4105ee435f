import { UserError } from "../errors.ts";
import { whyRefused } from "../model/disk.ts";
import { type PrivateFile, privateFile } from "../private-file.ts";

/** A file of addresses that the user asked for. @throws UserError, from its methods, where it cannot be written. */
export function addressFile(file: string): PrivateFile {
  const made = privateFile(file);
  return {
    write: (text) => told(file, () => made.write(text)),
    keep: () => told(file, () => made.keep()),
    discard: () => made.discard(),
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
