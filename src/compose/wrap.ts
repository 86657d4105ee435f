import stringWidth from "string-width";

/** Columns of a mail's text part: room for a few `>` of quoting within 80. Chinese and Japanese signs take two each. */
export const COLUMNS = 78;

const IDEOGRAPHS = "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Bopomofo}";
/** Never first on a line, or never last (JIS X 4051, 6.1). */
const CLOSING = "、。，．・：；？！）］｝」』】〉》〕…‥ー々ゝヽぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ";
const OPENING = "（［｛「『【〈《〔";

/** Scripts without spaces break beside nearly every sign (UAX #14, ID). */
const BREAK = new RegExp(
  `(?<=[${IDEOGRAPHS}${CLOSING}])(?<![${OPENING}])(?![${CLOSING}])|(?<![${OPENING}])(?=[${IDEOGRAPHS}${OPENING}])(?![${CLOSING}])`,
  "u",
);
const HAS_IDEOGRAPHS = new RegExp(`[${IDEOGRAPHS}]`, "u");

/** Quoting, indentation and the mark of a list's item: the first goes on in the next line, the others as spaces. */
const START = /^((?:> )*)( *(?:[*•-] +|\d+\. +)?)/;

/** Breaks long lines, indented as they began. A word that is longer than a line stays whole. */
export function wrap(text: string): string {
  return text.split("\n").map(wrapLine).join("\n");
}

/** Only the lines that have no spaces to be broken at. */
export function wrapIdeographs(text: string): string {
  return text
    .split("\n")
    .map((line) => (HAS_IDEOGRAPHS.test(line) ? wrapLine(line) : line))
    .join("\n");
}

/** Programs that do not know Unicode's table give each character one column, also those that have none. */
const columns = (text: string) => Math.max(stringWidth(text), text.length);

export function isTooLong(line: string): boolean {
  // No sign takes more than two.
  return line.length > COLUMNS / 2 && columns(line) > COLUMNS;
}

function wrapLine(line: string): string {
  if (!isTooLong(line)) return line.trimEnd();
  const [start = "", quoting = "", inside = ""] = START.exec(line) ?? [];
  const indent = quoting + " ".repeat(inside.length);
  const lines: string[] = [];
  let current = start;
  let taken = columns(start);
  let isEmpty = true;
  for (const word of line.slice(start.length).trim().split(/ +/)) {
    for (const [index, piece] of word.split(BREAK).entries()) {
      const more = isEmpty || index > 0 ? piece : ` ${piece}`;
      // Each piece is measured once: an article in Chinese has as many as signs.
      const wide = columns(more);
      if (isEmpty || taken + wide <= COLUMNS) {
        current += more;
        taken += wide;
      } else {
        lines.push(current);
        current = indent + piece;
        taken = columns(current);
      }
      isEmpty = false;
    }
  }
  return [...lines, current].join("\n");
}
