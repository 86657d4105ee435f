import { type LanguageLists, listsOf } from "./languages.ts";

/** A sentence and where it stands. */
export interface Placed {
  /** Verbatim, but for surrounding spaces. */
  readonly text: string;
  /** 0-based, among the paragraphs given. */
  readonly paragraph: number;
  /** Whether its paragraph starts with it. */
  readonly first: boolean;
}

/** Whole sentences of a paragraph, verbatim but for surrounding spaces. */
export function sentencesOf(paragraph: string, language: string): readonly string[] {
  return splitSentences([paragraph], language).map(({ text }) => text);
}

/**
 * The sentences of some paragraphs. Where Unicode's rules (UAX 29) see an end, none is made after an abbreviation or
 * an initial, before a small letter, or inside quotation marks or brackets: a quotation is never cut.
 */
export function splitSentences(paragraphs: readonly string[], language: string): readonly Placed[] {
  const lists = listsOf(language);
  // One call for all: it costs five times as much for each paragraph of its own.
  const text = paragraphs.map((paragraph) => paragraph.replace(LINE_END, " ")).join("\n");
  const ends = boundaries(text, language);
  const sentences: Placed[] = [];
  let at = 0;
  let end = 0;
  for (const [paragraph, { length }] of paragraphs.entries()) {
    const start = end;
    end = start + length;
    let from = start;
    const isInside = enclosed(text.slice(start, end));
    for (; at < ends.length && (ends[at] ?? 0) <= end; at += 1) {
      const cut = ends[at] ?? end;
      if (cut < end && (!isEnd(text, from, cut, end, lists) || isInside(cut - start))) continue;
      push(sentences, text.slice(from, cut), paragraph);
      from = cut;
    }
    push(sentences, text.slice(from, end), paragraph);
    // The line end between two paragraphs.
    end += 1;
  }
  return sentences;
}

/** White space that would end a sentence where none does; the kinds that are only wide or narrow stay. */
const LINE_END = /[^\S \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff]/g;

function push(sentences: Placed[], text: string, paragraph: number): void {
  const trimmed = text.trim();
  if (trimmed !== "")
    sentences.push({ text: trimmed, paragraph, first: sentences.at(-1)?.paragraph !== paragraph });
}

const segmenters = new Map<string, Intl.Segmenter>();

/**
 * What stands before ends that Unicode's rules do not see: after "。" an opening mark counts as a closing one; French
 * guillemets stand off by a space; German ones open with the mark that closes elsewhere; names may start small ("iPhone"),
 * and sentences with a number.
 */
const MISSED =
  /[。！？][）」』”]?(?=[“「『«（(])|[.!?…]\s(?:»\s(?=[\p{Lu}\p{N}«])|(?=»\p{Lu}|\p{Ll}{1,2}[\p{Lu}\p{N}]))|\p{Ll}{4}[.!?]["”’)]*\s(?=\p{N})/gu;

function boundaries(text: string, language: string): readonly number[] {
  const segmenter = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: "sentence" });
  segmenters.set(language, segmenter);
  const ends: number[] = [];
  for (const { index, segment } of segmenter.segment(text)) ends.push(index + segment.length);
  const missed = [...text.matchAll(MISSED)].map(({ 0: before, index }) => index + before.length);
  return missed.length === 0 ? ends : [...ends, ...missed].toSorted((first, second) => first - second);
}

/** Whether a sentence that starts at `from` may end at `cut`, where Unicode's rules see an end. */
function isEnd(
  text: string,
  from: number,
  cut: number,
  end: number,
  lists: LanguageLists | undefined,
): boolean {
  // No sentence starts with a small letter ("iPhone" and "n8n" do), nor with the mark that closes what came before.
  const after = text.slice(cut, Math.min(end, cut + 40));
  if (/^(?:\p{Ll}(?!\p{Ll}?[\p{Lu}\p{N}])|»(?!\p{Lu})|[”’)\]」』）,;:—–])/u.test(after)) return false;
  const before = text.slice(Math.max(from, cut - 40), cut).trimEnd();
  // "「行く。」と話した。"
  if (/[”」』]$/u.test(before) && SPEAKER.test(after)) return false;
  // "1. Wash the rice."
  if (cut - from < 8 && /^\(?(?:\d{1,3}|\p{L})[.)]$/u.test(text.slice(from, cut).trim())) return false;
  const last = before.slice(before.lastIndexOf(" ") + 1);
  const word = /(?<![\p{L}\p{M}\p{N}.])([\p{L}\p{M}.°º/-]+)\.["'”’)\]]*$/u.exec(last)?.[1]?.toLowerCase();
  if (word !== undefined) return !isShort(word, after, lists) && !isDateline(before, after);
  const isOrdinal = lists?.ordinals === true && /(?<![\p{N}.,:/])\p{N}{1,3}\.$/u.test(before);
  return !isOrdinal || lists.common.has(firstWord(after) ?? "");
}

/** "LA CROSSE, Wis. (AP) — After a summer …" */
const isDateline = (before: string, after: string) =>
  /, \p{Lu}\p{L}{1,4}\.$/u.test(before) && /^[(（]/u.test(after);

const firstWord = (text: string) => /^["“„«‘(]*([\p{L}\p{M}]+)/u.exec(text)?.[1]?.toLowerCase();

/** What follows a quotation that is the start of its sentence: "“走吧。”他说。" */
const SPEAKER = /^(?:[とっ、は]|\p{Script=Han}{1,6}(?:说|說|问|問|道|表示))/u;

/** Whether a full stop after `word` belongs to it: an initial, a title, or an abbreviation in mid-sentence. */
function isShort(word: string, after: string, lists: LanguageLists | undefined): boolean {
  if (lists?.titles.has(word)) return true;
  const isInitial = /^\p{L}$|^(?:\p{L}\.)+\p{L}$|^\p{L}\p{M}*$/u.test(word);
  if (!isInitial && !lists?.abbreviations.has(word)) return false;
  if (/^no?s?$/.test(word)) return /^\p{N}/u.test(after);
  const next = /^["“«„‘(]*([\p{L}\p{M}]+)/u.exec(after)?.[1]?.toLowerCase();
  if (next === undefined) return /^\p{N}/u.test(after);
  return next.length === 1 || !(lists?.common.has(next) || lists?.titles.has(next));
}

const CLOSING: Readonly<Record<string, string>> = {
  "“": "”",
  "„": "“”",
  "«": "»",
  "»": "«",
  "「": "」",
  "『": "』",
  '"': '"',
  "(": ")",
  "（": "）",
};

/**
 * Tells of places, asked for in rising order, whether they lie inside quotation marks or brackets. A curly mark that
 * never closes goes to the end.
 */
function enclosed(paragraph: string): (at: number) => boolean {
  const ranges: [number, number][] = [];
  let open: number | undefined;
  let mark = "";
  const isGerman = paragraph.includes("„");
  for (const { 0: char, index } of paragraph.matchAll(/["“”„«»「」『』()（）]/g)) {
    if (open !== undefined && CLOSING[mark]?.includes(char)) {
      ranges.push([open, index + 1]);
      open = undefined;
    } else if (open === undefined && char in CLOSING && !isInches(paragraph, index, char)) {
      open = index;
      mark = char;
    } else if (char === "“" && mark === "(" && !isGerman) {
      // A bracket that a quotation starts in matters less.
      open = index;
      mark = char;
    }
  }
  if (open !== undefined && "“「".includes(mark)) ranges.push([open, paragraph.length + 1]);
  let next = 0;
  return (at) => {
    while ((ranges[next]?.[1] ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    return (ranges[next]?.[0] ?? at) < at;
  };
}

const isInches = (text: string, at: number, char: string) =>
  char === '"' && /\p{N}/u.test(text.charAt(at - 1));

/** Writing without spaces is told apart by pairs of characters, which needs no dictionary. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const SPACELESS_RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}ー]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}ー]+/gu;

/** All words, in lower case. */
export function wordsOf(text: string): readonly string[] {
  const lower = text.toLowerCase();
  // Three times as quick, and most English sentences are such.
  if (!BEYOND_ASCII.test(lower)) return lower.match(ASCII_WORD) ?? [];
  const folded = lower.normalize("NFKC");
  if (!SPACELESS.test(folded)) return folded.match(WORD) ?? [];
  return (folded.match(SPACELESS_RUN) ?? []).flatMap((run) =>
    SPACELESS.test(run) ? pairs(run) : (run.match(WORD) ?? []),
  );
}

const BEYOND_ASCII = /[^ -~‘’“”–—…•]/;
const ASCII_WORD = /[a-z0-9]+(?:['’-][a-z0-9]+|(?<=\d)[.,]\d+)*/g;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+|(?<=\p{N})[.,]\p{N}+)*/gu;

function pairs(run: string): readonly string[] {
  const chars = [...run];
  return chars.length === 1 ? chars : chars.slice(1).map((char, index) => `${chars[index]}${char}`);
}

/** How many words a reader would count: a pair of characters is about half of one. */
export function wordCount(words: readonly string[]): number {
  const spaceless = words.reduce(
    (sum, word) => sum + (BEYOND_ASCII.test(word) && SPACELESS.test(word) ? 1 : 0),
    0,
  );
  return words.length - spaceless / 2;
}

/** Of those, the ones that say what a text is about. */
export function contentWords(words: readonly string[], lists: LanguageLists | undefined): readonly string[] {
  const content: string[] = [];
  for (const word of words) {
    const bare = word.endsWith("'s") || word.endsWith("’s") ? word.slice(0, -2) : word;
    if (lists?.common.has(bare)) continue;
    if (bare.length > 2 || /\d/.test(bare) || SPACELESS.test(bare)) content.push(bare);
  }
  return content;
}

/** How much of `words` is also in `others`: 0 to 1. */
export function overlap(words: Iterable<string>, others: ReadonlySet<string>): number {
  const wanted = new Set(words);
  let found = 0;
  for (const word of wanted) if (others.has(word)) found += 1;
  return wanted.size === 0 ? 0 : found / wanted.size;
}

/** Sentences as running text: Chinese and Japanese put no space between them. */
export function sentencesTogether(sentences: readonly string[]): string {
  return sentences.reduce(
    (text, next) => `${text}${/^$|[。！？」』）〉》]$/u.test(text) ? "" : " "}${next}`,
    "",
  );
}
