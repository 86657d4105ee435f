import stringWidth from "string-width";
import { type Hit, quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** RFC 5322, 2.1.1: leaves room for a few `>` of quoting within 80. */
const COLUMNS = 78;

/** A line of one long word (an address, a footnote's) cannot be broken, and code must not be. */
function isTooLong(line: string, code: string): boolean {
  if (stringWidth(line) <= COLUMNS || /^\s*(\[\d+\]\s*)?\S+$/.test(line)) return false;
  return !code.includes(line.trim().replace(/^> ?/, ""));
}

const MARKUP =
  /<\/?(a|b|br|div|em|h[1-6]|i|img|li|ol|p|pre|span|strong|table|tbody|td|th|tr|ul)(\s[^<>]*)?\/?>|&(amp|lt|gt|quot|nbsp|apos|#\d+|#x[0-9a-f]+);/gi;

/** "How to style a <table>": a tag without its other half formats nothing, so it is what the words are about. */
function isAlone(tag: string, text: string): boolean {
  const name = /^<\/?(\w+)/.exec(tag)?.[1] ?? "";
  return (
    !/^(br|img|p|li|t[dr])$/i.test(name) &&
    !(text.includes(`</${name}>`) && new RegExp(`<${name}[\\s>]`).test(text))
  );
}

/** What is not the article's code: there, markup is what the article is about. Nor a tag that was written as text: \<b>. */
function strayIn(
  { text, code, prose, source }: Subject,
  pattern: RegExp,
  say: (found: string) => Omit<Hit, "place">,
): readonly Hit[] {
  const isMeant = (each: string) =>
    code.includes(each) || (each.startsWith("<") && (prose.includes(each) || isAlone(each, text)));
  return [...new Set(text.match(pattern))]
    .filter((each) => !isMeant(each))
    .map((each) => ({ ...say(each), place: source.find(each) }));
}

const SIGNS: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

/** As the author wrote it. */
const unescaped = (html: string) =>
  html.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => SIGNS[name] ?? "");

const wordsIn = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);

/** Less than this of the article's words, and the text part is another mail. */
const LEAST_SHARED = 0.6;

export const TEXT_RULES: readonly Rule[] = [
  {
    id: "text-missing",
    severity: "error",
    part: "text",
    what: "an empty plain-text part",
    why: "Watches, terminals and some readers show nothing else; SpamAssassin scores HTML alone (MIME_HTML_ONLY).",
    find: ({ text }) =>
      text.trim() === ""
        ? [{ message: "The plain-text part is empty.", next: "Mend templates/newsletter.txt.hbs." }]
        : [],
  },
  {
    id: "text-differs",
    severity: "warning",
    part: "text",
    what: "a plain-text part that lacks most of the article",
    why: "Both parts are the same mail (RFC 2046, 5.1.4); SpamAssassin compares them (MPART_ALT_DIFF).",
    find: ({ text, prose, edition }) => {
      // A digest leads to its articles, in both parts; so does a teaser that email.fit made.
      if (edition.article.members !== undefined || edition.newsletter.fit === "teaser") return [];
      const wanted = wordsIn(prose);
      const there = wordsIn(text);
      const shared = [...wanted].filter((word) => there.has(word)).length;
      if (text.trim() === "" || wanted.size < 10 || shared / wanted.size >= LEAST_SHARED) return [];
      return [
        {
          message: `The plain-text part holds ${Math.round((100 * shared) / wanted.size)} % of the article's words.`,
          next: "Show {{article.body}} in templates/newsletter.txt.hbs.",
        },
      ];
    },
  },
  {
    id: "text-line-long",
    severity: "warning",
    part: "text",
    what: "a line of more than 78 columns in the plain-text part that could be broken",
    why: "RFC 5322, 2.1.1; quoted lines would be broken in the wrong places.",
    find: ({ text, code, source }) =>
      text
        .split("\n")
        .filter((line) => isTooLong(line, code))
        .map((line) => ({
          message: `A line of the plain-text part has ${stringWidth(line)} columns: ${quote(line)}`,
          next: "Break it in the template, or make the table narrower.",
          place: source.find(line, line.trim().split(/ {2,}/)[0]),
        })),
  },
  {
    id: "text-markup",
    severity: "error",
    part: "text",
    what: "HTML tags or entities in the plain-text part",
    why: "Readers see them as they are.",
    find: (subject) =>
      strayIn(subject, MARKUP, (found) => ({
        message: `The plain-text part shows ${quote(found)} as it is.`,
        next: "Write the character itself, or put code between backquotes.",
      })),
  },
  {
    id: "text-token",
    severity: "error",
    part: "text",
    what: "a placeholder that nothing filled in ({{…}}, *|…|*, %%…%%) in the plain-text part",
    why: "Readers see it as it is.",
    find: (subject) =>
      strayIn(subject, PLACEHOLDER, (found) => ({
        message: `The plain-text part shows ${quote(found)}: nothing fills it in.`,
        next: "Take it out, or put it between backquotes if it is code.",
      })),
  },
  {
    id: "field-unresolved",
    severity: "error",
    part: "newsletter",
    what: "a placeholder that nothing filled in ({{…}}, *|…|*, %%…%%) in the newsletter",
    why: "Readers see it as it is: articles and mails never run as templates.",
    find: ({ html, code, source }) =>
      [...new Set((html.match(PLACEHOLDER) ?? []).map(unescaped))]
        .filter((each) => !code.includes(each))
        .map((found) => ({
          message: `The newsletter shows ${quote(found)}: nothing fills it in.`,
          next: "Take it out, or put it between backquotes if it is code.",
          place: source.find(found),
        })),
  },
  {
    id: "field-empty",
    severity: "error",
    part: "newsletter",
    what: "a value that is not there (Hello ,  undefined  [object Object]  Invalid Date)",
    why: "It shows readers that a machine wrote to them, and to nobody.",
    find: ({ page, edition, prose, source }) => {
      const own = [prose, edition.article.title, edition.article.description, edition.footer.message].join(
        "\n",
      );
      return [...new Set(page("body").text().match(NOTHING) ?? [])]
        .filter((each) => !own.includes(each))
        .map((found) => ({
          message: `The newsletter says ${quote(found)}.`,
          next: "Put {{#if …}} around the value in the template.",
          place: source.find(found),
        }));
    },
  },
];

const PLACEHOLDER = /\{\{[^{}\n]{1,80}\}\}|\{%[^%\n]{1,80}%\}|\*\|[A-Z0-9_:]{1,40}\|\*|%%[A-Za-z_]{1,40}%%/g;

const NOTHING =
  /\[object Object\]|\bundefined\b|\bInvalid Date\b|\bNaN\b|\b(?:Hello|Hi|Dear|Hallo|Bonjour|Hola|Ciao|Olá) [,!](?=\s)/g;
