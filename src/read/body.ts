import type { Notice, Place } from "../errors.ts";
import { fromWebPath, webPath } from "../model/web-path.ts";
import { closeComments, keepOpenComments } from "./comments.ts";
import { captionFigures } from "./figures.ts";
import { type FootnoteEnv, looseNotes, readFootnotes } from "./footnotes.ts";
import { folded } from "./prose.ts";
import { sanitise } from "./sanitise.ts";

export interface BodyContext {
  /** The file's path as the user would type it. */
  readonly file: string;
  /** 1-based line of the file on which the body starts. */
  readonly line: number;
  /** The title that is already known; a first heading that repeats it is dropped. */
  readonly title?: string | undefined;
  /** Canonical address of the article: what its relative links start from. */
  readonly url?: string | undefined;
  /** A local image's path relative to the article's file. */
  relativeImage(src: string): string;
}

export interface Body {
  /** Markdown; a heading that became the title is blanked out, so that line numbers stay true. */
  readonly markdown: string;
  readonly html: string;
  /** The title: the known one, else the first `# heading`. */
  readonly title?: string | undefined;
  /** Local images as paths relative to the article's file. */
  readonly images: readonly { readonly src: string; readonly place: Place }[];
  readonly notices: readonly Notice[];
}

/** Renders a Markdown body to sanitised, balanced HTML and takes the title out of it. */
export async function readBody(source: string, context: BodyContext): Promise<Body> {
  const parser = await markdownParser();
  const open: Notice[] = [];
  keepOpenComments(parser, source, (line, start) => open.push(openNotice(start, context, line)));
  const env: FootnoteEnv = {};
  const tokens = parser.parse(source, env);
  const heading = findTitle(tokens, context.title);
  if (heading !== undefined) tokens.splice(heading.index, 3);
  const rewriting = rewrite(source, context);
  const rendered = closeComments(parser.renderer.render(tokens, parser.options, env), (start) =>
    open.push(openNotice(start, context, source.slice(0, source.lastIndexOf(start)).split("\n").length - 1)),
  );
  const html = await sanitise(rendered, rewriting);
  return {
    markdown: heading === undefined ? source : blankLines(source, heading.lines),
    html,
    title: context.title ?? heading?.text,
    images: rewriting.images,
    notices: [...open, ...noteNotices(tokens, env, source, context), ...rewriting.notices],
  };
}

function openNotice(start: string, { file, line: first }: BodyContext, line: number): Notice {
  return {
    code: "open-comment",
    message: `What starts here with ${start} never ends, and is shown as text.`,
    next: start === "<!--" ? "End the comment with -->, or take it out." : "Take it out.",
    place: { file, line: first + line },
  };
}

function noteNotices(
  tokens: readonly Token[],
  env: FootnoteEnv,
  source: string,
  { file, line }: BodyContext,
): Notice[] {
  const { unused, missing } = looseNotes(tokens, env);
  const placeOf = (text: string) => {
    const before = source.slice(0, Math.max(0, source.indexOf(text)));
    return { file, line: line + before.split("\n").length - 1 };
  };
  return [
    ...unused.map((name) => ({
      code: "unused-note",
      message: `Nothing refers to the note [^${name}], so it is not shown.`,
      next: `Write [^${name}] where it belongs, or take the note out.`,
      place: placeOf(`[^${name}]:`),
    })),
    ...missing.map((name) => ({
      code: "missing-note",
      message: `There is no note for [^${name}], which is shown as it is.`,
      next: `Write \`[^${name}]: …\` below the text, or take the mark out.`,
      place: placeOf(`[^${name}]`),
    })),
  ];
}

async function markdownParser() {
  const { default: MarkdownIt } = await import("markdown-it");
  const parser = new MarkdownIt({ html: true, linkify: true });
  // Only what is written as an address becomes a link ("https://…"), and it reads as it was written.
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  parser.normalizeLinkText = (url) => url;
  captionFigures(parser);
  await readFootnotes(parser);
  return parser;
}

type Token = ReturnType<Awaited<ReturnType<typeof markdownParser>>["parse"]>[number];

interface TitleHeading {
  readonly index: number;
  readonly text: string;
  /** 0-based, end excluded. */
  readonly lines: readonly [number, number];
}

/** The first top-level h1, if it is the title: because there is no other, or because it repeats it. */
function findTitle(tokens: readonly Token[], title: string | undefined): TitleHeading | undefined {
  const index = tokens.findIndex(
    ({ type, tag, level }) => type === "heading_open" && tag === "h1" && level === 0,
  );
  const [open, inline] = tokens.slice(index, index + 2);
  if (index < 0 || !open?.map || !inline) return undefined;
  const text = plainText(inline);
  if (text === "" || (title !== undefined && folded(text) !== folded(title))) return undefined;
  return { index, text, lines: open.map };
}

function plainText({ children }: Token): string {
  const parts = (children ?? []).map((token) => {
    if (token.type === "softbreak" || token.type === "hardbreak") return " ";
    return token.type === "html_inline" ? "" : token.content;
  });
  return parts.join("").replace(/\s+/g, " ").trim();
}

function blankLines(source: string, [from, to]: readonly [number, number]): string {
  return source
    .split("\n")
    .map((line, index) => (index >= from && index < to ? "" : line))
    .join("\n");
}

function rewrite(source: string, context: BodyContext) {
  const images: { src: string; place: Place }[] = [];
  const notices: Notice[] = [];
  const lower = source.toLowerCase();
  const placeOf = (words: string): Place => {
    const before = lower.slice(0, Math.max(lower.indexOf(words.toLowerCase()), 0));
    return { file: context.file, line: context.line + before.split("\n").length - 1 };
  };
  const note = (code: string, message: string, next: string, words: string) => {
    notices.push({ code, message, next, place: placeOf(words) });
    return undefined;
  };
  return {
    images,
    notices,
    link(href: string): string | undefined {
      if (/^(https?:\/\/|mailto:)/i.test(href)) return href;
      if (hasScheme(href))
        return note(
          "unsafe-link",
          `The link to ${short(href)} was left out: only web and mail links are kept.`,
          "Remove it.",
          href,
        );
      if (context.url !== undefined && URL.canParse(href, context.url))
        return new URL(href, context.url).href;
      return note(
        "relative-link",
        `The link to ${short(href)} leads nowhere in a mail and was left out.`,
        "Write the whole address, or give the article a url.",
        href,
      );
    },
    image(src: string): string | undefined {
      if (/^https?:\/\//i.test(src)) return src;
      if (hasScheme(src) || src === "")
        return note(
          "unsafe-image",
          `The image ${short(src)} was left out.`,
          "Use a file or a web address.",
          src,
        );
      const path = context.relativeImage(fromWebPath(src));
      images.push({ src: path, place: placeOf(src) });
      return webPath(path);
    },
    dropped(tag: string): void {
      note(
        "dropped-html",
        `<${tag}> cannot be part of an article and was left out.`,
        `Write \\<${tag}> if you mean the characters.`,
        `<${tag}`,
      );
    },
  };
}

const hasScheme = (address: string) => /^(\/\/|[a-z][a-z0-9+.-]*:)/i.test(address.trim());

const short = (address: string) => (address.length > 60 ? `${address.slice(0, 59)}…` : address);
