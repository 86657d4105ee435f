/** A full stop after these ends no sentence. Single letters ("Sergei K. Shoigu") need no entry. */
const ABBREVIATIONS = new Set(
  (
    "mr mrs ms dr prof st sr jr rev hon gov gen lt col sgt capt sen rep pres mt ft vs etc al no vol pp fig ed inc ltd " +
    "co corp bros dept est approx jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ca cf " +
    "u.s u.k u.n e.u d.c a.m p.m e.g i.e ph.d z.b d.h bzw usw ggf nr str hr fr mme mlle m.m sra dra ej pág art núm " +
    "dott sig dhr mevr drs bijv tzn np ul prof"
  ).split(" "),
);

/** Whole sentences of a paragraph, verbatim but for surrounding spaces. */
export function sentencesOf(paragraph: string, language: string): readonly string[] {
  const segments = new Intl.Segmenter(language, { granularity: "sentence" }).segment(paragraph);
  const sentences: string[] = [];
  for (const { segment } of segments) {
    const last = sentences.at(-1);
    if (last !== undefined && (endsInAbbreviation(last) || continues(segment))) {
      sentences[sentences.length - 1] = last + segment;
    } else sentences.push(segment);
  }
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== "");
}

function endsInAbbreviation(sentence: string): boolean {
  const word = /([\p{L}.]+)\.["'”’)\]]*\s*$/u.exec(sentence)?.[1]?.toLowerCase();
  if (word === undefined) return false;
  return ABBREVIATIONS.has(word) || /^(\p{L}|(\p{L}\.)+\p{L})$/u.test(word);
}

/** No sentence starts with a small letter, nor with the mark that closes what came before. */
const continues = (segment: string) => /^[\p{Ll}”’»)\]]/u.test(segment);

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** All words, in lower case; also of languages that put no spaces between them. */
function wordsOf(text: string): readonly string[] {
  const segments = segmenter.segment(text.normalize("NFKC").toLowerCase());
  return Array.from(segments).flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
}

export const wordCount = (text: string) => wordsOf(text).length;

/** Words that say what a text is about, in lower case. */
export function contentWords(text: string): readonly string[] {
  return wordsOf(text)
    .map((word) => word.replace(/['’]s$/, ""))
    .filter((word) => (word.length > 2 || /\p{Script=Han}/u.test(word)) && !COMMON.has(word));
}

const COMMON = new Set(
  (
    "the and for are was were been being but not you your yours all any can had has have having her hers him his how " +
    "its may might must our ours out own she should some such than that their theirs them then there these they this " +
    "those too very what when where which while who whom why will with would about above after again against also " +
    "amid among around because before below between both could did does doing down during each either few from further " +
    "into itself just like many more most much nor now off once only other over same since still through toward under " +
    "until upon via within without yet one two get got make made new said says say"
  ).split(" "),
);

/** How much of `words` is also in `others`: 0 to 1. */
export function overlap(words: readonly string[], others: readonly string[]): number {
  const wanted = new Set(words);
  const found = new Set(others);
  return wanted.size === 0 ? 0 : [...wanted].filter((word) => found.has(word)).length / wanted.size;
}
