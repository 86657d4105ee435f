import type { Article } from "../model/article.ts";
import { rank } from "./rank.ts";
import { contentWords, overlap, sentencesOf, wordCount } from "./sentences.ts";

export interface Summary {
  /** Verbatim, in the article's order; the second one may be left out. */
  readonly sentences: readonly string[];
  /** Who wrote it: the author for this purpose, the author as the dek, or nobody: taken from the body. */
  readonly source: "summary" | "description" | "body" | "title";
}

/** How much of a title a sentence may repeat. A post shows the title, so the rest would be all that it says. */
const MOST_REPEATED = 0.8;

/**
 * What a post says of an article, never a word that is not the author's: the summary of the front matter, else a
 * description that a person wrote, else the one or two sentences that stand for the article best.
 * @param prose the body's paragraphs
 */
export function summarise(article: Article, prose: readonly string[], language: string): Summary {
  const { title, summary, description } = article;
  if (summary !== undefined) return { sentences: sentencesOf(summary, language), source: "summary" };
  if (description !== undefined && isTelling(description, title, prose)) {
    return { sentences: sentencesOf(description, language), source: "description" };
  }
  return extract(title, prose, language);
}

/** Content words from which on an article must share some with its description. */
const ENOUGH_WORDS = 100;

/** A description for this article: long enough, whole, and not the slogan of the site, which shares no words with it. */
function isTelling(description: string, title: string, prose: readonly string[]): boolean {
  if (wordCount(description) < 8) return false;
  if (/(…|\.\.\.|\[[^\]]*\]|[,;:–—-])$/.test(description.trim())) return false;
  const words = contentWords([title, ...prose].join(" "));
  return words.length < ENOUGH_WORDS || overlap(contentWords(description), words) >= 0.1;
}

/** The best sentences of the body; the title where there is none. */
export function extract(title: string, prose: readonly string[], language: string): Summary {
  const sentences = prose.flatMap((paragraph) => sentencesOf(paragraph, language));
  const whole = sentences.filter((sentence) => /[.!?。！？؟।]["'”’»)\]]*$/u.test(sentence));
  const titleWords = contentWords(title);
  const ranked = rank(whole, title).filter(({ words }) => !isTitleAgain(words, titleWords));
  const first = best(ranked, ({ score }) => score);
  if (first === undefined) return { sentences: [title], source: "title" };
  const later = ranked.filter(({ index }) => index > first.index);
  const second = best(later, ({ score, words }) => 0.5 * score - 0.5 * overlap(words, first.words));
  const chosen = second === undefined || second.score < 0.25 ? [first] : [first, second];
  return { sentences: chosen.map(({ sentence }) => sentence), source: "body" };
}

function isTitleAgain(words: readonly string[], title: readonly string[]): boolean {
  return overlap(title, words) >= MOST_REPEATED && words.length < 2 * title.length;
}

function best<T>(items: readonly T[], scoreOf: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (found, item) => (found === undefined || scoreOf(item) > scoreOf(found) ? item : found),
    undefined,
  );
}
