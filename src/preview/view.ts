import { type Notice, type Problem, showPlace } from "../errors.ts";
import type { Edition, Post, PostText, Thumbnail } from "../model/edition.ts";
import type { Face } from "../model/face.ts";
import type { Finding } from "../model/finding.ts";
import { lengthOf, type Unit } from "../model/limits.ts";
import type { ImageShelf } from "./images.ts";
import type { Letter } from "./letter.ts";
import type { Proof } from "./proofs.ts";
import type { DeskArticle, MadeEdition, PostPlace } from "./source.ts";

/** What the page is told of one article. Text only: the page makes no markup of any of it. */
export interface ArticleView {
  readonly slug: string;
  readonly file: string;
  readonly title: string;
  readonly draft: boolean;
  readonly problems: readonly ProblemView[];
  readonly notices: readonly ProblemView[];
  readonly tookMs: number;
  /** Of the newest edition that could be made. */
  readonly edition?: EditionView | undefined;
}

export interface EditionView {
  readonly hash: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly preheader: string;
  readonly letter: LetterView;
  readonly posts: readonly PostView[];
  readonly footer: Edition["footer"];
}

export interface LetterView extends Pick<Letter, "from" | "to" | "subject" | "headers" | "text"> {
  /** Of the HTML in UTF-8: what Gmail measures. */
  readonly bytes: number;
  readonly remoteImages: number;
  /** There is a whole mail to look at: the publication sends it. */
  readonly hasSource: boolean;
}

export interface PostView extends Pick<Post, "channel" | "languages" | "dropped">, PartView {
  readonly face: Face;
  /** The network's own limits are not known yet: these are the documented ones. */
  readonly assumed: boolean;
  /** What a page or a record stands under. */
  readonly headline: string;
  /** Why the summary says what it says. */
  readonly why?: string | undefined;
  readonly card?:
    | {
        readonly url: string;
        readonly title: string;
        readonly description: string;
        readonly thumbnail?: PictureView | undefined;
      }
    | undefined;
  /** Pictures that go up with the post. */
  readonly images: readonly PictureView[];
  /** The picture's address, where the network may fetch it itself. */
  readonly picture?: Post["picture"];
  /** What follows as answers, each to the one before. */
  readonly more: readonly PartView[];
}

/** One post of a thread. */
interface PartView extends Pick<PostText, "parts"> {
  /** In every way that the network counts. */
  readonly counts: readonly { readonly unit: Unit; readonly length: number; readonly max: number }[];
}

export interface PictureView {
  /** Of the image. */
  readonly route: string;
  readonly alt: string;
  readonly bytes: number;
}

export interface ProblemView {
  readonly code: string;
  readonly message: string;
  readonly next?: string | undefined;
  /** "content/a.md:3:1" */
  readonly place?: string | undefined;
}

export type FindingView = ProblemView & { readonly severity: Finding["severity"]; readonly part: string };

export interface Shelving {
  readonly shelf: ImageShelf;
  /** Path of the image route, with a slash at its end. */
  readonly route: string;
}

export function articleView(
  article: DeskArticle,
  proof: Proof,
  letter: Letter | undefined,
  shelving: Shelving,
): ArticleView {
  const { edition, problems, notices, tookMs, places } = proof;
  return {
    slug: article.slug,
    file: article.shown,
    title: edition?.article.title ?? article.title,
    draft: edition?.article.draft ?? article.draft,
    problems: problems.map(problemView),
    notices: notices.map(problemView),
    tookMs,
    edition: edition && letter && editionView(edition, letter, places, shelving),
  };
}

function editionView(
  edition: Edition,
  letter: Letter,
  places: MadeEdition["places"],
  shelving: Shelving,
): EditionView {
  return {
    hash: edition.hash,
    at: edition.at.toISOString(),
    preheader: edition.newsletter.preheader,
    letter: letterView(letter),
    posts: [...edition.posts.values()].flatMap((post) => {
      const place = places.get(post.channel);
      return place ? [postView(post, place, edition.article.title, shelving)] : [];
    }),
    footer: edition.footer,
  };
}

export function letterView({ images, html, source, ...letter }: Letter): LetterView {
  return { ...letter, bytes: Buffer.byteLength(html), hasSource: source !== undefined };
}

function postView(post: Post, { limits, face }: PostPlace, headline: string, shelving: Shelving): PostView {
  const { channel, languages, card, images = [], picture, more = [], dropped, reason } = post;
  const part = ({ parts }: Pick<PostText, "parts">): PartView => ({
    parts,
    counts: limits.measures.map((each) => ({
      unit: each.unit,
      max: each.max,
      length: lengthOf(parts, each, limits),
    })),
  });
  return {
    channel,
    ...part(post),
    languages,
    dropped,
    face,
    assumed: limits.assumed,
    headline,
    why: reason?.why,
    card: card && {
      url: card.url,
      title: card.title,
      description: card.description,
      thumbnail: card.thumbnail && pictureView(card.thumbnail, shelving),
    },
    images: images.flatMap((image) => pictureView(image, shelving) ?? []),
    picture,
    more: more.map(part),
  };
}

function pictureView({ bytes, alt }: Thumbnail, { shelf, route }: Shelving): PictureView | undefined {
  const name = shelf.add(bytes);
  return name === undefined ? undefined : { route: route + name, alt, bytes: bytes.length };
}

export function problemView({ code, message, next, place }: Problem | Notice): ProblemView {
  return { code, message, next, place: place && showPlace(place) };
}

export function findingView({ id, severity, part, message, next, place }: Finding): FindingView {
  return { ...problemView({ code: id, message, next, place }), severity, part };
}
