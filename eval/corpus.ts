import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** An article as people wrote it down: a line of gold.jsonl. What a line does not have is not measured on it. */
export interface Gold {
  /** Name of its page in pages/. */
  readonly file?: string | undefined;
  /** Where the page came from. */
  readonly url?: string | undefined;
  readonly title?: string | undefined;
  readonly author?: string | undefined;
  /** YYYY-MM-DD. */
  readonly date?: string | undefined;
  /** Plain text, an empty line between paragraphs; "" where the line has none. */
  readonly body: string;
  /** What a person wrote under the title or for other sites (og:description). */
  readonly description?: string | undefined;
  /** BCP 47; English where it is absent. */
  readonly language?: string | undefined;
  /** "article", "news", …, where the corpus tells kinds apart. */
  readonly type?: string | undefined;
}

export interface Corpus {
  readonly name: string;
  readonly gold: readonly Gold[];
  /** The page's bytes; undefined where the line has none. */
  page(gold: Gold): Uint8Array | undefined;
}

/** The corpora of a folder, one a sub-folder with gold.jsonl and, where there are pages, pages/*.html. */
export function corporaIn(folder: string): readonly Corpus[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "gold.jsonl")))
    .toSorted()
    .map((name) => readCorpus(join(folder, name), name));
}

/** @throws Error with file and line, where gold.jsonl has one that is no JSON object or names nothing to measure. */
export function readCorpus(folder: string, name: string): Corpus {
  const file = join(folder, "gold.jsonl");
  const lines = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split("\n");
  const gold = lines.flatMap((line, index) =>
    line.trim() === "" ? [] : [goldOf(line, `${file}:${index + 1}`)],
  );
  return {
    name,
    gold,
    page: ({ file: page }) => {
      const path = page === undefined ? undefined : join(folder, "pages", basename(page));
      const found =
        path === undefined ? undefined : ["", ".html", ".htm"].find((ending) => existsSync(path + ending));
      return path === undefined || found === undefined ? undefined : readFileSync(path + found);
    },
  };
}

/** What other benchmarks call the same. */
const NAMES: Readonly<Record<keyof Gold, readonly string[]>> = {
  file: ["file", "file_id", "filename", "html", "page"],
  url: ["url"],
  title: ["title", "headline"],
  author: ["author", "authors", "byline"],
  date: ["date", "publish_date", "datePublished", "published"],
  body: ["body", "articleBody", "main_content", "text"],
  description: ["description", "summary"],
  language: ["language", "lang"],
  type: ["type", "page_type"],
};

function goldOf(line: string, place: string): Gold {
  const value = parsed(line);
  if (value === undefined) throw new Error(`${place}: the line is no JSON object. Mend it, or take it out.`);
  const found = Object.entries(NAMES).map(([key, names]) => [
    key,
    names.map((name) => textOf(value[name])).find((text) => text !== undefined),
  ]);
  const { date, language, ...gold }: Partial<Gold> = Object.fromEntries(found);
  if ((gold.body ?? gold.title ?? gold.author ?? date) === undefined)
    throw new Error(
      `${place}: there is neither "body", "title", "author" nor "date" in it: nothing to measure.`,
    );
  return { ...gold, body: gold.body ?? "", date: date?.slice(0, 10), language: languageOf(language) };
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A text, or a list of them; undefined for what is empty. */
function textOf(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value.filter((each) => typeof each === "string").join(", ") : value;
  if (typeof text === "number") return String(text);
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

/** As pages write it, "en_US"; undefined for what is no language. */
function languageOf(written: string | undefined): string | undefined {
  const tag = written?.trim().replaceAll("_", "-");
  try {
    return tag === undefined ? undefined : Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
