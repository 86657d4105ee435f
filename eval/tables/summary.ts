import { fitPost } from "../../src/compose/post.ts";
import { sentencesOf } from "../../src/compose/sentences.ts";
import { extract, type Summary } from "../../src/compose/summary.ts";
import { excess, type Limits } from "../../src/model/limits.ts";
import { readMarkdown } from "../../src/read/markdown.ts";
import type { Corpus } from "../corpus.ts";
import { type Described, isDescribed, isOdd } from "../described.ts";
import { bootstrap, mean, rouge1 } from "../rouge.ts";
import { faultOf } from "../usable.ts";

interface Measured {
  readonly gold: Described;
  readonly lead: readonly string[];
  readonly summary: Summary;
  /** The same where the reader sees the title. */
  readonly besideTitle: Summary;
  /** Whether posts of it keep to what networks take. */
  readonly fits: boolean;
  /** Milliseconds. */
  readonly time: number;
  readonly readingTime: number;
}

/** Articles from which on a corpus is also shown in halves, and the difference between them says something. */
const ENOUGH = 100;

export async function table(corpora: readonly Corpus[]): Promise<string> {
  const parts: string[] = [];
  for (const { name, gold } of corpora) {
    const described = gold.filter(isDescribed);
    if (described.length === 0) {
      parts.push(`Summaries: ${name} has no article with a title and a description that a person wrote.`);
      continue;
    }
    const all = await measure(described);
    parts.push(show(name, all));
    const half = (odd: boolean) => all.filter((each) => isOdd(each.gold) === odd);
    if (all.length >= ENOUGH && half(true).length > 0 && half(false).length > 0)
      parts.push(
        show(`${name}, one half of its sites`, half(false)),
        show(`${name}, the other half`, half(true)),
      );
  }
  return parts.join("\n\n");
}

const WHOLE = /[.!?。！？؟।…]["'”’»)\]」』]*$/u;

async function measure(gold: readonly Described[]): Promise<readonly Measured[]> {
  const all: Measured[] = [];
  for (const each of gold) {
    const language = each.language ?? "en";
    const prose = each.body
      .split(/\n+/)
      .map((text) => text.replace(/\s+/g, " ").trim())
      .filter((text) => text !== "");
    const lead = prose
      .flatMap((text) => sentencesOf(text, language))
      .filter((text) => WHOLE.test(text))
      .slice(0, 2);
    const readingTime = await timed(() => readMarkdown(markdownOf(each), READING));
    const sum = (besideTitle: boolean) => extract(each.title, prose, { language, besideTitle });
    const time = await timed(() => sum(false));
    const besideTitle = sum(true);
    const fits = NETWORKS.every((limits) => isWithin(each, besideTitle, limits));
    all.push({ gold: each, lead, summary: sum(false), besideTitle, fits, time, readingTime });
  }
  return all;
}

const READING = { file: "/eval/article.md", shown: "article.md", root: "/eval", timezone: "UTC" };

function markdownOf({ title, body }: Described): string {
  // A text that speaks of images has none.
  const text = body.replaceAll("![", "[").replaceAll("<", "&lt;").split(/\n+/).join("\n\n");
  return `---\ntitle: ${JSON.stringify(title)}\n---\n\n${text}\n`;
}

/** The quicker of two runs: the first one warms up. */
async function timed(run: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

/** The room that X, Bluesky and Mastodon give, and hardly any. */
const NETWORKS: readonly Limits[] = (
  [
    ["x-weighted", 280],
    ["graphemes", 300],
    ["graphemes", 500],
    ["graphemes", 60],
  ] as const
).map(([unit, max]) => ({ measures: [{ unit, max }], shortLinks: true, tags: 3, assumed: false }));

function isWithin({ title, language }: Described, summary: Summary, limits: Limits): boolean {
  const parts = fitPost({
    channel: "eval",
    limits,
    layout: [{ field: "summary" }, "\n\n", { field: "link" }],
    sentences: summary.sentences,
    inOrder: summary.inOrder,
    title,
    url: "https://example.org/2026/03/article",
    tags: [],
    language: language ?? "en",
  });
  return excess(parts, limits) === undefined;
}

function show(name: string, all: readonly Measured[]): string {
  const scores = (textOf: (each: Measured) => string) =>
    all.map((each) => rouge1(textOf(each), each.gold.description));
  const gainRow = (what: string, count: number, textOf: (summary: Summary) => string) => {
    const own = scores(({ summary }) => textOf(summary));
    const lead = scores((each) => each.lead.slice(0, count).join(" "));
    return `| ROUGE-1, ${what} | ${fixed(mean(own))} | ${fixed(mean(lead))} | ${gainOf(own, lead)} |`;
  };
  const usable = (textsOf: (each: Measured) => readonly string[]) => {
    const faults = all.flatMap((each) =>
      textsOf(each).map((text) => faultOf(text, each.gold.language ?? "en")),
    );
    return share(faults.filter((fault) => fault === undefined).length, faults.length);
  };
  const verbatim = all.filter(({ gold, summary, besideTitle }) =>
    [...summary.sentences, ...besideTitle.sentences].every((text) => isVerbatim(text, gold)),
  ).length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const ratio = sum(all.map(({ time }) => time)) / sum(all.map(({ readingTime }) => readingTime));
  const few = all.length < ENOUGH ? " (few: the intervals are wide)" : "";
  return [
    `| summaries: ${name}, ${articles(all.length)}${few} | measured | lead | gain, 95 % interval |`,
    "|---|---|---|---|",
    gainRow("one sentence", 1, ({ sentences: [first = ""] }) => first),
    gainRow("two sentences", 2, ({ inOrder }) => inOrder.join(" ")),
    `| first sentence usable standing alone | ${usable(({ summary }) => summary.sentences.slice(0, 1))} | ${usable(({ lead }) => lead.slice(0, 1))} | |`,
    `| both sentences | ${usable(({ summary }) => summary.sentences)} | ${usable(({ lead }) => lead)} | |`,
    `| one sentence beside the title, which it does not repeat | ${fixed(mean(scores(({ besideTitle: { sentences } }) => sentences[0] ?? "")))} | | |`,
    `| verbatim | ${share(verbatim, all.length)} | | |`,
    `| posts within 280, 300, 500 and 60 characters | ${share(all.filter(({ fits }) => fits).length, all.length)} | | |`,
    `| time ÷ reading the Markdown | ${ratio.toFixed(2)} | | |`,
  ].join("\n");
}

const articles = (count: number) => (count === 1 ? "1 article" : `${count} articles`);
const fixed = (value: number) => value.toFixed(1);
const share = (some: number, all: number) => (all === 0 ? "–" : `${fixed((100 * some) / all)} %`);

/** Of one article there is no interval. */
function gainOf(own: readonly number[], lead: readonly number[]): string {
  const [gain, low, high] = bootstrap(own.map((score, index) => score - (lead[index] ?? 0)));
  return own.length < 2 ? `${fixed(gain)}, no interval` : `${fixed(gain)} [${fixed(low)}, ${fixed(high)}]`;
}

function isVerbatim(sentence: string, { body, title }: Described): boolean {
  return `${title}\n${body}`.replace(/\s+/g, " ").includes(sentence.replace(/\s+/g, " "));
}
