/** One piece of a copied text: a paragraph, a heading, a list item, a credit line. */
export interface Block {
  readonly text: string;
  /** 1-based line on which it starts. */
  readonly line: number;
}

/**
 * The blocks of a copied text. Where lines were broken at a fixed width they are joined again; elsewhere every line
 * is a block, with or without blank lines between.
 */
export function readBlocks(text: string): Block[] {
  const lines = tidy(text).split("\n");
  const width = wrapWidth(lines);
  const blocks: { line: number; parts: string[] }[] = [];
  let before = "";
  lines.forEach((line, index) => {
    const words = line.trim().replace(/ +/g, " ");
    const last = blocks.at(-1);
    if (words !== "" && last !== undefined && continues(before, line, width))
      last.parts.push(glue(before.trimEnd(), words), words);
    else if (words !== "") blocks.push({ line: index + 1, parts: [words] });
    before = line;
  });
  return blocks.map(({ line, parts }) => ({ line, text: parts.join("") }));
}

/** The same words without what copying leaves between them: odd spaces, invisible and control characters. */
function tidy(text: string): string {
  return text
    .replace(/\r\n?|[\f\v\u0085\u2028\u2029]/g, "\n")
    .replace(/[\t\p{Zs}]/gu, " ")
    .replace(/[\u00AD\u180E\u200B\u2060\uFEFF]|(?!\n)\p{Cc}/gu, "");
}

/** A hyphen at a line's end is kept: whether it belongs to the word cannot be told. */
function glue(before: string, words: string): "" | " " {
  return /\p{L}-$/u.test(before.slice(-3)) && /^\p{Ll}/u.test(words) ? "" : " ";
}

const BULLET = /^\s*(?:[-*•◦▪●‣·>]|\d{1,3}[.)])(?:\s|$)/;
const ENDS_SENTENCE = /[.!?:…]["'”’»)\]]*$/;
const WIDEST = 120;

/** Does a line carry on the paragraph of the line before? */
function continues(before: string, line: string, width: number | undefined): boolean {
  if (width === undefined || before.trim() === "" || line.trim() === "") return false;
  return !BULLET.test(line) && isFull(before, line, width);
}

/** A wrapped line ends where the next word would not have fitted. */
function isFull(line: string, next: string, width: number): boolean {
  const word = next.trimStart().split(" ", 1)[0] ?? "";
  return line.trimEnd().length + 1 + word.length > width;
}

/**
 * The width at which the text was wrapped, or undefined. Wrapped text shows in two ways: nearly every line but a
 * paragraph's last is full, and many a line starts in the middle of a sentence.
 */
function wrapWidth(lines: readonly string[]): number | undefined {
  const spaced = lines.map((line) => line.trimEnd()).filter((line) => line.trim().includes(" "));
  const width = spaced.reduce((widest, line) => Math.max(widest, line.length), 0);
  if (width > WIDEST) return undefined;
  let breaks = 0;
  let full = 0;
  let inside = 0;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1] ?? "";
    if (line.trim() === "" || next.trim() === "" || BULLET.test(next)) continue;
    breaks++;
    if (isFull(line, next, width)) full++;
    if (!ENDS_SENTENCE.test(line.trimEnd()) && /^\s*\p{Ll}/u.test(next)) inside++;
  }
  return breaks > 1 && full >= breaks * 0.6 && inside >= breaks * 0.4 ? width : undefined;
}
