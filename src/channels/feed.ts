import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { Problem } from "../errors.ts";
import { type Failure, noAnswer, refusalOutcome, request, retryable } from "../http.ts";
import type { Channel } from "../model/channel.ts";
import type { Delivery, Outcome, Receipt } from "../model/delivery.ts";
import { whyRefused } from "../model/disk.ts";
import type { Draft, JsonValue, PlannedRequest, PostDraft } from "../model/draft.ts";
import type { Edition } from "../model/edition.ts";
import type { Limits } from "../model/limits.ts";
import { documentOf, type FeedDocument, parseDocument } from "./feed/document.ts";
import { FILES } from "./feed/files.ts";
import { addToFeed, type FeedFolder, readFeed, strangers } from "./feed/folder.ts";
import type { ChannelContext, ChannelType } from "./index.ts";

const options = z
  .strictObject({
    type: z.literal("feed").optional(),
    folder: z
      .string()
      .min(1)
      .overwrite((folder) => join(folder, "."))
      .refine(
        (folder) => !/^(out|\.pressrun)(\/|$)/.test(folder),
        "must not be a folder that pressrun writes anew",
      )
      .describe("Where feed.xml, atom.xml and feed.json are written"),
    url: z
      .url({ protocol: /^https?$/ })
      .overwrite((url) => url.replace(/\/*$/, "/"))
      .optional()
      .describe("Where that folder is on the web"),
    title: z.string().min(1).optional().describe("The publication's name unless given"),
    description: z.string().min(1).optional(),
    items: z.int().min(1).max(500).default(20).describe("The most articles in a feed"),
    content: z.boolean().default(false).describe("The article's whole text, not its summary alone"),
    hub: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("A WebSub hub, told whenever the feed has changed; needs url"),
  })
  .refine(({ hub, url }) => hub === undefined || url !== undefined, {
    path: ["hub"],
    error: "needs url, the folder's address on the web",
  });
export type FeedOptions = z.infer<typeof options>;

/** RSS, Atom and JSON Feed files of what was published. */
export const channelType: ChannelType<FeedOptions> = { options, secrets: [], create };

/** No feed format counts: it is a summary. */
const LIMITS: Limits = {
  measures: [{ unit: "graphemes", max: 1000 }],
  shortLinks: false,
  tags: 10,
  card: { thumbnailBytes: 0 },
  assumed: false,
};

interface Feed {
  readonly place: FeedFolder;
  readonly context: ChannelContext;
}

function create(chosen: FeedOptions, context: ChannelContext): Channel {
  const { name, root = ".", state } = context;
  const folder = resolve(root, chosen.folder);
  const place = { folder, kept: join(state, "accounts", name, "entries"), most: chosen.items };
  const feed: Feed = { place, context };
  return {
    name,
    limits: LIMITS,
    face: {
      label: "Feed",
      place: "record",
      card: { shape: "plain", titleLines: undefined, descriptionLines: undefined },
    },
    concurrency: 1,
    repeatable: true,
    corrects: true,
    compose: (edition) => composeDraft(feed, chosen, edition),
    verify: async () => faultsOf(feed),
    send: (delivery, signal) => send(feed, delivery, signal),
    find: async ({ draft }) => find(feed, draft),
    close: async () => undefined,
  };
}

function composeDraft({ place, context }: Feed, chosen: FeedOptions, edition: Edition): PostDraft {
  const post = edition.posts.get(context.name);
  if (post === undefined) throw new Error(`the edition has no post for ${context.name}`);
  const { title, description, url, hub, content } = chosen;
  const feed = documentOf(edition, post, { title, description, address: url, hub, content });
  const write: PlannedRequest = {
    method: "PUT",
    url: pathToFileURL(join(place.folder, "feed.json")).href,
    headers: { "content-type": "application/feed+json" },
    body: JSON.parse(JSON.stringify(feed)) as JsonValue,
    posts: true,
  };
  const pings = hub === undefined || url === undefined ? [] : [ping(hub, url)];
  return { kind: "post", requests: [write, ...pings], limitsAssumed: false };
}

/** As hubs take it (https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html, 7); WebSub leaves it open. */
function ping(hub: string, address: string): PlannedRequest {
  const topics = FILES.map((name): [string, string] => ["hub.url", `${address}${name}`]);
  return {
    method: "POST",
    url: hub,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams([["hub.mode", "publish"], ...topics]).toString(),
    step: "ping",
  };
}

function requestsOf(draft: Draft) {
  if (draft.kind !== "post") throw new Error("a mail was given to a feed");
  const [write, told] = draft.requests;
  const news = parseDocument(JSON.stringify(write?.body));
  if (news === undefined) throw new Error("a draft without a feed");
  return { news, told };
}

async function send({ place, context }: Feed, { draft }: Delivery, signal: AbortSignal): Promise<Outcome> {
  const { news, told } = requestsOf(draft);
  if (signal.aborted) return later("stopped before it was written", context);
  try {
    const [stranger] = strangers(place);
    if (stranger !== undefined) {
      return {
        state: "failed",
        reason: { kind: "rejected", text: `${stranger} was made by another program` },
      };
    }
    await addToFeed(place, news);
  } catch (error) {
    return later(`the feed could not be written: ${whyRefused(error)}`, context);
  }
  const refusal = told && (await tell(told, context, signal));
  if (refusal === undefined) return { state: "sent", receipt: receiptOf(news) };
  // Readers have it; only a hub that may take it later is worth another try.
  if (refusal.state === "failed" && refusal.retryAt !== undefined) return refusal;
  return { state: "sent", receipt: { ...receiptOf(news), text: `the hub said: ${refusal.reason.text}` } };
}

function later(text: string, { now }: ChannelContext): Outcome {
  return { state: "failed", reason: { kind: "unreachable", text }, retryAt: now() };
}

/** A ping that comes twice is one: the hub then looks for itself. */
async function tell(
  { method, url, headers, body }: PlannedRequest,
  { now, deadlineMs }: ChannelContext,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  try {
    const answer = await request(url, { method, headers, body: String(body), signal }, deadlineMs);
    if (answer.ok) return undefined;
    const said = (await answer.text()).replace(/\s+/g, " ").trim().slice(0, 200);
    const refusal = { status: answer.status, headers: answer.headers, text: said || `HTTP ${answer.status}` };
    return refusalOutcome(refusal, now());
  } catch (error) {
    return retryable(noAnswer(error, now()), now());
  }
}

function receiptOf({ items: [item], feed_url }: FeedDocument): Receipt {
  return { url: item?.url ?? feed_url };
}

function find({ place }: Feed, draft: Draft): Receipt | "absent" | undefined {
  const { news, told } = requestsOf(draft);
  // Whether the hub was told is not known: a second time does no harm.
  if (told !== undefined) return "absent";
  const [item] = news.items;
  try {
    const there = readFeed(place)?.items.find(({ id }) => id === item?.id);
    const isThere = there !== undefined && there._pressrun.revision >= (item?._pressrun.revision ?? 0);
    return isThere ? receiptOf(news) : "absent";
  } catch {
    return undefined;
  }
}

function faultsOf({ place, context: { name } }: Feed): readonly Problem[] {
  const { folder } = place;
  const problem = (message: string, next: string): Problem[] => [{ code: "feed-folder", message, next }];
  try {
    accessSync(nearest(folder), constants.W_OK);
    const [stranger] = strangers(place);
    if (stranger === undefined) return [];
    return problem(
      `${join(folder, stranger)} was made by another program.`,
      `Give channels.${name}.folder a folder without one, or move the file away.`,
    );
  } catch (error) {
    return problem(
      `The folder ${folder} cannot be written: ${whyRefused(error)}.`,
      `Mend its rights, or give channels.${name}.folder another one.`,
    );
  }
}

/** The folder, or what it will be made in. */
const nearest = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
