import type { Notice } from "../errors.ts";
import type { Article } from "./article.ts";
import type { Publication } from "./publication.ts";
import type { Spliced } from "./splice.ts";

/** All that is made from one article, before any recipient is known. */
export interface Edition {
  readonly article: Article;
  readonly publication: Publication;
  /** 0, and one more with each correction. */
  readonly revision: number;
  /** `sha256:` + hex over the composed parts, before recipients, without dates and version. */
  readonly hash: string;
  /** `sha256:` + hex over title, description, body and image only: a change of these is a changed article. */
  readonly bodyHash: string;
  /** When it was composed: the mail's Date and the posts' createdAt. */
  readonly at: Date;
  readonly newsletter: Newsletter;
  /** One post a social channel, by channel name. */
  readonly posts: ReadonlyMap<string, Post>;
  readonly footer: Footer;
  /** What the composer wants the writer to know. */
  readonly notices: readonly Notice[];
}

export interface Newsletter {
  readonly subject: string;
  readonly preheader: string;
  readonly html: Spliced;
  readonly text: Spliced;
  /** Images that travel inside the mail, referred to as `cid:`. */
  readonly embedded: readonly EmbeddedImage[];
  readonly greeting: Greeting;
  /** What was done to it for its size, where anything was. */
  readonly fit?: FitStep | undefined;
}

/** How a reader is addressed, in the newsletter's language. */
export interface Greeting {
  /** "Hello {name}," */
  readonly named: string;
  /** For readers whose name is not known: "Hello," */
  readonly plain: string;
}

/** "trim": styles once in the head. "related": fewer related links. "teaser": its beginning, and where the rest is. */
export type FitStep = "trim" | "related" | "teaser";

export interface EmbeddedImage {
  readonly cid: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The "stay connected" footer with its values filled in, plain text. */
export interface Footer {
  readonly message?: string | undefined;
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly explore: readonly { readonly title: string; readonly url: string }[];
}

/** A run of a post's text: plain, or showing `text` and leading to a link or tag. Networks make facets of it. */
export type PostPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly url: string }
  | { readonly kind: "tag"; readonly text: string; readonly tag: string };

/** A short summary for one network, already fitted to its limits. */
export interface Post {
  readonly channel: string;
  /** The parts' texts joined: exactly what the reader sees. */
  readonly text: string;
  readonly parts: readonly PostPart[];
  readonly card?: LinkCard | undefined;
  /** Pictures that go up with the post. */
  readonly images?: readonly Thumbnail[] | undefined;
  /** The article's picture where anyone can fetch it, for networks that take an address. */
  readonly picture?: { readonly url: string; readonly alt: string } | undefined;
  /** What follows as answers, each to the one before: the rest of a thread, the footer as a reply. */
  readonly more?: readonly PostText[] | undefined;
  /** BCP 47. */
  readonly languages: readonly string[];
  /** As this network counts (its first measure). */
  readonly length: number;
  readonly limit: number;
  /** What there was no room for; absent where all of it is there. */
  readonly dropped?: readonly Dropped[] | undefined;
  /** Why it says what it says; absent where a person wrote it for this channel. */
  readonly reason?: SummaryReason | undefined;
}

/** Words that were to be in a post and had no room. */
export interface Dropped {
  readonly what:
    | "sentence"
    | "end of a sentence"
    | "hashtag"
    | "footer"
    | "card's title"
    | "card's description";
  readonly text: string;
}

/** How a summary was found. */
export interface SummaryReason {
  /** One or two sentences. */
  readonly why: string;
  /** The sentences that were chosen, and those that came next, the best first; none where a person wrote it. */
  readonly sentences: readonly JudgedSentence[];
}

export interface JudgedSentence {
  readonly text: string;
  /** Place among the article's whole sentences, from 0. */
  readonly index: number;
  readonly chosen: boolean;
  /** The sum of `parts`; only comparable within one article. */
  readonly score: number;
  readonly parts: { readonly title: number; readonly centre: number; readonly position: number };
  /** What keeps it from standing alone, if anything. */
  readonly leans?: string | undefined;
}

/** One post of a thread. */
export interface PostText {
  /** The parts' texts joined. */
  readonly text: string;
  readonly parts: readonly PostPart[];
  /** As this network counts (its first measure), where it was composed for one. */
  readonly length?: number;
}

export interface LinkCard {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly thumbnail?: Thumbnail | undefined;
}

/** An image already fitted to the network's size. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}
