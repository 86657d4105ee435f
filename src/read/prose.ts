const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.,-]*/gu;
/** Scripts that put no spaces between words: two characters count as a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/gu;
const SENTENCE_END = /[.!?…。！？؟।]["'”’»›)\]]*$/;
const SENTENCE_END_INSIDE = /[.!?…。！？؟।]["'”’»›)\]]*\s+["'“‘«(]?\p{Lu}/u;

/** Fewest words of a block that can be told for a paragraph. */
const PROSE_WORDS = 20;

export function wordCount(text: string): number {
  const characters = text.match(UNSPACED)?.length ?? 0;
  const spaced = characters === 0 ? text : text.replace(UNSPACED, " ");
  return (spaced.match(WORD)?.length ?? 0) + Math.ceil(characters / 2);
}

export function endsSentence(text: string): boolean {
  return SENTENCE_END.test(text);
}

/** A paragraph: long enough, and made of sentences. */
export function isProse(text: string): boolean {
  const words = wordCount(text);
  if (words < PROSE_WORDS) return false;
  return (
    endsSentence(text) || text.endsWith(":") || (words >= 2 * PROSE_WORDS && SENTENCE_END_INSIDE.test(text))
  );
}

/**
 * A line of headlines run into one: long, no end of a sentence, most words capitalised. Splitting it would be a
 * guess ("Top N" finds the seams of 1 such line in 1,000), so it is only recognised.
 */
export function isRunOnHeadlines(text: string): boolean {
  const words = text.match(/\p{L}{4,}/gu) ?? [];
  const capitalised = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  return wordCount(text) >= 12 && !endsSentence(text) && capitalised >= words.length * 0.6;
}

/** Two blocks with the same words are one said twice. */
export function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
