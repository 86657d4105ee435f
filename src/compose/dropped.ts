import type { Dropped, LinkCard, PostPart, PostText } from "../model/edition.ts";

/** What a post was to hold, before it was fitted. */
export interface Wanted {
  readonly sentences: readonly string[];
  /** Without `#`. */
  readonly tags: readonly string[];
  readonly footer?: string | undefined;
  /** Whole, where there is a card. */
  readonly card?: Pick<LinkCard, "title" | "description"> | undefined;
}

/** What of it readers do not get. It is found in what they do get, so that the two cannot differ. */
export function droppedFrom(
  { sentences, tags, footer, card: wanted }: Wanted,
  posts: readonly PostText[],
  card: LinkCard | undefined,
): readonly Dropped[] {
  const text = written(posts.map(({ parts }) => parts.map(asWritten).join("")).join("\n"));
  const kept = new Set(
    posts.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "tag" ? part.tag : []))),
  );
  const isSaid = (words: string) =>
    text.includes(written(words)) || card?.description.includes(words) === true;
  return [
    ...sentences.flatMap((sentence) => missing(written(sentence), text)),
    ...tags.filter((tag) => !kept.has(tag)).map((tag): Dropped => ({ what: "hashtag", text: `#${tag}` })),
    ...(footer === undefined || isSaid(footer) ? [] : [{ what: "footer" as const, text: footer }]),
    ...beyond("card's title", wanted?.title, card?.title),
    ...beyond("card's description", wanted?.description, card?.description),
  ];
}

/** An address may be shown shorter than it was written. */
const asWritten = (part: PostPart) => (part.kind === "link" ? part.url : part.text);

/** Without the invisible joiners that keep a name from being called. */
const written = (text: string) => text.replaceAll("\u2060", "");

/** The sentence, or what was cut off its end. */
function missing(sentence: string, text: string): readonly Dropped[] {
  if (text.includes(sentence)) return [];
  const rest = sentence.slice(startOf(sentence, text).length).trim();
  return [{ what: rest === sentence ? "sentence" : "end of a sentence", text: rest }];
}

/** The longest beginning that `text` has with an end of its own: an ellipsis, or a full stop where a clause was left out. */
function startOf(sentence: string, text: string): string {
  for (let end = sentence.length - 1; end > 0; end -= 1) {
    const start = sentence.slice(0, end);
    const at = text.indexOf(start);
    if (at >= 0 && /^(?: ?…|[.!?。！？؟।])/u.test(text.slice(at + end))) return start;
  }
  return "";
}

function beyond(
  what: Dropped["what"],
  wanted: string | undefined,
  got: string | undefined,
): readonly Dropped[] {
  if (wanted === undefined || got === undefined || wanted === got) return [];
  return [{ what, text: wanted.slice(startOf(wanted, got).length).trim() }];
}
