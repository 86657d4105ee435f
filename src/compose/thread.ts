import type { PostPart } from "../model/edition.ts";
import { excess, type Limits } from "../model/limits.ts";
import { fill, fitPost, type PostContent, textOfParts, textParts, withoutPings } from "./post.ts";
import { sentencesOf, sentencesTogether } from "./sentences.ts";
import { shortenTo } from "./shorten.ts";

/** Numbers of one digit: more parts than that nobody reads, and the link leads to the rest. */
const MOST_PARTS = 9;

const BULLET = "• ";

/** After the text; below it where it ends with a list. */
function numbered(text: string, at: number, of: number): string {
  const isList = text.slice(text.lastIndexOf("\n") + 1).startsWith(BULLET);
  return `${text}${isList ? "\n" : " "}${at}/${of}`;
}

const isListed = (text: string) => text.includes(BULLET);

/** A list that one part can hold is not torn. */
function together(sentences: readonly string[], fitsAlone: (text: string) => boolean): readonly string[] {
  const start = sentences.findIndex(isListed);
  const list = joined(sentences.slice(start));
  return start >= 0 && fitsAlone(list) ? [...sentences.slice(0, start), list] : sentences;
}

/** Sentences run on; a point of a list stands on a line of its own. */
function joined(said: readonly string[]): string {
  const [first = "", ...others] = said;
  return others.reduce(
    (text, next, index) =>
      isListed(next) || isListed(said[index] ?? "") ? `${text}\n${next}` : sentencesTogether([text, next]),
    first,
  );
}

/** As wide as any. */
const PROBE = MOST_PARTS;

/**
 * All that there is to say, in as many posts as it takes: the first one as the template lays it out, the others as
 * text, each ending with a sentence and numbered. What fits in one post stays one.
 */
export function threadOf(content: PostContent): readonly (readonly PostPart[])[] {
  const { limits, language } = content;
  const whole = joined(content.sentences);
  const fits = (parts: readonly PostPart[]) => excess(parts, limits) === undefined;
  const firstWith = (summary: string, tags: readonly string[], footer?: string) =>
    fill(content, { summary, tags, footer });
  const tagged = (summary: string) => {
    const kept = count(content.tags.length, (some) => fits(firstWith(summary, content.tags.slice(0, some))));
    return content.tags.slice(0, kept);
  };
  const alone = (text: string) => textParts(withoutPings(text, limits), limits);
  const fitsAlone = (text: string) => fits(alone(numbered(text, PROBE, PROBE)));
  const sentences = together(content.sentences, fitsAlone);
  if (sentences.length === 0) return [fitPost(content)];
  if (fits(firstWith(whole, []))) {
    const withFooter = firstWith(whole, tagged(whole), content.footer);
    return [fits(withFooter) ? withFooter : firstWith(whole, tagged(whole))];
  }

  const start = count(sentences.length, (taken) =>
    fits(firstWith(numbered(joined(sentences.slice(0, taken)), PROBE, PROBE), [])),
  );
  // Not even one sentence has room beside the link: then one post says what it can.
  if (start === 0) return [fitPost(content)];
  const groups = [joined(sentences.slice(0, start))];
  let rest = sentences.slice(start);
  while (rest.length > 0 && groups.length < MOST_PARTS) {
    const taken = Math.max(
      1,
      count(rest.length, (some) => fitsAlone(joined(rest.slice(0, some)))),
    );
    const group = joined(rest.slice(0, taken));
    const said = fitsAlone(group) ? group : shortenTo(group, fitsAlone, language);
    if (said !== undefined) groups.push(said);
    rest = rest.slice(taken);
  }
  const [first = "", ...others] = groups.map((text, index) => numbered(text, index + 1, groups.length));
  const parts = [firstWith(first, tagged(first)), ...others.map(alone)];
  return content.footer === undefined ? parts : withLast(parts, content.footer, limits);
}

/** The footer below the last part, or in one of its own where it has no room there. */
function withLast(parts: readonly (readonly PostPart[])[], footer: string, limits: Limits) {
  const last = parts.at(-1) ?? [];
  const longer = textParts(`${textOfParts(last)}\n\n${footer}`, limits);
  if (parts.length > 1 && excess(longer, limits) === undefined) return [...parts.slice(0, -1), longer];
  const own = textParts(footer, limits);
  return excess(own, limits) === undefined ? [...parts, own] : parts;
}

/** Items of a list that are read as sentences; more than these are no key points. */
const MOST_POINTS = 8;

const SPACES = /\s+/g;
const IS_SENTENCE = /^(?!\p{Ll}).*[.!?…。！？؟।]["'”’»)\]]*$/u;

/**
 * The article's own key points, word for word: the items of its first list. Items that are no sentences are marked as
 * items, the first one below the words that lead to them.
 */
export async function keyPoints(html: string, language: string): Promise<readonly string[]> {
  const { load } = await import("cheerio");
  const $ = load(html, null, false);
  $("sup.note").remove();
  const list = $("ul, ol:not(.notes)").first();
  const points = list
    .children("li")
    .toArray()
    .map((item) => $(item).text().replace(SPACES, " ").trim())
    .filter((point) => point !== "");
  if (points.length < 2 || points.length > MOST_POINTS) return [];
  if (points.every((point) => IS_SENTENCE.test(point))) return points;
  const lead = sentencesOf(list.prev("p").text(), language).at(-1);
  const [first = "", ...others] = points.map((point) => BULLET + point);
  return [
    lead !== undefined && /[:：]$/u.test(lead) ? `${lead.replace(SPACES, " ")}\n${first}` : first,
    ...others,
  ];
}

/** The greatest number up to `most` for which `holds`, when it holds for all smaller ones. */
function count(most: number, holds: (number: number) => boolean): number {
  let found = 0;
  while (found < most && holds(found + 1)) found += 1;
  return found;
}
