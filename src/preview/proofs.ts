import { type Notice, type Problem, UserError } from "../errors.ts";
import type { Edition } from "../model/edition.ts";
import type { Finding } from "../model/finding.ts";
import type { MadeEdition, PreviewSource } from "./source.ts";

/** One article as it stands: its newest edition that could be made, and what is wrong with the file now. */
export interface Proof {
  /** undefined while none could be made since preview started. */
  readonly edition?: Edition | undefined;
  /** Of that edition. */
  readonly notices: readonly Notice[];
  readonly places: MadeEdition["places"];
  /** Why there is no newer edition; empty where `edition` is what the files say. */
  readonly problems: readonly Problem[];
  /** What the last composing took, in milliseconds. */
  readonly tookMs: number;
}

interface Kept {
  readonly version: number;
  readonly proof: Promise<Proof>;
}

/** Proofs by file, or by the files of a digest. Each is made once per change of the files, whoever asks and how often. */
export class Proofs {
  readonly #source: PreviewSource;
  readonly #report: (bug: unknown) => void;
  readonly #kept = new Map<string, Kept>();
  readonly #findings = new WeakMap<Edition, Promise<readonly Finding[]>>();
  #version = 0;
  #lastAsked: readonly string[] | undefined;

  constructor(source: PreviewSource, report: (bug: unknown) => void) {
    this.#source = source;
    this.#report = report;
  }

  /** From now on everything is made anew; what a page shows is begun before it asks. */
  expire(): void {
    this.#version += 1;
    if (this.#lastAsked !== undefined) void this.of(this.#lastAsked);
  }

  /** Never rejects: what goes wrong is a problem of the proof. */
  of(files: readonly string[]): Promise<Proof> {
    this.#lastAsked = files;
    const key = files.join("\0");
    const kept = this.#kept.get(key);
    if (kept?.version === this.#version) return kept.proof;
    const proof = this.#make(files, kept?.proof);
    this.#kept.set(key, { version: this.#version, proof });
    return proof;
  }

  /**
   * What check finds about the edition that is shown. Asked for apart: the page shows the edition first.
   * @throws what check throws.
   */
  async findings(files: readonly string[]): Promise<readonly Finding[]> {
    const { edition, ...rest } = await this.of(files);
    if (edition === undefined) return [];
    const found = this.#findings.get(edition) ?? this.#source.findings({ edition, ...rest });
    this.#findings.set(edition, found);
    return found;
  }

  async #make(files: readonly string[], before: Promise<Proof> | undefined): Promise<Proof> {
    const start = performance.now();
    const tookMs = () => Math.round(performance.now() - start);
    try {
      return { ...(await this.#source.edition(files)), problems: [], tookMs: tookMs() };
    } catch (error) {
      const last = (await before) ?? { notices: [], places: new Map() };
      return { ...last, problems: problemsOf(error, this.#report), tookMs: tookMs() };
    }
  }
}

/** What to tell the writer. A bug is told too, and ends nothing: the next save may be fine. */
export function problemsOf(error: unknown, report: (bug: unknown) => void): readonly Problem[] {
  if (error instanceof UserError) return error.problems;
  report(error);
  const message = `This is a bug in pressrun, not in your files: ${error instanceof Error ? error.message : String(error)}.`;
  return [
    { code: "bug", message, next: "Please report it with the lines that pressrun wrote to the terminal." },
  ];
}
