import { languageOf, listsOf } from "./languages.ts";
import { contentWords, overlap, wordCount, wordsOf } from "./sentences.ts";

export interface Described {
  readonly description: string;
  readonly title: string;
  /** The body's paragraphs. */
  readonly prose: readonly string[];
  /** The article's, BCP 47. */
  readonly language: string;
}

const LEAST_WORDS = 8;

/** Characters of a text that its description is compared with: descriptions are copied from the beginning. */
const MOST_READ = 12_000;

/** What keeps a description from saying to a reader what the article is, as the end of a sentence; undefined where nothing does. */
export function descriptionFault(described: Described): string | undefined {
  const text = described.description.replace(/\s+/g, " ").trim();
  const prose = described.prose.join(" ").slice(0, MOST_READ).replace(/\s+/g, " ");
  const faults: readonly (readonly [string, () => boolean])[] = [
    [`has fewer than ${LEAST_WORDS} words`, () => wordCount(wordsOf(text)) < LEAST_WORDS],
    ["is cut off", () => isCutOff(text, prose)],
    ["has HTML in it", () => /<\/?[a-z][^>]*>|&(?:[a-z]{2,8}|#\d{2,6});/i.test(text)],
    ["is in another language", () => isForeign(text, prose)],
    ["repeats the title", () => repeatsTitle(text, described)],
    ["calls for clicks", () => CALL.test(text)],
    ["says nothing of this article", () => isElsewhere(text, prose, described)],
  ];
  return faults.find(([, applies]) => applies())?.[0];
}

const OPEN_END = /(?:…|\.\.\.|\[[^\]]*\]|[,;:–—-])$/;
const WORD_END = /[\p{L}\p{N}]$/u;

function isCutOff(text: string, prose: string): boolean {
  if (OPEN_END.test(text)) return true;
  if (!WORD_END.test(text)) return false;
  return goesOn(text, prose) || (text.length >= LONG && SMALL_WORD.test(text));
}

/** "… a plan that brings more housing to the": programs cut at 120 characters and more. */
const LONG = 120;
const SMALL_WORD =
  /(?<!\p{L})(?:the|an?|and|or|of|to|der|die|das|dem|den|und|oder|le|les|du|des|et|ou|el|los|las|del|il|gli|di|della|het|een|en|van|oraz|przez|и|в|на)$/iu;

/** Words by which a place in the text is known again, where the start of a description was changed. */
const TAIL_WORDS = 6;

/** Copied from the text and ended where the sentence goes on. */
function goesOn(text: string, prose: string): boolean {
  const tail = text.split(" ").slice(-TAIL_WORDS).join(" ");
  const at = prose.indexOf(tail);
  return (
    at >= 0 && /^(?:[\p{L}\p{N}]|,? [\p{L}\p{N}])/u.test(prose.slice(at + tail.length, at + tail.length + 3))
  );
}

const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/gu,
  /\p{Script=Cyrillic}/gu,
  /\p{Script=Greek}/gu,
  /\p{Script=Arabic}/gu,
  /\p{Script=Hebrew}/gu,
  /\p{Script=Devanagari}/gu,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  /\p{Script=Hangul}/gu,
];

const letters = (text: string, script: RegExp) => text.match(script)?.length ?? 0;

/** Characters of a text that are enough to know its script and language. */
const SAMPLE = 1000;
/** Of a description's letters: names and terms may be in another script. */
const LEAST_IN_SCRIPT = 0.2;

function isForeign(text: string, prose: string): boolean {
  const start = prose.slice(0, SAMPLE);
  const [script] = SCRIPTS.toSorted((a, b) => letters(start, b) - letters(start, a));
  const own = script === undefined || start === "" ? 1 : letters(text, script) / letters(text, /\p{L}/gu);
  const [found, wanted] = [languageOf(wordsOf(text)), languageOf(wordsOf(start))];
  return own < LEAST_IN_SCRIPT || (found !== undefined && wanted !== undefined && found !== wanted);
}

function repeatsTitle(text: string, { title, language }: Described): boolean {
  const lists = listsOf(language);
  const words = contentWords(wordsOf(text), lists);
  return words.length > 0 && overlap(words, new Set(contentWords(wordsOf(title), lists))) === 1;
}

/** Marks and phrases of search engines' snippets: a reader of a post has nothing to click there. */
const CALL =
  /[✓✔►➤➜▶]|\b(?:(?:click|tap) here|(?:read|learn|find out|see) more(?: here)?[.!]?$|(?:read|learn|find out|check) (?:\S+ ){1,8}here[.!]?$|(?<=^|[.!?|] )(?:shop|buy|order|book|sign up|subscribe|download|join|call|apply|get started|try it|enrol?l?) (?:\S+ ){0,2}(?:now|today|here)[.!]?$|mehr erfahren|jetzt (?:lesen|informieren|entdecken|kaufen|bestellen|anmelden)|hier klicken|en savoir plus|lire la suite|cliquez ici|leer más|haz clic|más información aquí|leggi di più|scopri di più|clicca qui|saiba mais|leia mais|clique aqui|lees (?:meer|verder)|klik hier|czytaj więcej|kliknij)(?!\p{L})|читать (?:далее|дальше)|подробнее|нажмите|اقرأ المزيد|اضغط هنا|और पढ़ें|यहां क्लिक|点击|點擊|阅读全文|了解更多|続きを読む|詳しくはこちら|クリック/iu;

/** Content words from which on an article must share some with its description. */
const ENOUGH_WORDS = 100;
const LEAST_SHARED = 0.1;

/** A site's slogan, or another article's description. */
function isElsewhere(text: string, prose: string, { title, language }: Described): boolean {
  const lists = listsOf(language);
  const words = contentWords(wordsOf(`${title} ${prose}`), lists);
  const shared = overlap(contentWords(wordsOf(text), lists), new Set(words));
  return words.length >= ENOUGH_WORDS && shared < LEAST_SHARED;
}
