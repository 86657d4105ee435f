import type { Problem } from "../errors.ts";
import { problemsOf } from "./proofs.ts";
import type { Desk, DeskArticle, PreviewSource } from "./source.ts";

/** Between the slugs of a digest's articles; no slug has one. */
export const DIGEST_SIGN = "+";

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

  /**
   * An article by its slug, or a digest by its articles' slugs: "one+two". Of those on the desk and no other, whatever
   * path the name spells.
   */
  async find(slug: string): Promise<DeskArticle | undefined> {
    return named(slug, (await this.last()).articles) ?? named(slug, (await this.read()).desk.articles);
  }
}

function named(slug: string, articles: readonly DeskArticle[]): DeskArticle | undefined {
  const bySlug = (wanted: string) => articles.find((article) => article.slug === wanted);
  const whole = bySlug(slug);
  if (whole !== undefined) return whole;
  const slugs = slug.split(DIGEST_SIGN);
  const members = slugs.flatMap((each) => bySlug(each) ?? []);
  return slugs.length < 2 || members.length < slugs.length ? undefined : digestOf(slug, members);
}

function digestOf(slug: string, members: readonly DeskArticle[]): DeskArticle {
  return {
    slug,
    files: members.flatMap(({ files }) => files),
    shown: members.map(({ shown }) => shown).join(", "),
    title: `Digest of ${members.length} articles`,
    draft: members.some(({ draft }) => draft),
  };
}
