import type { Article } from "../model/article.ts";
import type { JudgedSentence, SummaryReason } from "../model/edition.ts";
import { descriptionFault } from "./description.ts";
import { type LanguageLists, listsOf, NO_LISTS } from "./languages.ts";
import { isReadable, leanOf, type Ranked, rank } from "./rank.ts";
import { contentWords, overlap, type Placed, sentencesOf, splitSentences, wordsOf } from "./sentences.ts";

export interface Summary {
  /** Verbatim, the best first; the second one may be left out. */
  readonly sentences: readonly string[];
  /** The same as the article has them, for a reader who gets them all. */
  readonly inOrder: readonly string[];
  /** Who wrote it: the author for this purpose, the author as the dek, or nobody: taken from the body. */
  readonly source: "summary" | "description" | "body" | "title";
  /** Why these, for a person who asks. */
  readonly reason: SummaryReason;
}

export interface SummaryOptions {
  /** BCP 47. */
  readonly language: string;
  /** Whether the reader sees the title beside it: what repeats the title then says nothing. */
  readonly besideTitle: boolean;
}

/** How much of a title a sentence may repeat where the title stands beside it. */
const MOST_REPEATED = 0.8;

/**
 * What a post says of an article, never a word that is not the author's: the summary of the front matter, else a
 * description that a person wrote, else the one or two sentences that stand for the article best.
 * @param prose the body's paragraphs
 */
export function summarise(article: Article, prose: readonly string[], options: SummaryOptions): Summary {
  const { title, summary, description } = article;
  const { language, besideTitle } = options;
  if (summary !== undefined) {
    return written("summary", summary, language, "The front matter's summary comes first.");
  }
  const fault = description && descriptionFault({ description, title, prose, language });
  if (description !== undefined && fault === undefined) {
    const why = "The description is a person's, whole, and about this article.";
    return written("description", description, language, why);
  }
  const found = extract(title, prose, { language, besideTitle });
  if (fault === undefined) return found;
  return { ...found, reason: { ...found.reason, why: `The description ${fault}. ${found.reason.why}` } };
}

function written(source: Summary["source"], text: string, language: string, why: string): Summary {
  return asRead(sentencesOf(text, language), source, why);
}

/** Sentences whose order is the text's. */
function asRead(sentences: readonly string[], source: Summary["source"], why: string): Summary {
  return { sentences, inOrder: sentences, source, reason: { why, sentences: [] } };
}

/** Characters and sentences beyond which a text says little that its start has not said. */
const MOST_READ = 12_000;
const MOST_JUDGED = 60;

/** Words that two sentences may have together, and what the second must be worth: more hides what the first says. */
const MOST_TOGETHER = 44;
const LEAST_WORTH = 0.4;

/** Of the last characters. */
const WHOLE = /[.!?。！？．｡؟।॥۔]["'”’»“)\]」』）】]*$/u;
const CUT_OFF = /\.\.["'”’»)\]]*$/u;
const END = 12;
const isWhole = (end: string) => WHOLE.test(end) && !CUT_OFF.test(end);

/** The best sentences of the body; the title where there is none. */
export function extract(title: string, prose: readonly string[], options: SummaryOptions): Summary {
  const { language, besideTitle } = options;
  const lists = listsOf(language);
  const whole = splitSentences(startOf(prose), language)
    .filter(({ text }) => isWhole(text.slice(-END)))
    .slice(0, MOST_JUDGED);
  if (lists === undefined) return lead(title, whole, language);
  const titleWords = new Set(contentWords(wordsOf(title), lists));
  const all = rank(whole, title, lists).toSorted((a, b) => b.score - a.score);
  const ranked = besideTitle ? sayingMore(all, titleWords) : all;
  const alone = standing(ranked, lists);
  const [first] = alone.length > 0 ? alone : ranked.filter(({ sentence }) => isReadable(sentence, lists));
  if (first === undefined) return titleAlone(title);
  const second = secondOf(first, alone);
  const chosen = second === undefined ? [first] : [first, second];
  const others = ranked.filter((each) => !chosen.includes(each)).slice(0, OTHERS_SHOWN);
  const judged = [...chosen, ...others].map((each, index) =>
    judge(each, index < chosen.length, leanOf(each.sentence, lists)),
  );
  const read = chosen.toSorted((a, b) => a.index - b.index);
  return {
    sentences: chosen.map(({ sentence }) => sentence),
    inOrder: read.map(({ sentence }) => sentence),
    source: "body",
    reason: { why: whyOf(alone.length, besideTitle), sentences: judged },
  };
}

/** The best ones that stand alone are enough to find a second one among. */
const MOST_STANDING = 16;
const OTHERS_SHOWN = 3;

function standing(ranked: readonly Ranked[], lists: LanguageLists): readonly Ranked[] {
  const found: Ranked[] = [];
  for (const each of ranked) {
    if (leanOf(each.sentence, lists) === undefined) found.push(each);
    if (found.length === MOST_STANDING) break;
  }
  return found;
}

function startOf(prose: readonly string[]): readonly string[] {
  let left = MOST_READ;
  return prose.filter(({ length }) => {
    const fits = left > 0;
    left -= length;
    return fits;
  });
}

/** The first sentences, of a language whose pronouns and connectives are not known here. */
function lead(title: string, whole: readonly Placed[], language: string): Summary {
  const alone = whole.filter(({ text }) => leanOf(text, NO_LISTS) === undefined);
  const [first, second] = (alone.length > 0 ? alone : whole).map(({ text }) => text);
  if (first === undefined) return titleAlone(title);
  const why = `pressrun has no word lists for the language "${language}", so its first sentences stand for the text.`;
  return asRead(second === undefined ? [first] : [first, second], "body", why);
}

function titleAlone(title: string): Summary {
  const why = "The text has no sentence that can be taken, so the title stands for it.";
  return asRead([title], "title", why);
}

/** Those that say something to a reader who sees the title; where all repeat it, those that say most besides. */
function sayingMore(ranked: readonly Ranked[], title: ReadonlySet<string>): readonly Ranked[] {
  const more = ranked.filter(({ words }) => overlap(title, words) < MOST_REPEATED);
  return more.length > 0 ? more : ranked.filter(({ words }) => words.size >= 2 * title.size);
}

/** One that says something else, before or after it, the shorter the better; best the one that follows it. */
function secondOf(first: Ranked, ranked: readonly Ranked[]): Ranked | undefined {
  const follows = ({ index }: Ranked) => (index === first.index + 1 ? 0.1 : 0);
  const worth = (each: Ranked) =>
    each.score + follows(each) - 0.25 * overlap(each.words, first.words) - 0.02 * each.length;
  const others = ranked.filter((each) => each !== first && first.length + each.length <= MOST_TOGETHER);
  return best(
    others.filter((each) => worth(each) >= LEAST_WORTH),
    worth,
  );
}

function whyOf(alone: number, besideTitle: boolean): string {
  if (alone === 0) return "No sentence stands alone, so the best of all stands for the text.";
  const title = besideTitle ? " and say more than the title beside them" : "";
  return `The best of the body's sentences that stand alone${title}.`;
}

function judge({ sentence, index, score, parts }: Ranked, chosen: boolean, leans?: string): JudgedSentence {
  return { text: sentence, index, chosen, score, parts, leans };
}

function best<T>(items: readonly T[], scoreOf: (item: T) => number): T | undefined {
  let found: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const score = scoreOf(item);
    if (score > most) {
      most = score;
      found = item;
    }
  }
  return found;
}
