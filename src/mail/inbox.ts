import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, unlink, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from "smtp-server";

/** A mail server on this machine that keeps what it is given as files. */
export interface Inbox {
  /** smtp://127.0.0.1:PORT */
  readonly url: string;
  /** Mails taken since it was started. */
  count(): number;
  close(): Promise<void>;
}

/**
 * The sandbox's mail server, on loopback alone. Each mail becomes `<slug>/NNNN-<address>.eml` (0600) in `folder`
 * (0700), complete before the server says 250. Nothing is overwritten: a mail that came twice is there twice.
 */
export async function startInbox(folder: string): Promise<Inbox> {
  const { SMTPServer } = await import("smtp-server");
  const boxes = new Map<string, Promise<Box>>();
  const boxOf = (slug: string) => {
    const box = boxes.get(slug) ?? openBox(join(folder, slug));
    boxes.set(slug, box);
    return box;
  };
  let count = 0;
  const server = new SMTPServer({
    ...LOOPBACK_ONLY,
    onData(stream, session, done) {
      keepAll(boxOf, stream, session).then((kept) => {
        count += kept;
        done();
      }, done);
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.server.address() as AddressInfo).port));
  });
  // A client that vanishes is no concern of the sandbox.
  server.on("error", () => {});
  return {
    url: `smtp://127.0.0.1:${port}`,
    count: () => count,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const LOOPBACK_ONLY: SMTPServerOptions = {
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  // A look-up would leave this machine.
  disableReverseLookup: true,
  closeTimeout: 1_000,
};

interface Box {
  readonly folder: string;
  next: number;
}

async function openBox(folder: string): Promise<Box> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder, next: (await lastNumber(folder)) + 1 };
}

/** Our mails name their article in the header of the feedback loop. */
function slugOf(message: Buffer): string {
  const headers = message.subarray(0, message.indexOf("\r\n\r\n")).toString("latin1");
  return /^Feedback-ID: ([a-z0-9-]+):/im.exec(headers)?.[1] ?? "other";
}

/** @returns how many files were written: one for each recipient. */
async function keepAll(
  boxOf: (slug: string) => Promise<Box>,
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
): Promise<number> {
  const message = await buffer(stream);
  const box = await boxOf(slugOf(message));
  for (const { address } of envelope.rcptTo) await keep(box, address, message);
  return envelope.rcptTo.length;
}

/** Written under another name and then linked, which fails where the name is taken. */
async function keep(box: Box, address: string, message: Buffer): Promise<void> {
  const draft = join(box.folder, `.${randomUUID()}`);
  await writeFile(draft, message, { mode: 0o600, flag: "wx" });
  try {
    while (!(await linkFree(draft, join(box.folder, fileName(box.next++, address)))));
  } finally {
    await unlink(draft);
  }
}

async function linkFree(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Safe on every file system whatever the address holds. */
function fileName(number: number, address: string): string {
  const safe = address.replace(/[^A-Za-z0-9@._+-]/g, "_").slice(0, 120);
  return `${String(number).padStart(4, "0")}-${safe}.eml`;
}

async function lastNumber(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number.parseInt(name, 10)).filter(Number.isFinite);
  return numbers.reduce((last, number) => Math.max(last, number), 0);
}
