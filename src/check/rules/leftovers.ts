import { type Hit, quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** What people read as the author's words; code is exempt. */
function proseOf({ edition, prose }: Subject): string {
  const { members = [], summary, email, posts } = edition.article;
  const heads = [edition.article, ...members].flatMap(({ title, description, author, image }) => [
    title,
    description,
    author,
    image?.alt,
    image?.credit,
  ]);
  return [...heads, summary, email.subject, email.preheader, ...Object.values(posts), prose]
    .filter((text) => text !== undefined)
    .join("\n");
}

function among(pattern: RegExp, say: (found: string) => Omit<Hit, "place">) {
  return (subject: Subject): readonly Hit[] =>
    [...new Set(proseOf(subject).match(pattern) ?? [])].map((found) => ({
      ...say(found),
      place: subject.source.find(found),
    }));
}

/** As a word of its own. */
const word = (marks: string) => `(?<![\\p{L}\\p{N}_])(?:${marks})(?![\\p{L}\\p{N}_])`;

/** XXX is also thirty ("Super Bowl XXX"), and after a word three question marks are a tone of voice. */
const ANYWHERE = [
  word("FIXME"),
  `(?<!\\b(?:Bowl|Part|Chapter|Volume|Book|Act|Canto|Psalm|Games|Olympiad)\\s)${word("XXX+")}`,
  "(?<![\\p{L}\\p{N}?!\"'”’»)])\\?{3,}",
];
/** What newsrooms that write English put in the place of what is to come; a health insurer in German, a shop with Maxx. */
const ENGLISH = `(?!TK Maxx)${word("TK(?:TK)*|TBD|TBC")}`;
/** "All" in Spanish and Portuguese, where it may be shouted. */
const TODO = word("TODO");
const TODO_NOTE = `${TODO}(?=\\s*:)`;

function markerIn(language: string): RegExp {
  const code = new Intl.Locale(language).language;
  const todo = /^(?:es|pt|gl|it)$/.test(code) ? TODO_NOTE : TODO;
  return new RegExp([...ANYWHERE, todo, ...(code === "en" ? [ENGLISH] : [])].join("|"), "gu");
}

const marked = (pattern: RegExp) =>
  among(pattern, (found) => ({
    message: `${quote(found)} was left in.`,
    next: "Finish the sentence, or put it between backquotes if it is code.",
  }));

export const LEFTOVER_RULES: readonly Rule[] = [
  {
    id: "leftover-marker",
    severity: "warning",
    part: "article",
    what: "a mark of something still to be done (TK, TODO, FIXME, XXX, ???), but in code",
    why: "It was written so that nobody would publish it.",
    find: (subject) => marked(markerIn(subject.language))(subject),
  },
  {
    id: "leftover-filler",
    severity: "error",
    part: "article",
    what: "filler text (lorem ipsum)",
    why: "It stands for a text that was never written.",
    find: among(/\blorem\s+ipsum\b/gi, (found) => ({
      message: `${quote(found)} was left in.`,
      next: "Write the text.",
    })),
  },
  {
    id: "leftover-bracket",
    severity: "warning",
    part: "article",
    what: "a placeholder in brackets ([insert name], <your text here>)",
    why: "It stands for a text that was never written.",
    find: among(
      // "[your] money" is an editor's word in a quotation, "(add a pinch of salt)" a sentence like any other.
      /[[<](?:(?:insert|placeholder|fill in)\b[^\]>\n]{0,40}|(?:your|enter|add)\s[^\]>\n]{1,40})[\]>]|\((?:insert|placeholder|your|enter|add|fill in)\b[^)\n]{0,40}\b(?:here|later)\)/gi,
      (found) => ({
        message: `${quote(found)} was left in.`,
        next: "Write what it stands for.",
      }),
    ),
  },
  {
    id: "leftover-markdown",
    severity: "warning",
    part: "article",
    what: "Markdown that did not become a link or an image",
    why: "Readers see brackets and an address: a space or an unknown scheme keeps it from being read (CommonMark, 6.3).",
    find: among(/\]\((?=[a-z]+:|[/#.])[^()\n]{1,200}\)?|!?\[\[[^[\]\n]{1,200}\]\]/giu, (found) => ({
      message: `${quote(found)} is shown as it is.`,
      next: "Write links as [text](https://…) and images as ![what it shows](path), without spaces in the address.",
    })),
  },
  {
    id: "mojibake",
    severity: "warning",
    part: "article",
    what: "characters that were read in the wrong encoding (Ã©, â€™, \uFFFD)",
    why: "UTF-8 read as Windows-1252 when the text was copied or converted.",
    find: among(
      /(?:Ã[\u0080-\u00bf]|â€[\u0080-\u00bf™œ\u009d˜\u0152“”–—]|Â[\u00a0-\u00bf]|\uFFFD)/gu,
      (found) => ({
        message: `${quote(found)} was another character once.`,
        next: "Copy the text again, or save its source as UTF-8.",
      }),
    ),
  },
];
