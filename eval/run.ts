// How good the reading of pages and the summaries are: a table for each file in tables/, over the corpora at hand.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Corpus, corporaIn, readCorpus } from "./corpus.ts";

/** What a file in tables/ exports. */
export interface TableModule {
  /** Markdown; "" where the corpora hold nothing that it measures. */
  table(corpora: readonly Corpus[]): Promise<string>;
}

const here = import.meta.dirname;
const wanted = process.argv.slice(2);
const corpora = read();
const names = readdirSync(join(here, "tables"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -3));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0)
  throw new Error(`no such table: ${unknown.join(", ")}; there are ${names.join(", ")}`);
for (const name of names.filter((each) => wanted.length === 0 || wanted.includes(each))) {
  const { table }: TableModule = await import(`./tables/${name}.ts`);
  const text = await table(corpora);
  if (text !== "") process.stdout.write(`${text}\n\n`);
}

/** A line of gold that cannot be read is the reader's to mend: a sentence, no stack. */
function read(): readonly Corpus[] {
  try {
    return [readCorpus(join(here, "sample"), "sample"), ...corporaIn(join(here, "corpora"))];
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  }
}
