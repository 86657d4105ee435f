import { type Form, measure } from "../model/limits.ts";
import { listsOf, NO_LISTS } from "./languages.ts";
import { quotedIn } from "./quotes.ts";

/** Of the longest cut: so much of it another one must keep to be preferred. */
const AT_A_CLAUSE = 0.75;
const AT_A_STRONG_WORD = 0.6;

/**
 * The longest cut that `fits` takes, at the end of a word and with an ellipsis: rather where a clause ends, or else
 * after a word that says something ("the mine", not "the mine in the"); undefined where none does.
 */
export function shortenTo(
  text: string,
  fits: (text: string) => boolean,
  language: string,
): string | undefined {
  const cuts = cutsOf(text, language);
  const longestOf = (some: readonly Cut[]) => longest(some, ({ end }) => fits(ended(text.slice(0, end))));
  const any = longestOf(cuts);
  if (any === undefined) return undefined;
  const strong = cuts.filter(({ isWeak }) => !isWeak);
  const clause = longestOf(strong.filter(({ endsClause }) => endsClause));
  const word = longestOf(strong);
  const best =
    [
      clause && clause.end >= any.end * AT_A_CLAUSE && clause,
      word && word.end >= any.end * AT_A_STRONG_WORD && word,
    ].find((cut) => typeof cut === "object") ?? any;
  return ended(text.slice(0, best.end));
}

/** The last that fits, where all before it do. */
function longest(cuts: readonly Cut[], fits: (cut: Cut) => boolean): Cut | undefined {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const cut = cuts[middle];
    if (cut !== undefined && fits(cut)) low = middle + 1;
    else high = middle;
  }
  return cuts[low - 1];
}

/** The text, cut where a network that writes it as `as` counts more than so many UTF-16 units. */
export function atMost(text: string, most: number | undefined, language: string, as?: Form): string {
  const fits = (cut: string) => most === undefined || measure(cut, "utf16", as) <= most;
  return fits(text) ? text : (shortenTo(text, fits, language) ?? "");
}

/** With an ellipsis; after an address with a space before it, since some servers take it for the address's end. */
function ended(text: string): string {
  const kept = text.replace(/[\s\p{Pd},;:.!?…]+$/u, "");
  return /(?:\b[a-z][a-z0-9+.-]*:\/\/|\bwww\.)\S+$/i.test(kept) ? `${kept} …` : `${kept}…`;
}

interface Cut {
  readonly end: number;
  /** After a word that leads on to the next one, or a number without what it counts. */
  readonly isWeak: boolean;
  readonly endsClause: boolean;
}

/** Ends of words that split no grapheme, no address and no quotation, in rising order. */
function cutsOf(text: string, language: string): readonly Cut[] {
  const starts = new Set<number>();
  for (const { index } of new Intl.Segmenter(language, { granularity: "grapheme" }).segment(text))
    starts.add(index);
  const isInAddress = addressesIn(text);
  const isQuoted = quotedIn(text);
  const { common, leaning, titles } = listsOf(language) ?? NO_LISTS;
  const cuts: Cut[] = [];
  for (const { segment, index, isWordLike } of new Intl.Segmenter(language, { granularity: "word" }).segment(
    text,
  )) {
    const end = index + segment.length;
    if (!isWordLike || !starts.has(end) || isJoinedAt(text, end) || isInAddress(end) || isQuoted(end))
      continue;
    // "May" is a month; "Dr" stands before a name however it is written.
    const leadsOn = common.has(segment) || leaning.has(segment) || titles.has(segment.toLowerCase());
    const isWeak = leadsOn || /^[\p{N}.,]+$/u.test(segment);
    cuts.push({
      end,
      isWeak,
      endsClause: /^["”»’)\]]*(?:[,;:、，；]|\s*[–—])/u.test(text.slice(end, end + 4)),
    });
  }
  return cuts;
}

/** Tells of each place, asked in rising order, whether it is within an address. */
function addressesIn(text: string): (at: number) => boolean {
  const addresses = [...text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+|\bwww\.\S+/gi)].map(
    ({ 0: url, index }) => ({
      from: index,
      to: index + url.replace(/(?<![.,;:!?…)’”"])[.,;:!?…)’”"]+$/, "").length,
    }),
  );
  let next = 0;
  return (at) => {
    while ((addresses[next]?.to ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    return (addresses[next]?.from ?? Number.POSITIVE_INFINITY) < at;
  };
}

/** Between the halves of "Jong-un", "3.5" or "it’s": one word to a reader. */
const isJoinedAt = (text: string, at: number) => /^[-–.,'’:/@_][\p{L}\p{N}]/u.test(text.slice(at, at + 3));
