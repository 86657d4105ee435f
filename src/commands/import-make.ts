import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { Publication } from "../model/publication.ts";
import { picturesBeside } from "../read/beside.ts";
import { decodePage } from "../read/charset.ts";
import { readDocx } from "../read/docx.ts";
import { type Feed, type FeedItem, readFeed } from "../read/feed.ts";
import { showPath } from "../read/find.ts";
import { keepImages } from "../read/images.ts";
import { readMarkdown } from "../read/markdown.ts";
import { type Dropped, readFragment, readPage } from "../read/page/index.ts";
import { type ArticleParts, partsOfText, toArticleFile } from "../read/save.ts";
import { makeSlug, SLUG, slugify } from "../read/slug.ts";
import { decode } from "../read/source.ts";
import { recoverText } from "../read/text.ts";
import type { GlobalArguments } from "./command.ts";
import type { Source } from "./import-source.ts";
import { fromMarkdown, fromPage, fromText, type Imported } from "./imported.ts";

/** A file to be written, and what to say of it. */
export interface Made {
  readonly imported: Imported;
  readonly text: string;
  /** Absolute path. */
  readonly file: string;
  /** By name, for the folder beside the file that has the slug's name. */
  readonly images?: ReadonlyMap<string, Uint8Array> | undefined;
}

export interface Target {
  readonly folder: string;
  readonly publication: Publication | undefined;
  /** Images may be fetched from addresses of this machine and its network too. */
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
}

export interface MakeArguments {
  readonly slug?: string | undefined;
  readonly title?: string | undefined;
}

type Arguments = MakeArguments & GlobalArguments;

/** @throws UserError where no article can be made of it. */
export async function makeFile(args: Arguments, source: Source, target: Target): Promise<Made> {
  if (args.slug !== undefined && !SLUG.test(args.slug))
    throw usage(`--slug ${args.slug} is not a slug: up to 80 of a-z, 0-9 and -.`, "Choose another one.");
  if (source.kind === "markdown") return makeFromMarkdown(args, source, target);
  if (source.kind === "text") return makeFromText(args, source, target);
  const found = await readHtml(source);
  const title = args.title ?? found.parts.title;
  if (title === undefined) {
    throw new UserError({
      code: "no-title",
      message: `${source.shown} has no headline and no title.`,
      next: "Give one with --title.",
    });
  }
  return makeFromParts(args, { ...found, parts: { ...found.parts, title }, name: source.name }, target);
}

/** An article as its source tells it, before it has a file. */
export interface Found {
  readonly parts: Omit<ArticleParts, "title"> & { readonly title?: string | undefined };
  readonly dropped: readonly Dropped[];
  readonly warnings: readonly string[];
  readonly embedded?: ReadonlyMap<string, Uint8Array> | undefined;
}

async function readHtml(source: Source): Promise<Found> {
  const { bytes, contentType, shown, url } = source;
  if (source.kind === "feed")
    return newestOf(await readFeed(decodePage(bytes, contentType), url, shown), shown);
  const word = source.kind === "docx" ? await readDocx(bytes, shown) : undefined;
  const beside = source.path === undefined || word !== undefined ? undefined : picturesBeside(source.path);
  const around = { title: word?.title, author: word?.author, local: beside?.addressOf };
  const page = await readPage(word?.html ?? decodePage(bytes, contentType), url, around);
  if (page.markdown.trim() === "") {
    throw new UserError({
      code: "no-article",
      message: `There is no article's text in ${shown}; pages that are made by scripts hold none.`,
      next: "Open it in a browser, copy the article's text into a .txt file and import that.",
    });
  }
  const { dropped, siteName: _, lost, ...parts } = page;
  const embedded = word?.images ?? (await beside?.read());
  return { parts, dropped, warnings: lost.length === 0 ? [] : [lostPictures(lost)], embedded };
}

function lostPictures(lost: readonly string[]): string {
  const [first = ""] = lost;
  const others = lost.length === 1 ? "" : ` and ${lost.length - 1} more`;
  return `${first.slice(0, 100)}${others}: no such picture lies beside the page, and the page does not say where it comes from.`;
}

async function newestOf({ items }: Feed, shown: string): Promise<Found> {
  const [newest] = items.toSorted((a, b) => (b.date ?? "").localeCompare(a.date ?? ""));
  if (newest === undefined)
    throw new UserError({
      code: "empty-feed",
      message: `The feed ${shown} has no items.`,
      next: "Try again later.",
    });
  const found = await fromItem(newest);
  if (items.length === 1) return found;
  const others = `The feed has ${items.length - 1} more; --new imports what it brings from now on.`;
  return { ...found, warnings: [...found.warnings, others] };
}

/** An item of a feed as an article. */
export async function fromItem(item: FeedItem): Promise<Found> {
  const { title, url, author, date, description, image, tags, language } = item;
  const { markdown, dropped } = await readFragment(item.html, url, { title, description, author });
  const teaser = `The feed carries only the start of "${title ?? url ?? item.id}"; ${url === undefined ? "it names no page with the whole" : `the whole is at ${url}: import that address instead`}.`;
  return {
    parts: {
      title,
      description,
      date,
      author,
      url,
      image: image === undefined ? undefined : { src: image, alt: "" },
      language,
      tags,
      markdown,
    },
    dropped,
    warnings: item.teaser ? [teaser] : [],
  };
}

interface Whole extends Found {
  readonly parts: ArticleParts;
  readonly name?: string | undefined;
}

/** Names the article and brings its images home. */
export async function makeFromParts(args: Arguments, found: Whole, target: Target): Promise<Made> {
  const name = nameFile(args, found.parts.title, found.name, target);
  const { signal, allowPrivate } = target;
  const { parts, files, warnings } = await keepImages(found.parts, {
    folder: name.slug,
    embedded: found.embedded,
    allowPrivate,
    signal,
  });
  const imported = fromPage(parts, found.dropped, name);
  return {
    imported: { ...imported, warnings: [...found.warnings, ...warnings] },
    text: toArticleFile(parts),
    file: name.path,
    images: files,
  };
}

export function usage(message: string, next: string): UserError {
  return new UserError({ code: "usage", message, next });
}

async function makeFromText(args: Arguments, source: Source, target: Target): Promise<Made> {
  const recovered = recoverText(decode(source.bytes, source.shown), args.title);
  if (recovered.title === undefined) {
    throw new UserError({
      code: "no-title",
      message: `No line of ${source.shown} looks like a title.`,
      next: "Put the title on its first line, or give it with --title.",
    });
  }
  const { title } = recovered;
  const name = nameFile(args, title, source.name, target);
  const imported = fromText({ ...recovered, title }, name);
  return { imported, text: toArticleFile(partsOfText({ ...recovered, title })), file: name.path };
}

interface Named {
  readonly slug: string;
  /** As the user would type it. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
}

function nameFile(args: Arguments, title: string, sourceName: string | undefined, { folder }: Target): Named {
  const slug = args.slug ?? makeSlug(title, sourceName);
  const path = articlePath(folder, slug);
  return { slug, file: showPath(path, args.cwd), path };
}

/** Stands for the slug until the title is read. */
const NO_SLUG = "-";

/** Markdown is copied as it stands, once it was read without a fault; only its file's name becomes the slug. */
async function makeFromMarkdown(
  args: Arguments,
  source: Source,
  { folder, publication }: Target,
): Promise<Made> {
  const { shown, name } = source;
  if (args.title !== undefined)
    throw usage("--title is for copied text and pages.", "Write the title in the front matter.");
  const text = decode(source.bytes, shown);
  const named = args.slug ?? slugify(name ?? "") ?? NO_SLUG;
  const { article, notices } = await readMarkdown(text, {
    file: articlePath(folder, named),
    shown,
    root: folder,
    timezone: publication?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  if (args.slug !== undefined && article.slug !== args.slug) {
    throw usage(
      `${shown} says \`slug: ${article.slug}\`, and --slug says ${args.slug}.`,
      "Change the one in the front matter, or leave --slug out.",
    );
  }
  const slug = article.slug === NO_SLUG ? makeSlug(article.title) : article.slug;
  const file = articlePath(folder, slug);
  return { imported: fromMarkdown(article, notices, { slug, file: showPath(file, args.cwd) }), text, file };
}

function articlePath(folder: string, slug: string): string {
  return join(folder, "content", "articles", `${slug}.md`);
}
