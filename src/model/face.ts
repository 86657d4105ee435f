import type { Limits } from "./limits.ts";

/**
 * How readers see a post on one network. A channel says what is different there; the rest is as most networks have it.
 * Preview draws it; nothing of it is sent.
 */
export interface Face {
  /** The network as people call it: "Mastodon". */
  readonly label: string;
  /**
   * "stream": a post among others, under its account's name. "room": a message in a room. "page": an article with a
   * headline of its own. "record": for programs to read.
   */
  readonly place: "stream" | "room" | "page" | "record";
  readonly avatar: "round" | "square";
  /** The name that it stands under; the publication's unless given. */
  readonly name?: string | undefined;
  /** What stands beside the account's name, such as "@example.org". */
  readonly account?: string | undefined;
  /** Graphemes that are seen before "more"; all unless given. */
  readonly fold?: number | undefined;
  /** Characters of an address that are shown, without its scheme; all unless given. */
  readonly link?: number | undefined;
  /** Where pictures that go up with the post stand. */
  readonly pictures: "above" | "below";
  /** The card that the post brings, or else the one that the network makes of the page behind the link. */
  readonly card: CardFace;
}

export interface CardFace {
  /** "stacked": the text below the picture. "barred": a bar beside both, the picture last. "plain": text alone. */
  readonly shape: "stacked" | "barred" | "plain";
  /** The picture's width ÷ its height: the rest of it is cut off. As it is unless given. */
  readonly ratio?: number | undefined;
  /** Lines that are shown of each: 0 is none, all unless given. */
  readonly titleLines?: number | undefined;
  readonly descriptionLines?: number | undefined;
  readonly host: "above" | "below" | "none";
  /** Whether the network draws one by itself where the post brings none. */
  readonly fetched: boolean;
}

/** What a channel says of its network's looks. */
export type OwnFace = Partial<Omit<Face, "card">> & { readonly card?: Partial<CardFace> };

/** Open Graph's large picture is 1200 × 630: https://ogp.me, and what networks advise. */
const CARD: CardFace = {
  shape: "stacked",
  ratio: 1200 / 630,
  titleLines: 2,
  descriptionLines: 2,
  host: "above",
  fetched: false,
};

/**
 * The whole face of a channel.
 * @param name its key in the configuration
 */
export function faceOf(name: string, limits: Pick<Limits, "card">, own: OwnFace = {}): Face {
  const fetched = limits.card === undefined;
  return {
    label: name.replace(/^\p{L}/u, (letter) => letter.toUpperCase()),
    place: "stream",
    avatar: "round",
    pictures: "below",
    ...own,
    card: { ...CARD, fetched, ...own.card },
  };
}
