import { getSystemErrorMessage } from "node:util";

/** What the system refuses about a file, by its code (errno(3)), as a sentence goes on after a colon. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a folder on the way to it is a file",
  EISDIR: "it is a folder, not a file",
  EEXIST: "there is something else of this name",
  ENOTEMPTY: "the folder is not empty",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk space allowed to this user is used up",
  EFBIG: "the file would be larger than this system allows",
  EIO: "the disk reports an error",
  ELOOP: "its symbolic links lead round in circles",
  ENAMETOOLONG: "its name is longer than the system allows",
  EMFILE: "this program has too many files open",
  ENFILE: "the machine has too many files open",
  EBUSY: "something else is using it",
  ETXTBSY: "something else is using it",
  ESTALE: "the network's disk that it is on went away",
  ENXIO: "it is neither a file nor a folder",
};

/** "ENOENT"; "" for what is not an error of the system. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/**
 * Why the system refused a file, for a sentence such as "a.md cannot be read: permission denied."; never a raw code,
 * nor the name of a temporary file that nobody knows.
 * @returns undefined for any other error.
 */
export function refusalOf(error: unknown): string | undefined {
  const known = REFUSALS[codeOf(error)];
  if (known !== undefined) return known;
  const { errno, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof errno === "number" && syscall !== undefined ? getSystemErrorMessage(errno) : undefined;
}

/** The same where the error is surely about a file, whatever it is. */
export function whyRefused(error: unknown): string {
  return refusalOf(error) ?? (error instanceof Error ? error.message : String(error));
}
