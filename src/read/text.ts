import type { Cue } from "./cues.ts";
import { type Block, readBlocks } from "./lines.ts";
import { toPieces } from "./pieces.ts";
import { folded, isRunOnHeadlines } from "./prose.ts";
import type { Piece } from "./write.ts";
import { findTitle, findZones, type Marked, mark, type Zones } from "./zones.ts";

/** What a block was taken for. "dropped" blocks are the only ones that are kept nowhere. */
export type Verdict =
  | "title"
  | "description"
  | "author"
  | "date"
  | "credit"
  | "footer"
  | "related"
  | "body"
  | "dropped";

/** A block and why it went where it went: shown by `--explain`. */
export interface Judged extends Block {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What could be told from a copied text. Nothing in it is repaired or invented. */
export interface Recovered {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
  /** YYYY-MM-DD. */
  readonly date?: string | undefined;
  /** Of an image that the text came without. */
  readonly credit?: string | undefined;
  /** Run-on headlines, as they stand. */
  readonly relatedRaw?: string | undefined;
  /** What the text says about its publication: hints, never applied. */
  readonly footer: {
    readonly message?: string | undefined;
    readonly publicationName?: string | undefined;
    readonly explore: readonly string[];
  };
  readonly body: readonly Piece[];
  /** Parts of an article that the text does not have. */
  readonly missing: readonly ("title" | "url" | "date" | "author" | "image")[];
  /** Every block in order, kept or not. */
  readonly judged: readonly Judged[];
}

/**
 * Finds the article in a text that was copied from a page: title, dek, credit, byline and date in the head, calls to
 * action and other articles' headlines in the tail, and says of every line why it was kept or dropped.
 * @param knownTitle the title, where a person gave it.
 */
export function recoverText(text: string, knownTitle?: string): Recovered {
  return new Recovery(mark(readBlocks(text)), knownTitle).result();
}

/** The publication's name, where a call to action says it. */
function nameIn(block: Marked | undefined): string | undefined {
  return block?.cue?.kind === "message" ? block.cue.publicationName : undefined;
}

/** One pass over the blocks; what the earlier ones were decides about the later ones. */
class Recovery {
  readonly #blocks: readonly Marked[];
  readonly #zones: Zones | undefined;
  readonly #title: Pick<Marked, "text" | "key" | "index"> | undefined;
  /** The call to action that says most: one that names the publication, else the first. */
  readonly #message: Marked | undefined;
  /** The publication's name, folded; "" when the text does not say it. */
  readonly #site: string;
  readonly #lines = new Map<string, number>();
  readonly #found: Partial<Record<Verdict, string>> = {};
  readonly #explore: string[] = [];
  readonly #related: string[] = [];
  #underRelated = false;

  constructor(blocks: readonly Marked[], knownTitle: string | undefined) {
    this.#blocks = blocks;
    this.#zones = findZones(blocks);
    const messages = blocks.filter(({ cue }) => cue?.kind === "message");
    this.#message = messages.find((block) => nameIn(block) !== undefined) ?? messages[0];
    this.#site = folded(nameIn(this.#message) ?? "");
    const head = blocks.slice(0, this.#zones?.first ?? 1);
    this.#title =
      knownTitle === undefined
        ? findTitle(blocks, head, this.#site)
        : { text: knownTitle, key: folded(knownTitle), index: -1 };
  }

  result(): Recovered {
    const judged = this.#blocks.map((block): Judged => {
      const [verdict, reason] = this.#judge(block);
      this.#lines.set(block.key, this.#lines.get(block.key) ?? block.line);
      return { text: block.text, line: block.line, verdict, reason };
    });
    const { description, author, date, credit, footer } = this.#found;
    return {
      title: this.#title?.text,
      description,
      author,
      date,
      credit,
      relatedRaw: this.#related.length > 0 ? this.#related.join("\n") : undefined,
      footer: { message: footer, publicationName: nameIn(this.#message), explore: this.#explore },
      body: toPieces(judged.filter(({ verdict }) => verdict === "body")),
      missing: [
        ...(this.#title === undefined ? (["title"] as const) : []),
        "url",
        ...(date === undefined ? (["date"] as const) : []),
        ...(author === undefined ? (["author"] as const) : []),
        "image",
      ],
      judged,
    };
  }

  #judge(block: Marked): Ruling {
    const { index, key, words } = block;
    if (index === this.#title?.index) return ["title", "stands where a title stands"];
    if (this.#zones === undefined)
      return ["body", "too little of the text is prose to tell what is not the article"];
    if (key !== "" && key === this.#title?.key) return ["dropped", "repeats the title"];
    const before = this.#lines.get(key);
    if (before !== undefined && words >= 6) return ["dropped", `repeats line ${before}`];
    const { first, last } = this.#zones;
    const zone = index < first ? "head" : index > last ? "tail" : "body";
    const ruling = block.cue && this.#judgeCue(block, block.cue, zone);
    if (ruling !== undefined) return ruling;
    if (zone === "head") return this.#judgeHead(block);
    return zone === "tail" ? this.#judgeTail(block) : ["body", "between the first and the last paragraph"];
  }

  #judgeCue(block: Marked, cue: Cue, zone: "head" | "body" | "tail"): Ruling | undefined {
    switch (cue.kind) {
      case "credit":
        return this.#find("credit", cue.credit, "names the source of an image");
      case "byline":
        if (zone === "body") return undefined;
        if (cue.date !== undefined) this.#found.date ??= cue.date;
        return this.#find("author", cue.author, "names the author");
      case "date":
        return zone === "body" ? undefined : this.#find("date", cue.date, "is a date");
      case "message":
        if (zone === "body" && block.words > 15) return undefined;
        if (block !== this.#message)
          return ["dropped", "is a call to action, and another line is a better one"];
        return this.#find("footer", block.text, "is a call to action");
      case "explore":
        this.#explore.push(...cue.labels);
        return ["footer", "points to the publication's other articles"];
      case "related":
        if (zone !== "tail") return undefined;
        this.#underRelated = true;
        return ["dropped", "heads a list of other articles"];
      case "furniture":
        return ["dropped", "belongs to the page, not to the article"];
    }
  }

  /** The first of its kind is kept as such; another one is dropped. */
  #find(verdict: "credit" | "author" | "date" | "footer", value: string, reason: string): Ruling {
    if (this.#found[verdict] !== undefined) return ["dropped", `${reason}, and another line did before`];
    this.#found[verdict] = value;
    return [verdict, reason];
  }

  #judgeHead({ index, text, words, key }: Marked): Ruling {
    if (key !== "" && key === this.#site) return ["dropped", "is the publication's name"];
    const title = this.#title?.index;
    if (title !== undefined && index < title && words <= 6) return ["dropped", "stands above the title"];
    const fits = title !== undefined && index > title && words >= 6 && words <= 60;
    if (!fits || this.#found.description !== undefined) return ["body", "reads as part of the text"];
    this.#found.description = text;
    return ["description", "stands between title and text"];
  }

  #judgeTail({ text }: Marked): Ruling {
    if (!this.#underRelated && !isRunOnHeadlines(text)) return ["body", "reads as part of the text"];
    this.#related.push(text);
    return [
      "related",
      this.#underRelated ? "stands in a list of other articles" : "is a line of run-on headlines",
    ];
  }
}

type Ruling = readonly [verdict: Verdict, reason: string];
