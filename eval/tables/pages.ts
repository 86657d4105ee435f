import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import MarkdownIt from "markdown-it";
import footnotes from "markdown-it-footnote";
import { decodePage } from "../../src/read/charset.ts";
import { type Page, readPage } from "../../src/read/page/index.ts";
import type { Corpus, Gold } from "../corpus.ts";
import { runOverlap, tokens, wordOverlap } from "../overlap.ts";
import { mean } from "../rouge.ts";

interface Reading {
  readonly gold: Gold;
  /** undefined: it crashed. */
  readonly page: Page | undefined;
  readonly text: string;
  /** Readability on linkedom alone. */
  readonly plain: string;
  /** Milliseconds of the processor, page by page in turn: what else the machine does falls out of it. */
  readonly time: number;
  readonly plainTime: number;
}

export async function table(corpora: readonly Corpus[]): Promise<string> {
  const parts: string[] = [];
  for (const corpus of corpora) {
    const pages = corpus.gold.filter(({ file }) => file !== undefined);
    const readings: Reading[] = [];
    await warmUp(corpus);
    for (const gold of pages) {
      const bytes = corpus.page(gold);
      if (bytes !== undefined)
        readings.push(await readTimed(gold, decodePage(bytes, undefined), pages.length, readings.length));
    }
    const missing = pages.length - readings.length;
    if (readings.length > 0) parts.push(show(corpus.name, readings, missing));
  }
  return parts.join("\n\n");
}

/** Pages that both read before any is timed: loading modules and compiling them is no page's doing. */
const WARMING = 30;
/** A corpus of few pages is read several times, so that about this many readings are made; each page's fastest counts. */
const READINGS = 1500;
const MOST_ROUNDS = 15;

async function warmUp({ gold, page }: Corpus): Promise<void> {
  const pages = gold.flatMap((each) => page(each) ?? []).slice(0, WARMING);
  for (let turn = 0; pages.length > 0 && turn < WARMING; turn++) {
    const html = decodePage(pages[turn % pages.length] ?? new Uint8Array(), undefined);
    await readPage(html).catch(() => undefined);
    readPlain(html);
  }
}

async function readTimed(gold: Gold, html: string, pages: number, index: number): Promise<Reading> {
  let best = await read(gold, html, index % 2 === 0);
  const rounds = Math.min(MOST_ROUNDS, Math.ceil(READINGS / pages));
  for (let round = 1; round < rounds; round++) {
    const again = await read(gold, html, (index + round) % 2 === 0);
    const [time, plainTime] = [Math.min(best.time, again.time), Math.min(best.plainTime, again.plainTime)];
    best = { ...best, time, plainTime };
  }
  return best;
}

/** One page by both, in this order or the other: who comes second finds the page's strings ready. */
async function read(gold: Gold, html: string, plainFirst: boolean): Promise<Reading> {
  const timed = { plain: 0, own: 0 };
  const readOther = () => {
    const start = cpuTime();
    const text = readPlain(html);
    timed.plain = cpuTime() - start;
    return text;
  };
  const early = plainFirst ? readOther() : undefined;
  const start = cpuTime();
  const page = await readPage(html).catch(() => undefined);
  timed.own = cpuTime() - start;
  const plain = early ?? readOther();
  const text = page === undefined ? "" : textOf(page.markdown);
  return { gold, page, text, plain, time: timed.own, plainTime: timed.plain };
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function readPlain(html: string): string {
  try {
    const { document } = parseHTML(html);
    return new Readability(document).parse()?.textContent ?? "";
  } catch {
    return "";
  }
}

const markdown = new MarkdownIt({ html: true }).use(footnotes);

/** What a reader sees, a block a line. */
export function textOf(source: string): string {
  return markdown
    .render(source)
    .replace(/<\/(?:p|li|h\d|td|th|tr|pre|blockquote|figcaption)>|<br>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

/** Judged apart from the rules of src/read: lines that ask for something or name other articles, and are not in the gold text. */
const CALL =
  /^(?:(?:related|recommended|read (?:more|next|also)|see also|more (?:from|stories|on)|you (?:may|might) also|don['’]t miss|up next|trending)\b|(?:subscribe|sign up|join (?:our|the)|follow us|share this|click here|download (?:our|the)|get (?:our|the) (?:free|newsletter)|leave a (?:comment|reply)|stay connected))/i;

export function hasCall({ text, gold }: Pick<Reading, "text" | "gold">): boolean {
  const known = ` ${tokens(gold.body).join(" ")} `;
  return text.split("\n").some((line) => {
    const words = tokens(line);
    return (
      words.length > 0 &&
      words.length <= 25 &&
      CALL.test(line.trim()) &&
      !known.includes(` ${words.join(" ")} `)
    );
  });
}

function same(found: string | undefined, gold: string): boolean {
  const fold = (text: string) => tokens(text.normalize("NFKC").replace(/['’]/g, "'")).join(" ");
  return fold(found ?? "") === fold(gold);
}

function share(readings: readonly Reading[], key: "title" | "author" | "date"): string {
  const judged = readings.filter(({ gold }) => gold[key] !== undefined);
  if (judged.length === 0) return "–";
  const right = judged.filter(({ gold, page }) => {
    const found = page?.[key];
    return same(key === "date" ? found?.slice(0, 10) : found, gold[key] ?? "");
  });
  return `${((100 * right.length) / judged.length).toFixed(1)} % of ${judged.length}`;
}

function show(name: string, readings: readonly Reading[], missing: number): string {
  const withBody = readings.filter(({ gold }) => gold.body !== "");
  const of = (pick: (reading: Reading) => number) =>
    withBody.length === 0 ? "–" : mean(withBody.map(pick)).toFixed(4);
  const calls = withBody.filter(hasCall).length;
  const total = (pick: (reading: Reading) => number) => readings.reduce((sum, each) => sum + pick(each), 0);
  const crashes = readings.filter(({ page }) => page === undefined).length;
  return [
    `### Pages: ${name}, ${readings.length}${missing > 0 ? ` (${missing} more are named and not there)` : ""}`,
    "",
    "| measured | pressrun | Readability + linkedom |",
    "|---|---|---|",
    `| body, word F1 | ${of(({ text, gold }) => wordOverlap(text, gold.body).f1)} | ${of(({ plain, gold }) => wordOverlap(plain, gold.body).f1)} |`,
    `| precision | ${of(({ text, gold }) => wordOverlap(text, gold.body).precision)} | ${of(({ plain, gold }) => wordOverlap(plain, gold.body).precision)} |`,
    `| recall | ${of(({ text, gold }) => wordOverlap(text, gold.body).recall)} | ${of(({ plain, gold }) => wordOverlap(plain, gold.body).recall)} |`,
    `| body, 4-gram F1 | ${of(({ text, gold }) => runOverlap(text, gold.body).f1)} | ${of(({ plain, gold }) => runOverlap(plain, gold.body).f1)} |`,
    `| title exact | ${share(readings, "title")} | |`,
    `| author exact | ${share(readings, "author")} | |`,
    `| day exact | ${share(readings, "date")} | |`,
    `| a call to action or another article's headline in the body | ${withBody.length === 0 ? "–" : `${((100 * calls) / withBody.length).toFixed(2)} %`} | |`,
    `| time a page, ms | ${(total(({ time }) => time) / readings.length).toFixed(1)} | ${(total(({ plainTime }) => plainTime) / readings.length).toFixed(1)} |`,
    `| time ÷ Readability + linkedom alone | ${(total(({ time }) => time) / total(({ plainTime }) => plainTime)).toFixed(2)} | 1 |`,
    `| crashes | ${crashes} | |`,
  ].join("\n");
}
