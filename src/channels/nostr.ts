import { setTimeout as sleep } from "node:timers/promises";
import { neventEncode } from "nostr-tools/nip19";
import { makeAuthEvent } from "nostr-tools/nip42";
import { finalizeEvent } from "nostr-tools/pure";
import * as z from "zod";
import type { Notice, Problem } from "../errors.ts";
import type { Failure } from "../http.ts";
import type { Channel } from "../model/channel.ts";
import type { Outcome, Receipt } from "../model/delivery.ts";
import type { Draft } from "../model/draft.ts";
import type { ChannelContext, ChannelType } from "./index.ts";
import { type Memory, openMemory } from "./network/memory.ts";
import { composeEvents } from "./nostr/compose.ts";
import { publicKey, readKey, type SignedEvent, sign, type UnsignedEvent } from "./nostr/event.ts";
import { askLimits, DOCUMENTED } from "./nostr/limits.ts";
import { type Missed, type MissedPosts, missedPosts } from "./nostr/missed.ts";
import { openRelay, type Relay, type Verdict } from "./nostr/relay.ts";

const relayUrl = z
  .url({ protocol: /^wss?$/, abort: true, error: "must be an address such as wss://relay.example.org" })
  .refine((url) => new URL(url).protocol === "wss:" || isLoopback(url), "must be a wss:// address")
  .overwrite((url) => url.replace(/\/+$/, ""));

function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}

const options = z.strictObject({
  type: z.literal("nostr").optional(),
  key: z
    .string()
    .default("")
    .refine(
      (key) => key === "" || readKey(key) !== undefined,
      "must be an nsec1… key, or 64 hexadecimal digits",
    )
    .describe("The account's private key: nsec1… or 64 hexadecimal digits"),
  relays: z
    .array(relayUrl)
    .min(1)
    .max(20)
    .refine((relays) => new Set(relays).size === relays.length, "must name no relay twice")
    .describe("Where posts go, such as wss://relay.example.org"),
  form: z
    .enum(["note", "article", "both"])
    .default("note")
    .describe("A short note, the whole article (NIP-23), or both"),
  image: z
    .enum(["card", "attach"])
    .default("card")
    .describe("attach: the picture's address in the note; else apps make a card of the link"),
});
export type NostrOptions = z.infer<typeof options>;

/** https://github.com/nostr-protocol/nips: 01 (events), 11 (limits), 23 (long form), 42 (who asks), 92 (pictures). */
export const channelType: ChannelType<NostrOptions> = { options, secrets: ["key"], create };

interface Account {
  readonly options: NostrOptions;
  readonly context: ChannelContext;
  readonly memory: Memory;
  readonly missed: MissedPosts;
  /** undefined in a sandbox without one. */
  readonly key: Uint8Array | undefined;
}

function create(options: NostrOptions, context: ChannelContext): Channel {
  const account: Account = {
    options,
    context,
    memory: openMemory(context),
    missed: missedPosts(context),
    key: readKey(options.key),
  };
  const place = options.relays.join(" ");
  let limits = account.memory.limits(place)?.limits ?? DOCUMENTED;
  return {
    name: context.name,
    get limits() {
      return limits;
    },
    face: { label: "Nostr", place: options.form === "article" ? "page" : "stream" },
    concurrency: 1,
    // The event's name is its hash: relays keep it once.
    repeatable: true,
    async learn(signal) {
      limits = (await learn(account, place, signal)) ?? limits;
    },
    makeUp: (signal) => makeUp(account, signal),
    compose: (edition) => composeEvents({ options, name: context.name, key: account.key }, edition, limits),
    verify: (signal) => verify(account, signal),
    send: ({ draft }, signal) => send(account, eventsOf(draft), signal),
    find: ({ draft }, signal) => find(account, eventsOf(draft), signal),
    foresee: (signal) => foresee(account, signal),
    close: async () => undefined,
  };
}

const LIMITS_HOLD_MS = 86_400_000;

async function learn({ options, context, memory }: Account, place: string, signal: AbortSignal) {
  const kept = memory.limits(place);
  if (kept && context.now().getTime() - kept.at.getTime() < LIMITS_HOLD_MS) return kept.limits;
  const limits = await askLimits(options.relays, { signal, deadlineMs: context.deadlineMs });
  if (limits === undefined) return kept?.limits;
  memory.keepLimits(place, limits);
  return limits;
}

/** The events of a frozen draft, each once, in their order. */
function eventsOf(draft: Draft): readonly UnsignedEvent[] {
  if (draft.kind !== "post") throw new Error("a mail was given to a social channel");
  const events = draft.requests.map(({ body }) => {
    const [, event] = body as unknown as readonly [string, SignedEvent];
    const { sig: _, ...unsigned } = event;
    return unsigned;
  });
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

/** Pauses before a relay that may still take it is asked again, in milliseconds. */
const PAUSES = [300, 1500];
/** A relay that wants us to wait does not say how long. */
const BUSY_MS = 60_000;

/** The post is out once one relay has it; the others are asked again, a few times. */
async function send(
  account: Account,
  events: readonly UnsignedEvent[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { context, memory, key, options } = account;
  const again = (text: string): Failure => ({
    state: "failed",
    reason: { kind: "unreachable", text },
    retryAt: context.now(),
  });
  if (signal.aborted) return again("stopped before it was sent");
  const pause = memory.coolDown();
  if (pause) return { state: "failed", reason: { kind: "busy", text: pause.text }, retryAt: pause.until };
  if (key === undefined || events.some(({ pubkey }) => pubkey !== publicKey(key)))
    return { state: "failed", reason: { kind: "rejected", text: "the post was made for another key" } };
  const signed = events.map((event) => sign(event, key));
  const verdicts = await Promise.all(options.relays.map((url) => persist(account, url, signed, signal)));
  if (!verdicts.some(({ kind }) => kind === "accepted")) return refusal(account, verdicts);
  remember(account, signed, verdicts);
  return { state: "sent", receipt: receiptOf(account, events, verdicts) };
}

/** It is on no relay's account that it was away: it may have the post later. */
const mayPass = ({ kind }: Verdict) => kind === "unreachable" || kind === "busy";

function remember(
  { options, context, missed }: Account,
  events: readonly SignedEvent[],
  verdicts: readonly Verdict[],
): void {
  const relays = options.relays.filter((_, index) => verdicts[index] && mayPass(verdicts[index]));
  try {
    if (relays.length > 0) missed.keep({ events, relays, since: context.now() });
  } catch {
    // A full disk must not turn a post that went out into a failure.
  }
}

/** As long as any delivery is tried again. */
const MISSED_HOLDS_MS = 72 * 3_600_000;
/** A relay that is still away must not keep the next article waiting. */
const MAKE_UP_DEADLINE_MS = 5_000;

/** Offers each relay the posts that it missed, once a run. */
async function makeUp(account: Account, signal: AbortSignal): Promise<void> {
  const { options, context, missed } = account;
  const { deadlineMs = MAKE_UP_DEADLINE_MS } = context;
  const hurried = { ...context, deadlineMs: Math.min(deadlineMs, MAKE_UP_DEADLINE_MS) };
  const offer = async ({ events, relays, since }: Missed) => {
    const isOver = context.now().getTime() - since.getTime() > MISSED_HOLDS_MS;
    const left = isOver ? [] : relays.filter((url) => options.relays.includes(url));
    const verdicts = await Promise.all(
      left.map((url) =>
        visit({ ...account, context: hurried }, url, signal, (relay) => relay.publish(events)),
      ),
    );
    missed.keep({
      events,
      since,
      relays: left.filter((_, index) => verdicts[index] && mayPass(verdicts[index])),
    });
  };
  const offers = async () => Promise.allSettled(account.key === undefined ? [] : missed.list().map(offer));
  // What cannot be read or written is for the run itself to say.
  await offers().catch(() => undefined);
}

async function persist(
  account: Account,
  url: string,
  events: readonly SignedEvent[],
  signal: AbortSignal,
): Promise<Verdict> {
  for (let tries = 0; ; tries += 1) {
    const verdict = await visit(account, url, signal, (relay) => relay.publish(events));
    const pause = PAUSES[tries];
    if (!mayPass(verdict) || pause === undefined) return verdict;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return verdict;
  }
}

/** One conversation with a relay, closed at its end. */
async function visit<Said>(
  { context, key }: Account,
  url: string,
  signal: AbortSignal,
  say: (relay: Relay) => Promise<Said>,
): Promise<Said | { readonly kind: "unreachable"; readonly text: string }> {
  const authenticate = (challenge: string): SignedEvent => {
    if (key === undefined) throw new Error("a relay was asked without a key");
    return finalizeEvent(makeAuthEvent(url, challenge), key);
  };
  const { deadlineMs = 15_000 } = context;
  const relay = await openRelay({ url, deadlineMs, signal, authenticate });
  if ("kind" in relay) return relay;
  try {
    return await say(relay);
  } finally {
    relay.close();
  }
}

/** In which order reasons count: what may pass comes before what stays. */
const ORDER = ["busy", "unreachable", "login", "rejected"] as const;

function refusal({ options, context, memory }: Account, verdicts: readonly Verdict[]): Failure {
  const kind = ORDER.find((each) => verdicts.some((verdict) => verdict.kind === each)) ?? "unreachable";
  const text = reasonsOf(options.relays, verdicts).join("; ");
  if (kind === "rejected" || kind === "login") return { state: "failed", reason: { kind, text } };
  const retryAt = new Date(context.now().getTime() + (kind === "busy" ? BUSY_MS : 0));
  if (kind === "busy" && verdicts.every((verdict) => verdict.kind === "busy"))
    memory.pause({ until: retryAt, text });
  return { state: "failed", reason: { kind, text }, retryAt };
}

function reasonsOf(relays: readonly string[], verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap((verdict, index) =>
    verdict.kind === "accepted" ? [] : [`${new URL(relays[index] ?? "").host}: ${verdict.text}`],
  );
}

function receiptOf(
  { options: { relays } }: Account,
  events: readonly UnsignedEvent[],
  verdicts: readonly Verdict[],
): Receipt {
  const taken = relays.filter((_, index) => verdicts[index]?.kind === "accepted");
  const text = [`${taken.length} of ${relays.length} relays have it`, ...reasonsOf(relays, verdicts)].join(
    "; ",
  );
  return { text, ...addressOf(events, taken) };
}

/** Readers without an app of their own see events there: https://njump.me */
function addressOf(events: readonly UnsignedEvent[], relays: readonly string[]): Pick<Receipt, "url"> {
  // The note before the article: it is what the summary is.
  const event = events.find(({ kind }) => kind === 1) ?? events[0];
  if (event === undefined) return {};
  const { id, pubkey: author, kind } = event;
  return { url: `https://njump.me/${neventEncode({ id, author, kind, relays: relays.slice(0, 2) })}` };
}

/**
 * The id of an event is its hash, so a relay that has it has ours. Where some relay answered and none has it, it is to be
 * sent again: a relay that could not be asked makes one event of both.
 */
async function find(
  account: Account,
  events: readonly UnsignedEvent[],
  signal: AbortSignal,
): Promise<Receipt | "absent" | undefined> {
  const ids = events.map(({ id }) => id);
  const { relays } = account.options;
  const verdicts = await Promise.all(
    relays.map(async (url): Promise<Verdict | undefined> => {
      const found = await visit(account, url, signal, (relay) => relay.known(ids));
      if (found === undefined || "kind" in found) return undefined;
      return found.size === ids.length
        ? { kind: "accepted" }
        : { kind: "rejected", text: "does not have it" };
    }),
  );
  const told = verdicts.map((verdict) => verdict ?? { kind: "unreachable" as const, text: "not asked" });
  if (told.some(({ kind }) => kind === "accepted")) return receiptOf(account, events, told);
  return verdicts.some((verdict) => verdict !== undefined) ? "absent" : undefined;
}

/** Relays that cannot be reached now. */
async function silentRelays(account: Account, signal: AbortSignal): Promise<readonly string[]> {
  const { relays } = account.options;
  const answers = await Promise.all(relays.map((url) => visit(account, url, signal, async () => "reached")));
  return relays.filter((_, index) => typeof answers[index] === "object");
}

async function verify(account: Account, signal: AbortSignal): Promise<readonly Problem[]> {
  const { options, context } = account;
  if ((await silentRelays(account, signal)).length < options.relays.length) return [];
  const message = `Nostr (${context.name}) cannot be reached: none of its relays answers.`;
  const next = "Publish again later, or name other relays in pressrun.yaml.";
  return [{ code: "unreachable", message, next }];
}

async function foresee(account: Account, signal: AbortSignal): Promise<readonly Notice[]> {
  const silent = await silentRelays(account, signal);
  return silent.map((url) => ({
    code: "relay-silent",
    message: `The Nostr relay ${url} does not answer.`,
    next: "Name another one in pressrun.yaml if it stays so.",
  }));
}
