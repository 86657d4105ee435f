import * as z from "zod";
import { type Notice, type Problem, printable } from "../errors.ts";
import { languageFault } from "../model/language.ts";
import { parseSegment } from "../model/segment.ts";
import type { FrontMatter } from "./frontmatter.ts";
import { SLUG } from "./slug.ts";
import { readInstant } from "./time.ts";

/** What the values are checked against besides their types. */
export interface FieldContext {
  /** IANA zone of times without an offset. */
  readonly timezone: string;
  /** What is wrong with an image's path, as the end of a sentence. */
  imageProblem(src: string): Promise<string | undefined>;
}

export type Fields = z.infer<ReturnType<typeof schema>>;

/**
 * Checks front matter.
 * @returns the values, or everything that is wrong with them, each with its place.
 */
export async function readFields(
  front: FrontMatter,
  context: FieldContext,
): Promise<{
  readonly fields?: Fields;
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
}> {
  const wanted = schema(context);
  const { data, success, error } = await wanted.safeParseAsync(front.data);
  if (!success) return { problems: error.issues.map((issue) => problemOf(issue, front)), notices: [] };
  return { fields: data, problems: [], notices: unknownKeys(data, Object.keys(wanted.shape), front) };
}

const text = z.string();
/** YAML writes control characters as "\\e" or "\\x07"; readers' programs show none, and terminals obey them. */
const shown = text.transform((value) => printable(value).trim());
const filled = shown.refine((value) => value !== "", { error: "is empty" });
/** Text that counts as absent when blank: `title: ""` is a key waiting for its value. */
const words = shown.transform((value) => value || undefined);
/** A whole article under one of these keys is a quotation mark that is missing, and would be weighed word by word. */
export const LONGEST = { line: 1_000, text: 10_000 } as const;
const atMost = (length: number) =>
  words.refine((value) => (value?.length ?? 0) <= length, {
    error: `is longer than ${length.toLocaleString("en")} characters, as if a quotation mark were missing`,
  });
const line = atMost(LONGEST.line);
const paragraph = atMost(LONGEST.text);
const webAddress = words.refine((value) => value === undefined || isWebAddress(value), {
  error: "is not a web address that starts with https:// or http://",
});
const titledLink = z.object({
  title: filled,
  url: shown.refine(isWebAddress, { error: "is not a web address that starts with https:// or http://" }),
});
/** Of a file in templates/, without its ending. */
const TEMPLATE_NAME = /^[\w-]+$/;
const segment = words.superRefine((value, issues) => {
  const result = value === undefined ? undefined : parseSegment(value);
  if (result === undefined || "segment" in result) return;
  issues.addIssue({ code: "custom", message: `is not a segment such as "tag:uk": ${result.reason}` });
});
const offset = text.regex(/^\+(\d+[smhd])+$/, "is not an offset such as +30m");
const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(item));

function schema({ timezone, imageProblem }: FieldContext) {
  const instant = (clock: "strict" | "lenient") =>
    words.transform((value, issues) => {
      if (value === undefined) return undefined;
      const read = readInstant(value, timezone, clock);
      if ("iso" in read) return { written: value, iso: read.iso };
      issues.addIssue({ code: "custom", message: read.problem });
      return z.NEVER;
    });
  const imagePath = words.superRefine(async (src, issues) => {
    const message = src === undefined ? undefined : await imageProblem(src);
    if (message !== undefined) issues.addIssue({ code: "custom", message });
  });
  const image = z.looseObject({
    src: imagePath.optional(),
    alt: paragraph.optional(),
    credit: line.optional(),
  });
  return z.looseObject({
    title: line.optional(),
    description: paragraph.optional(),
    date: instant("lenient").optional(),
    slug: text.regex(SLUG, "is not a slug: up to 80 of a-z, 0-9 and -").optional(),
    url: webAddress.optional(),
    author: line.optional(),
    image: z.preprocess((value) => (typeof value === "string" ? { src: value } : value), image).optional(),
    tags: listOf(filled).default([]),
    language: text
      .refine((tag) => languageFault(tag) === undefined, {
        error: "is not a language tag such as en or pt-BR",
      })
      .optional(),
    related: z.array(titledLink).default([]),
    relatedRaw: words.optional(),
    draft: z.boolean().default(false),
    summary: paragraph.optional(),
    posts: z.record(text, filled).default({}),
    email: z
      .looseObject({
        subject: line.optional(),
        preheader: line.optional(),
        to: segment.optional(),
        template: text.regex(TEMPLATE_NAME, "is not the name of a template such as letter").optional(),
      })
      .default({}),
    publish_at: instant("strict").optional(),
    queue: z
      .union([z.boolean(), text], { error: "is neither true, false nor the name of a queue" })
      .optional(),
    channels: z
      .union([listOf(text), z.record(text, offset)], {
        error: "is neither a list of channels nor a map of channels to offsets such as +30m",
      })
      .optional(),
  });
}

function isWebAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  array: "a list",
  object: "a map of keys and values",
  record: "a map of keys and values",
  boolean: "true or false",
  number: "a number",
};

function problemOf(issue: z.core.$ZodIssue, front: FrontMatter): Problem {
  const { path } = issue;
  const name = path.map(String).join(".");
  const place = front.placeOf(path);
  if (issue.code !== "invalid_type")
    return { code: "front-matter-value", message: `"${name}" ${issue.message}.`, place };
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    front.data,
  );
  if (value === undefined) return { code: "front-matter-value", message: `"${name}" is missing.`, place };
  const found = KINDS[Array.isArray(value) ? "array" : typeof value] ?? typeof value;
  return {
    code: "front-matter-type",
    message: `"${name}" is ${typeof value === "boolean" ? String(value) : found}, not ${KINDS[issue.expected] ?? issue.expected}.`,
    next: issue.expected === "string" && typeof value !== "object" ? "Put it in quotes." : undefined,
    place,
  };
}

const KNOWN_INSIDE: Readonly<Record<string, readonly string[]>> = {
  image: ["src", "alt", "credit"],
  email: ["subject", "preheader", "to", "template"],
};

function unknownKeys(data: Fields, known: readonly string[], front: FrontMatter): Notice[] {
  const top = Object.keys(data).filter((key) => !known.includes(key));
  const nested = Object.entries(KNOWN_INSIDE).flatMap(([key, inside]) =>
    Object.keys(data[key] ?? {})
      .filter((each) => !inside.includes(each))
      .map((each) => [key, each]),
  );
  return [...top.map((key) => [key]), ...nested].map((path) => ({
    code: "unknown-key",
    message: `"${path.join(".")}" is not a key that pressrun knows; it is kept and not used.`,
    place: front.keyPlaceOf(path),
  }));
}
