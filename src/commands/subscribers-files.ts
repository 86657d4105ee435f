import { createReadStream, existsSync } from "node:fs";
import { resolve } from "node:path";
import { addressFile } from "../audience/address-file.ts";
import { csvLine } from "../audience/csv.ts";
import { toCsv, toJsonLines } from "../audience/export.ts";
import { type ImportReport, importSubscribers } from "../audience/import.ts";
import { EXIT, UserError } from "../errors.ts";
import { whyRefused } from "../model/disk.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Subscriber } from "../model/subscriber.ts";
import { count, shortPath } from "../report/human.ts";
import type { Io, Result } from "./command.ts";
import { keepHeapSmall } from "./lean.ts";

/** What the person said of a file: its name as typed, and the folder that it starts from. */
interface FileArguments {
  readonly value: string;
  readonly cwd: string;
  readonly json: boolean;
}

type ImportIo = Pick<Io, "stdin" | "now" | "err">;

/** Adds the list in a file, or on standard input for "-". Rows left out go to a new `<file>.rejected.csv`. */
export async function importList(ledger: Ledger, args: FileArguments, io: ImportIo): Promise<Result> {
  keepHeapSmall();
  const isStdin = args.value === "-";
  const file = resolve(args.cwd, isStdin ? "stdin" : args.value);
  const rejectedFile = newRejectedFile(file);
  const rejects = addressFile(rejectedFile);
  let isFirst = true;
  try {
    const report = await importSubscribers(isStdin ? io.stdin : readFile(file), {
      name: isStdin ? "standard input" : args.value,
      subscribers: ledger.subscribers,
      at: io.now(),
      onProgress: args.json ? () => undefined : progressOn(io),
      onRejected({ line, reason, text }) {
        if (isFirst) rejects.write(csvLine(["line", "reason", "row"]));
        isFirst = false;
        rejects.write(csvLine([String(line), reason, text]));
      },
    });
    return imported(report, rejects.keep() ? rejectedFile : undefined, args.cwd);
  } finally {
    rejects.discard();
  }
}

/** Named so that a publication's .gitignore keeps it out of git: there are addresses in it. */
function newRejectedFile(file: string): string {
  const named = (number: number) => `${file}.rejected${number === 1 ? "" : `-${number}`}.csv`;
  let number = 1;
  while (existsSync(named(number))) number++;
  return named(number);
}

/** @throws UserError where it cannot be read. */
async function* readFile(file: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(file);
  } catch (error) {
    throw new UserError({
      code: "unreadable",
      message: `This file cannot be read: ${whyRefused(error)}.`,
      next: "Check the name and the permissions.",
      place: { file },
    });
  }
}

const FIRST_SHOWN_MS = 1_000;
const SHOWN_EVERY_MS = 2_000;

/** How long a list is shows only at its end: a count instead of a bar. */
function progressOn(io: ImportIo): (rows: number) => void {
  let nextAt = io.now().getTime() + FIRST_SHOWN_MS;
  return (rows) => {
    const now = io.now().getTime();
    if (now < nextAt) return;
    nextAt = now + SHOWN_EVERY_MS;
    io.err(`${count(rows)} rows read\n`);
  };
}

function imported(report: ImportReport, rejectedFile: string | undefined, cwd: string): Result {
  const { added, updated, unchanged, suppressed, rejected } = report;
  const parts = [
    [added, "added"],
    [updated, "updated"],
    [unchanged, "already there"],
    [suppressed, "suppressed, and stay so"],
    [rejected, `left out: see ${shortPath(rejectedFile ?? "", cwd)}`],
  ] as const;
  const told = parts.filter(([number], index) => index === 0 || number > 0);
  return {
    exit: EXIT.done,
    json: () => ({ ...report, rejectedFile: rejectedFile ?? null }),
    text: () => told.map(([number, words]) => `${count(number)} ${words}`).join("\n"),
  };
}

/** Writes the list to a new file, as JSON lines if it is named so, else as CSV; without a file, or for "-", it is the result. */
export async function exportList(
  ledger: Ledger,
  { value, cwd }: { readonly value?: string | undefined; readonly cwd: string },
): Promise<Result> {
  if (value === undefined || value === "-") return exportToOutput([...ledger.subscribers.list()]);
  const file = resolve(cwd, value);
  if (existsSync(file))
    throw new UserError({
      code: "file-exists",
      message: "There is a file of this name already.",
      next: "Name a new one.",
      place: { file },
    });
  writeList(ledger, file);
  const people = await ledger.subscribers.count();
  return {
    exit: EXIT.done,
    json: () => ({ file, subscribers: people }),
    text: () => `${count(people)} readers are in ${shortPath(file, cwd)}. Keep it private.`,
  };
}

function exportToOutput(people: readonly Subscriber[]): Result {
  return {
    exit: EXIT.done,
    json: () => people,
    text: () => [...toCsv(() => people)].join("").trimEnd(),
  };
}

function writeList({ subscribers }: Ledger, file: string): void {
  const isJson = /\.(jsonl|ndjson|json)$/i.test(file);
  const target = addressFile(file);
  try {
    target.write("");
    for (const line of isJson ? toJsonLines(subscribers.list()) : toCsv(() => subscribers.list()))
      target.write(line);
    target.keep();
  } finally {
    target.discard();
  }
}
