import type { Notice } from "../errors.ts";
import type { Edition } from "../model/edition.ts";
import type { Face } from "../model/face.ts";
import type { Finding } from "../model/finding.ts";
import type { Limits } from "../model/limits.ts";

/** What preview needs of the rest of the tool. Every call looks at the files as they are at that moment. */
export interface PreviewSource {
  /** @throws UserError with every problem of the configuration. */
  desk(): Promise<Desk>;
  /**
   * @param files of the article, absolute; of several articles one digest is made.
   * @throws UserError with what is wrong in the article, a template or the configuration.
   */
  edition(files: readonly string[]): Promise<MadeEdition>;
  findings(made: MadeEdition): Promise<readonly Finding[]>;
  /** Subscribers whose address or name holds `search`, in the order of the list, `most` at the most. */
  readers(search: string, most: number): Promise<readonly Reader[]>;
  /**
   * The newsletter as one reader gets it, but for a way out that leads nowhere.
   * @param address the first subscriber's unless given; one that is not on the list is a reader without a name.
   * @throws UserError for an address that cannot be written to.
   */
  copy(edition: Edition, address?: string): Promise<Copy>;
}

/** What lies on the writer's desk. */
export interface Desk {
  readonly publication: string;
  readonly sandbox: boolean;
  /** `publication.images_url`: where the publication's own files can be fetched from. */
  readonly imagesUrl?: string | undefined;
  readonly articles: readonly DeskArticle[];
}

export interface DeskArticle {
  readonly slug: string;
  /** Absolute; a digest has several. */
  readonly files: readonly string[];
  /** As the user would type it. */
  readonly shown: string;
  /** The slug while no title can be read. */
  readonly title: string;
  /** As written in the front matter. */
  readonly date?: string | undefined;
  readonly draft: boolean;
}

export interface MadeEdition {
  readonly edition: Edition;
  /** What reading and composing noticed. */
  readonly notices: readonly Notice[];
  /** Of each social channel, by its name. */
  readonly places: ReadonlyMap<string, PostPlace>;
}

/** How a network counts and shows the posts of one channel. */
export interface PostPlace {
  readonly limits: Limits;
  readonly face: Face;
}

export interface Reader {
  readonly address: string;
  readonly name?: string | undefined;
}

export interface Copy {
  readonly html: string;
  readonly text: string;
  /** The whole mail; undefined where the publication sends none. */
  readonly message?: Uint8Array | undefined;
}
