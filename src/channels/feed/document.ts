import { createHash } from "node:crypto";
import * as z from "zod";
import type { Edition, Post } from "../../model/edition.ts";
import { summaryOf } from "../summary.ts";

// JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). feed.json is what the other two files are made from.

const item = z.object({
  id: z.string(),
  url: z.string().optional(),
  title: z.string(),
  summary: z.string().optional(),
  content_html: z.string().optional(),
  content_text: z.string().optional(),
  image: z.string().optional(),
  date_published: z.iso.datetime({ offset: true }),
  date_modified: z.iso.datetime({ offset: true }).optional(),
  authors: z.array(z.object({ name: z.string() })).optional(),
  tags: z.array(z.string()).optional(),
  language: z.string().optional(),
  /** An extension of ours; its names begin with an underscore. */
  _pressrun: z.object({ revision: z.int(), image_alt: z.string().optional() }),
});
export type Item = z.infer<typeof item>;

const document = z.object({
  version: z.literal("https://jsonfeed.org/version/1.1"),
  title: z.string(),
  home_page_url: z.string().optional(),
  feed_url: z.string().optional(),
  description: z.string().optional(),
  language: z.string(),
  hubs: z.array(z.object({ type: z.literal("WebSub"), url: z.string() })).optional(),
  /** The name of the feed, whatever its title and address. Without it a file is not one of ours. */
  _pressrun: z.object({ id: z.string() }),
  items: z.array(item),
});
export type FeedDocument = z.infer<typeof document>;

export interface FeedWishes {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Where the folder is on the web, with a slash at its end. */
  readonly address?: string | undefined;
  readonly hub?: string | undefined;
  /** The whole text, too. */
  readonly content: boolean;
}

/** A feed of this article alone; members that are undefined are left out when it is written. */
export function documentOf({ publication, ...rest }: Edition, post: Post, wishes: FeedWishes): FeedDocument {
  const { title = publication.name, description, address, hub } = wishes;
  return {
    version: "https://jsonfeed.org/version/1.1",
    title: clean(title),
    home_page_url: publication.url,
    feed_url: address && `${address}feed.json`,
    description: description && clean(description),
    language: publication.language,
    hubs: hub === undefined ? undefined : [{ type: "WebSub", url: hub }],
    _pressrun: { id: uuid(publication.url ?? publication.name) },
    items: [itemOf({ publication, ...rest }, post, wishes)],
  };
}

function itemOf({ article, publication, revision, at }: Edition, post: Post, { content }: FeedWishes): Item {
  const summary = clean(summaryOf(post));
  return {
    id: uuid(publication.url ?? publication.name, article.slug),
    url: article.url,
    title: clean(article.title),
    summary: summary === "" ? undefined : summary,
    ...(content ? { content_html: clean(article.html) } : { content_text: summary }),
    image: post.picture?.url,
    date_published: article.date ?? at.toISOString(),
    date_modified: revision > 0 ? at.toISOString() : undefined,
    authors: article.author === undefined ? undefined : [{ name: clean(article.author) }],
    tags: article.tags.length > 0 ? article.tags.map(clean) : undefined,
    language: article.language,
    _pressrun: { revision, image_alt: post.picture?.alt },
  };
}

/** What XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets) is left out of all three. */
const clean = (text: string) =>
  text.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");

/** A name that stays when titles, addresses and dates change, in the form of a UUID (RFC 9562, version 8). */
function uuid(...names: readonly string[]): string {
  const hex = createHash("sha256").update(names.join("\0")).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

/** undefined for what is not one of ours. */
export const parseDocument = (text: string) => parsed(text, document);
export const parseItem = (text: string) => parsed(text, item);

function parsed<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** One item an article, the newest first. A correction takes the place of what it corrects, and keeps its date. */
export function merged(items: readonly Item[], most: number): readonly Item[] {
  const byId = new Map<string, Item>();
  for (const next of items) {
    const before = byId.get(next.id);
    if (before !== undefined && before._pressrun.revision > next._pressrun.revision) continue;
    byId.set(next.id, { ...next, date_published: before?.date_published ?? next.date_published });
  }
  const newest = (a: Item, b: Item) =>
    Date.parse(b.date_published) - Date.parse(a.date_published) || (a.id < b.id ? -1 : 1);
  return [...byId.values()].toSorted(newest).slice(0, most);
}
