import type { Edition } from "../model/edition.ts";
import type { KeptDesk } from "./desk.ts";
import type { ImageShelf } from "./images.ts";
import { readMail } from "./inbox.ts";
import { type Letter, letterOf, readLetter } from "./letter.ts";
import type { Proofs } from "./proofs.ts";
import type { PreviewSource } from "./source.ts";

export interface LettersOptions {
  readonly source: PreviewSource;
  readonly desk: KeptDesk;
  readonly proofs: Proofs;
  readonly shelf: ImageShelf;
  readonly root: string;
  readonly inbox: string;
}

export interface Letters {
  /** One reader's copy of an article's newest edition; undefined while there is none. */
  ofArticle(files: readonly string[], address: string | undefined): Promise<Letter | undefined>;
  /** A mail of the sandbox's inbox; undefined where there is none of that name. */
  ofMail(slug: string, name: string): Promise<Letter | undefined>;
}

/** A copy is made once for each edition, though page, frame and source all ask for it. */
export function createLetters(options: LettersOptions): Letters {
  const { source, desk, proofs, shelf, root, inbox } = options;
  const places = async () => {
    const { imagesUrl } = await desk.last();
    return { shelf, root, imagesUrl };
  };
  const made = new WeakMap<Edition, Map<string | undefined, Promise<Letter>>>();
  const make = async (edition: Edition, address: string | undefined) =>
    letterOf(edition, await source.copy(edition, address), await places());

  return {
    async ofArticle(files, address) {
      const { edition } = await proofs.of(files);
      if (edition === undefined) return undefined;
      const copies = made.get(edition) ?? new Map<string | undefined, Promise<Letter>>();
      made.set(edition, copies);
      const copy = copies.get(address) ?? make(edition, address);
      copies.set(address, copy);
      return copy;
    },
    async ofMail(slug, name) {
      const message = await readMail(inbox, slug, name);
      return message && readLetter(message, await places());
    },
  };
}
