import { UserError } from "../errors.ts";
import type { Post, PostPart } from "../model/edition.ts";
import { excess, type Limits, lengthOf } from "../model/limits.ts";
import { linksIn } from "../model/links.ts";
import { dropTrailingClause } from "./clauses.ts";
import { sentencesTogether } from "./sentences.ts";
import { shortenTo } from "./shorten.ts";

/** What a post is made of: text as the template gives it, and the places to fill. */
export type Layout = readonly (string | Field)[];
export type Field = { readonly field: "summary" | "link" | "tags" | "footer" };

export interface PostContent {
  readonly channel: string;
  readonly limits: Limits;
  readonly layout: Layout;
  /** The best first; the second one may be left out. */
  readonly sentences: readonly string[];
  /** The same in the order in which they are read together, where that is another. */
  readonly inOrder?: readonly string[] | undefined;
  /** Says what the article is, where no part of the summary fits. */
  readonly title: string;
  readonly url?: string | undefined;
  /** Without `#`, the most telling first. */
  readonly tags: readonly string[];
  readonly footer?: string | undefined;
  /** BCP 47. */
  readonly language: string;
}

/** One way to fill the layout. */
export interface Filling {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly footer?: string | undefined;
}

/**
 * The post that says most within the network's limits. What does not fit goes in this order: the footer, the tags
 * after the first, the second sentence, a trailing clause that nothing depends on, the last tag; then the sentence
 * ends in an ellipsis. The link always stays.
 * @throws UserError where even the link alone is too long.
 */
export function fitPost(content: PostContent): readonly PostPart[] {
  const { limits, tags, footer, title, language } = content;
  const fits = (filling: Filling) => isWithin(fill(content, filling), limits);
  const { sentences, inOrder = sentences } = content;
  const said = (sentence: string) => sentence !== "";
  const first = sentences.find(said) ?? "";
  const texts = [sentencesTogether(inOrder.filter(said)), first, dropTrailingClause(first, language)].filter(
    (text) => text !== undefined,
  );
  const some = tags.slice(0, 1);
  const found =
    texts.map((summary): Filling => ({ summary, tags: some })).find(fits) ??
    texts.map((summary): Filling => ({ summary, tags: [] })).find(fits);
  const summary =
    found?.summary ??
    cutTo([texts.at(-1) ?? "", title], language, (text) => fits({ summary: text, tags: [] }));
  const kept = tags.findLastIndex((_, index) => fits({ summary, tags: tags.slice(0, index + 1) }));
  const filling: Filling = { summary, tags: tags.slice(0, kept + 1) };
  const withFooter = { ...filling, footer };
  const parts = fill(content, fits(withFooter) ? withFooter : filling);
  if (isWithin(parts, limits)) return parts;
  throw tooLong(
    content.channel,
    parts,
    limits,
    "The link alone",
    "Shorten the article's url, or leave this channel out.",
  );
}

/** The start of the first text of which a word fits; "" where nothing does. */
function cutTo(texts: readonly string[], language: string, fits: (text: string) => boolean): string {
  for (const text of texts) {
    if (fits(text)) return text;
    const cut = shortenTo(text, fits, language);
    if (cut !== undefined) return cut;
  }
  return "";
}

/**
 * A post as the author wrote it for this channel, addresses and hashtags linked.
 * @throws UserError where the network would not take it.
 */
export function writtenPost(channel: string, text: string, limits: Limits): readonly PostPart[] {
  const parts = textParts(text.trim(), limits);
  if (isWithin(parts, limits)) return parts;
  throw tooLong(
    channel,
    parts,
    limits,
    `The article's own text for ${channel}`,
    `Shorten posts.${channel} in its front matter.`,
  );
}

const TAG = /(?<![\p{L}\p{N}_&/])#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*/giu;

/** Text with its addresses and hashtags as links and tags. */
export function textParts(text: string, limits: Limits): readonly PostPart[] {
  const parts: PostPart[] = [];
  let end = 0;
  for (const { index, url } of linksIn(text)) {
    parts.push(...tagParts(text.slice(end, index)), linkPart(url, limits));
    end = index + url.length;
  }
  return [...parts, ...tagParts(text.slice(end))];
}

function tagParts(text: string): readonly PostPart[] {
  const parts: PostPart[] = [];
  let end = 0;
  for (const { 0: tag, index } of text.matchAll(TAG)) {
    if (index > end) parts.push({ kind: "text", text: text.slice(end, index) });
    parts.push(tagPart(tag.slice(1)));
    end = index + tag.length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

const tagPart = (tag: string): PostPart => ({ kind: "tag", text: `#${tag}`, tag });

function linkPart(url: string, limits: Limits): PostPart {
  return { kind: "link", text: limits.shortLinks ? shortLink(url) : url, url };
}

/** Characters of the path that are shown. */
const PATH_SHOWN = 24;

/** "example.org/night-train…": enough to see where it leads. */
function shortLink(url: string): string {
  const { host, pathname, search, hash } = new URL(url);
  const path = pathname.replace(/\/$/, "") + search + hash;
  const shown = host.replace(/^www\./, "");
  return path.length <= PATH_SHOWN ? shown + path : `${shown}${path.slice(0, PATH_SHOWN - 1)}…`;
}

/** Hashtags as networks take them: one word, not of digits alone. "night trains" is NightTrains. */
export function hashtags(tags: readonly string[], most: number): readonly string[] {
  const usable = tags.map(hashtag).filter((tag) => tag !== undefined);
  const lower = usable.map((tag) => tag.toLowerCase());
  return usable.filter((_, index) => lower.indexOf(lower[index] ?? "") === index).slice(0, most);
}

function hashtag(tag: string): string | undefined {
  const words = tag.normalize("NFC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const made = words.length === 1 ? words.join("") : words.map(capitalised).join("");
  // What is left of "C++" is another language.
  const isOther = made.length === 1 && tag.trim().length > 1;
  return /\p{L}/u.test(made) && made.length <= 64 && !isOther ? made : undefined;
}

const capitalised = (word: string) => word.replace(/^./u, (char) => char.toUpperCase());

export function fill(
  { layout, url, limits }: PostContent,
  { summary, tags, footer }: Filling,
): readonly PostPart[] {
  const parts: PostPart[] = [];
  for (const piece of layout) {
    if (typeof piece === "string") parts.push({ kind: "text", text: piece });
    else if (piece.field === "summary") parts.push({ kind: "text", text: withoutPings(summary, limits) });
    else if (piece.field === "footer") parts.push({ kind: "text", text: footer ?? "" });
    else if (piece.field === "link")
      parts.push(url === undefined ? { kind: "text", text: "" } : linkPart(url, limits));
    else
      tags.forEach((tag, index) => void parts.push({ kind: "text", text: index ? " " : "" }, tagPart(tag)));
  }
  return tidy(parts).flatMap((part) => (part.kind === "text" ? textParts(part.text, limits) : [part]));
}

/** What Mastodon, X and their like take for an account's name, but for an address such as name@example.org. */
const NAME = /(?<![=/\p{L}\p{M}\p{N}_])@(?=[a-z0-9_])/giu;

/**
 * An article that names someone must not tell the stranger who has that name on this network, nor, where it begins so,
 * become an answer to them: an invisible word joiner keeps the name from being one.
 */
export function withoutPings(text: string, { pings }: Limits): string {
  return pings === true ? text.replace(NAME, "@\u2060") : text;
}

/** Joins neighbouring text, and closes the gaps that empty places leave: at most one blank line, none at the ends. */
function tidy(parts: readonly PostPart[]): readonly PostPart[] {
  const joined: PostPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === "text" && last?.kind === "text")
      joined[joined.length - 1] = { ...last, text: last.text + part.text };
    else joined.push(part);
  }
  return joined.flatMap((part, index): readonly PostPart[] => {
    if (part.kind !== "text") return [part];
    let text = part.text.replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n");
    if (index === 0) text = text.trimStart();
    if (index === joined.length - 1) text = text.trimEnd();
    return text === "" ? [] : [{ ...part, text }];
  });
}

const isWithin = (parts: readonly PostPart[], limits: Limits) => excess(parts, limits) === undefined;

function tooLong(
  channel: string,
  parts: readonly PostPart[],
  limits: Limits,
  what: string,
  next: string,
): UserError {
  const over = excess(parts, limits);
  if (over === undefined) throw new Error(`${channel}: a post that fits was called too long`);
  const { unit, length, max } = over;
  return new UserError({
    code: "post-too-long",
    message: `${what} has ${length} ${unit}; ${channel} takes ${max}.`,
    next,
  });
}

export const textOfParts = (parts: readonly PostPart[]): string => parts.map(({ text }) => text).join("");

/** The parts as a post of the edition. */
export function postOf(channel: string, parts: readonly PostPart[], limits: Limits, language: string): Post {
  const [shown = { unit: "graphemes" as const, max: 0 }] = limits.measures;
  return {
    channel,
    text: textOfParts(parts),
    parts,
    languages: [language],
    length: lengthOf(parts, shown, limits),
    limit: shown.max,
  };
}
