import type { Problem } from "../errors.ts";
import { problemsOf } from "./proofs.ts";
import type { Desk, DeskArticle, PreviewSource } from "./source.ts";

const EMPTY: Desk = { publication: "", sandbox: false, articles: [] };

/** The desk as it could last be read: a slip in pressrun.yaml takes nothing off it. */
export class KeptDesk {
  readonly #source: PreviewSource;
  readonly #report: (bug: unknown) => void;
  #last: Desk | undefined;

  constructor(source: PreviewSource, report: (bug: unknown) => void) {
    this.#source = source;
    this.#report = report;
  }

  /** Read anew. */
  async read(): Promise<{ readonly desk: Desk; readonly problems: readonly Problem[] }> {
    try {
      this.#last = await this.#source.desk();
      return { desk: this.#last, problems: [] };
    } catch (error) {
      return { desk: this.#last ?? EMPTY, problems: problemsOf(error, this.#report) };
    }
  }

  async last(): Promise<Desk> {
    return this.#last ?? (await this.read()).desk;
  }

  /** An article by its slug: of those on the desk and no other, whatever path the name spells. */
  async find(slug: string): Promise<DeskArticle | undefined> {
    const isWanted = (article: DeskArticle) => article.slug === slug;
    return (await this.last()).articles.find(isWanted) ?? (await this.read()).desk.articles.find(isWanted);
  }
}
