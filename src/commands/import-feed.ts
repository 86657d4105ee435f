import { join } from "node:path";
import { type Notice, UserError } from "../errors.ts";
import type { Publication } from "../model/publication.ts";
import { decodePage } from "../read/charset.ts";
import { type FeedItem, readFeed } from "../read/feed.ts";
import { fetchPublic, maskedAddress } from "../read/fetch.ts";
import { listArticles } from "../read/find.ts";
import { hashOf, readMemory, writeMemory } from "../read/memory.ts";
import { makeSlug } from "../read/slug.ts";
import { fromItem, makeFromParts } from "./import-make.ts";
import { saveImport } from "./import-save.ts";
import type { Imported } from "./imported.ts";

/** What happens to an item that a feed brings: it waits for an editor, for its turn, or goes out with the next `due`. */
export type FeedPolicy = "draft" | "queue" | "publish";

export interface NewItemsOptions {
  /** The feed's address. */
  readonly url: string;
  /** Folder of the publication. */
  readonly root: string;
  /** The publication's state folder: what was seen is remembered in it. */
  readonly state: string;
  /** undefined: a plain article, for a person to look at. */
  readonly policy?: FeedPolicy | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly signal: AbortSignal;
  now(): Date;
}

export interface NewItems {
  /** The feed was never read before: all its items count as seen, and none is imported. */
  readonly firstSight: boolean;
  /** How many items the feed holds. */
  readonly total: number;
  readonly imported: readonly (Imported & { readonly title: string })[];
  /** Teasers, images that could not be had, items without words. */
  readonly notices: readonly Notice[];
}

/**
 * Brings the items of a feed that were never seen into content/articles. An item counts as seen by its GUID or by the
 * hash of its words: a feed that changes one of them does not publish everything again.
 * @throws UserError where the feed cannot be had or read.
 */
export async function importNewItems(options: NewItemsOptions): Promise<NewItems> {
  const { url, signal, allowPrivate } = options;
  const fetched = await fetchPublic(url, { signal, allowPrivate });
  const text = decodePage(fetched.bytes, fetched.contentType);
  return importItems(text, fetched.url, { ...options, url: maskedAddress(url) });
}

/** The same of a feed's text that is already here. */
export async function importItems(
  text: string,
  address: string | undefined,
  options: NewItemsOptions,
): Promise<NewItems> {
  const { items } = await readFeed(text, address, options.url);
  const memory = await openSeen(options);
  const seen = (item: FeedItem) => memory.seen.has(item.id) || memory.seen.has(item.hash);
  const fresh = memory.firstSight ? [] : items.filter((item) => !seen(item));
  if (memory.firstSight) await memory.add(items);
  const imported: (Imported & { title: string })[] = [];
  const notices: Notice[] = [];
  // Oldest first, each remembered once its file is there: whatever stops this, the next run goes on from here.
  for (const item of fresh.toReversed()) {
    if (options.signal.aborted) break;
    const made = await importItem(item, options);
    if (made === undefined) notices.push(wordless(item, options.url));
    else imported.push({ ...made, title: made.recovered.title });
    notices.push(...(made?.warnings ?? []).map((message) => ({ code: "feed-item", message })));
    await memory.add([item]);
  }
  // What is known under an old GUID or with old words is known under the new ones too.
  await memory.add(items.filter(seen));
  return { firstSight: memory.firstSight, total: items.length, imported, notices };
}

async function importItem(item: FeedItem, options: NewItemsOptions): Promise<Imported | undefined> {
  const { root, signal, policy, now } = options;
  const found = await fromItem(item);
  const title = found.parts.title;
  if (title === undefined || found.parts.markdown.trim() === "") return undefined;
  const front = {
    draft: { draft: true },
    queue: { queue: true },
    publish: {
      publish_at: now()
        .toISOString()
        .replace(/\.\d+Z$/, "Z"),
    },
  };
  const parts = { ...found.parts, title, ...(policy === undefined ? {} : front[policy]) };
  const slug = await freeSlug(title, root);
  const arguments_ = { slug, cwd: root, json: false };
  const publication: Publication | undefined = undefined;
  const target = { folder: root, publication, allowPrivate: options.allowPrivate ?? false, signal };
  const made = await makeFromParts(arguments_, { ...found, parts }, target);
  await saveImport(made, { folder: root, origin: item.url ?? `${options.url}#${item.id}`, remembers: true });
  return made.imported;
}

/** Two items may have one title ("Morning news"): the second gets a number. */
async function freeSlug(title: string, root: string): Promise<string> {
  const taken = new Set((await listArticles(join(root, "content"))).map(({ slug }) => slug));
  const slug = makeSlug(title);
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? slug : `${slug.slice(0, 74)}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function wordless({ title, url }: FeedItem, feed: string): Notice {
  return {
    code: "feed-item-empty",
    message: `An item of ${feed} has ${title === undefined ? "no title" : `no text ("${title}")`} and was passed over.`,
    ...(url === undefined ? {} : { next: `Import ${url} instead.` }),
  };
}

/** Items that a feed no longer lists stay known this many deep. */
const MOST_SEEN = 20_000;

async function openSeen({ url, state }: NewItemsOptions) {
  const file = join(state, "cache/feeds", `${hashOf(url).slice(0, 16)}.json`);
  const memory = await readMemory(file);
  const known = Array.isArray(memory.seen) ? (memory.seen as string[]) : undefined;
  const seen = new Set(known);
  return {
    firstSight: known === undefined,
    seen,
    add: async (items: readonly FeedItem[]) => {
      const before = seen.size;
      for (const { id, hash } of items) seen.add(id).add(hash);
      if (seen.size === before && known !== undefined) return;
      writeMemory(file, { url, seen: [...seen].slice(-MOST_SEEN) });
    },
  };
}

/** @throws UserError for a source that has no items. */
export function refuseNotFeed(shown: string): never {
  throw new UserError({
    code: "not-a-feed",
    message: `--new is for feeds, and ${shown} is none.`,
    next: "Leave it out, or name the feed's address.",
  });
}
