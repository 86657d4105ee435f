import { readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
} from "yaml";
import { type Place, type Problem, UserError } from "../errors.ts";
import { whyRefused } from "../model/disk.ts";

/** Keys and list positions from the top of the file: ["footer", "links", 0, "url"]. */
export type Path = readonly PropertyKey[];

/** pressrun.yaml as plain values, which can still say where each of them stands. */
export interface Source {
  readonly value: unknown;
  /** Of the value at `path`, or of what is nearest to it; with `"key"`, of the name before it. */
  place(path: Path, part?: "key"): Place;
}

/** A hand-written configuration is a few KB; what is larger than this (bytes) is something else. */
const MAX_BYTES = 1_000_000;

/** Past this many lines that are not YAML, the file is something else. */
const MOST_FAULTS = 10;

/**
 * The text of a file that people write.
 * @throws UserError where there is no such file, or it is huge, binary or not UTF-8.
 */
export async function readConfigText(file: string): Promise<string> {
  const bytes = await readBytes(file);
  const refuse = (what: string, next: string): never => {
    throw new UserError({ code: "config-unreadable", message: `${what}.`, next, place: { file } });
  };
  const other = "Name the publication's own file with --config.";
  if (bytes.length > MAX_BYTES) return refuse("This is no configuration: it is larger than 1 MB", other);
  if (bytes.includes(0)) return refuse("This is no configuration: it is not text", other);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("The configuration is not in UTF-8", "Save it in that encoding.");
  }
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    return size > MAX_BYTES ? Buffer.alloc(MAX_BYTES + 1) : await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw unreadable(file, error);
    throw new UserError({
      code: "config-missing",
      message: `There is no ${basename(file)} in ${dirname(file)}.`,
      next: "Run `pressrun init`, or name one with --config.",
    });
  }
}

/** The system's refusal as the user's to mend. */
export function unreadable(file: string, error: unknown): UserError {
  return new UserError({
    code: "config-unreadable",
    message: `This file cannot be read: ${whyRefused(error)}.`,
    next: "Check its name and permissions.",
    place: { file },
  });
}

/** @throws UserError with every fault of the YAML, or because it says nothing. */
export function parseSource(text: string, file: string): Source {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const faults = [...document.errors, ...document.warnings, ...danglingAliases(document)];
    if (faults.length > 0)
      throw new UserError(
        firstOfLines(faults.map(({ message, pos }) => syntaxProblem(message, at(lines, file, pos[0])))),
      );
    const value: unknown = document.toJS();
    if (value === null) throw new UserError(emptyProblem(file));
    // Throws where an alias contains itself: nothing that walks the values would come to an end.
    JSON.stringify(value);
    return { value, place: (path, part) => locate(document, lines, file, path, part) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    // The library's guards: nesting that exhausts the stack, aliases that multiply.
    if (![RangeError, ReferenceError, TypeError].some((kind) => error instanceof kind)) throw error;
    throw new UserError({
      code: "yaml",
      message: "This YAML is nested too deeply, or its aliases lead round in circles.",
      next: "Write it out plainly.",
      place: { file },
    });
  }
}

/** One mistake is reported in many ways after it, a thousand times for a thousand brackets. */
function firstOfLines(problems: readonly Problem[]): Problem[] {
  const lines = new Set<number | undefined>();
  return problems
    .filter(({ place }) => !lines.has(place?.line) && lines.add(place?.line))
    .slice(0, MOST_FAULTS);
}

/** The library leaves them for later, and would then not say where they stand. */
function danglingAliases(document: Document<ParsedNode>): { message: string; pos: readonly [number] }[] {
  const found: { message: string; pos: readonly [number] }[] = [];
  visit(document, {
    Alias(_, alias) {
      const message = "A value that begins with * stands for an anchor, and there is none of that name";
      if (!alias.resolve(document)) found.push({ message, pos: [alias.range?.[0] ?? 0] });
    },
  });
  return found;
}

function emptyProblem(file: string): Problem {
  return {
    code: "config-empty",
    message: "The configuration is empty.",
    next: "Write at least `publication: {name: …}`, or delete it and run `pressrun init`.",
    place: { file },
  };
}

/** What the library quotes after a colon may be a password: only the sentence before it is shown. */
function syntaxProblem(message: string, place: Place): Problem {
  const [said = message] = message.split(/:\s/, 1);
  const sentence = said.startsWith("With stringKeys") ? "A value that begins with { or [ is no text" : said;
  return {
    code: "yaml",
    message: `This is not YAML: ${sentence.replace(/\.?$/, ".")}`,
    next: "Look at the indentation, and put quotes around text with special characters.",
    place,
  };
}

function at(lines: LineCounter, file: string, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { file, line: 1, column: 1 } : { file, line, column: col };
}

function locate(
  document: Document<ParsedNode>,
  lines: LineCounter,
  file: string,
  path: Path,
  part?: "key",
): Place {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [depth, step] of path.entries()) {
    const child = childOf(node, step, document);
    if (!child) break;
    const wanted = part === "key" && depth === path.length - 1 ? child.key : child.value;
    offset =
      (wanted as Node | null | undefined)?.range?.[0] ??
      (child.key as Node | undefined)?.range?.[0] ??
      offset;
    node = child.value;
  }
  return at(lines, file, offset);
}

function childOf(
  node: unknown,
  step: PropertyKey,
  document: Document<ParsedNode>,
): { readonly key?: unknown; readonly value: unknown } | undefined {
  const parent = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(parent)) {
    const value = parent.items[Number(step)];
    return value === undefined ? undefined : { value };
  }
  if (!isMap(parent)) return undefined;
  return parent.items.find(({ key }) => isScalar(key) && key.value === step);
}
