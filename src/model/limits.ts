import type { PostPart } from "./edition.ts";
import { linksIn } from "./links.ts";

/** How one network counts a post, and how much it takes. */
export interface Limits {
  /** All must hold. The first is the one shown to the writer. */
  readonly measures: readonly Measure[];
  /** What a link counts as, where the network does not count its text. */
  readonly linkWeight?: number | undefined;
  /** True where the network also takes "example.org" for a link. */
  readonly bareDomains?: boolean | undefined;
  /** "name": `@user@domain` counts as `@user`. */
  readonly mentions?: "name" | undefined;
  /** True where `@name` in a text tells the account of that name, whoever it is. */
  readonly pings?: boolean | undefined;
  /** True where the network can link a short text to a long URL; then the URL's scheme and tail are not shown. */
  readonly shortLinks: boolean;
  /** The most hashtags to add. */
  readonly tags: number;
  /** A card that the post itself supplies; undefined where the network makes its own. */
  readonly card?: CardLimits | undefined;
  /** Pictures that go up with the post; undefined where it takes none. */
  readonly images?: ImageLimits | undefined;
  /** True where a post can answer another: what does not fit in one may go on in the next. */
  readonly threads?: boolean | undefined;
  /** True while these are documented defaults and the server has not been asked. */
  readonly assumed: boolean;
}

export interface CardLimits {
  /** 0 where the card's picture is none that we upload. */
  readonly thumbnailBytes: number;
  /** In UTF-16 units: no network that is known gives a card more room than that. */
  readonly title?: number | undefined;
  readonly description?: number | undefined;
  /** What is done to both before they are counted. */
  readonly as?: Form | undefined;
}

export interface ImageLimits {
  readonly count: number;
  readonly bytes: number;
  /** Width × height. */
  readonly pixels?: number | undefined;
  /** Alternative text, in UTF-16 units (the strictest way to count it). */
  readonly alt: number;
  /** Media types, such as "image/jpeg". */
  readonly formats: readonly string[];
}

export interface Measure {
  readonly unit: Unit;
  readonly max: number;
  /** What is done to the text before it is counted. */
  readonly as?: Form | undefined;
}

/**
 * - graphemes: extended grapheme clusters (UAX 29), what a reader calls a character
 * - codepoints, utf16, bytes: Unicode code points, UTF-16 units, bytes of UTF-8
 * - x-weighted: twitter-text's configuration v3
 *   (https://github.com/twitter/twitter-text/blob/master/config/v3.json): 1 for the ranges below, 2 for any other
 *   code point, 2 for an emoji however many code points it has, after NFC
 * - emoji-bytes: code points, but an emoji counts as its bytes of UTF-8
 *   (https://developers.facebook.com/docs/threads/overview)
 */
export type Unit = "graphemes" | "codepoints" | "utf16" | "bytes" | "x-weighted" | "emoji-bytes";

/**
 * - nfc: composed
 * - little-text: LinkedIn's escaping, a backslash before each of \ | { } @ [ ] ( ) < > # * _ ~
 *   (https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format)
 * - escaped: & < > as HTML entities, as Slack wants them (https://docs.slack.dev/messaging/formatting-message-text)
 * - after-entities: HTML's tags taken out and its entities read, as Telegram counts
 *   (https://core.telegram.org/bots/api#sendmessage)
 * - discord: a backslash before what Discord takes for Markdown, and addresses in <…>, which keeps it from adding a
 *   card of its own (https://support.discord.com/hc/articles/210298617)
 */
export type Form = "nfc" | "little-text" | "escaped" | "after-entities" | "discord";

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

const FORMS: Readonly<Record<Form, (text: string) => string>> = {
  nfc: (text) => text.normalize("NFC"),
  "little-text": (text) => text.replace(/[\\|{}@[\]()<>#*_~]/g, "\\$&"),
  escaped: (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"),
  "after-entities": (text) =>
    text.replace(/<[^>]*>|&(#x?[0-9a-f]+|amp|lt|gt|quot);/gi, (_, name?: string) => entity(name)),
  discord: (text) => {
    let end = 0;
    let written = "";
    for (const { index, url } of linksIn(text)) {
      written += `${withoutMarkdown(text.slice(end, index))}<${url}>`;
      end = index + url.length;
    }
    return written + withoutMarkdown(text.slice(end));
  },
};

/** Signs anywhere; headings, lists and quotations only where a line begins. */
function withoutMarkdown(text: string): string {
  return text.replace(/[\\*_~`|[\]<]/g, "\\$&").replace(/^(\s*)(?=#{1,3} |-#? |>)/gm, "$1\\");
}

function entity(name: string | undefined): string {
  if (name === undefined) return "";
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? "";
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

/** The text as a network wants to have it written: see `Form`. */
export function written(text: string, form: Form): string {
  return FORMS[form](text);
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const EMOJI = /\p{RGI_Emoji}|[#*0-9]\uFE0F?\u20E3|\p{Extended_Pictographic}\uFE0F|\p{Emoji_Presentation}/gv;
/** Code points that weigh 1 (twitter-text v3). */
const LIGHT: readonly (readonly [from: number, to: number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
];

function weigh(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  return LIGHT.some(([from, to]) => from <= code && code <= to) ? 1 : 2;
}

const UNITS: Readonly<Record<Unit, (text: string) => number>> = {
  graphemes: (text) => [...graphemes.segment(text)].length,
  codepoints: (text) => [...text].length,
  utf16: (text) => text.length,
  bytes: (text) => Buffer.byteLength(text),
  "x-weighted": (text) =>
    [...text.normalize("NFC").replace(EMOJI, "\u{1F600}")].reduce((sum, char) => sum + weigh(char), 0),
  "emoji-bytes": (text) => [...text.replace(EMOJI, (emoji) => "x".repeat(Buffer.byteLength(emoji)))].length,
};

/** The length of `text` in `unit`, once it is written as the network wants it. */
export function measure(text: string, unit: Unit, form?: Form): number {
  return UNITS[unit](form === undefined ? text : written(text, form));
}

/** The length of a post as the network counts: a link and an account's name by their weight, where they have one. */
export function lengthOf(parts: readonly PostPart[], { unit, as }: Measure, limits: Limits): number {
  const counted = parts.map(({ kind, text }) => (kind === "tag" ? text : weighed(text, limits)));
  return measure(counted.join(""), unit, as);
}

/**
 * Names of accounts on other servers, as Mastodon finds them (app/models/account.rb, MENTION_RE), put so that a long
 * word after an @ is read once: as Mastodon writes it, 3,000 letters take 15 seconds.
 */
const FAR_MENTION =
  /(?<![=/\p{L}\p{M}\p{N}\p{Pc}])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@(?:[.-]*[\p{L}\p{M}\p{N}\p{Pc}]){2,}/giu;

/** The text with something of the right length in place of each link and far mention. */
function weighed(text: string, limits: Limits): string {
  const { linkWeight, mentions } = limits;
  const near = (rest: string) => (mentions === "name" ? rest.replace(FAR_MENTION, "$1") : rest);
  if (linkWeight === undefined) return near(text);
  let end = 0;
  let counted = "";
  for (const { index, url } of linksIn(text)) {
    counted += domainsWeighed(near(text.slice(end, index)), limits) + linkWeighed(url, linkWeight);
    end = index + url.length;
  }
  return counted + domainsWeighed(near(text.slice(end)), limits);
}

/**
 * What servers may not take for part of a link counts besides: they differ in whether a link goes on after the first
 * letter outside ASCII, and none sees a link in a host without a dot. It is never less than what any of them counts.
 */
function linkWeighed(url: string, weight: number): string {
  const [start = ""] = /^[\x21-\x7e]*/.exec(url) ?? [];
  const isLink = URL.canParse(start) && /\.[a-z0-9-]{2,}$/i.test(new URL(start).hostname);
  if (!isLink) return url.padEnd(weight, "x");
  return "x".repeat(weight) + url.slice(start.length);
}

const BARE_DOMAIN =
  /(?<![@\p{L}\p{M}\p{N}_.-])(?:[\p{L}\p{M}\p{N}_-]+\.)+\p{L}[\p{L}\p{M}]+\S*(?<![.,;:!?)'"])/giu;

/** Nobody can list all top-level domains: whatever looks like a domain counts as much as a link, or more. */
function domainsWeighed(text: string, { bareDomains, linkWeight = 0 }: Limits): string {
  if (bareDomains !== true) return text;
  // Where the first letter outside ASCII is, the domain may end.
  return text.replace(BARE_DOMAIN, (domain) => {
    const [start = ""] = /^[\x21-\x7e]*/.exec(domain) ?? [];
    return start.padEnd(linkWeight, "x") + domain.slice(start.length);
  });
}

/** The first measure that the post exceeds, with its length there; undefined where it fits. */
export function excess(
  parts: readonly PostPart[],
  limits: Limits,
): (Measure & { readonly length: number }) | undefined {
  return limits.measures
    .map((each) => ({ ...each, length: lengthOf(parts, each, limits) }))
    .find(({ length, max }) => length > max);
}

/** Gmail cuts HTML off here (102 KB) behind "[Message clipped]", the unsubscribe link with it. */
export const CLIPPED_BYTES = 102_400;
/** Nine tenths of that: a longer name, another link. */
export const NEAR_BYTES = 92_160;
