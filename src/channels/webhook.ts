import { createHmac } from "node:crypto";
import * as z from "zod";
import type { PlannedRequest } from "../model/draft.ts";
import type { Limits } from "../model/limits.ts";
import {
  type Answer,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Reading,
  secretAddress,
  type WireRequest,
} from "./network/index.ts";
import { privateAddress } from "./private-url.ts";

const options = z.strictObject({
  type: z.literal("webhook").optional(),
  url: privateAddress().default("").describe("Where it is sent; kept secret but for its host"),
  secret: z
    .string()
    .refine(isKey, "must be whsec_ and the base64 of 24 to 64 bytes")
    .optional()
    .describe("Signs what is sent (Standard Webhooks): whsec_…"),
  content: z.boolean().default(false).describe("Send the article's whole text, too, as HTML"),
});
export type WebhookOptions = z.infer<typeof options>;

/** Length of a key: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function isKey(secret: string): boolean {
  const { length } = keyOf(secret);
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) && length >= 24 && length <= 64;
}

const PREFIX = "whsec_";
const keyOf = (secret: string) => Buffer.from(secret.slice(PREFIX.length), "base64");

/** No network counts: it is a summary, for whatever reads it. */
const LIMITS: Limits = {
  measures: [{ unit: "graphemes", max: 1000 }],
  shortLinks: false,
  tags: 10,
  card: { thumbnailBytes: 0 },
  assumed: false,
};

const addressOf = ({ url }: WebhookOptions) => secretAddress(url, "https://unset.invalid");

function compose(material: Material<WebhookOptions>): readonly NetworkRequest[] {
  const { options, edition } = material;
  const id = `msg_${material.idempotencyKey()}`;
  return [
    {
      method: "POST",
      url: addressOf(options).url,
      headers: { "content-type": "application/json", "webhook-id": id, "idempotency-key": id },
      body: {
        type: "article.published",
        timestamp: edition.at.toISOString(),
        data: dataOf(material),
      },
      posts: true,
    },
  ];
}

function dataOf({ edition, post, options }: Material<WebhookOptions>) {
  const { article, publication, revision } = edition;
  const { slug, title, description, url, date, author, tags, html } = article;
  return {
    publication: { name: publication.name, url: publication.url },
    article: {
      slug,
      revision,
      title,
      description,
      url,
      date,
      author,
      language: article.language ?? publication.language,
      tags,
      image: post.picture,
      html: options.content ? html : undefined,
    },
    post: { text: post.text, languages: post.languages },
  };
}

/** "msg_id.timestamp.body", where nothing but the body can have a full stop. */
export function signatureOf(secret: string, id: string, seconds: number, body: string): string {
  return `v1,${createHmac("sha256", keyOf(secret)).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}

function sign({ headers, body }: WireRequest, { secret }: Readonly<Record<string, string>>, now: Date) {
  const seconds = Math.floor(now.getTime() / 1000);
  const stamp = { "webhook-timestamp": String(seconds) };
  if (secret === undefined) return stamp;
  const signature = signatureOf(secret, headers["webhook-id"] ?? "", seconds, String(body));
  return { ...stamp, "webhook-signature": signature };
}

/** Any 2xx is a yes, but for a page made for people, such as a login's, and for JSON that is none. */
function read({ status, headers, body, text }: Answer, _: PlannedRequest): Reading | undefined {
  if (status < 200 || status > 299 || /^\s*</.test(text)) return undefined;
  if (body === undefined && text !== "" && /json/.test(headers.get("content-type") ?? "")) return undefined;
  const { url } = Object(body) as { url?: unknown };
  const seen = typeof url === "string" && /^https?:/.test(url) ? url : undefined;
  return { receipt: { code: status, url: seen } };
}

/** Whatever takes a POST, by https://www.standardwebhooks.com. */
export const channelType = networkChannel<WebhookOptions>({
  label: "Webhook",
  options,
  secrets: ["url"],
  limits: () => LIMITS,
  face: () => ({
    place: "record",
    card: { shape: "plain", titleLines: undefined, descriptionLines: undefined },
  }),
  compose,
  read,
  repeatable: true,
  async login({ options }) {
    const { secret } = options;
    const key = secret?.slice(PREFIX.length);
    return { ...addressOf(options).secrets, ...(secret && key && { secret, key }) };
  },
  sign,
});
