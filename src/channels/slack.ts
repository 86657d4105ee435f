import * as z from "zod";
import type { Failure } from "../http.ts";
import type { PlannedRequest } from "../model/draft.ts";
import type { Limits } from "../model/limits.ts";
import {
  type Answer,
  type Found,
  type Looking,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Reading,
  secretAddress,
  value,
} from "./network/index.ts";
import { privateAddress, privateUrl } from "./private-url.ts";
import { messageOf } from "./slack/message.ts";

const options = z
  .strictObject({
    type: z.literal("slack").optional(),
    webhook: privateAddress()
      .refine(isWebhook, "must be such as https://hooks.slack.com/services/T123/B456/abcd")
      .default("")
      .describe("Address of an incoming webhook: who knows it can post"),
    token: z.string().default("").describe("A bot's token (xoxb-…) with chat:write, instead of a webhook"),
    channel: z.string().min(1).optional().describe("With a token: the channel's ID, such as C0123456789"),
    server: privateUrl().default("https://slack.com"),
  })
  .refine(({ channel, webhook }) => channel === undefined || webhook === "", {
    path: ["channel"],
    error: "goes with a token: a webhook has a channel of its own",
  });
export type SlackOptions = z.infer<typeof options>;

function isWebhook(address: string): boolean {
  const { pathname, search } = new URL(address);
  return /^\/services\/\w+\/\w+\/\w+$/.test(pathname) && search === "";
}

const isBot = ({ channel }: SlackOptions) => channel !== undefined;
const addressOf = ({ webhook }: SlackOptions) => secretAddress(webhook, "https://hooks.slack.com");

/** https://docs.slack.dev/reference/methods/chat.postMessage: 4,000 are advised; a block of text has 3,000. */
function limits(options: SlackOptions): Limits {
  return {
    measures: [{ unit: "utf16", max: 3000, as: "escaped" }],
    shortLinks: true,
    // It has none.
    tags: 0,
    card: { thumbnailBytes: 0, title: 150, description: 2000 },
    // A webhook does not tell what could be answered.
    threads: isBot(options),
    assumed: false,
  };
}

function compose(material: Material<SlackOptions>): readonly NetworkRequest[] {
  const { options, post, edition, idempotencyKey } = material;
  const first = messageOf(post, edition.article.title);
  const headers = { "content-type": "application/json; charset=utf-8" };
  const { channel, server } = options;
  if (channel === undefined) {
    return [
      { step: "webhook", method: "POST", url: addressOf(options).url, headers, body: first, posts: true },
    ];
  }
  const at = Math.floor(edition.at.getTime() / 1000);
  return [first, ...(post.more ?? []).map((part) => messageOf(part))].map((message, index) => ({
    step: `message ${index + 1}`,
    method: "POST",
    url: `${server}/api/chat.postMessage`,
    headers: { ...headers, authorization: "Bearer {{secret:token}}" },
    body: {
      channel,
      thread_ts: index > 0 ? value("ts_1") : undefined,
      ...message,
      // By this it is found again, and by nothing else.
      metadata: { event_type: "pressrun", event_payload: { key: idempotencyKey(index + 1), at } },
    },
    posts: true,
  }));
}

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors: about the account or its channel. */
const ACCOUNT =
  /auth|token|account|scope|permission|access|not_in_channel|channel_not_found|archived|restricted|no_service|team|org_/;
/** "It's possible some aspect of the operation succeeded before the error was raised." */
const MAYBE = ["internal_error", "fatal_error", "service_unavailable", "request_timeout"];
const BUSY = ["ratelimited", "rate_limited", "message_limit_exceeded"];

function read({ status, text, body }: Answer, { step = "" }: PlannedRequest): Reading | undefined {
  if (step === "webhook") return readWebhook(status, text.trim());
  const { ok, error, ts } = Object(body) as { ok?: unknown; error?: unknown; ts?: unknown };
  if (status !== 200) return undefined;
  if (ok === true && typeof ts === "string") return taken(step, ts);
  return ok === false ? refused(String(error), status) : undefined;
}

function readWebhook(code: number, text: string): Reading | undefined {
  if (code === 200) return text === "ok" ? { receipt: { code, text } } : undefined;
  return [404, 410].includes(code) && ACCOUNT.test(text) ? refused(text, code) : undefined;
}

const taken = (step: string, ts: string): Found => ({
  values: { [step.replace("message", "ts").replace(" ", "_")]: ts },
  receipt: { code: 200, text: `message ${ts}` },
});

function refused(text: string, code: number): Failure {
  if (MAYBE.includes(text)) return { state: "uncertain", reason: { kind: "silence", code, text } };
  if (BUSY.includes(text)) {
    // It names no time.
    return { state: "failed", reason: { kind: "busy", code, text }, retryAt: new Date(0) };
  }
  return { state: "failed", reason: { kind: ACCOUNT.test(text) ? "login" : "rejected", code, text } };
}

/** Pages of 200 messages that are looked through since the post was made. */
const PAGES = 5;

/** The channel's messages bear the key that each was sent with; that needs the scope channels:history. */
async function find(
  { step = "", body }: PlannedRequest,
  { options, values, ask }: Looking<SlackOptions>,
): Promise<Found | "absent" | undefined> {
  const { server, channel } = options;
  if (channel === undefined) return undefined;
  const { event_payload } = Object(Object(body).metadata) as { event_payload: { key: string; at: number } };
  const query = {
    channel,
    limit: "200",
    include_all_metadata: "true",
    oldest: String(event_payload.at - CLOCKS_APART_S),
  };
  const thread = values.ts_1;
  const of = thread === undefined ? "history" : "replies";
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    const search = new URLSearchParams({
      ...query,
      ...(thread !== undefined && { ts: String(thread) }),
      ...(cursor && { cursor }),
    });
    const url = `${server}/api/conversations.${of}?${search}`;
    const answer = await ask({ method: "GET", url, headers: { authorization: "Bearer {{secret:token}}" } });
    const read = history.safeParse("body" in answer ? answer.body : undefined);
    if (!read.success) return undefined;
    const { messages, response_metadata } = read.data;
    const found = messages.find(({ metadata }) => metadata?.event_payload?.key === event_payload.key);
    if (found) return taken(step, found.ts);
    cursor = response_metadata?.next_cursor ?? "";
    if (cursor === "") return "absent";
  }
  return undefined;
}

/** How far this machine's clock may be ahead of Slack's. */
const CLOCKS_APART_S = 600;

const history = z.object({
  ok: z.literal(true),
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_payload: z.object({ key: z.unknown() }).optional() }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** What may do everything is told in a header, whatever the method. */
function fault({ headers, body }: Answer): string | undefined {
  const { ok, error } = Object(body) as { ok?: unknown; error?: unknown };
  if (ok !== true) return String(error ?? "the answer was not one of Slack");
  const scopes = headers.get("x-oauth-scopes");
  if (scopes === null || scopes.split(/,\s*/).includes("chat:write")) return undefined;
  return "the token lacks the scope chat:write";
}

/** A Slack channel, by an incoming webhook or a bot's token. https://docs.slack.dev/messaging */
export const channelType = networkChannel<SlackOptions>({
  label: "Slack",
  options,
  // One of two: which, is known by `channel`.
  secrets: [],
  limits,
  face: ({ channel }) => ({
    place: "room",
    avatar: "square",
    account: channel,
    card: { shape: "plain", titleLines: undefined, descriptionLines: undefined, host: "none" },
  }),
  compose,
  read,
  find,
  async login({ options }) {
    const { token, webhook } = options;
    if (isBot(options) && token !== "") return { token };
    if (!isBot(options) && webhook !== "") return addressOf(options).secrets;
    const text = isBot(options) ? "it has no token" : "it has neither a webhook, nor a channel and a token";
    return { state: "failed", reason: { kind: "login", text } };
  },
  verify: {
    request: (options) =>
      isBot(options)
        ? {
            method: "POST",
            url: `${options.server}/api/auth.test`,
            headers: { authorization: "Bearer {{secret:token}}" },
          }
        : {
            // A message without anything is refused by a webhook that lives; one that does not says so.
            method: "POST",
            url: addressOf(options).url,
            headers: { "content-type": "application/json" },
            body: {},
          },
    fault,
    isWell: ({ status, text }) => status === 400 && /^(no_text|invalid_payload)/.test(text),
    next: "Copy the webhook's address again, or install the app anew with the scope chat:write, and put what you get where pressrun.yaml reads it.",
  },
});
