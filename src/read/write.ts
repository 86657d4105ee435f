/** One piece of a recovered body. Its text is plain: what the reader will see. */
export interface Piece {
  readonly kind: "paragraph" | "heading" | "item" | "quote";
  readonly text: string;
  /** Of a numbered list's item. */
  readonly number?: number | undefined;
}

/** Markdown that renders as exactly these texts: nothing in them is read as markup. */
export function toMarkdown(pieces: readonly Piece[]): string {
  const text = pieces.map((piece, index) => gap(pieces[index - 1], piece) + marked(piece)).join("");
  return text === "" ? "" : `${text}\n`;
}

function gap(before: Piece | undefined, { kind }: Piece): string {
  if (before === undefined) return "";
  return kind === "item" && before.kind === "item" ? "\n" : "\n\n";
}

function marked({ kind, text, number }: Piece): string {
  const escaped = escapeMarkdown(text);
  if (kind === "heading") return `## ${escaped}`;
  if (kind === "quote") return `> ${escaped}`;
  if (kind === "item") return number === undefined ? `- ${escaped}` : `${number}. ${escaped}`;
  return escaped;
}

const ADDRESS = /https?:\/\/[^\s<>\p{Cc}]*[^\s<>\p{Cc}\p{P}]\/?/giu;

/** One line of plain text as Markdown. Web addresses become links that read as they stand. */
export function escapeMarkdown(text: string): string {
  let escaped = "";
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    escaped += `${escapeWords(text.slice(end, match.index))}<${match[0]}>`;
    end = match.index + match[0].length;
  }
  return escapeStart(escaped + escapeWords(text.slice(end)));
}

/** Escapes only what would be read as markup, so that the file stays pleasant to edit. */
function escapeWords(text: string): string {
  return text
    .replace(/[\\`*[]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/~(?=~)|(?<=~)~/g, "\\~")
    .replace(/&(?=#|\w+;)/g, "\\&")
    .replace(/<(?=[a-z/!?])/gi, "\\<");
}

/** What opens a heading, a list, a rule or a quotation at the start of a line. */
function escapeStart(text: string): string {
  return text
    .replace(/^(?:#{1,6}(?=\s|$)|[+-](?=\s|$)|>|-(?=[- ]*$)|=)/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}
