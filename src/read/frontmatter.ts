import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { type Place, type Problem, UserError } from "../errors.ts";

/** A Markdown file in its two parts. */
export interface Parts {
  /** The YAML between the `---` lines; "" without front matter. */
  readonly yaml: string;
  readonly body: string;
  /** 1-based line on which `body` starts. */
  readonly bodyLine: number;
}

/** Front matter as plain data that can tell where each value was written. Empty values are left out. */
export interface FrontMatter {
  readonly data: Readonly<Record<string, unknown>>;
  /** Of the value at a path such as ["image", "src"], or of the nearest part of it that exists. */
  placeOf(path: readonly PropertyKey[]): Place;
  /** Of the key itself. */
  keyPlaceOf(path: readonly PropertyKey[]): Place;
}

const FIRST_YAML_LINE = 2;

/** Does the text start as a file with front matter does? */
export function hasFrontMatter(text: string): boolean {
  return /^---[ \t]*\n/.test(text);
}

/**
 * Splits a file at its front matter.
 * @param file as the user would type it.
 * @throws UserError for TOML and for front matter that never ends.
 */
export function splitFrontMatter(text: string, file: string): Parts {
  if (/^\+\+\+[ \t]*\n/.test(text)) {
    throw new UserError({
      code: "toml-front-matter",
      message: "The front matter is TOML (+++).",
      next: "Write it as YAML between two lines of ---.",
      place: { file, line: 1 },
    });
  }
  if (!hasFrontMatter(text)) return { yaml: "", body: text, bodyLine: 1 };
  const start = text.indexOf("\n") + 1;
  const end = /^(?:---|\.\.\.)[ \t]*(?:\n|$)/m.exec(text.slice(start));
  if (end === null) {
    throw new UserError({
      code: "open-front-matter",
      message: "The front matter that starts here never ends.",
      next: "Put a line of --- below its last line.",
      place: { file, line: 1 },
    });
  }
  const yaml = text.slice(start, start + end.index);
  const body = text.slice(start + end.index + end[0].length);
  return { yaml, body, bodyLine: FIRST_YAML_LINE + yaml.split("\n").length };
}

/**
 * Reads YAML. Dates stay the strings they were written as: the zone is the publication's.
 * @throws UserError with every mistake in the YAML and its place.
 */
export function parseFrontMatter(yaml: string, file: string): FrontMatter {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: line + FIRST_YAML_LINE - 1, column: col };
  };
  const problems = document.errors.map(({ message, pos }): Problem => {
    const sentence = message.split("\n")[0]?.replace(/[.:]?$/, ".") ?? "";
    return {
      code: "front-matter-yaml",
      message: `The front matter is not YAML: ${sentence}`,
      next: 'Put quotes around text that has a colon or a # in it: `title: "One: two"`.',
      place: at(pos[0]),
    };
  });
  if (problems.length > 0) throw new UserError(problems);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new UserError({
      code: "front-matter-shape",
      message: "The front matter is not a list of keys and values.",
      next: "Write lines such as `title: My article`.",
      place: { file, line: FIRST_YAML_LINE },
    });
  }
  return {
    data: plainData(() => document.toJS({ maxAliasCount: 100 }), file),
    placeOf: (path) => at(offsetOf(document.contents, path)),
    keyPlaceOf: (path) => at(offsetOf(document.contents, path, true)),
  };
}

function plainData(toJs: () => unknown, file: string): Readonly<Record<string, unknown>> {
  try {
    return withoutNull(toJs() ?? {}) as Record<string, unknown>;
  } catch (error) {
    // yaml's word for aliases that unfold into more than anyone wrote by hand.
    // An alias inside what it stands for never ends: a RangeError.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    throw new UserError({
      code: "front-matter-alias",
      message: "The front matter repeats its aliases (*name) too often.",
      next: "Write the values out.",
      place: { file, line: FIRST_YAML_LINE },
    });
  }
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNull(each)]));
}

/** Offset of a value; of its key where the value is a map or a list, so that the place is the line people look for. */
function offsetOf(contents: Node | null, path: readonly PropertyKey[], ofKey = false): number {
  let offset = contents?.range?.[0] ?? 0;
  let node: unknown = contents;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) break;
    offset = (ofKey ? child.key : child.offset) ?? offset;
    node = child.node;
  }
  return offset;
}

function childOf(
  node: unknown,
  key: PropertyKey,
): { offset?: number | undefined; key?: number | undefined; node: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return isNode(item) ? { offset: item.range?.[0], key: item.range?.[0], node: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(key));
  if (pair === undefined) return undefined;
  const at = isScalar(pair.value) ? pair.value : pair.key;
  const start = (part: unknown) => (isNode(part) ? part.range?.[0] : undefined);
  return { offset: start(at), key: start(pair.key), node: pair.value };
}
