import * as z from "zod";
import type { JsonValue, PlannedRequest } from "../model/draft.ts";
import type { Thumbnail } from "../model/edition.ts";
import { type Limits, measure } from "../model/limits.ts";
import { languages } from "./languages.ts";
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

const options = z.strictObject({
  type: z.literal("mastodon").optional(),
  server: privateUrl()
    .refine((url) => new URL(url).pathname === "/", "must be the server's own address, without the account")
    .describe("The account's server, such as https://mastodon.social"),
  token: z.string().default("").describe("An access token with write:statuses, write:media and read"),
  visibility: z
    .enum(["public", "unlisted", "private"])
    .default("public")
    .describe("Who sees the posts; unlisted keeps them out of public timelines"),
  spoiler: z.string().min(1).optional().describe("A content warning that every post is folded behind"),
  languages: languages(1).optional().describe("Of the posts; the article's unless given"),
});
export type MastodonOptions = z.infer<typeof options>;

/** Mastodon's own, of https://docs.joinmastodon.org/entities/Instance/ and its example; servers set theirs. */
function documented({ spoiler }: MastodonOptions): Limits {
  return {
    measures: [{ unit: "graphemes", max: 500 - spoilerLength(spoiler) }],
    linkWeight: 23,
    mentions: "name",
    pings: true,
    shortLinks: false,
    // The network counts none; more are taken for spam.
    tags: 4,
    images: {
      count: 4,
      bytes: 16_777_216,
      pixels: 33_177_600,
      alt: 1500,
      formats: ["image/jpeg", "image/png", "image/gif", "image/webp"],
    },
    threads: true,
    assumed: true,
  };
}

/** It counts with the text (app/validators/status_length_validator.rb). */
const spoilerLength = (spoiler = "") => measure(spoiler, "graphemes");

const ours = z.object({
  configuration: z.object({
    statuses: z.object({
      max_characters: z.int().min(1),
      characters_reserved_per_url: z.int().min(1),
      max_media_attachments: z.int().min(0).optional(),
    }),
    media_attachments: z
      .object({
        supported_mime_types: z.array(z.string()).optional(),
        description_limit: z.int().min(1).optional(),
        image_size_limit: z.int().min(1).optional(),
        image_matrix_limit: z.int().min(1).optional(),
      })
      .optional(),
  }),
});

function told({ body }: Answer, limits: Limits, { spoiler }: MastodonOptions): Limits | undefined {
  const read = ours.safeParse(body);
  if (!read.success) return undefined;
  const { statuses, media_attachments: media = {} } = read.data.configuration;
  const { images } = limits;
  return {
    ...limits,
    measures: [{ unit: "graphemes", max: Math.max(1, statuses.max_characters - spoilerLength(spoiler)) }],
    linkWeight: statuses.characters_reserved_per_url,
    images: images && {
      count: statuses.max_media_attachments ?? images.count,
      bytes: media.image_size_limit ?? images.bytes,
      pixels: media.image_matrix_limit ?? images.pixels,
      alt: Math.min(media.description_limit ?? images.alt, images.alt),
      formats: media.supported_mime_types?.filter((type) => images.formats.includes(type)) ?? images.formats,
    },
  };
}

const AUTHORIZED = { authorization: "Bearer {{secret:token}}" };

function compose(material: Material<MastodonOptions>): readonly NetworkRequest[] {
  const { post, options } = material;
  const images = post.images ?? [];
  const parts = [post, ...(post.more ?? [])];
  return [
    ...images.flatMap((image, index) => upload(options.server, image, index + 1)),
    ...parts.map(({ text }, index) => status(material, text, index + 1)),
  ];
}

/** The server works on a picture after it has taken it; a post that names it before is refused. */
function upload(server: string, { bytes, mediaType, alt }: Thumbnail, number: number): NetworkRequest[] {
  const filename = `picture-${number}.${mediaType.replace(/^image\//, "")}`;
  const file = { name: "file", value: bytes, filename, type: mediaType };
  return [
    {
      step: `media ${number}`,
      method: "POST",
      url: `${server}/api/v2/media`,
      headers: AUTHORIZED,
      form: alt === "" ? [file] : [file, { name: "description", value: alt }],
    },
    {
      step: `ready ${number}`,
      method: "GET",
      url: `${server}/api/v1/media/{{media_${number}}}`,
      headers: AUTHORIZED,
    },
  ];
}

function status(
  { options, post, idempotencyKey }: Material<MastodonOptions>,
  text: string,
  number: number,
): NetworkRequest {
  const { server, visibility, spoiler } = options;
  const images = number === 1 ? (post.images ?? []) : [];
  const [language] = options.languages ?? post.languages;
  return {
    step: `status ${number}`,
    method: "POST",
    url: `${server}/api/v1/statuses`,
    headers: {
      ...AUTHORIZED,
      "content-type": "application/json",
      "idempotency-key": idempotencyKey(number),
    },
    body: {
      status: text,
      media_ids: images.length > 0 ? images.map((_, index) => value(`media_${index + 1}`)) : undefined,
      in_reply_to_id: number > 1 ? value(`status_${number - 1}`) : undefined,
      visibility,
      spoiler_text: spoiler,
      // The API takes ISO 639-1 codes.
      language: language?.split("-")[0]?.toLowerCase(),
    },
    posts: true,
  };
}

function read({ status, body }: Answer, { step = "" }: PlannedRequest): Reading | undefined {
  const [kind, number] = step.split(" ");
  const { id } = Object(body) as { id?: unknown };
  if (kind === "ready" && status === 206) return { wait: 1 };
  if (status < 200 || status > 299 || typeof id !== "string") return undefined;
  if (kind === "media") return { values: { [`media_${number}`]: id } };
  return kind === "status" ? taken(status, body, `status_${number}`) : {};
}

function taken(code: number, body: unknown, name: string): Found {
  const { id, url, uri } = Object(body) as Readonly<Record<string, unknown>>;
  const text = (part: unknown) => (typeof part === "string" ? part : undefined);
  return { values: { [name]: String(id) }, receipt: { code, text: text(uri), url: text(url) ?? text(uri) } };
}

/** Pages of 40 own posts that are looked through, newest first. */
const PAGES = 3;

/** Servers forget an Idempotency-Key after an hour, and some know none: the account's own posts tell. */
async function find(
  { step = "", body }: PlannedRequest,
  { options: { server }, ask }: Looking<MastodonOptions>,
): Promise<Found | "absent" | undefined> {
  const get = (path: string) => ask({ method: "GET", url: server + path, headers: AUTHORIZED });
  const account = bodyOf(await get("/api/v1/accounts/verify_credentials"));
  const { id } = Object(account) as { id?: unknown };
  if (typeof id !== "string") return undefined;
  const wanted = lettersOf(String((body as { readonly [key: string]: JsonValue }).status));
  let before = "";
  for (let page = 0; page < PAGES; page += 1) {
    const own = bodyOf(
      await get(`/api/v1/accounts/${encodeURIComponent(id)}/statuses?limit=40&exclude_reblogs=true${before}`),
    );
    if (!Array.isArray(own)) return undefined;
    const found = own.find(({ content }) => lettersOf(textOf(String(content))) === wanted);
    if (found !== undefined) return taken(200, found, step.replace(" ", "_"));
    const last = own.at(-1)?.id;
    if (typeof last !== "string") break;
    before = `&max_id=${encodeURIComponent(last)}`;
  }
  return "absent";
}

const bodyOf = (answer: Answer | object): unknown =>
  "status" in answer && answer.status === 200 && "body" in answer ? answer.body : undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** The HTML that the server made of a text, as text. */
function textOf(html: string): string {
  return html
    .replace(/<[^<>]*>/g, "")
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? "");
}

/** What is left of a text however a server sets its spaces, and cuts `@user@domain` to `@user`. */
function lettersOf(text: string): string {
  return text
    .normalize("NFC")
    .replace(/(@[\w.-]+)@[\w.-]+\w/g, "$1")
    .replace(/\s+/g, "");
}

/** Mastodon and what speaks its API: GoToSocial, Pleroma, Akkoma, Hollo, Pixelfed. https://docs.joinmastodon.org/methods/ */
export const channelType = networkChannel<MastodonOptions>({
  label: "Mastodon",
  options,
  secrets: ["token"],
  limits: documented,
  // An address without its scheme, 30 characters of it (app/lib/text_formatter.rb).
  face: ({ server }) => ({ avatar: "square", account: `on ${new URL(server).host}`, link: 30 }),
  learn: {
    request: ({ server }) => ({ method: "GET", url: `${server}/api/v2/instance`, headers: {} }),
    read: told,
  },
  compose,
  read,
  verify: {
    request: ({ server }) => ({
      method: "GET",
      url: `${server}/api/v1/accounts/verify_credentials`,
      headers: AUTHORIZED,
    }),
    next: "Make an access token under Preferences, Development with write:statuses, write:media and read, and put it where pressrun.yaml reads it.",
  },
  find,
});
