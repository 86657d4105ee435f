import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import * as z from "zod";
import { isJson } from "./loopback.ts";

/** An X API on loopback that enforces the published rules (https://docs.x.com/x-api, OpenAPI 2.167). */
export interface X {
  readonly url: string;
  readonly posts: readonly XPost[];
  readonly media: ReadonlyMap<string, { readonly bytes: Buffer; alt: string }>;
  /** Tokens that were given out for a refresh token. */
  readonly refreshed: readonly string[];
  stop(): Promise<void>;
}

export interface XRules {
  /** OAuth 1.0a; with a refresh token OAuth 2.0 instead. */
  readonly keys?: XKeys;
  /** The one that is good now: each can be used once. */
  readonly refreshToken?: string;
  readonly most?: number;
}

export interface XKeys {
  readonly api_key: string;
  readonly api_secret: string;
  readonly token: string;
  readonly token_secret: string;
}

export interface XPost {
  readonly id: string;
  readonly text: string;
  readonly media: readonly string[];
  readonly replyTo: string | null;
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

const id = z.string().regex(/^[0-9]{1,19}$/);
/** The parts of TweetCreateRequest that are known here; the schema allows no others. */
const posting = z.strictObject({
  text: z.string(),
  media: z.strictObject({ media_ids: z.array(id).min(1).max(4) }).optional(),
  reply: z.strictObject({ in_reply_to_tweet_id: id }).optional(),
});
const describing = z.strictObject({
  id,
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().max(1000) }) }),
});

export async function startX({ keys, refreshToken, most = 280 }: XRules): Promise<X> {
  const posts: XPost[] = [];
  const media = new Map<string, { bytes: Buffer; alt: string }>();
  const refreshed: string[] = [];
  const nonces = new Set<string>();
  let refresh = refreshToken;
  let ids = 1_900_000_000_000_000_000n;
  const nextId = () => String(++ids);

  function authorize(request: IncomingMessage, url: URL): void {
    const header = request.headers.authorization ?? "";
    const isRight = keys
      ? isSigned(header, request.method ?? "", url, keys, nonces)
      : refreshed.length > 0 && header === `Bearer ${refreshed.at(-1)}`;
    if (!isRight) throw new Refused(401, "Unauthorized");
  }

  async function grant(request: IncomingMessage): Promise<object> {
    const form = new URLSearchParams(String(await buffer(request)));
    const basic = `Basic ${Buffer.from("the-client:the-client-secret").toString("base64")}`;
    const isRight =
      request.headers.authorization === basic &&
      form.get("grant_type") === "refresh_token" &&
      form.get("refresh_token") === refresh;
    if (!isRight) throw new Refused(400, "Value passed for the token was invalid.");
    refreshed.push(`access-token-${refreshed.length + 1}`);
    refresh = `refresh-token-${refreshed.length + 1}`;
    return { token_type: "bearer", expires_in: 7200, access_token: refreshed.at(-1), refresh_token: refresh };
  }

  async function upload(request: IncomingMessage): Promise<object> {
    const type = request.headers["content-type"] ?? "";
    const form = await new Response(new Uint8Array(await buffer(request)), {
      headers: { "content-type": type },
    }).formData();
    const strangers = [...form.keys()].filter((name) => !["media", "media_category"].includes(name));
    if (strangers.length > 0) throw new Refused(400, `additional properties: ${strangers.join(", ")}`);
    const file = form.get("media");
    if (!(file instanceof Blob) || form.get("media_category") !== "tweet_image")
      throw new Refused(400, "media and media_category are required");
    const bytes = Buffer.from(await file.arrayBuffer());
    const found = await sharp(bytes)
      .metadata()
      .catch(() => undefined);
    if (bytes.length > 5_242_880 || !["jpeg", "png", "webp", "gif"].includes(found?.format ?? ""))
      throw new Refused(400, "media type unrecognized");
    const made = nextId();
    media.set(made, { bytes, alt: "" });
    return { data: { id: made, media_key: `3_${made}` } };
  }

  function describe(body: unknown): object {
    const { id: named, metadata } = parse(describing, body);
    const found = media.get(named);
    if (found === undefined) throw new Refused(400, "no such media");
    found.alt = metadata.alt_text.text;
    return { data: { id: named } };
  }

  function post(body: unknown): object {
    const { text, media: attached, reply } = parse(posting, body);
    if (text.trim() === "") throw new Refused(400, "text is required");
    if (weighted(text) > most) throw new Refused(400, "Your Tweet text is too long.");
    if (!(attached?.media_ids ?? []).every((each) => media.has(each)))
      throw new Refused(400, "Your media IDs are invalid.");
    const replyTo = reply?.in_reply_to_tweet_id ?? null;
    if (replyTo !== null && !posts.some((each) => each.id === replyTo))
      throw new Refused(403, "You attempted to reply to a Tweet that is deleted or not visible to you.");
    if (posts.some((each) => each.text === text))
      throw new Refused(403, "You are not allowed to create a Tweet with duplicate content.");
    posts.push({ id: nextId(), text, media: attached?.media_ids ?? [], replyTo });
    return { data: { id: posts.at(-1)?.id, text } };
  }

  async function answer(request: IncomingMessage): Promise<readonly [status: number, body: object]> {
    const url = new URL(request.url ?? "/", "http://api.x.test");
    const route = `${request.method} ${url.pathname}`;
    if (route === "POST /2/oauth2/token") return [200, await grant(request)];
    authorize(request, url);
    if (route === "GET /2/users/me") return [200, { data: { id: "7", name: "Writer", username: "writer" } }];
    if (route === "GET /2/users/7/tweets") return [200, timeline(posts, url.searchParams, most)];
    if (route === "POST /2/media/upload") return [200, await upload(request)];
    if (route === "POST /2/media/metadata") return [200, describe(await jsonOf(request))];
    if (route === "POST /2/tweets") return [201, post(await jsonOf(request))];
    throw new Refused(404, "Not Found");
  }

  const server = createServer((request, response) => {
    answer(request).then(
      ([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      },
      (error) => {
        const status = error instanceof Refused ? error.status : 500;
        const said = { title: "Refused", detail: String(error.message), type: "about:blank", status };
        response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(said));
      },
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    media,
    refreshed,
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  if (!isJson(request)) throw new Refused(415, "Unsupported Media Type");
  return JSON.parse(String(await buffer(request)));
}

function parse<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const read = schema.safeParse(body);
  if (!read.success) throw new Refused(400, String(read.error));
  return read.data;
}

/** RFC 5849, told apart from ours: the header is taken to pieces, and its host is the one that was asked. */
function isSigned(header: string, method: string, url: URL, keys: XKeys, nonces: Set<string>): boolean {
  const fields = new Map(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", text = ""]) => [
      name,
      decodeURIComponent(text),
    ]),
  );
  const signature = fields.get("oauth_signature");
  fields.delete("oauth_signature");
  const nonce = fields.get("oauth_nonce") ?? "";
  if (nonce === "" || nonces.has(nonce)) return false;
  nonces.add(nonce);
  const pairs = [...fields, ...url.searchParams]
    .map(([name, text]) => `${strict(name)}=${strict(text)}`)
    .sort();
  const hosts = HOSTS.get(keys) ?? [];
  return (
    fields.get("oauth_consumer_key") === keys.api_key &&
    fields.get("oauth_token") === keys.token &&
    hosts.some((host) => {
      const base = `${method}&${strict(host + url.pathname)}&${strict(pairs.join("&"))}`;
      const key = `${strict(keys.api_secret)}&${strict(keys.token_secret)}`;
      return createHmac("sha1", key).update(base).digest("base64") === signature;
    })
  );
}

/** Under which addresses a server is reached, a proxy's among them: they are signed, too. */
const HOSTS = new Map<XKeys, string[]>();
export function reachedAt(keys: XKeys, url: string): void {
  HOSTS.set(keys, [...(HOSTS.get(keys) ?? []), url]);
}

const strict = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

/** twitter-text's configuration v3: scale 100, default weight 200, these ranges 100, links 23, emoji parsed. */
const RANGES = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
] as const;
const TLDS = "com|org|net|edu|gov|info|example|test|uk|de|pt";

export function weighted(text: string): number {
  const rest = text
    .normalize("NFC")
    .replace(
      new RegExp(`(?:https?://)?(?:[a-z0-9-]+\\.)+(?:${TLDS})\\b[\\w/?=&#%.-]*`, "gi"),
      "x".repeat(23),
    );
  let weight = 0;
  for (const { segment } of new Intl.Segmenter("en").segment(rest)) {
    if (/^\p{RGI_Emoji}$/v.test(segment)) weight += 200;
    else for (const char of segment) weight += weightOf(char.codePointAt(0) ?? 0);
  }
  return weight / 100;
}

function weightOf(code: number): number {
  return RANGES.some(([from, to]) => code >= from && code <= to) ? 100 : 200;
}

/** Newest first; links are X's own short ones, and long texts are cut. */
function timeline(posts: readonly XPost[], query: URLSearchParams, most: number): object {
  const newest = posts.toReversed().slice(0, Number(query.get("max_results")));
  if (newest.length === 0) return { meta: { result_count: 0 } };
  return { data: newest.map((post) => shown(post, most)), meta: { result_count: newest.length } };
}

function shown({ id: made, text, media }: XPost, most: number): object {
  const urls: { url: string; expanded_url: string }[] = [];
  const shorten = (long: string, withScheme: string) => {
    urls.push({ url: `https://t.co/${made}${urls.length}`, expanded_url: withScheme });
    return urls.at(-1)?.url ?? long;
  };
  const linked = text.replace(
    new RegExp(`(https?://)?(?:[a-z0-9-]+\\.)+(?:${TLDS})\\b[\\w/?=&#%.-]*`, "gi"),
    (long, scheme) => shorten(long, scheme ? long : `http://${long}`),
  );
  const pictured =
    media.length > 0 ? `${linked} ${shorten("", `https://x.com/writer/status/${made}/photo/1`)}` : linked;
  const escaped = pictured.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const entities = urls.length > 0 ? { entities: { urls } } : {};
  if (most > 280 && [...escaped].length > 280)
    return { id: made, text: `${escaped.slice(0, 270)}…`, note_tweet: { text: escaped, ...entities } };
  return { id: made, text: escaped, ...entities };
}
