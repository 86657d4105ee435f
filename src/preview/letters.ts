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
  /** Path of the image route, with a slash at its end. */
  readonly imageRoute: string;
  readonly root: string;
  readonly inbox: string;
}

export interface Letters {
  /** One reader's copy of an article's newest edition; undefined while there is none. */
  ofArticle(file: string, address: string | undefined): Promise<Letter | undefined>;
  /** A mail of the sandbox's inbox; undefined where there is none of that name. */
  ofMail(slug: string, name: string): Promise<Letter | undefined>;
}

export function createLetters(options: LettersOptions): Letters {
  const { source, desk, proofs, shelf, imageRoute, root, inbox } = options;
  const places = async () => {
    const { imagesUrl } = await desk.last();
    return { shelf, route: imageRoute, root, imagesUrl };
  };
  return {
    async ofArticle(file, address) {
      const { edition } = await proofs.of(file);
      return edition && letterOf(edition, await source.copy(edition, address), await places());
    },
    async ofMail(slug, name) {
      const message = await readMail(inbox, slug, name);
      return message && readLetter(message, await places());
    },
  };
}
