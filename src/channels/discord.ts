import * as z from "zod";
import type { PlannedRequest } from "../model/draft.ts";
import type { LinkCard, Thumbnail } from "../model/edition.ts";
import { type Limits, written } from "../model/limits.ts";
import {
  type Answer,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Reading,
  secretAddress,
} from "./network/index.ts";
import { privateAddress } from "./private-url.ts";

const options = z.strictObject({
  type: z.literal("discord").optional(),
  webhook: privateAddress()
    .refine(isWebhook, "must be such as https://discord.com/api/webhooks/1234/abcd")
    .default("")
    .describe("Address of the channel's webhook: who knows it can post"),
  username: z
    .string()
    .min(1)
    .max(80)
    .optional()
    .describe("The name that posts show; the webhook's unless given"),
  thread_id: z
    .string()
    .regex(/^\d+$/, "must be the thread's number, in quotation marks")
    .optional()
    .describe("A thread of the channel that the posts go to"),
});
export type DiscordOptions = z.infer<typeof options>;

function isWebhook(address: string): boolean {
  const { pathname, search } = new URL(address);
  return /^\/api(\/v\d+)?\/webhooks\/\d+\/[\w-]+$/.test(pathname) && search === "";
}

/** 10 MiB a file, in a server that nobody has boosted. */
const FILE_BYTES = 10 * 1024 * 1024;

/**
 * https://docs.discord.com/developers/resources/webhook#execute-webhook and …/resources/message#embed-object-embed-limits.
 * Its OpenAPI description gives the 2,000 as JSON Schema's maxLength, which counts code points
 * (https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.1).
 */
const LIMITS: Limits = {
  measures: [{ unit: "codepoints", max: 2000, as: "discord" }],
  shortLinks: false,
  // It has none.
  tags: 0,
  // Together they may have 6,000: there is nothing else in it.
  card: { thumbnailBytes: FILE_BYTES, title: 256, description: 4096, as: "discord" },
  images: {
    count: 10,
    bytes: FILE_BYTES,
    alt: 1024,
    formats: ["image/jpeg", "image/png", "image/gif", "image/webp"],
  },
  assumed: false,
};

const addressOf = ({ webhook }: DiscordOptions) => secretAddress(webhook, "https://discord.com");

function compose({ options, post }: Material<DiscordOptions>): readonly NetworkRequest[] {
  const { username, thread_id } = options;
  const thread = thread_id === undefined ? "" : `&thread_id=${thread_id}`;
  const files = post.images ?? (post.card?.thumbnail ? [post.card.thumbnail] : []);
  const message = {
    content: written(post.text, "discord"),
    username,
    embeds: post.card && [embedOf(post.card)],
    attachments: files.length > 0 ? files.map(attachmentOf) : undefined,
    // Whatever an article says, nobody is pinged.
    allowed_mentions: { parse: [] },
  };
  const request = {
    method: "POST",
    // With `wait` it says what became of it.
    url: `${addressOf(options).url}?wait=true${thread}`,
    posts: true,
  } as const;
  if (files.length === 0) {
    return [{ ...request, headers: { "content-type": "application/json" }, body: message }];
  }
  const parts = files.map((file, index) => ({
    name: `files[${index}]`,
    value: file.bytes,
    filename: filename(file, index),
    type: file.mediaType,
  }));
  const payload = { name: "payload_json", value: JSON.stringify(message), type: "application/json" };
  return [{ ...request, headers: {}, form: [payload, ...parts] }];
}

const filename = ({ mediaType }: Thumbnail, index: number) =>
  `picture-${index + 1}.${mediaType.replace(/^image\//, "")}`;

function attachmentOf(file: Thumbnail, index: number) {
  return { id: String(index), filename: filename(file, index), description: altOf(file) };
}

/** One that is empty is refused. */
const altOf = ({ alt }: Thumbnail) => (alt === "" ? undefined : alt.slice(0, 1024).toWellFormed());

/** A longer one is refused; the text beside it has the link. */
const LONGEST_ADDRESS = 2048;

function embedOf({ url, title, description, thumbnail }: LinkCard) {
  return {
    url: url.length > LONGEST_ADDRESS ? undefined : url,
    title: written(title, "discord"),
    description: description === "" ? undefined : written(description, "discord"),
    image: thumbnail && { url: `attachment://${filename(thumbnail, 0)}`, description: altOf(thumbnail) },
  };
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const UNKNOWN_WEBHOOK = 10_015;

function read({ status, body }: Answer, _: PlannedRequest): Reading | undefined {
  const { id, code, message } = Object(body) as { id?: unknown; code?: unknown; message?: unknown };
  if (status === 404 && code === UNKNOWN_WEBHOOK) {
    return { state: "failed", reason: { kind: "login", code: status, text: String(message) } };
  }
  if (status !== 200 || typeof id !== "string") return undefined;
  return { receipt: { code: status, text: `message ${id}` } };
}

/** A channel of a Discord server, by its webhook. https://docs.discord.com/developers/resources/webhook */
export const channelType = networkChannel<DiscordOptions>({
  label: "Discord",
  options,
  secrets: ["webhook"],
  limits: () => LIMITS,
  face: ({ username }) => ({
    place: "room",
    name: username,
    card: {
      shape: "barred",
      ratio: undefined,
      titleLines: undefined,
      descriptionLines: undefined,
      host: "none",
    },
  }),
  compose,
  read,
  login: async ({ options }) => addressOf(options).secrets,
  verify: {
    request: (options) => ({ method: "GET", url: addressOf(options).url, headers: {} }),
    next: "Make a new webhook in the channel's settings under Integrations, and put its address where pressrun.yaml reads it.",
  },
});
