import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writePrivateFile } from "../../private-file.ts";
import { type FeedDocument, type Item, merged, parseDocument, parseItem } from "./document.ts";
import { FILES, feedFiles, MARK } from "./files.ts";

export interface FeedFolder {
  /** Where the feeds are. */
  readonly folder: string;
  /** Where this machine keeps the items that it wrote, one file each. */
  readonly kept: string;
  /** The most items in a feed. */
  readonly most: number;
}

/** The feed as it stands; undefined where there is none yet. */
export function readFeed({ folder }: FeedFolder): FeedDocument | undefined {
  const text = readText(join(folder, "feed.json"));
  return text === undefined ? undefined : parseDocument(text);
}

/** Files of those names that somebody else made: they are not ours to write over. */
export function strangers({ folder }: FeedFolder): readonly string[] {
  return FILES.filter((name) => {
    const text = readText(join(folder, name));
    if (text === undefined) return false;
    return name === "feed.json" ? parseDocument(text) === undefined : !text.includes(MARK);
  });
}

/**
 * Adds the items of `news` to the three files, each whole or not at all. Runs at the same time leave each other's
 * items in: each keeps its own in a file first, and writes again until nothing has come in meanwhile.
 */
export async function addToFeed(place: FeedFolder, news: FeedDocument): Promise<void> {
  for (const item of news.items) keep(place, item);
  mkdirSync(place.folder, { recursive: true });
  for (let before = ""; ; ) {
    const kept = keptItems(place);
    const now = JSON.stringify(kept);
    if (now === before) return;
    before = now;
    const items = merged([...(readFeed(place)?.items ?? []), ...kept], place.most);
    for (const [name, text] of await feedFiles({ ...news, items: [...items] })) {
      replace(join(place.folder, name), text);
    }
    forgetOld(place, items);
  }
}

const fileOf = ({ kept }: FeedFolder, { id }: Item) =>
  join(kept, `${createHash("sha256").update(id).digest("hex").slice(0, 32)}.json`);

function keep(place: FeedFolder, item: Item): void {
  const file = fileOf(place, item);
  const before = readItem(file);
  const [best = item] = merged(before === undefined ? [item] : [before, item], 1);
  writePrivateFile(file, JSON.stringify(best));
}

function keptItems({ kept }: FeedFolder): readonly Item[] {
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const files = readdirSync(kept).filter((name) => name.endsWith(".json"));
  return files
    .toSorted()
    .map((name) => readItem(join(kept, name)))
    .filter((item) => item !== undefined);
}

function readItem(file: string): Item | undefined {
  const text = readText(file);
  return text === undefined ? undefined : parseItem(text);
}

/** What no feed has room for any more. */
function forgetOld(place: FeedFolder, items: readonly Item[]): void {
  const last = items.length < place.most ? undefined : items.at(-1);
  if (last === undefined) return;
  const isOld = ({ date_published }: Item) => Date.parse(date_published) < Date.parse(last.date_published);
  for (const item of keptItems(place).filter(isOld)) rmSync(fileOf(place, item), { force: true });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whoever reads the file meanwhile gets the old one, whole. A name with a dot is not served, should we die here. */
function replace(file: string, text: string): void {
  const half = join(dirname(file), `.${basename(file)}.${crypto.randomUUID()}.tmp`);
  try {
    writeFileSync(half, text);
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}
