import type { Notice } from "../errors.ts";
import type { Limits } from "../model/limits.ts";
import type { FieldValues } from "../model/splice.ts";
import type { ArticleFile } from "./source.ts";

/** What rules know besides the edition. Plain data: rules read no file, no clock and no network. */
export interface CheckContext {
  readonly now: Date;
  /** The article's file; a digest has one for each of its articles. */
  readonly files: readonly ArticleFile[];
  /** The mail of the recipient whose copy is longest; undefined where the publication sends none. */
  readonly mail?: MailFacts | undefined;
  /** Every social channel of the publication, by name. */
  readonly channels: ReadonlyMap<string, ChannelFacts>;
  /** The publication's other articles. */
  readonly others: readonly OtherArticle[];
  /** Slugs of what was published. */
  readonly published: ReadonlySet<string>;
  /** Local images of the article. */
  readonly images: readonly ImageFile[];
  /** What reading, composing and building the mail noticed. */
  readonly notices: readonly Notice[];
}

export interface MailFacts {
  readonly from: { readonly name?: string | undefined; readonly address: string };
  readonly replyTo?: { readonly address: string } | undefined;
  readonly dkimDomain?: string | undefined;
  readonly unsubscribeUrl?: string | undefined;
  readonly values: FieldValues;
  /** Whole header of the mail, CRLF; undefined where it could not be built. */
  readonly header?: string | undefined;
}

export interface ChannelFacts {
  /** "bluesky", "mastodon", … */
  readonly type: string;
  readonly limits: Limits;
}

export interface OtherArticle {
  readonly slug: string;
  readonly file: string;
  readonly title?: string | undefined;
  readonly url?: string | undefined;
}

export interface ImageFile {
  /** As the article names it. */
  readonly src: string;
  readonly bytes: number;
}
