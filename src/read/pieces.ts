import type { Block } from "./lines.ts";
import { endsSentence, wordCount } from "./prose.ts";
import type { Piece } from "./write.ts";

/** What a line shows of its shape: a list item, a quotation, or nothing. */
interface Shape {
  readonly kind: "bullet" | "number" | "quote" | "plain";
  readonly text: string;
  readonly number?: number | undefined;
}

function shapeOf(text: string): Shape {
  const [, number, sign, rest] = /^(?:(\d{1,3})[.)]|([-*•◦▪●‣·>])) +(\S.*)$/su.exec(text) ?? [];
  if (rest === undefined) return { kind: "plain", text };
  if (number !== undefined) return { kind: "number", text: rest, number: Number(number) };
  return { kind: sign === ">" ? "quote" : "bullet", text: rest };
}

/** The kept blocks as paragraphs, headings, lists and quotations. One bullet alone is only a paragraph's start. */
export function toPieces(blocks: readonly Block[]): Piece[] {
  const shapes = blocks.map(({ text }) => shapeOf(text));
  const pieces: Piece[] = [];
  blocks.forEach(({ text }, index) => {
    const shape = shapes[index] ?? shapeOf(text);
    const before = pieces.at(-1);
    const next = shapes[index + 1];
    if (shape.kind === "quote") pieces.push({ kind: "quote", text: shape.text });
    else if (isItem(shape, before, next))
      pieces.push({ kind: "item", text: shape.text, number: shape.number });
    else if (isHeading(text, before, next)) pieces.push({ kind: "heading", text });
    else pieces.push({ kind: "paragraph", text });
  });
  return pieces;
}

function isItem(shape: Shape, before: Piece | undefined, next: Shape | undefined): boolean {
  const list = before?.kind === "item" ? before : undefined;
  if (shape.kind === "bullet")
    return (list !== undefined && list.number === undefined) || next?.kind === "bullet";
  if (shape.number === undefined) return false;
  // Markdown counts on by itself, so a number that does not follow would be changed.
  if (list?.number !== undefined) return shape.number === list.number + 1;
  return next?.number === shape.number + 1;
}

/** A short line without an end, between a sentence's end and a paragraph or list. */
function isHeading(text: string, before: Piece | undefined, next: Shape | undefined): boolean {
  const words = wordCount(text);
  if (words === 0 || words > 10 || text.length > 100 || !/^[\p{Lu}\p{Lo}\p{N}]/u.test(text)) return false;
  if (/[.!?:;,…。！？؟।"'”’»)\]]$/.test(text)) return false;
  const follows = before?.kind === "item" || before?.kind === "quote" || endsSentence(before?.text ?? "");
  return follows && next !== undefined && (next.kind !== "plain" || isSentence(next.text));
}

function isSentence(text: string): boolean {
  return wordCount(text) >= 12 && (endsSentence(text) || text.endsWith(":"));
}
