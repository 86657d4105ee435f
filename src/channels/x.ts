import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { PlannedRequest } from "../model/draft.ts";
import type { Post, PostText, Thumbnail } from "../model/edition.ts";
import type { Limits } from "../model/limits.ts";
import {
  type Answer,
  type Found,
  type Looking,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Reading,
  value,
} from "./network/index.ts";
import { privateUrl } from "./private-url.ts";
import { login } from "./x/login.ts";
import { authorization } from "./x/sign.ts";

const options = z.strictObject({
  type: z.literal("x").optional(),
  token: z
    .string()
    .default("")
    .describe("Access token of OAuth 1.0a; or, with client_id, a refresh token of OAuth 2.0"),
  token_secret: z.string().default("").describe("Access token secret of OAuth 1.0a"),
  api_key: z.string().default("").describe("API key of the app (OAuth 1.0a)"),
  api_secret: z.string().default("").describe("API key secret of the app (OAuth 1.0a)"),
  client_id: z.string().default("").describe("Client ID of the app (OAuth 2.0)"),
  client_secret: z.string().default("").describe("Client secret of the app (OAuth 2.0), where it has one"),
  premium: z.boolean().default(false).describe("The account has Premium: posts of 25,000 instead of 280"),
  server: privateUrl().default("https://api.x.com").describe("Address of the API"),
});
export type XOptions = z.infer<typeof options>;

/** https://docs.x.com/fundamentals/counting-characters and https://docs.x.com/x-api/media/quickstart/best-practices */
const limits = ({ premium }: XOptions): Limits => ({
  measures: [{ unit: "x-weighted", max: premium ? 25_000 : 280 }],
  linkWeight: 23,
  bareDomains: true,
  pings: true,
  shortLinks: false,
  // The network counts none; more are taken for spam.
  tags: 2,
  images: { count: 4, bytes: 5_000_000, alt: 1000, formats: ["image/jpeg", "image/png", "image/webp"] },
  threads: true,
  assumed: false,
});

/** Thousandths of a US dollar for each post: https://docs.x.com/x-api/getting-started/pricing */
const COST = 15;
const COST_WITH_LINK = 200;
/** Whatever X may take for a link: it makes one of "example.org", too. */
const LINK = /https?:\/\/|(?<![@\p{L}\p{N}_.-])(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}/iu;

function cost(post: Post): number {
  const texts: readonly PostText[] = [post, ...(post.more ?? [])];
  return texts.reduce((sum, { text }) => sum + (LINK.test(text) ? COST_WITH_LINK : COST), 0);
}

/** Made anew for each request: a signature has a time, a token is refreshed. */
const AUTHORIZED = { authorization: "***" };
const JSON_BODY = { ...AUTHORIZED, "content-type": "application/json" };

function compose({ options: { server }, post }: Material<XOptions>): readonly NetworkRequest[] {
  const images = post.images ?? [];
  return [
    ...images.flatMap((image, index) => upload(server, image, index + 1)),
    ...[post, ...(post.more ?? [])].map(({ text }, index) => ({
      step: `post ${index + 1}`,
      method: "POST" as const,
      url: `${server}/2/tweets`,
      headers: JSON_BODY,
      body: {
        text,
        media:
          index === 0 && images.length > 0
            ? { media_ids: images.map((_, number) => value(`media_${number + 1}`)) }
            : undefined,
        reply: index > 0 ? { in_reply_to_tweet_id: value(`post_${index}`) } : undefined,
      },
      posts: true,
    })),
  ];
}

function upload(
  server: string,
  { bytes, mediaType, alt }: Thumbnail,
  number: number,
): readonly NetworkRequest[] {
  const filename = `picture-${number}.${mediaType.replace(/^image\//, "")}`;
  const picture: NetworkRequest = {
    step: `media ${number}`,
    method: "POST",
    url: `${server}/2/media/upload`,
    headers: AUTHORIZED,
    form: [
      { name: "media_category", value: "tweet_image" },
      { name: "media", value: bytes, filename, type: mediaType },
    ],
  };
  const described: NetworkRequest = {
    step: `alt ${number}`,
    method: "POST",
    url: `${server}/2/media/metadata`,
    headers: JSON_BODY,
    body: { id: value(`media_${number}`), metadata: { alt_text: { text: alt } } },
  };
  return alt === "" ? [picture] : [picture, described];
}

function read(answer: Answer, { step = "", posts }: PlannedRequest): Reading | undefined {
  const { status, body } = answer;
  const [kind, number] = step.split(" ");
  if (status === 402)
    return {
      state: "failed",
      reason: { kind: "login", code: status, text: "the account has no credits left" },
    };
  if (status === 429) return dayIsOver(answer);
  const { data, detail } = Object(body) as { data?: unknown; detail?: unknown };
  // The same text was posted: by an earlier try whose answer was lost, or by someone else. The account's posts tell.
  if (posts && status === 403 && /duplicate/i.test(String(detail)))
    return {
      state: "uncertain",
      reason: { kind: "silence", code: status, text: "the account has posted the same text before" },
    };
  const { id } = Object(data) as { id?: unknown };
  if (status < 200 || status > 299 || typeof id !== "string") return undefined;
  if (kind === "media") return { values: { [`media_${number}`]: id } };
  return posts ? taken(id, status, `post_${number}`) : {};
}

/** Posts of a day are counted apart from those of a quarter of an hour. */
function dayIsOver({ headers, status }: Answer): Reading | undefined {
  const reset = Number(headers.get("x-user-limit-24hour-reset"));
  if (headers.get("x-user-limit-24hour-remaining") !== "0" || !(reset > 0)) return undefined;
  const text = "the account's posts of 24 hours are used up";
  return { state: "failed", reason: { kind: "busy", code: status, text }, retryAt: new Date(reset * 1000) };
}

const taken = (id: string, code: number, name: string): Found => ({
  values: { [name]: id },
  receipt: { code, text: id, url: `https://x.com/i/status/${id}` },
});

/** Own posts that are looked through: each that is read costs money. */
const OWN_POSTS = 20;

async function find(
  { step = "", body }: PlannedRequest,
  { options: { server }, ask }: Looking<XOptions>,
): Promise<Found | "absent" | undefined> {
  const get = async (path: string) =>
    dataOf(await ask({ method: "GET", url: server + path, headers: AUTHORIZED }));
  const { id } = Object((await get("/2/users/me"))?.data) as { id?: unknown };
  if (typeof id !== "string") return undefined;
  const query = `max_results=${OWN_POSTS}&exclude=retweets&tweet.fields=entities,note_tweet`;
  const own = await get(`/2/users/${encodeURIComponent(id)}/tweets?${query}`);
  if (own === undefined) return undefined;
  const wanted = lettersOf(String((body as { readonly text: string }).text));
  // An account without posts has no data at all.
  const posts: readonly OwnPost[] = Array.isArray(own.data) ? own.data : [];
  const found = posts.find((post) => lettersOf(textOf(post)) === wanted);
  return found ? taken(String(found.id), 200, step.replace(" ", "_")) : "absent";
}

interface Entities {
  readonly urls?: readonly { readonly url: string; readonly expanded_url?: string }[];
}
interface OwnPost {
  readonly id: unknown;
  readonly text?: unknown;
  readonly entities?: Entities;
  /** Of a post of more than 280, whose `text` is cut. */
  readonly note_tweet?: { readonly text?: unknown; readonly entities?: Entities };
}

function dataOf(answer: Answer | object): { readonly data?: unknown } | undefined {
  return "status" in answer && answer.status === 200 && "body" in answer ? Object(answer.body) : undefined;
}

/** As it was written: X puts its own short links in place of ours, and entities in place of & < >. */
function textOf({ text, entities, note_tweet: note }: OwnPost): string {
  const urls = (note ? note.entities : entities)?.urls ?? [];
  const long = urls.reduce(
    (rest, { url, expanded_url }) => rest.replaceAll(url, () => expanded_url ?? ""),
    String(note?.text ?? text),
  );
  return long.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** A picture's own link stands at the end of a post that has one, and bare domains have got a scheme. */
function lettersOf(text: string): string {
  return text
    .normalize("NFC")
    .replace(/\/?\s+/g, " ")
    .replace(/ ?https?:\/\/(?:x|twitter)\.com\/(?:\w+\/){1,4}(?:photo|video)\/\d+ ?$/, "")
    .replace(/https?:\/\//g, "")
    .replace(/(?<![ /])[ /]+$/, "")
    .trim();
}

/** https://docs.x.com/x-api/posts/create-post */
export const channelType = networkChannel<XOptions>({
  label: "X",
  options,
  secrets: ["token"],
  limits,
  // Its own short links stand for addresses, and show about as much of them. Of a card it shows the picture.
  face: () => ({ link: 26, card: { titleLines: 1, descriptionLines: 0, host: "below" } }),
  cost,
  compose,
  read,
  login,
  sign({ method, url }, secrets, now): Record<string, string> {
    const {
      token = "",
      token_secret: tokenSecret,
      api_key: apiKey = "",
      api_secret: apiSecret = "",
    } = secrets;
    // Of a refresh, which has its own.
    if (url.endsWith("/2/oauth2/token")) return {};
    if (tokenSecret === undefined) return { authorization: `Bearer ${token}` };
    const timestamp = Math.floor(now.getTime() / 1000);
    const nonce = randomBytes(16).toString("hex");
    const signed = { method, url, timestamp, nonce };
    return { authorization: authorization({ apiKey, apiSecret, token, tokenSecret }, signed) };
  },
  verify: {
    request: ({ server }) => ({ method: "GET", url: `${server}/2/users/me`, headers: AUTHORIZED }),
    next: "Make keys and tokens with read and write access in the developer console, add credits, and put them where pressrun.yaml reads them.",
  },
  find,
});
