import * as z from "zod";
import { nearest } from "../model/nearest.ts";
import type { Path } from "./source.ts";

/** What is wrong with the value at `path`, before its place in the file is looked up. */
export interface Fault {
  readonly path: Path;
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  readonly next?: string | undefined;
  /** The name of the key is at fault, not its value. */
  readonly part?: "key" | undefined;
}

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys and values",
  record: "a map of keys and values",
  url: "an address such as https://example.org",
};

/** ["footer", "links", 0, "url"] → "footer.links[0].url" */
export function dotted(path: Path): string {
  const isPlain = (step: PropertyKey) => /^[\w-]+$/.test(String(step));
  const shown = (step: PropertyKey) => (typeof step === "number" ? step : JSON.stringify(step));
  const text = path
    .map((step) => (typeof step !== "number" && isPlain(step) ? `.${String(step)}` : `[${shown(step)}]`))
    .join("");
  return text.replace(/^\./, "") || "The configuration";
}

/**
 * zod's error map: what follows the key's name in the sentence. It never quotes a value, which may be a secret.
 * For unknown keys it gives their next steps, a line each: only here does zod say which keys it knows.
 */
export function predicate(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "needs a value"
        : `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`;
    case "invalid_format":
      return KINDS[issue.format] ? `must be ${KINDS[issue.format]}` : "has a form that is not accepted";
    case "invalid_value":
      return `must be ${choice(issue.values.map(String))}${suggest(String(issue.input), issue.values.map(String))}`;
    case "too_small":
    case "too_big":
      return bound(issue);
    case "invalid_union":
      return issue.input === undefined ? "needs a value" : undefined;
    case "unrecognized_keys":
      return issue.keys.map((key) => nextForKey(key, knownKeys(issue.inst))).join("\n");
    case "invalid_key":
      return `is a key that ${issue.issues[0]?.message ?? "is not accepted"}`;
    default:
      return undefined;
  }
}

function bound(issue: RawIssue & { readonly code: "too_small" | "too_big" }): string {
  if (issue.code === "too_big") {
    if (issue.maximum === Number.MAX_SAFE_INTEGER) return "is far too large a number";
    return `must be at most ${issue.maximum}${issue.origin === "array" ? " entries" : ""}`;
  }
  const isNumber = issue.origin === "number" || issue.origin === "int";
  return isNumber
    ? `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`
    : "must not be empty";
}

/** "card, last, reply or none" */
function choice(words: readonly string[]): string {
  return words.join(", ").replace(/, (?!.*, )/, " or ");
}

function kindOf(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? ".nan" : ".inf";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  return KINDS[Array.isArray(value) ? "array" : typeof value] ?? "that";
}

function suggest(written: string, words: readonly string[]): string {
  const meant = nearest(written, words);
  return meant ? ` (did you mean ${meant}?)` : "";
}

function knownKeys(schema: RawIssue["inst"]): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function nextForKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant ? `Did you mean ${meant}?` : `Known here: ${known.join(", ")}.`;
}

/** At most one fault a place: a second one on the same value is usually the first in other words. */
export function faultsOf(issues: readonly Issue[], prefix: Path): Fault[] {
  const faults = issues.flatMap((issue) => explain(issue, prefix));
  return [...new Map(faults.toReversed().map((fault) => [pathKey(fault.path), fault])).values()].toReversed();
}

export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

function explain(issue: Issue, prefix: Path): Fault[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "unrecognized_keys") return unknownKeys(issue, path);
  if (issue.code === "invalid_union") {
    // The alternative that was meant is the one whose faults lie inside the value, not in its kind.
    const inside = issue.errors
      .map((issues) => faultsOf(issues, path))
      .find((faults) => faults.length > 0 && faults.every((fault) => fault.path.length > path.length));
    if (inside) return inside;
  }
  return [{ path, code: "config-value", message: `${dotted(path)} ${issue.message}.` }];
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, path: Path): Fault[] {
  const nexts = issue.message.split("\n");
  const owner = path.length === 0 ? "pressrun.yaml" : dotted(path);
  return issue.keys.map((key, index) => ({
    path: [...path, key],
    code: "config-key",
    message: `${owner} has no key ${JSON.stringify(key)}.`,
    next: nexts[index],
    part: "key",
  }));
}
