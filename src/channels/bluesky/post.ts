// What goes to Bluesky, as data: pure, and the same for a dry run and a live one.
import { createHash } from "node:crypto";
import { type DeliveryKey, keyString } from "../../model/delivery.ts";
import type { Draft, JsonValue, PlannedRequest, PostDraft } from "../../model/draft.ts";
import type { Edition, LinkCard, Post, PostPart, Thumbnail } from "../../model/edition.ts";

export const COLLECTION = "app.bsky.feed.post";
/** Of the lexicon app.bsky.embed.external: a greater thumbnail is stored, then refused with the record. */
export const THUMBNAIL_BYTES = 1_000_000;
/** Of the lexicon app.bsky.feed.post. */
const MOST_LANGUAGES = 3;

const LOGIN = "com.atproto.server.createSession";
const UPLOAD = "com.atproto.repo.uploadBlob";
const PUT = "com.atproto.repo.putRecord";

export interface Account {
  /** Handle or DID. */
  readonly identifier: string;
  /** Origin of the server that is asked to log in. */
  readonly service: string;
  /** Instead of the article's. */
  readonly languages?: readonly string[] | undefined;
}

/**
 * The requests that post one edition. The record key comes from the delivery key and the record is whole before
 * anything is sent, the thumbnail's reference included; with `swapRecord: null` ("only if nothing is there") any
 * number of tries makes one post.
 */
export function composePost(name: string, account: Account, edition: Edition): PostDraft {
  const post = edition.posts.get(name);
  if (post === undefined) throw new Error(`the edition has no post for ${name}`);
  const { article, revision, at } = edition;
  const rkey = recordKey({ channel: name, slug: article.slug, revision, recipient: name });
  const record = recordOf({ ...post, languages: account.languages ?? post.languages }, at);
  const call = (method: string, type: string, body: JsonValue | Uint8Array, authorized = true) => ({
    method: "POST" as const,
    url: `${account.service}/xrpc/${method}`,
    headers: { "content-type": type, ...(authorized && { authorization: "Bearer ***" }) },
    body,
  });
  const json = "application/json";
  const thumbnail = post.card?.thumbnail;
  return {
    kind: "post",
    requests: [
      call(LOGIN, json, { identifier: account.identifier, password: "***" }, false),
      ...(thumbnail ? [call(UPLOAD, thumbnail.mediaType, thumbnail.bytes)] : []),
      call(PUT, json, { repo: "{{did}}", collection: COLLECTION, rkey, record, swapRecord: null }),
    ],
    limitsAssumed: false,
  };
}

type Json = { readonly [key: string]: JsonValue };

function recordOf(post: Post, at: Date): Json {
  const facets = facetsOf(post.parts);
  return {
    $type: COLLECTION,
    text: post.text,
    ...(facets.length > 0 && { facets }),
    ...(post.card && { embed: embedOf(post.card) }),
    ...(post.languages.length > 0 && { langs: post.languages.slice(0, MOST_LANGUAGES) }),
    createdAt: at.toISOString(),
  };
}

/**
 * Links and tags with their place in the text, in UTF-8 bytes. They are made from the parts that the composer knows:
 * detection would take in closing brackets and miss quoted addresses.
 */
export function facetsOf(parts: readonly PostPart[]): Json[] {
  const facets: Json[] = [];
  let byteStart = 0;
  for (const part of parts) {
    const byteEnd = byteStart + Buffer.byteLength(part.text);
    if (part.kind !== "text") facets.push({ index: { byteStart, byteEnd }, features: [featureOf(part)] });
    byteStart = byteEnd;
  }
  return facets;
}

function featureOf(part: Exclude<PostPart, { kind: "text" }>): Json {
  return part.kind === "link"
    ? { $type: "app.bsky.richtext.facet#link", uri: part.url }
    : { $type: "app.bsky.richtext.facet#tag", tag: part.tag };
}

function embedOf({ url, title, description, thumbnail }: LinkCard): Json {
  const external = { uri: url, title, description, ...(thumbnail && { thumb: blobOf(thumbnail) }) };
  return { $type: "app.bsky.embed.external", external };
}

/** The server would answer the upload with the same: a blob's reference is the hash of its bytes. */
function blobOf({ bytes, mediaType }: Thumbnail): Json {
  return { $type: "blob", ref: { $link: blobCid(bytes) }, mimeType: mediaType, size: bytes.length };
}

/** CIDv1, raw bytes (0x55), SHA-256 (0x12, 0x20 bytes), in multibase base32 ("b"). https://dasl.ing/cid.html */
export function blobCid(bytes: Uint8Array): string {
  const cid = `01551220${createHash("sha256").update(bytes).digest("hex")}`;
  // 36 bytes fill 57.6 digits of 5 bits; the last one is padded with zeros.
  return `b${base32(BigInt(`0x${cid}`) << 2n, 58, "abcdefghijklmnopqrstuvwxyz234567")}`;
}

/** 2023-01-01, in microseconds. With the 2^46 µs (2.2 years) that a hash adds, every key lies in the past. */
const FIRST_KEY_TIME = BigInt(Date.UTC(2023, 0, 1)) * 1000n;

/**
 * The record key: one delivery, one key. The network takes only TIDs (53 bits of microseconds, 10 of a clock's
 * name, https://atproto.com/specs/tid), so both come from a hash of the delivery key: 56 bits, enough for any account.
 */
export function recordKey(key: DeliveryKey): string {
  const hash = createHash("sha256").update(keyString(key)).digest().readBigUInt64BE();
  const microseconds = FIRST_KEY_TIME + (hash >> 18n);
  const clock = hash & 0x3ffn;
  return base32((microseconds << 10n) | clock, 13, "234567abcdefghijklmnopqrstuvwxyz");
}

function base32(value: bigint, length: number, alphabet: string): string {
  return Array.from(
    { length },
    (_, index) => alphabet[Number((value >> BigInt(5 * (length - 1 - index))) & 31n)],
  ).join("");
}

/** A frozen post, as it is needed to send it. */
export interface FrozenPost {
  readonly rkey: string;
  readonly record: Json;
  readonly upload?: PlannedRequest | undefined;
  readonly put: PlannedRequest;
}

export function frozenPost(draft: Draft): FrozenPost {
  if (draft.kind !== "post") throw new Error("a mail was given to Bluesky");
  const find = (method: string) => draft.requests.find(({ url }) => url.endsWith(`/xrpc/${method}`));
  const put = find(PUT);
  if (put === undefined) throw new Error("the draft holds no record");
  const { rkey, record } = put.body as { readonly rkey: string; readonly record: Json };
  return { rkey, record, upload: find(UPLOAD), put };
}

/** Two records tell of one article when their text is the same, or when their cards lead to the same place. */
export function isSameArticle(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b] as [AnyRecord, AnyRecord];
  const place = one?.embed?.external?.uri;
  return one?.text === other?.text || (place !== undefined && place === other?.embed?.external?.uri);
}

/** What is read of a record in the account: any client may have made it. */
type AnyRecord =
  | { readonly text?: string; readonly embed?: { readonly external?: { readonly uri?: string } } }
  | undefined;

/** What the server would refuse, or, worse, take: it checks neither the facets' ranges nor the thumbnail in time. */
export async function faultOf({ record, upload }: FrozenPost): Promise<string | undefined> {
  const { AppBskyFeedPost, jsonToLex } = await import("@atproto/api");
  const checked = AppBskyFeedPost.validateRecord(jsonToLex(record));
  if (!checked.success) return checked.error.message;
  const bytes = Buffer.from(checked.value.text);
  for (const { index } of checked.value.facets ?? []) {
    const { byteStart, byteEnd } = index;
    if (byteStart >= byteEnd || !isBoundary(bytes, byteStart) || !isBoundary(bytes, byteEnd)) {
      return `the link or tag at bytes ${byteStart} to ${byteEnd} does not fit the text`;
    }
  }
  const size = upload?.body instanceof Uint8Array ? upload.body.length : 0;
  return size > THUMBNAIL_BYTES ? `the thumbnail has ${size} bytes, more than ${THUMBNAIL_BYTES}` : undefined;
}

/** Between two characters: UTF-8 continues one with 10xxxxxx. */
function isBoundary(bytes: Uint8Array, index: number): boolean {
  const byte = bytes[index];
  return byte === undefined ? index === bytes.length : (byte & 0xc0) !== 0x80;
}
