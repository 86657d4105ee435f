import type { FormatCallback, HtmlToTextOptions } from "html-to-text";
import { COLUMNS, isTooLong, wrapIdeographs } from "./wrap.ts";

/** Paragraphs that an article's summary can be taken from: no headings, lists, quotations, tables or captions. */
export async function proseOf(html: string): Promise<readonly string[]> {
  const { convert } = await import("html-to-text");
  const skipped = ["h2", "h3", "h4", "ul", "ol", "blockquote", "pre", "table", "figure", "img", "hr"];
  const text = convert(html, {
    wordwrap: false,
    selectors: [
      ...[...skipped, "sup.note"].map((selector) => ({ selector, format: "skip" })),
      { selector: "a", options: { ignoreHref: true } },
    ],
  });
  return text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "");
}

/** Widths of a table's cells: how many columns share the line is known only when the table is laid out. */
const CELLS = [60, 34, 22, 16] as const;
const NARROWEST_CELL = 12;

/** The body as plain text of at most 78 columns, its links as numbered footnotes. Addresses and code are not broken. */
export async function textOf(html: string, imageWord: string): Promise<string> {
  const narrow = await layOut(html, imageWord, NARROWEST_CELL);
  for (const cell of html.includes("<table") ? CELLS : []) {
    const wide = await layOut(html, imageWord, cell);
    if (longLines(wide) <= longLines(narrow)) return wide;
  }
  return narrow;
}

const longLines = (text: string) => text.split("\n").filter(isTooLong).length;

async function layOut(html: string, imageWord: string, maxColumnWidth: number): Promise<string> {
  const { convert } = await import("html-to-text");
  const urls: string[] = [];
  const noteOf = (url: string) => (urls.includes(url) ? urls.indexOf(url) : urls.push(url) - 1) + 1;
  const text = convert(html.replaceAll("\n</code></pre>", "</code></pre>"), {
    wordwrap: COLUMNS,
    formatters: { footnote: footnote(noteOf), caption: imageCaption(imageWord), raised },
    selectors: [
      { selector: "a", format: "footnote" },
      { selector: "img", format: "caption" },
      { selector: "sup", format: "raised" },
      { selector: "h2", options: { uppercase: true, leadingLineBreaks: 3 } },
      { selector: "h3", options: { uppercase: false } },
      { selector: "h4", options: { uppercase: false } },
      { selector: "hr", options: { length: 20 } },
      { selector: "table", format: "dataTable", options: { maxColumnWidth, uppercaseHeaderCells: false } },
    ],
  } satisfies HtmlToTextOptions);
  const notes = urls.map((url, index) => `[${index + 1}] ${url}`);
  return [
    wrapIdeographs(text.trimEnd()).replace(/(?<! ) +$/gm, ""),
    ...(notes.length > 0 ? [notes.join("\n")] : []),
  ].join("\n\n");
}

/** "the timetable [1]"; an address that shows itself needs no footnote. */
function footnote(noteOf: (url: string) => number): FormatCallback {
  return (element, walk, builder) => {
    const url: string = element.attribs?.href ?? "";
    const shown = textIn(element).trim();
    walk(element.children, builder);
    if (url === "" || shown === url || `mailto:${shown}` === url) return;
    builder.addInline(` [${noteOf(url)}]`, { noWordTransform: true });
  };
}

function imageCaption(word: string): FormatCallback {
  return (element, _walk, builder) => {
    const alt: string = (element.attribs?.alt ?? "").trim();
    if (alt !== "") builder.addInline(`[${word}: ${alt}]`, { noWordTransform: true });
  };
}

const RAISED = { 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** "m²", and the mark of a note: a number on the line would be read as part of the word before it. */
const raised: FormatCallback = (element, walk, builder) => {
  const shown = textIn(element);
  if (!/^\d+$/.test(shown)) return walk(element.children, builder);
  const signs = shown.replace(/\d/g, (digit) => RAISED[digit as unknown as keyof typeof RAISED]);
  builder.addInline(signs, { noWordTransform: true });
};

interface Node {
  readonly data?: string | undefined;
  readonly children?: readonly Node[] | undefined;
}

function textIn({ data, children = [] }: Node): string {
  return (data ?? "") + children.map(textIn).join("");
}
