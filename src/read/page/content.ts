import { folded, wordCount } from "../prose.ts";
import { type Document, type Element, wordsOf } from "./dom.ts";

/** Fewer words than this are worth a second look at the page. */
const FEW_WORDS = 80;
/** A second reading must find this many times the words of the first. */
const CLEARLY_MORE = 2;
/** What has fewer letters than this many times has not that many times the words. */
const MORE_LETTERS = 1.2;

/**
 * The element that holds the article: Readability's choice; where that finds next to nothing, the page's own
 * <article> or <main>, or the densest block; where the page carries its text as data alone, that.
 * The document is used up.
 * @param again the same document once more: only one page in ten needs the second look.
 */
export async function findContent(
  document: Document,
  body: string | undefined,
  again: () => Promise<Document>,
): Promise<Element> {
  const all = proseLength(document.body);
  const other = densest(document);
  const most = { prose: proseLength(other), text: other.textContent?.length ?? 0 };
  const content = (await chosenByReadability(document)) ?? document.createElement("div");
  const text = wordsOf(content);
  const words = wordCount(text);
  const isWhole = all < text.length * CLEARLY_MORE && text.length > LONG;
  const least = text.length * MORE_LETTERS;
  if (isWhole || (most.prose < least && (words >= FEW_WORDS || most.text < least)))
    return withBody(content, words, body);
  const spare = densest(await again());
  const spareWords = wordCount(wordsOf(spare));
  const isPart =
    proseWords(spare) > words * CLEARLY_MORE || (words < FEW_WORDS && spareWords > words * CLEARLY_MORE);
  return isPart ? withBody(spare, spareWords, body) : withBody(content, words, body);
}

/** undefined where it finds nothing, or falls over a tree without a root, as linkedom makes of some broken HTML. */
async function chosenByReadability(document: Document): Promise<Element | undefined> {
  if (isCrowded(document)) return undefined;
  const { Readability } = await import("@mozilla/readability");
  try {
    const reader = new Readability<Element>(document, {
      keepClasses: true,
      disableJSONLD: true,
      serializer: (node) => node as Element,
    });
    return reader.parse()?.content ?? undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Readability's time grows with the square of the elements that stand side by side: 20,000 line breaks take it a
 * minute. Paragraphs aside, so many are no article that it could tell from what is around it.
 */
const CROWD = 3000;

function isCrowded(document: Document): boolean {
  const beside = new Map<unknown, number>();
  const elements = [...document.body.querySelectorAll("*")];
  if (elements.length <= CROWD) return false;
  for (const { parentElement, localName } of elements)
    if (localName !== "p") beside.set(parentElement, (beside.get(parentElement) ?? 0) + 1);
  return [...beside.values()].some((count) => count > CROWD);
}

/** A text of this many characters has more than FEW_WORDS in any language. */
const LONG = 1000;

/** Characters in paragraphs. */
function proseLength(element: Element): number {
  let length = 0;
  for (const paragraph of element.getElementsByTagName("p")) length += paragraph.textContent?.length ?? 0;
  return length;
}

/** Words of its paragraphs, list items aside: lists are as often menus. */
function proseWords(element: Element): number {
  let words = 0;
  for (const paragraph of element.querySelectorAll("p")) words += wordCount(wordsOf(paragraph));
  return words;
}

const OWN_MARKS = ['[itemprop="articleBody"]', "article", "main", '[role="main"]', "#content", ".content"];

/** The fullest of the page's own marks, else the parent of most paragraphs. */
function densest(document: Document): Element {
  for (const mark of OWN_MARKS) {
    const found = [...document.querySelectorAll(mark)].slice(0, 50);
    const [best] = found
      .map((element) => ({ element, length: element.textContent?.length ?? 0 }))
      .sort((a, b) => b.length - a.length);
    if (best !== undefined && best.length > 200) return best.element;
  }
  const lengths = new Map<Element, number>();
  for (const paragraph of document.querySelectorAll("p, pre, blockquote, li, td")) {
    const parent = paragraph.parentElement;
    if (parent !== null)
      lengths.set(parent, (lengths.get(parent) ?? 0) + (paragraph.textContent?.length ?? 0));
  }
  const [most] = [...lengths].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? document.body;
}

/** JSON-LD's articleBody is plain text: it stands in only where the page shows far less, a teaser or nothing. */
function withBody(content: Element, words: number, body: string | undefined): Element {
  if (body === undefined || wordCount(body) < Math.max(50, words * CLEARLY_MORE)) return content;
  const start = folded(wordsOf(content)).slice(0, 40);
  if (words >= FEW_WORDS && !folded(body).includes(start)) return content;
  const made = content.ownerDocument.createElement("div");
  for (const line of body.split(/\n+|(?:<\/p>|<br\s*\/?>)/)) {
    const text = line.replace(/<[^<>]{0,300}>/g, "").trim();
    if (text === "") continue;
    const paragraph = content.ownerDocument.createElement("p");
    paragraph.textContent = text;
    made.append(paragraph);
  }
  return made;
}
