import { findDate, isMonth } from "../dates.ts";
import { folded, isProse, wordCount } from "../prose.ts";
import { type Document, type Element, isText, type Labelled, labelledIn, wordsOf } from "./dom.ts";
import { furnitureOf, SECTION } from "./furniture.ts";
import { type Part, partsOf } from "./parts.ts";
import { isBarePointer, linkShare, pointerOf } from "./pointers.ts";
import { dropClosingCall, dropTrailers } from "./trailers.ts";

/** A block that was taken out, and why, as the end of a sentence. */
export interface Dropped {
  readonly text: string;
  readonly reason: string;
}

const LABELS: readonly (readonly [RegExp, string])[] = [
  [
    / (?:share|sharing|sharethis|addtoany|addthis|sharedaddy|social|socials|shares|sharebar) /,
    "is a row of share buttons",
  ],
  [
    / (?:newsletter|subscribe|subscription|signup|sign up|mailchimp|optin|opt in|mc embed|klaviyo) /,
    "asks to subscribe",
  ],
  [
    / (?:related|recommended|recommendations|recirc|recirculation|more stories|read next|also like|outbrain|taboola|jp relatedposts|yarpp|trending|popular posts) /,
    "points to other articles",
  ],
  [/ (?:comments|comment list|respond|disqus|comment form|commentlist) /, "holds readers' comments"],
  [/ (?:cookie|cookies|consent|gdpr|onetrust) /, "is a notice about cookies"],
  [/ (?:breadcrumbs?|pagination|pager|post navigation|nav links|skip link) /, "leads through the site"],
  [/ (?:advert|advertisement|ad container|ad slot|adsbygoogle|ad wrapper|sponsored) /, "is an advertisement"],
  [
    / (?:author bio|author box|about author|post author|authorbox|author info|bio box) /,
    "is about the author",
  ],
  [
    / (?:table of contents|ez toc|toc container|toc|lwptoc|rank math toc) /,
    "lists the article's own headings",
  ],
  [/ (?:sr only|screen reader text|visually hidden|visuallyhidden) /, "is not shown on the page"],
  [/ (?:cta|call to action|promo|promotion|banner|popup|modal|paywall|app download) /, "is a call to action"],
];

const ANY_LABEL = new RegExp(LABELS.map(([{ source }]) => source).join("|"));

/** A labelled block with this much prose is the article under an unlucky name. */
const MOST_WORDS = 250;

const TAGS =
  "script, style, link, template, form, button, input, select, textarea, dialog, nav, [hidden], [aria-hidden='true']";
const KEEP_HIDDEN = /^(?:img|svg|span|a|i|sup|math|picture|figure|br)$/;

/** A labelled block that is this large a share of the page, or this long, is the article under an unlucky name. */
const LARGEST_SHARE = 0.3;
const LONGEST = 6000;
const NEVER = /^(?:html|body|main|article|h1|a|p|span|img|code|pre|time|td|tr|table|tbody)$/;

/** Before the article is looked for: what is labelled as something else goes, with its reason. */
export function cleanPage(
  document: Document,
  labelled: readonly Labelled[] = labelledIn(document),
): Dropped[] {
  const dropped: Dropped[] = [];
  const longest = Math.min((document.body.textContent?.length ?? 0) * LARGEST_SHARE, LONGEST);
  for (const { element, label } of labelled) {
    if (NEVER.test(element.localName)) continue;
    const reason = labelledAs(element, label);
    if (reason === undefined || !element.isConnected) continue;
    if (isArticle(element, longest) && !isCommentList(element, longest)) continue;
    const text = wordsOf(element);
    if (text !== "") dropped.push({ text, reason });
    element.remove();
  }
  return dropped;
}

/** Readers often write more than the author. */
function isCommentList(element: Element, longest: number): boolean {
  const names = `${element.getAttribute("id") ?? ""} ${element.getAttribute("class") ?? ""}`;
  if (!/(?:^|\s)(?:comments|comment-?list|comments-(?:area|list|section)|disqus_thread)(?:\s|$)/i.test(names))
    return false;
  if (element.querySelector("h1, article, [itemprop='articleBody']") !== null) return false;
  return (element.textContent?.length ?? 0) < (longest / LARGEST_SHARE) * 0.9 || longest === LONGEST;
}

function isArticle(element: Element, longest: number): boolean {
  if ((element.textContent?.length ?? 0) > longest || element.querySelector("h1") !== null) return true;
  return wordCount(wordsOf(element)) > MOST_WORDS;
}

function labelledAs(element: Element, label: string): string | undefined {
  if (
    /^(?:navigation|search|dialog|alertdialog|banner|contentinfo|menu)$/.test(
      element.getAttribute("role") ?? "",
    )
  )
    return "leads through the site";
  if (!ANY_LABEL.test(label)) return undefined;
  return LABELS.find(([pattern]) => pattern.test(label))?.[1];
}

export interface Known {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
  readonly siteName?: string | undefined;
  readonly date?: string | undefined;
}

/** After the article was found: what it still holds that is not its text. */
export function cleanContent(content: Element, known: Known): Dropped[] {
  const dropped: Dropped[] = [];
  const drop = (element: Element, reason: string) => {
    if (!content.contains(element)) return;
    const text = wordsOf(element);
    if (text !== "") dropped.push({ text, reason });
    element.remove();
  };
  for (const element of content.querySelectorAll(TAGS))
    if (!KEEP_HIDDEN.test(element.localName)) drop(element, "is part of the page's controls");
  const before = partsOf(content);
  dropRepeats(before, known, drop);
  dropByline(before, known, drop);
  dropSections(content, before, drop);
  const parts = partsOf(content);
  for (const block of linesOf(parts)) {
    const reason = furnitureOf(wordsOf(block), known) ?? pointerOf(block);
    if (reason === undefined || (reason === "points to another page" && isOwnHeading(block))) continue;
    if (isBarePointer(wordsOf(block))) dropLinksAfter(block, drop);
    drop(block, reason);
  }
  dropTrailers(content, parts, known.author, drop);
  dropClosingCall(content, parts, drop);
  dropLinkLists(content, drop);
  return dropped;
}

/** "Read more books" heads an advice; "Read more" alone or as a link leads away. */
function isOwnHeading(block: Element): boolean {
  return /^h[2-4]$/.test(block.localName) && wordCount(wordsOf(block)) >= 3 && linkShare(block) < 0.8;
}

type Drop = (element: Element, reason: string) => void;

const LINES = new Set("p h1 h2 h3 h4 h5 h6 li div section blockquote td aside footer".split(" "));

/** The innermost blocks that are short enough to be a cue. A cell beside others says what its row is about. */
function linesOf(parts: readonly Part[]): Element[] {
  const known = new Map<Element, boolean>();
  return parts
    .filter(({ name, length, innermost }) => innermost && length < 400 && (LINES.has(name) || name === "a"))
    .filter(({ name, element }) => {
      if (name === "a") return standsAlone(element, known);
      return name !== "td" || element.closest("table")?.querySelector("td + td, th + td") === null;
    })
    .map(({ element }) => element);
}

/**
 * A link that is a line of its own, beside blocks and pictures.
 * @param known the same of parents that were asked about before: some hold thousands of links.
 */
function standsAlone(link: Element, known: Map<Element, boolean>): boolean {
  const around = link.parentElement;
  if (around === null) return false;
  const isFrame = known.get(around) ?? holdsLines(around);
  known.set(around, isFrame);
  return isFrame;
}

function holdsLines(around: Element): boolean {
  if (!/^(?:div|section|article|aside|li)$/i.test(around.localName)) return false;
  if (around.querySelector("p, div, h2, h3, img, ul, section") === null) return false;
  return [...around.childNodes].every((node) => !isText(node) || node.data.trim() === "");
}

/** How far from the start the title and dek are looked for. */
const HEAD_BLOCKS = 12;

const HEAD = /^(?:h[1-3]|p|div|header)$/;

function dropRepeats(parts: readonly Part[], { title, description }: Known, drop: Drop): void {
  const [titleKey, dekKey] = [folded(title ?? ""), folded(description ?? "")];
  const blocks = parts.filter(({ name, length }) => length < 700 && HEAD.test(name));
  for (const [index, { element: block, length }] of blocks.slice(0, 60).entries()) {
    if (!isAsLong(length, titleKey) && !isAsLong(length, dekKey)) continue;
    const key = folded(wordsOf(block));
    if (key === "") continue;
    if (key === titleKey && (index < HEAD_BLOCKS || /^h/.test(block.localName)))
      drop(block, "repeats the title");
    else if (
      dekKey !== "" &&
      key === dekKey &&
      index < HEAD_BLOCKS &&
      block.nextElementSibling !== null &&
      wordCount(key) < 60
    )
      drop(block, "repeats the dek");
  }
}

/** Spaces and signs aside, the same words have about the same length. */
const isAsLong = (length: number, key: string) => length * 2 >= key.length && length <= key.length * 2 + 200;

/** What a byline holds beside names and dates. */
const BYLINE_WORDS =
  /\b(?:by|on|in|at|and|posted|published|updated|last|written|words|author|date|min(?:ute)?s?|read(?:ing)?|time|am|pm|am|est|et|gmt|utc|comments?|shares?|share|staff|writer|reporter|editor)\b/giu;

/** Lines above the text that say who wrote it and when. */
function dropByline(parts: readonly Part[], { author }: Known, drop: Drop): void {
  const names = author === undefined ? [] : folded(author).split(" ");
  for (const block of linesOf(parts).slice(0, HEAD_BLOCKS)) {
    const text = wordsOf(block);
    const reason = text === "" || text.length > 160 || isProse(text) ? undefined : bylineOf(text, names);
    if (reason !== undefined) drop(block, reason);
  }
}

function bylineOf(text: string, names: readonly string[]): string | undefined {
  const named = names.length > 0 && names.every((name) => folded(text).includes(name));
  const day = findDate(text) !== undefined;
  if (!named && !day) return undefined;
  const others = otherWords(text, names);
  if (others > (day ? 4 : 3)) return undefined;
  return named ? "names the author" : "is the article's date";
}

/** How many words are neither the author's name nor what stands in every byline. */
function otherWords(text: string, names: readonly string[]): number {
  const words = folded(text.replace(BYLINE_WORDS, " ")).split(" ");
  return words.filter((word) => word !== "" && !names.includes(word) && !/\d/.test(word) && !isMonth(word))
    .length;
}

/** Characters as written, spaces of the page's own layout among them. */
const LONGEST_HEADING = 300;
/** A section of more words than this is the article's, whatever its heading. */
const SECTION_WORDS = 300;

/** "Related articles", "About the author" and the like near the end: the heading and what stands under it. */
function dropSections(content: Element, parts: readonly Part[], drop: Drop): void {
  for (const { element: heading, name, length } of parts) {
    if (length > LONGEST_HEADING || length < 4 || !/^(?:h[1-6]|p|div)$/.test(name)) continue;
    const text = wordsOf(heading);
    if (text.length > 70 || !SECTION.test(text) || !content.contains(heading)) continue;
    dropSection(heading, /^h\d$/.test(name), drop);
  }
}

function dropSection(heading: Element, isHeading: boolean, drop: Drop): void {
  const under = sectionUnder(heading);
  const texts = under.map(wordsOf);
  if (texts.reduce((sum, text) => sum + wordCount(text), 0) > SECTION_WORDS) {
    // Its list went before, and what follows is the article again.
    if (isHeading && isBarePointer(wordsOf(heading))) drop(heading, "points to other articles");
    return;
  }
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  const linked = under.reduce((sum, each, index) => sum + linkShare(each) * (texts[index]?.length ?? 0), 0);
  if (!isHeading && linked < length * 0.5) return;
  for (const each of under) drop(each, "stands in a section that is not the article's");
  drop(heading, "heads a section that is not the article's");
}

function sectionUnder(heading: Element): Element[] {
  const level = /^h(\d)$/.exec(heading.localName)?.[1] ?? "9";
  const found: Element[] = [];
  for (
    let next = outermost(heading).nextElementSibling;
    next !== null && found.length < 12;
    next = next.nextElementSibling
  ) {
    const other = /^h(\d)$/.exec(next.localName)?.[1];
    if (other !== undefined && other <= level) break;
    found.push(next);
  }
  return found;
}

/** The lines of links right below "Don't miss" and the like. */
function dropLinksAfter(block: Element, drop: Drop): void {
  for (let next = outermost(block).nextElementSibling; next !== null; ) {
    const following = next.nextElementSibling;
    if (wordsOf(next) !== "" && linkShare(next) < 0.8) return;
    if (wordsOf(next) !== "") drop(next, "points to another article");
    next = following;
  }
}

/** The largest element that holds the same words. */
function outermost(element: Element): Element {
  const text = wordsOf(element);
  let at = element;
  while (at.parentElement?.parentElement && wordsOf(at.parentElement) === text) at = at.parentElement;
  return at;
}

/** Lists of links after the last paragraph: other articles, tags, share buttons. */
function dropLinkLists(content: Element, drop: Drop): void {
  const blocks = [...content.querySelectorAll("p, ul, ol, blockquote, pre, table, h2, h3")];
  for (const block of blocks.reverse()) {
    if (wordsOf(block) === "") continue;
    if (linkShare(block) < 0.8) break;
    drop(block, "is a list of links below the article");
  }
}
