import type { Rule } from "../rule.ts";

function direction(language: string): string {
  // In every engine since 2023; not in the language's library yet.
  const locale = new Intl.Locale(language) as Intl.Locale & { getTextInfo(): { readonly direction: string } };
  return locale.getTextInfo().direction;
}

/** Scripts told apart by their letters. Chinese, Japanese and Korean share some, so they count as one. */
const SCRIPTS = {
  Latin: /\p{Script=Latin}/gu,
  Cyrillic: /\p{Script=Cyrillic}/gu,
  Greek: /\p{Script=Greek}/gu,
  Arabic: /\p{Script=Arabic}/gu,
  Hebrew: /\p{Script=Hebrew}/gu,
  Devanagari: /\p{Script=Devanagari}/gu,
  Thai: /\p{Script=Thai}/gu,
  "East Asian": /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu,
} as const;

const SCRIPT_OF: Readonly<Record<string, keyof typeof SCRIPTS>> = {
  Latn: "Latin",
  Cyrl: "Cyrillic",
  Grek: "Greek",
  Arab: "Arabic",
  Hebr: "Hebrew",
  Deva: "Devanagari",
  Thai: "Thai",
  Hans: "East Asian",
  Hant: "East Asian",
  Jpan: "East Asian",
  Kore: "East Asian",
};

/** Fewer letters say little about a language. */
const ENOUGH_LETTERS = 40;

function mainScript(text: string): keyof typeof SCRIPTS | undefined {
  const counts = Object.entries(SCRIPTS).map(([name, letters]) => ({
    name: name as keyof typeof SCRIPTS,
    count: text.match(letters)?.length ?? 0,
  }));
  const [most] = counts.toSorted((a, b) => b.count - a.count);
  return most && most.count >= ENOUGH_LETTERS ? most.name : undefined;
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

export const LANGUAGE_RULES: readonly Rule[] = [
  {
    id: "language-missing",
    severity: "error",
    part: "newsletter",
    what: "an <html>, or the first element that mail programs keep, whose lang is not the article's",
    why: "Screen readers speak the text with the sounds of that language (WCAG 2.2, 3.1.1).",
    find: ({ page, language }) => {
      const found = page("html").attr("lang") ?? "";
      const inner = page("body [lang]").first().attr("lang") ?? page("body").attr("lang") ?? "";
      if (same(found, language) && same(inner, language)) return [];
      const what =
        found === ""
          ? "names no language"
          : `says lang="${same(found, language) ? inner : found}", the article "${language}"`;
      return [
        {
          message: `The newsletter ${what}.`,
          next: 'Write <mjml lang="{{language}}" dir="{{dir}}"> in the template.',
        },
      ];
    },
  },
  {
    id: "direction",
    severity: "error",
    part: "newsletter",
    what: "a dir that is not that of the article's language",
    why: "Punctuation and alignment end up on the wrong side (WCAG 2.2, 1.3.2; technique H34).",
    find: ({ page, language }) => {
      const wanted = direction(language);
      const found = page("html").attr("dir") ?? "";
      const inner = page("body [dir]").first().attr("dir") ?? page("body").attr("dir") ?? "";
      if (found === wanted && inner === wanted) return [];
      return [
        {
          message: `The newsletter ${found === "" ? "says no direction" : `says dir="${found === wanted ? inner : found}"`}; "${language}" is written ${wanted}.`,
          next: 'Write <mjml lang="{{language}}" dir="{{dir}}"> in the template.',
        },
      ];
    },
  },
  {
    id: "language-script",
    severity: "warning",
    part: "article",
    what: "a text that is written in other letters than its language",
    why: "Then its language is probably wrong, and with it hyphens, voice and spelling (WCAG 2.2, 3.1.1).",
    find: ({ prose, language, source }) => {
      const found = mainScript(prose);
      const wanted = SCRIPT_OF[new Intl.Locale(language).maximize().script ?? ""];
      if (found === undefined || wanted === undefined || found === wanted) return [];
      return [
        {
          message: `The article's language is "${language}", but its letters are ${found}.`,
          next: "Set `language:` in its front matter.",
          place: source.key("language"),
        },
      ];
    },
  },
];
