import type { PlannedRequest, PostDraft } from "../../model/draft.ts";
import type { Edition, Post, PostText } from "../../model/edition.ts";
import { excess, type Limits } from "../../model/limits.ts";
import { longForm } from "./article.ts";
import { type EventBody, makeEvent, publicKey, tagsOf, type UnsignedEvent } from "./event.ts";

export interface Author {
  /** Of the channel. */
  readonly name: string;
  readonly options: {
    readonly relays: readonly string[];
    readonly form: "note" | "article" | "both";
    readonly image: "card" | "attach";
  };
  /** undefined in a sandbox without one. */
  readonly key: Uint8Array | undefined;
}

/** Stands for what only the key can give: its public half, the ids that depend on it. */
const UNKNOWN = { pubkey: "{{pubkey}}", id: "{{id}}" };

/** The events for each relay, unsigned. */
export function composeEvents({ options, name, key }: Author, edition: Edition, limits: Limits): PostDraft {
  const post = edition.posts.get(name);
  if (post === undefined) throw new Error(`the edition has no post for ${name}`);
  const pubkey = key === undefined ? UNKNOWN.pubkey : publicKey(key);
  const make = (body: EventBody): UnsignedEvent => {
    const event = makeEvent(body, pubkey, edition.at);
    return key === undefined ? { ...event, id: UNKNOWN.id } : event;
  };
  const events = options.form === "note" ? [] : [make(longForm(edition, post))];
  if (options.form !== "article") events.push(...notesOf(post, options, limits, make));
  const requests = options.relays.flatMap((url) => events.map((event) => planned(url, event)));
  return { kind: "post", requests, limitsAssumed: limits.assumed };
}

/** The note, and what follows it as answers (NIP-10: each names the first and the one before). */
function notesOf(
  post: Post,
  { image, relays }: Author["options"],
  limits: Limits,
  make: (body: EventBody) => UnsignedEvent,
): readonly UnsignedEvent[] {
  const notes: UnsignedEvent[] = [];
  const shown = image === "attach" ? withPicture(post, limits) : undefined;
  const texts: readonly PostText[] = [post, ...(post.more ?? [])];
  for (const [index, { text, parts }] of texts.entries()) {
    const picture = index === 0 ? shown : undefined;
    const tags = [
      ...tagsOf(parts, post.languages),
      ...answerTags(notes, relays[0] ?? ""),
      ...(picture?.tags ?? []),
    ];
    notes.push(make({ kind: 1, content: picture?.content ?? text, tags }));
  }
  return notes;
}

function answerTags(before: readonly UnsignedEvent[], relay: string): readonly (readonly string[])[] {
  const [first, ...others] = before;
  if (first === undefined) return [];
  const last = others.at(-1);
  const reply = last ? [["e", last.id, relay, "reply", last.pubkey]] : [];
  return [["e", first.id, relay, "root", first.pubkey], ...reply, ["p", first.pubkey]];
}

/** NIP-92: the picture's address stands in the text, and a tag tells what it shows. */
function withPicture({ text, parts, picture }: Post, limits: Limits) {
  if (picture === undefined) return undefined;
  const added = `\n\n${picture.url}`;
  if (excess([...parts, { kind: "text", text: added }], limits)) return undefined;
  const alt = picture.alt.replace(/\s+/g, " ").trim();
  return { content: text + added, tags: [["imeta", `url ${picture.url}`, ...(alt ? [`alt ${alt}`] : [])]] };
}

function planned(url: string, event: UnsignedEvent): PlannedRequest {
  return {
    method: "SEND",
    url,
    headers: {},
    body: ["EVENT", { ...event, sig: "***" }],
    posts: true,
  };
}
