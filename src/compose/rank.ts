import type { LanguageLists } from "./languages.ts";
import { contentWords, overlap, type Placed, wordCount, wordsOf } from "./sentences.ts";

/** What a sentence's score is made of; their sum is the score. */
export interface ScoreParts {
  /** Share of the title's content words that it holds. */
  readonly title: number;
  /** How much it speaks of what the whole text speaks of: cosine of their words, weighted by rarity. */
  readonly centre: number;
  /** Early sentences say what the matter is. */
  readonly position: number;
}

export interface Ranked {
  readonly sentence: string;
  /** Place among the sentences judged, from 0. */
  readonly index: number;
  /** Content words. */
  readonly words: ReadonlySet<string>;
  /** Number of all words. */
  readonly length: number;
  readonly parts: ScoreParts;
  readonly score: number;
}

/** Fitted on some sites' articles, measured on others': docs/decisions. Only their ratio matters. */
const WEIGHTS: ScoreParts = { title: 1, centre: 1.1, position: 0.4 };

/** Sentences after which a place is worth half of the first one. */
const HALF_WAY = 7;

/** What the place weighs more where people speak: the news opens with what happened, advice with why to read it. */
const WEIGHT_OF_NEWS = 0.35;
/** Share of sentences with quotation marks from which on a text is news through and through. */
const ALL_NEWS = 0.25;

/** How well each sentence stands for the article. Linear in the length of the text. */
export function rank(sentences: readonly Placed[], title: string, lists: LanguageLists): readonly Ranked[] {
  const tokens = sentences.map(({ text }) => wordsOf(text));
  const words = tokens.map((each) => new Set(contentWords(each, lists)));
  const titleWords = new Set(contentWords(wordsOf(title), lists));
  const centre = centrality(words);
  const place = WEIGHTS.position + WEIGHT_OF_NEWS * newsOf(sentences);
  return sentences.map(({ text }, index) => {
    const own = words[index] ?? NONE;
    const parts = {
      title: WEIGHTS.title * overlap(titleWords, own),
      centre: WEIGHTS.centre * (centre[index] ?? 0),
      position: place / (1 + index / HALF_WAY),
    };
    const score = parts.title + parts.centre + parts.position;
    return { sentence: text, index, words: own, length: wordCount(tokens[index] ?? []), parts, score };
  });
}

const NONE: ReadonlySet<string> = new Set();

/** How much a text is like the news, 0 to 1: by how many people speak in it. */
function newsOf(sentences: readonly Placed[]): number {
  const speaking = sentences.filter(({ text }) => /["“”«»„「]/.test(text)).length;
  return Math.min(1, speaking / Math.max(1, sentences.length) / ALL_NEWS);
}

/** Cosine of each sentence with the whole text, 0 to 1, words weighted by how few sentences hold them. */
function centrality(sentences: readonly ReadonlySet<string>[]): readonly number[] {
  const holding = new Map<string, number>();
  for (const words of sentences) for (const word of words) holding.set(word, (holding.get(word) ?? 0) + 1);
  const rarity = new Map<string, number>();
  let whole = 0;
  for (const [word, held] of holding) {
    const weight = Math.log(1 + sentences.length / held);
    rarity.set(word, weight);
    whole += (held * weight) ** 2;
  }
  return sentences.map((words) => {
    let dot = 0;
    let own = 0;
    for (const word of words) {
      const weight = (rarity.get(word) ?? 0) ** 2;
      dot += weight * (holding.get(word) ?? 0);
      own += weight;
    }
    return own === 0 ? 0 : dot / Math.sqrt(own * whole);
  });
}

/** Fewer words are no sentence, as a rule; more are not read in a post. */
const LEAST_WORDS = 6;
const MOST_WORDS = 50;

const LIST_MARK = /^(?:\(?\p{N}{1,3}[.):]|[•*·▪●◦–—✅✔✓►▶➤➜→★☆-]|#\p{N}|(?:step|tip|day|part) \p{N})\s?/iu;
const QUESTION = /[?？؟]["'”’»)\]」』]*$/u;
const QUOTE_START = /^["'“„«»‘「『]/u;
const QUOTED = /“[^”]*”|„[^“”]*[“”]|«[^»]*»|»[^«]*«|「[^」]*」|『[^』]*』|"[^"]*"/g;
/** Longer ones are somebody's speech; shorter ones are names of works, and words that are quoted for their sake. */
const MOST_QUOTED = 8;

/** A small letter that starts no name ("iPhone", "n8n"), an aside in brackets that is no agency's name ("(Reuters) – "), or a mark that no sentence starts with. */
const MIDDLE =
  /^(?!\(\p{Lu}[\p{L} ]{1,20}\) ?[-–—])(?:\p{Ll}(?!\p{Ll}*[\p{Lu}\p{N}])|[\p{Ps}\p{Pe}\p{Pd}\p{Pc}\p{Sk}\p{Sm}…,;:*&\\/|])/u;

/** "Bocquet H, Bagot M, Roujeau J. Drug-induced …" */
const REFERENCE = /^(?:\p{Lu}[\p{L}’'-]+ \p{Lu}{1,3}[.,] ){2}/u;
const CODE = /[{}<>]|&(?:lt|gt|quot|amp);/;

const LEANS = "leans on what stands before it";
const SHORT = "is too short";
const TOO_LONG = "is too long";

/** What keeps a sentence from standing alone, in words for people; undefined where nothing does. */
export function leanOf(text: string, lists: LanguageLists): string | undefined {
  const words = wordsOf(text);
  const faults: readonly (readonly [string, () => boolean])[] = [
    ["is a question", () => QUESTION.test(text)],
    ["is an item of a list", () => LIST_MARK.test(text)],
    ["is speech", () => QUOTE_START.test(text) || quotesSpeech(text) || !isBalanced(text)],
    [SHORT, () => wordCount(words) < LEAST_WORDS],
    [TOO_LONG, () => wordCount(words) > MOST_WORDS],
    ["is a reference", () => REFERENCE.test(text)],
    ["has code in it", () => CODE.test(text)],
    ["starts in the middle", () => MIDDLE.test(text)],
    [LEANS, () => leansBack(text, words, lists)],
    ["speaks to the page's visitor", () => lists.callsToAction.test(text)],
  ];
  return faults.find(([, applies]) => applies())?.[0];
}

/** Whether it is a sentence for readers at all: where none stands alone, such a one may stand for the text. */
export function isReadable(text: string, lists: LanguageLists): boolean {
  return [undefined, LEANS, SHORT, TOO_LONG].includes(leanOf(text, lists));
}

function quotesSpeech(text: string): boolean {
  return (text.match(QUOTED) ?? []).some((quoted) => wordCount(wordsOf(quoted)) > MOST_QUOTED);
}

function leansBack(text: string, words: readonly string[], lists: LanguageLists): boolean {
  const [first = ""] = words;
  const lower = text.toLowerCase();
  if (!lists.leaning.has(first) && !lists.leaningStarts.test(lower)) return false;
  return !lists.standingStarts.test(lower);
}

function isBalanced(text: string): boolean {
  const count = (mark: string) => text.split(mark).length;
  if (text.includes("„") || text.includes("»")) return true;
  return (
    count('"') % 2 === 1 &&
    count("“") === count("”") &&
    count("(") === count(")") &&
    count("「") === count("」")
  );
}
