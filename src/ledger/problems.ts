import { EXIT, UserError } from "../errors.ts";
import { whyRefused } from "../model/disk.ts";

interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

const BUSY: Trouble = {
  code: "ledger-busy",
  message: "Another pressrun kept the ledger busy for too long.",
  next: "Wait until it is done and run this again.",
};
const FORBIDDEN: Trouble = {
  code: "ledger-forbidden",
  message: "The ledger cannot be opened or written here.",
  next: "Check the permissions of the file and its folder.",
};
const MISSING: Trouble = {
  code: "file-missing",
  message: "There is no such file or folder.",
  next: "Check the name.",
};
const FOLDER: Trouble = {
  code: "not-a-file",
  message: "This is a folder, not a file.",
  next: "Check the name.",
};
const DISK: Trouble = {
  code: "ledger-disk",
  message: "The disk did not take the ledger's data.",
  next: "Free some space and run this again: what was recorded before is kept.",
};
const DAMAGED: Trouble = {
  code: "ledger-damaged",
  message: "This is not a readable ledger: the file is damaged, cut short, or something else.",
  next: "Keep a copy of it and put a backup in its place with `pressrun restore FILE`.",
};

/** By SQLite's primary result code: https://www.sqlite.org/rescode.html */
const BY_SQLITE_CODE = new Map<number, Trouble>([
  [3, FORBIDDEN], // PERM
  [5, BUSY],
  [8, FORBIDDEN], // READONLY
  [10, DISK], // IOERR
  [11, DAMAGED], // CORRUPT
  [13, DISK], // FULL
  [14, FORBIDDEN], // CANTOPEN
  [26, DAMAGED], // NOTADB
]);

const BY_SYSTEM_CODE = new Map<string, Trouble>([
  ["EBUSY", BUSY],
  ["ENOENT", MISSING],
  ["EISDIR", FOLDER],
  ...["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENAMETOOLONG"].map(
    (code) => [code, FORBIDDEN] as const,
  ),
  ...["ENOSPC", "EDQUOT", "EIO", "EFBIG"].map((code) => [code, DISK] as const),
]);

/** What the disk or another process did to `file`, as a UserError; any other error comes back as it is. */
export function explain(error: unknown, file: string): unknown {
  const trouble = troubleOf(error);
  if (trouble === undefined) return error;
  // What MISSING and FOLDER say is all there is to say.
  const detail = [MISSING, FOLDER].includes(trouble) ? "" : ` (${whyRefused(error)})`;
  return new UserError(
    { ...trouble, message: `${trouble.message.slice(0, -1)}${detail}.`, place: { file: asKnown(file) } },
    trouble === BUSY ? EXIT.stopped : EXIT.refused,
  );
}

/** Without the end of the name under which a new file is made, which nobody knows. */
const asKnown = (file: string) => file.replace(/\.(?:new|restore)-[0-9a-f]{12}$/, "");

function troubleOf(error: unknown): Trouble | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (code === "ERR_SQLITE_ERROR" && typeof errcode === "number") return BY_SQLITE_CODE.get(errcode & 0xff);
  return typeof code === "string" ? BY_SYSTEM_CODE.get(code) : undefined;
}

/** Runs `work`, explaining what goes wrong with `file`. */
export function explained<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error, file);
  }
}
