import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { z } from "zod";
import { isJson } from "./loopback.ts";

/** A Mastodon server on loopback that enforces the published rules (https://docs.joinmastodon.org/methods/). */
export interface Mastodon {
  readonly url: string;
  readonly statuses: readonly Status[];
  readonly media: ReadonlyMap<string, Media>;
  stop(): Promise<void>;
}

export interface MastodonRules {
  readonly token: string;
  readonly maxCharacters?: number;
  readonly perUrl?: number;
  /** False for GoToSocial, which knows no Idempotency-Key. */
  readonly idempotent?: boolean;
  /** How often a picture is not ready when it is asked for. */
  readonly processing?: number;
  now?(): Date;
}

export interface Status {
  readonly id: string;
  readonly text: string;
  readonly spoiler: string;
  readonly visibility: string;
  readonly language: string | null;
  readonly mediaIds: readonly string[];
  readonly inReplyTo: string | null;
}

export interface Media {
  readonly bytes: Buffer;
  readonly type: string;
  readonly description: string;
  left: number;
}

/**
 * The parameters of POST /api/v1/statuses that are known here. Servers pass over names that they do not know; one that
 * is misspelt or of another type is none that we want to send.
 */
const posting = z.strictObject({
  status: z.string().optional(),
  spoiler_text: z.string().min(1).optional(),
  media_ids: z.array(z.string().regex(/^\d+$/)).min(1).optional(),
  in_reply_to_id: z.string().regex(/^\d+$/).optional(),
  visibility: z.enum(["public", "unlisted", "private", "direct"]).optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional(),
});

/** What is refused, with the status that Mastodon gives. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const LARGEST = 16_777_216;
const MOST_PIXELS = 33_177_600;
const KEY_HOLDS_MS = 3_600_000;

export async function startMastodon(rules: MastodonRules): Promise<Mastodon> {
  const { token, maxCharacters = 500, perUrl = 23, idempotent = true, processing = 1 } = rules;
  const now = rules.now ?? (() => new Date());
  const statuses: Status[] = [];
  const media = new Map<string, Media>();
  const keys = new Map<string, { readonly status: Status; readonly at: number }>();
  let ids = 110_000;

  const instance = {
    domain: "127.0.0.1",
    version: "4.5.0",
    configuration: {
      statuses: {
        max_characters: maxCharacters,
        max_media_attachments: 4,
        characters_reserved_per_url: perUrl,
      },
      media_attachments: {
        supported_mime_types: TYPES,
        description_limit: 1500,
        image_size_limit: LARGEST,
        image_matrix_limit: MOST_PIXELS,
      },
    },
  };

  async function upload(request: IncomingMessage): Promise<object> {
    const type = request.headers["content-type"] ?? "";
    const form = await new Response(new Uint8Array(await buffer(request)), {
      headers: { "content-type": type },
    }).formData();
    refuseIf(
      [...form.keys()].some((name) => !["file", "description"].includes(name)),
      "Unknown field",
    );
    const file = form.get("file");
    const description = form.get("description") ?? "";
    if (!(file instanceof Blob) || typeof description !== "string")
      throw new Refused(422, "File can't be blank");
    const bytes = Buffer.from(await file.arrayBuffer());
    await checkPicture(bytes, file.type);
    if ([...description].length > 1500) throw new Refused(422, "Description is too long (maximum is 1500)");
    const id = String(++ids);
    media.set(id, { bytes, type: file.type, description, left: processing });
    return { id, type: "image", url: null };
  }

  function post(body: unknown, key: string | undefined): Status {
    const known = keys.get(key ?? "");
    if (idempotent && known && now().getTime() - known.at < KEY_HOLDS_MS) return known.status;
    const read = posting.safeParse(body);
    if (!read.success) throw new Refused(422, String(read.error));
    const { status: text = "", spoiler_text: spoiler = "", media_ids: mediaIds = [] } = read.data;
    const { visibility = "public", language = null, in_reply_to_id: inReplyTo = null } = read.data;
    const length = lengthOf(text, perUrl) + lengthOf(spoiler, perUrl);
    refuseIf(text.trim() === "" && mediaIds.length === 0, "Text can't be blank");
    refuseIf(length > maxCharacters, `Text character limit of ${maxCharacters} exceeded`);
    refuseIf(mediaIds.length > 4, "Cannot attach more than 4 files");
    refuseIf(!mediaIds.every((id) => media.has(id)), "Media not found");
    refuseIf(
      mediaIds.some((id) => (media.get(id)?.left ?? 0) > 0),
      "Cannot attach files that have not finished processing",
    );
    if (inReplyTo !== null && !statuses.some(({ id }) => id === inReplyTo))
      throw new Refused(404, "The post you are trying to reply to does not appear to exist.");
    const status: Status = {
      id: String(++ids),
      text,
      spoiler,
      visibility,
      language,
      mediaIds,
      inReplyTo,
    };
    statuses.push(status);
    if (key !== undefined) keys.set(key, { status, at: now().getTime() });
    return status;
  }

  function showMedia(id: string, response: ServerResponse): object {
    const found = media.get(id);
    if (found === undefined) throw new Refused(404, "Record not found");
    response.statusCode = found.left > 0 ? 206 : 200;
    found.left = Math.max(0, found.left - 1);
    return { id, type: "image", description: found.description };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const route = `${request.method} ${pathname}`;
    if (route === "GET /api/v2/instance") return instance;
    if (request.headers.authorization !== `Bearer ${token}`)
      throw new Refused(401, "The access token is invalid");
    const asked = /^GET \/api\/v1\/media\/(\d+)$/.exec(route)?.[1];
    if (asked !== undefined) return showMedia(asked, response);
    switch (route) {
      case "GET /api/v1/accounts/verify_credentials":
        return { id: "7", acct: "writer" };
      case "GET /api/v1/accounts/7/statuses":
        return page(statuses, searchParams);
      case "POST /api/v2/media":
        response.statusCode = processing > 0 ? 202 : 200;
        return upload(request);
      case "POST /api/v1/statuses": {
        refuseIf(!isJson(request), "The body is not of type application/json");
        const body = JSON.parse(String(await buffer(request)));
        return entity(post(body, request.headers["idempotency-key"] as string | undefined));
      }
      default:
        throw new Refused(404, "Record not found");
    }
  }

  const server = createServer(async (request, response) => {
    response.setHeader("content-type", "application/json; charset=utf-8");
    response.setHeader("x-ratelimit-reset", new Date(now().getTime() + 300_000).toISOString());
    try {
      const body = await answer(request, response);
      response.end(JSON.stringify(body));
    } catch (error) {
      response.statusCode = error instanceof Refused ? error.status : 500;
      response.end(JSON.stringify({ error: `Validation failed: ${(error as Error).message}` }));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statuses,
    media,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function refuseIf(is: boolean, message: string): void {
  if (is) throw new Refused(422, message);
}

async function checkPicture(bytes: Buffer, type: string): Promise<void> {
  if (!TYPES.includes(type)) throw new Refused(422, "File content type is not supported");
  if (bytes.length > LARGEST) throw new Refused(422, "File file size must be less than 16 MB");
  const found = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  if (found === undefined || `image/${found.format}` !== type)
    throw new Refused(422, "Paperclip::Errors::NotIdentifiedByImageMagickError");
  if (found.width * found.height > MOST_PIXELS)
    throw new Refused(422, `${found.width}x${found.height} images are not supported`);
}

/** app/models/account.rb, MENTION_RE; Ruby's [[:word:]] has the letters, marks, digits and connectors of any alphabet. */
const MENTION =
  /(?<![=/\p{L}\p{M}\p{N}\p{Pc}])(@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\p{L}\p{M}\p{N}\p{Pc}.-]+[\p{L}\p{M}\p{N}\p{Pc}]/giu;

/** app/validators/status_length_validator.rb: links weigh the same, far mentions lose their domain, then graphemes. */
function lengthOf(text: string, perUrl: number): number {
  const counted = text
    .replace(
      /https?:\/\/(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#][\w!*';:=+,.$/%#[\]~@|&()?-]*[\w=/#)-]|\/)?/gi,
      "x".repeat(perUrl),
    )
    .replace(MENTION, "$1");
  return [...new Intl.Segmenter("en").segment(counted)].length;
}

function page(statuses: readonly Status[], query: URLSearchParams): object[] {
  const before = Number(query.get("max_id") ?? Number.MAX_SAFE_INTEGER);
  const limit = Math.min(40, Number(query.get("limit") ?? 20));
  return statuses
    .filter(({ id }) => Number(id) < before)
    .toReversed()
    .slice(0, limit)
    .map(entity);
}

/** As Mastodon sets a text in HTML (app/lib/text_formatter.rb), near enough to try a reader of it. */
function entity({ id, text, visibility, language, inReplyTo }: Status): object {
  const escaped = text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
  const linked = escaped
    .replace(
      /https?:\/\/([^\s<]{1,30})([^\s<]*)/g,
      '<a href="$&" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">$1</span><span class="invisible">$2</span></a>',
    )
    .replace(/(?<![\w/&])#(\w+)/g, '<a href="/tags/$1" class="mention hashtag">#<span>$1</span></a>');
  const content = `<p>${linked.replace(/\n{2,}/g, "</p><p>").replace(/\n/g, "<br />")}</p>`;
  return {
    id,
    uri: `https://social.example/users/writer/statuses/${id}`,
    url: `https://social.example/@writer/${id}`,
    content,
    visibility,
    language,
    in_reply_to_id: inReplyTo,
  };
}
