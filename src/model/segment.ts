import type { Subscriber } from "./subscriber.ts";

/** Chooses readers: "all", "tag:uk", "tag:uk and not language:en", "(tag:uk or tag:ie) and city:\"New York\"". */
export type Segment = (reader: Pick<Subscriber, "tags" | "fields">) => boolean;

export type SegmentResult = { readonly segment: Segment } | { readonly reason: string };

/**
 * Reads a segment. `tag:` is a reader's tag, any other name one of the list's fields; both compare without case.
 * `and` binds tighter than `or`. Thrown nowhere: what cannot be read comes back as its reason.
 */
export function parseSegment(text: string): SegmentResult {
  const words = text.match(/[()]|[^\s()":]+:"[^"]*"|[^\s()]+/g) ?? [];
  const parser = { words, at: 0 };
  try {
    const segment = readOr(parser);
    const rest = parser.words[parser.at];
    return rest === undefined ? { segment } : { reason: `"${rest}" was not expected` };
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    throw error;
  }
}

class Unreadable extends Error {}

interface Parser {
  readonly words: readonly string[];
  at: number;
}

function take(parser: Parser, word: string): boolean {
  if (parser.words[parser.at]?.toLowerCase() !== word) return false;
  parser.at += 1;
  return true;
}

function readOr(parser: Parser): Segment {
  const parts = [readAnd(parser)];
  while (take(parser, "or")) parts.push(readAnd(parser));
  return (reader) => parts.some((part) => part(reader));
}

function readAnd(parser: Parser): Segment {
  const parts = [readNot(parser)];
  while (take(parser, "and")) parts.push(readNot(parser));
  return (reader) => parts.every((part) => part(reader));
}

function readNot(parser: Parser): Segment {
  if (take(parser, "not")) {
    const inner = readNot(parser);
    return (reader) => !inner(reader);
  }
  if (!take(parser, "(")) return readTerm(parser);
  const inner = readOr(parser);
  if (!take(parser, ")")) throw new Unreadable('a "(" is not closed');
  return inner;
}

function readTerm(parser: Parser): Segment {
  if (take(parser, "all")) return () => true;
  const word = parser.words[parser.at] ?? "";
  const [, name, quoted, plain] = /^([^:"]+):(?:"([^"]*)"|([^:"]+))$/.exec(word) ?? [];
  const value = (quoted ?? plain)?.toLowerCase();
  if (name === undefined || value === undefined) {
    throw new Unreadable(word === "" ? "it ends too early" : `"${word}" is not name:value`);
  }
  parser.at += 1;
  if (name.toLowerCase() === "tag") return ({ tags }) => tags.some((tag) => tag.toLowerCase() === value);
  return ({ fields }) => Object.hasOwn(fields, name) && fields[name]?.toLowerCase() === value;
}
