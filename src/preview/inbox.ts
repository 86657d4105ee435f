import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { headOf, parse } from "./letter.ts";

export interface InboxEntry {
  /** The article that it was sent for. */
  readonly slug: string;
  /** Name of its file. */
  readonly name: string;
  readonly to: string;
  readonly subject: string;
  /** When it arrived, ISO 8601 UTC. */
  readonly at: string;
}

export interface Inbox {
  /** Newest first. */
  readonly mails: readonly InboxEntry[];
  /** Also those that are not listed. */
  readonly total: number;
}

/** Longer header blocks are cut in the list: no mail of ours has one. */
const HEAD_BYTES = 16_384;

/** What the sandbox's inbox holds. A folder that is not there is an empty inbox. */
export async function listInbox(folder: string, most: number): Promise<Inbox> {
  const slugs = await Promise.all((await slugsIn(folder)).map(async (slug) => mailsIn(folder, slug)));
  const total = slugs.reduce((sum, { length }) => sum + length, 0);
  // Names begin with a number that grows: of each article only the last can be among the newest.
  const last = slugs.flatMap((mails) => mails.toSorted(byNumber).slice(Math.max(0, mails.length - most)));
  const dated = await Promise.all(
    last.map(async (each) => ({ ...each, at: await arrivedAt(join(folder, each.slug, each.name)) })),
  );
  const newest = dated.toSorted((a, b) => b.at - a.at || byNumber(b, a)).slice(0, most);
  return { mails: await Promise.all(newest.map((each) => entryOf(folder, each))), total };
}

function byNumber(a: { name: string }, b: { name: string }): number {
  return Number.parseInt(a.name, 10) - Number.parseInt(b.name, 10);
}

/** The bytes of a mail that the inbox lists; undefined for any other name, whatever path it spells. */
export async function readMail(folder: string, slug: string, name: string): Promise<Uint8Array | undefined> {
  if (!(await slugsIn(folder)).includes(slug)) return undefined;
  const isThere = (await mailsIn(folder, slug)).some((mail) => mail.name === name);
  return isThere ? readFile(join(folder, slug, name)) : undefined;
}

async function slugsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function mailsIn(folder: string, slug: string): Promise<{ slug: string; name: string }[]> {
  const entries = await readdir(join(folder, slug), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".eml"))
    .map(({ name }) => ({ slug, name }));
}

async function entryOf(folder: string, { slug, name, at }: { slug: string; name: string; at: number }) {
  const head = await parse(headOf(await firstBytes(join(folder, slug, name))));
  const to = head.to?.map((each) => each.address ?? "").join(", ") ?? "";
  return { slug, name, to, subject: head.subject ?? "", at: new Date(at).toISOString() };
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function arrivedAt(file: string): Promise<number> {
  return (await stat(file)).mtimeMs;
}
