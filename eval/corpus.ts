import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

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
  /** Plain text, an empty line between paragraphs. */
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

/** @throws Error with the line's number, where gold.jsonl has one that is no JSON object with a body. */
export function readCorpus(folder: string, name: string): Corpus {
  const file = join(folder, "gold.jsonl");
  const lines = readFileSync(file, "utf8").split("\n");
  const gold = lines.flatMap((line, index) => (line.trim() === "" ? [] : [goldOf(line, file, index + 1)]));
  return {
    name,
    gold,
    page: ({ file: page }) => {
      const path = page === undefined ? undefined : join(folder, "pages", page);
      return path !== undefined && existsSync(path) ? readFileSync(path) : undefined;
    },
  };
}

function goldOf(line: string, file: string, number: number): Gold {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null || !("body" in value) || typeof value.body !== "string")
    throw new Error(`${file}:${number}: no JSON object with a "body"`);
  const present = Object.entries(value).filter(([, field]) => field !== null && field !== "");
  const gold: Gold = { body: value.body, ...Object.fromEntries(present) };
  return { ...gold, language: languageOf(gold.language) };
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
