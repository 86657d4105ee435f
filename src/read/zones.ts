import { type Cue, cueOf } from "./cues.ts";
import type { Block } from "./lines.ts";
import { endsSentence, folded, isProse, wordCount } from "./prose.ts";

/** Below this share of words in paragraphs a text is something else (a poem, a list), and all of it is kept. */
const LEAST_PROSE = 0.3;

export interface Marked extends Block {
  readonly index: number;
  readonly words: number;
  readonly cue: Cue | undefined;
  /** A paragraph by its own length and end. */
  readonly long: boolean;
  /** A paragraph, or a sentence beside another: newspapers write paragraphs of one short sentence. */
  readonly prose: boolean;
  /** Equal for blocks with the same words. */
  readonly key: string;
}

/** Where the paragraphs are: before lies the head, after it the tail. */
export interface Zones {
  readonly first: number;
  readonly last: number;
}

export function mark(blocks: readonly Block[]): Marked[] {
  const cues = blocks.map(({ text }) => cueOf(text));
  const words = blocks.map(({ text }) => wordCount(text));
  const sentences = blocks.map(
    ({ text }, index) => cues[index] === undefined && (words[index] ?? 0) >= 5 && endsSentence(text),
  );
  return blocks.map((block, index) => {
    const long = cues[index] === undefined && isProse(block.text);
    const beside = sentences[index] === true && (sentences[index - 1] || sentences[index + 1]) === true;
    return {
      ...block,
      index,
      words: words[index] ?? 0,
      cue: cues[index],
      long,
      prose: long || beside,
      key: folded(block.text),
    };
  });
}

/** The text starts at its first long paragraph, or after a first sentence, which is the dek or stays in the head. */
export function findZones(blocks: readonly Marked[]): Zones | undefined {
  const prose = blocks.filter((block) => block.prose);
  const sum = (some: readonly Marked[]) => some.reduce((total, { words }) => total + words, 0);
  const first = prose.find(({ long, index }) => long || blocks[index - 1]?.prose);
  const last = prose.at(-1);
  if (first === undefined || last === undefined || sum(prose) < sum(blocks) * LEAST_PROSE) return undefined;
  return { first: first.index, last: last.index };
}

/** The head's best line: early, said twice, as long as a title. The first line wins where nothing else tells. */
export function findTitle(
  blocks: readonly Marked[],
  head: readonly Marked[],
  site: string,
): Marked | undefined {
  const plain = head.filter(({ cue, words }) => cue === undefined && words >= 1 && words <= 30);
  const likely = plain.filter(({ words }) => words >= 3);
  const times = new Map<string, number>();
  for (const { key } of blocks) times.set(key, (times.get(key) ?? 0) + 1);
  const score = ({ text, words, key }: Marked, rank: number) =>
    1 / (1 + rank) +
    (words >= 4 && words <= 20 ? 0.4 : 0) +
    ((times.get(key) ?? 0) > 1 ? 2 : 0) -
    (text.endsWith(".") ? 1 : 0) -
    (key === site ? 3 : 0);
  const scored = (likely.length > 0 ? likely : plain).map((block, rank) => ({
    block,
    score: score(block, rank),
  }));
  return scored.reduce((best, each) => (each.score > best.score ? each : best), scored[0] ?? NO_TITLE).block;
}

const NO_TITLE: { readonly block: Marked | undefined; readonly score: number } = {
  block: undefined,
  score: 0,
};
