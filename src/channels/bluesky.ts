import { join } from "node:path";
import * as z from "zod";
import type { Problem } from "../errors.ts";
import { type Failure, retryable } from "../http.ts";
import type { Channel } from "../model/channel.ts";
import type { Delivery, Outcome, Receipt } from "../model/delivery.ts";
import type { JsonValue, PlannedRequest } from "../model/draft.ts";
import type { Limits } from "../model/limits.ts";
import { recordCid } from "./bluesky/cid.ts";
import {
  bodyFor,
  COLLECTION,
  composePost,
  type FrozenPost,
  faultOf,
  frozenPost,
  isAtomic,
  isSameArticle,
  recordFor,
  THUMBNAIL_BYTES,
} from "./bluesky/post.ts";
import { type Answer, type Login, openSession, type Session } from "./bluesky/session.ts";
import type { ChannelContext, ChannelType } from "./index.ts";
import { languages } from "./languages.ts";
import { type Memory, openMemory } from "./network/memory.ts";
import { privateUrl } from "./private-url.ts";

/** A login by the account's mail address works, too. */
const HANDLE = /^[^\s/]+\.[^\s/]+$|^did:[a-z]+:\S+$/;

const options = z.strictObject({
  type: z.literal("bluesky").optional(),
  identifier: z
    .string()
    .min(1)
    .overwrite((text) => text.trim().replace(/^@/, ""))
    .refine((text) => HANDLE.test(text), "must be a handle such as example.org, or a DID")
    .describe("Handle or DID of the account"),
  password: z.string().default("").describe("An app password, never the account's own"),
  service: privateUrl().default("https://bsky.social").describe("The server that logs the account in"),
  document: z
    .boolean()
    .optional()
    .describe("The article goes into the account as a standard.site document, too"),
  languages: languages(3).optional().describe("Of the posts; the article's unless given"),
});
export type BlueskyOptions = z.infer<typeof options>;

export const channelType: ChannelType<BlueskyOptions> = { options, secrets: ["password"], create };

/** Constants of the protocol (lexicons app.bsky.feed.post and app.bsky.embed.external), the same on every server. */
const LIMITS: Limits = {
  measures: [
    { unit: "graphemes", max: 300 },
    { unit: "bytes", max: 3000 },
  ],
  shortLinks: true,
  // The network counts none; more are taken for spam.
  tags: 3,
  card: { thumbnailBytes: THUMBNAIL_BYTES },
  images: {
    count: 4,
    // The lexicon says 2,000,000; servers that have not heard of it refuse more than a million.
    bytes: THUMBNAIL_BYTES,
    // No limit of the lexicon: what the app shows.
    alt: 2000,
    formats: ["image/jpeg", "image/png", "image/webp"],
  },
  threads: true,
  assumed: false,
};

function create(options: BlueskyOptions, context: ChannelContext): Channel {
  const { name, state, now, deadlineMs } = context;
  const { identifier, password, languages, document } = options;
  const service = new URL(options.service).origin;
  const login: Login = {
    identifier,
    password,
    service,
    file: join(state, "sessions", `${name}.json`),
    deadlineMs,
    now,
  };
  const account: Logged = { login, memory: openMemory(context) };
  return {
    name,
    limits: LIMITS,
    face: { label: "Bluesky", account: `@${identifier}`, card: { host: "below" } },
    concurrency: 1,
    repeatable: true,
    compose: (edition) => composePost(name, { identifier, service, languages, document }, edition),
    verify: (signal) => verify(account, signal),
    send: ({ draft }, signal) => send(account, frozenPost(draft), signal),
    find: (delivery, signal) => find(account, delivery, signal),
    close: async () => undefined,
  };
}

interface Logged {
  readonly login: Login;
  readonly memory: Memory;
}

/** A pause that the server asks for is for the account: other posts and later runs keep it too. */
async function send({ login, memory }: Logged, post: FrozenPost, signal: AbortSignal): Promise<Outcome> {
  const pause = memory.coolDown();
  if (pause) return { state: "failed", reason: { kind: "busy", text: pause.text }, retryAt: pause.until };
  const outcome = await sendNow(login, post, signal);
  if (outcome.state !== "failed" || outcome.reason.kind !== "busy") return outcome;
  const { retryAt, reason } = outcome;
  if (retryAt && retryAt > login.now()) memory.pause({ until: retryAt, text: reason.text });
  return outcome;
}

async function sendNow(login: Login, post: FrozenPost, signal: AbortSignal): Promise<Outcome> {
  const fault = await faultOf(post);
  if (fault !== undefined) return { state: "failed", reason: { kind: "rejected", text: fault } };
  const session = await openSession(login, signal);
  if ("state" in session) return session;
  const publication = post.document ? [post.document.publication] : [];
  for (const before of [...post.uploads, ...publication]) {
    const body = before.body instanceof Uint8Array ? undefined : before.body;
    const taken = await session.call(...onTheWire(before, { ...Object(body), repo: session.did }));
    if (!taken.ok) return retryable(taken.failure, login.now());
  }
  const outcome = await put(login, session, post, signal);
  if (outcome.state !== "uncertain" || signal.aborted) return outcome;
  const found = await lookUp(session, post);
  return typeof found === "object" ? { state: "sent", receipt: found } : outcome;
}

/** The one request that posts. */
async function put(login: Login, session: Session, post: FrozenPost, signal: AbortSignal): Promise<Outcome> {
  const again = (text: string): Outcome => ({
    state: "failed",
    reason: { kind: "unreachable", text },
    retryAt: login.now(),
  });
  if (signal.aborted) return again("stopped before it was sent");
  const answer = await session.call(...onTheWire(post.post, bodyFor(post, session.did)));
  if (answer.ok) {
    const receipt = receiptOf({ ...answer, body: firstResult(answer.body) }, session, post.rkey);
    if (receipt) return { state: "sent", receipt };
    return {
      state: "uncertain",
      reason: { kind: "silence", text: "the answer was not one of a Bluesky server" },
    };
  }
  // A key of a thread that is taken is an error of the server to it, with no name of its own.
  const isTaken = answer.error === "InvalidSwap" || (isAtomic(post) && answer.status >= 500);
  if (!isTaken) return inDoubt(answer);
  // A record stands under our key: an earlier try, whose answer was lost or whose ledger is gone.
  const found = await lookUp(session, post);
  if (found === undefined) return again("the post of an earlier try cannot be read");
  if (found !== "absent") return { state: "sent", receipt: found };
  if (answer.error !== "InvalidSwap") return inDoubt(answer);
  return { state: "failed", reason: { kind: "rejected", text: TAKEN } };
}

/** A server, or the proxy before it, that broke down may have done so after it posted. */
function inDoubt({ status, failure }: Answer & { ok: false }): Failure {
  if (status < 500) return failure;
  return { state: "uncertain", reason: { ...failure.reason, kind: "silence" } };
}

/** The key knows no publication: two of them may post articles of one slug to one account. */
const TAKEN = "the account has another post for an article of this slug; give the article a slug of its own";

type Said = (Answer & { ok: true })["body"];

/** Of a thread the first post; a single one is the answer itself. */
function firstResult(body: Said): Said {
  const { results } = body;
  return Array.isArray(results) ? Object(results[0]) : body;
}

/** A frozen request for the server that keeps the account, with the body as it leaves. */
function onTheWire({ method, url, headers, body }: PlannedRequest, json?: JsonValue): [string, RequestInit] {
  const { authorization: _, ...open } = headers;
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(json);
  return [new URL(url).pathname, { method, headers: open, body: bytes }];
}

async function find(
  { login, memory }: Logged,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Receipt | "absent" | undefined> {
  if (memory.coolDown()) return undefined;
  const post = frozenPost(delivery.draft);
  const session = await openSession(login, signal);
  return "state" in session ? undefined : lookUp(session, post);
}

/**
 * Our post, as it stands in the account, by the server's own name for it; a ledger that is gone composes it anew, with
 * another time. "absent" when there is none, or another article's.
 */
async function lookUp(session: Session, post: FrozenPost): Promise<Receipt | "absent" | undefined> {
  const { rkey } = post;
  const record = recordFor(post, session.did);
  const query = new URLSearchParams({ repo: session.did, collection: COLLECTION, rkey });
  const answer = await session.call(`/xrpc/com.atproto.repo.getRecord?${query}`);
  if (answer.ok) {
    const isOurs = answer.body.cid === recordCid(record) || isSameArticle(answer.body.value, record);
    return isOurs ? receiptOf(answer, session, rkey) : "absent";
  }
  return answer.error === "RecordNotFound" ? "absent" : undefined;
}

function receiptOf(
  { status, body }: Answer & { ok: true },
  session: Session,
  rkey: string,
): Receipt | undefined {
  const { uri, cid } = body;
  if (typeof uri !== "string" || typeof cid !== "string") return undefined;
  const profile = session.handle === INVALID_HANDLE ? session.did : session.handle;
  return { code: status, text: `${uri} ${cid}`, url: `https://bsky.app/profile/${profile}/post/${rkey}` };
}

/** What servers call an account whose handle no longer leads to it. */
const INVALID_HANDLE = "handle.invalid";

async function verify({ login, memory }: Logged, signal: AbortSignal): Promise<readonly Problem[]> {
  // What a server that asked for a pause would say is known.
  if (memory.coolDown()) return [];
  const session = await openSession(login, signal);
  if ("state" in session) return [refused(login, session)];
  const account = await session.call("/xrpc/com.atproto.server.getSession");
  if (!account.ok) return [refused(login, account.failure)];
  if (account.body.active === false) return [inactive(login, String(account.body.status))];
  const repo = await session.call(
    `/xrpc/com.atproto.repo.describeRepo?${new URLSearchParams({ repo: session.did })}`,
  );
  return repo.ok ? [] : [unresolved(login, session, repo.failure)];
}

function refused({ service, identifier }: Login, { reason }: Failure): Problem {
  const { host } = new URL(service);
  if (reason.kind !== "login") {
    const message = `Bluesky (${host}) cannot be asked now: ${reason.text}.`;
    return { code: reason.kind, message, next: "Publish again later: what is left goes out then." };
  }
  return {
    code: "login",
    message: `Bluesky (${host}) refused the login of ${identifier}: ${reason.text}.`,
    next: "Make an app password under Settings, Privacy and security, and put it where pressrun.yaml reads it.",
  };
}

function inactive({ identifier }: Login, status: string): Problem {
  const message = `The Bluesky account ${identifier} is ${status}.`;
  return { code: "login", message, next: "Open it again in the app, then publish again." };
}

/** Posts of such an account are stored and seen by nobody. */
function unresolved({ identifier }: Login, { did }: Session, { reason }: Failure): Problem {
  const message = `Nobody can find the Bluesky account ${identifier} by its identity ${did}: ${reason.text}.`;
  return { code: "unresolved", message, next: "Look at the account in the app, then publish again." };
}
