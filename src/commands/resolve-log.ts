import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Fate, type MailLog, readMailLog } from "../deliver/mail-log.ts";
import { EXIT, UserError } from "../errors.ts";
import { messageName } from "../model/delivery.ts";
import { whyRefused } from "../model/disk.ts";
import type { DeliveryRow, Ledger } from "../model/ledger.ts";
import { count } from "../report/human.ts";
import type { Result } from "./command.ts";

/** Accounts keep no mail log. */
const MAIL = "email";

/**
 * Settles the article's uncertain mails by what the mail server wrote down.
 * @throws UserError for a file that cannot be read, or holds no line of a mail log.
 */
export async function resolveFromLog(
  ledger: Ledger,
  options: { slug: string; channels: readonly string[]; file: string; cwd: string; at: Date },
): Promise<Result> {
  const { slug, channels, file, cwd, at } = options;
  const open = (await ledger.deliveries({ slug, states: ["uncertain"] })).filter(({ key }) =>
    channels.includes(key.channel),
  );
  const mails = open.filter(({ key }) => key.channel === MAIL);
  const names = new Set(mails.map(({ key }) => messageName(key)));
  const log = await readLog(resolve(cwd, file), file, names, at);
  const counts = { taken: 0, absent: 0, unknown: open.length - mails.length };
  for (const row of mails) {
    const fate = log.fateOf(soughtOf(row));
    await settle(ledger, row, fate, at);
    counts[fate.kind] += 1;
  }
  return settled(slug, counts);
}

function soughtOf({ key, at, firstTriedAt }: DeliveryRow) {
  return { name: messageName(key), from: firstTriedAt ?? new Date(at), to: new Date(at) };
}

async function settle(ledger: Ledger, { key }: DeliveryRow, fate: Fate, at: Date): Promise<void> {
  if (fate.kind === "absent") return ledger.decide(key, "absent", at);
  if (fate.kind !== "taken") return;
  await ledger.decide(key, { text: "taken, says the mail server's log", messageId: fate.messageId }, at);
}

async function readLog(path: string, file: string, names: ReadonlySet<string>, now: Date): Promise<MailLog> {
  const log = await readMailLog(openLines(path, file), names, now);
  if (log.from !== undefined) return log;
  throw new UserError({
    code: "not-a-mail-log",
    message: "No line of this file begins with a time, as those of a mail log do.",
    next: "Give the log that the mail server wrote, such as /var/log/mail.log; it may be gzipped.",
    place: { file },
  });
}

/** A log of any size, gzipped or not: which, its first two bytes say (RFC 1952). */
async function* openLines(path: string, file: string): AsyncGenerator<string> {
  try {
    const isPacked = isGzip(path);
    const source = createReadStream(path);
    yield* linesOf(isPacked ? pipeline(source, createGunzip(), () => undefined) : source);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** What is longer is no line of a log, and must not fill the memory. */
const LONGEST_LINE = 1_000_000;

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > LONGEST_LINE) rest = "";
  }
  if (rest !== "") yield rest;
}

function isGzip(path: string): boolean {
  const descriptor = openSync(path, "r");
  try {
    const start = Buffer.alloc(2);
    readSync(descriptor, start);
    return start.equals(Buffer.from([0x1f, 0x8b]));
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(file: string, error: unknown): UserError {
  return new UserError({
    code: "log-unreadable",
    message: `This log cannot be read: ${whyRefused(error)}.`,
    next: "Check its name and permissions; nothing was decided.",
    place: { file },
  });
}

function settled(slug: string, { taken, absent, unknown }: Readonly<Record<Fate["kind"], number>>): Result {
  const parts = [
    `${count(taken)} found in the log and settled as sent`,
    `${count(absent)} not there and pending again`,
    `${count(unknown)} still uncertain`,
  ];
  const next =
    absent > 0
      ? `\nNext: pressrun publish ${slug}`
      : unknown > 0
        ? "\nA log that begins before the try and ends after it tells more."
        : "";
  return {
    exit: unknown > 0 ? EXIT.incomplete : EXIT.done,
    json: () => ({
      article: slug,
      state: "uncertain",
      decision: "from-log",
      sent: taken,
      pending: absent,
      uncertain: unknown,
    }),
    text: () => `${parts.join(", ")}.${next}`,
  };
}
