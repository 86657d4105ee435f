import { createHash } from "node:crypto";
import type { Problem } from "../../errors.ts";
import { type Failure, retryable } from "../../http.ts";
import type { Channel } from "../../model/channel.ts";
import {
  type Delivery,
  type DeliveryKey,
  keyString,
  type Outcome,
  type Receipt,
} from "../../model/delivery.ts";
import type { Draft, PlannedRequest, PostDraft } from "../../model/draft.ts";
import type { Edition } from "../../model/edition.ts";
import type { Limits } from "../../model/limits.ts";
import type { ChannelContext, ChannelType } from "../index.ts";
import { type Line, openLine } from "./line.ts";
import { type Memory, openMemory } from "./memory.ts";
import { isFailure, type Network, type Opening } from "./network.ts";
import { seal } from "./request.ts";
import { again, type Standing, sendFrom } from "./steps.ts";

export type { Answer, Found, Looking, Material, Network, Opening, Reading, WireRequest } from "./network.ts";
export { isFailure } from "./network.ts";
export { formBody, type NetworkRequest, secret, value } from "./request.ts";
export { secretAddress } from "./secret-address.ts";

/** One account on a network. */
interface Account<Options extends object> {
  readonly network: Network<Options>;
  readonly options: Options;
  readonly context: ChannelContext;
  readonly memory: Memory;
}

/** A kind of channel whose network is spoken to by HTTP requests: all that is the same for each of them is here. */
export function networkChannel<Options extends object>(network: Network<Options>): ChannelType<Options> {
  const { options, secrets } = network;
  return { options, secrets, create: (chosen, context) => createChannel(network, chosen, context) };
}

function createChannel<Options extends object>(
  network: Network<Options>,
  options: Options,
  context: ChannelContext,
): Channel {
  const account: Account<Options> = { network, options, context, memory: openMemory(context) };
  const url = network.learn?.request(options).url ?? "";
  const done: DeliveryKey[] = [];
  let limits = account.memory.limits(url)?.limits ?? network.limits(options);
  return {
    name: context.name,
    get limits() {
      return limits;
    },
    face: { label: network.label, ...network.face?.(options) },
    concurrency: 1,
    repeatable: network.repeatable,
    async learn(signal) {
      limits = (await learn(account, url, signal)) ?? limits;
    },
    compose: (edition) => composeDraft(account, edition, limits),
    verify: (signal) => verify(account, signal),
    async send(delivery, signal) {
      const outcome = await send(account, delivery, signal);
      if (outcome.state === "sent") done.push(delivery.key);
      return outcome;
    },
    find: (delivery, signal) => find(account, delivery, signal),
    foresee: async (signal) => (await network.foresee?.(openingOf(account, signal))) ?? [],
    async close() {
      // By now the ledger has it: whoever closes a channel has written its outcomes down.
      for (const key of done.splice(0)) account.memory.forget(key);
    },
  };
}

const LIMITS_HOLD_MS = 86_400_000;

async function learn<Options extends object>(
  account: Account<Options>,
  url: string,
  signal: AbortSignal,
): Promise<Limits | undefined> {
  const { network, options, context, memory } = account;
  const kept = memory.limits(url);
  if (network.learn === undefined) return undefined;
  if (kept && context.now().getTime() - kept.at.getTime() < LIMITS_HOLD_MS) return kept.limits;
  const line = openLine({ network, context, secrets: {}, signal });
  const answer = await line.ask(network.learn.request(options));
  if (isFailure(answer) || answer.status !== 200) return kept?.limits;
  const told = network.learn.read(answer, network.limits(options), options);
  if (told === undefined) return kept?.limits;
  const limits = { ...told, assumed: false };
  memory.keepLimits(url, limits);
  return limits;
}

function composeDraft<Options extends object>(
  { network, options, context }: Account<Options>,
  edition: Edition,
  limits: Limits,
): PostDraft {
  const { name } = context;
  const post = edition.posts.get(name);
  if (post === undefined) throw new Error(`the edition has no post for ${name}`);
  const { article, revision, publication } = edition;
  const key = { channel: name, slug: article.slug, revision, recipient: name };
  const whose = publication.url ?? publication.name;
  const idempotencyKey = (part = 0) =>
    createHash("sha256")
      .update([keyString(key), whose, part].join("\0"))
      .digest("hex")
      .slice(0, 32);
  const requests = network.compose({ name, options, post, edition, key, idempotencyKey }).map(seal);
  const draft = { kind: "post" as const, requests, limitsAssumed: limits.assumed };
  return network.cost ? { ...draft, cost: network.cost(post) } : draft;
}

function requestsOf(draft: Draft): readonly PlannedRequest[] {
  if (draft.kind !== "post") throw new Error("a mail was given to a social channel");
  return draft.requests;
}

async function send<Options extends object>(
  account: Account<Options>,
  { key, draft }: Delivery,
  signal: AbortSignal,
): Promise<Outcome> {
  const { network, context, memory } = account;
  const { now } = context;
  const requests = requestsOf(draft);
  if (signal.aborted) return again("stopped before it was sent", now());
  const pause = memory.coolDown();
  if (pause) {
    return { state: "failed", reason: { kind: "busy", text: pause.text }, retryAt: pause.until };
  }
  const line = await open(account, signal);
  if ("state" in line) return cooled(account, line);
  const standing = memory.progress(key, requests) ?? { next: 0, values: {} };
  const advanced = (at: Standing) => memory.advance(key, requests, at);
  const outcome = await sendFrom(standing, { network, requests, line, signal, now, advanced });
  if (outcome.state === "failed") {
    const isOver = outcome.retryAt === undefined && outcome.reason.kind === "rejected";
    // What was prepared and never seen may be why: a person who has it sent again starts afresh.
    if (isOver && memory.progress(key, requests)?.receipt === undefined) memory.forget(key);
    return cooled(account, outcome);
  }
  if (outcome.state === "sent" || signal.aborted) return outcome;
  const found = await find(account, { key, draft, attempt: 1 }, signal);
  return typeof found === "object" ? { state: "sent", receipt: found } : outcome;
}

/** A pause that the server asks for is for the account: other posts and later runs keep it too. */
function cooled<Options extends object>({ memory, context }: Account<Options>, failure: Failure): Failure {
  if (failure.state === "failed" && failure.reason.kind === "busy") {
    const { retryAt, reason } = failure;
    if (retryAt && retryAt > context.now()) memory.pause({ until: retryAt, text: reason.text });
  }
  return failure;
}

/** The way to the server, with what must be had before it is spoken to. */
async function open<Options extends object>(
  account: Account<Options>,
  signal: AbortSignal,
): Promise<Line | Failure> {
  const { network, context } = account;
  const login = await network.login?.(openingOf(account, signal));
  if (login !== undefined && isLoginFailure(login)) return retryable(login, context.now());
  return lineWith(account, signal, login);
}

function openingOf<Options extends object>(account: Account<Options>, signal: AbortSignal): Opening<Options> {
  const { options, context } = account;
  const ask: Opening<Options>["ask"] = (request, secrets) => lineWith(account, signal, secrets).ask(request);
  return { options, context, ask };
}

function lineWith<Options extends object>(
  { network, options, context }: Account<Options>,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Line {
  const secrets = { ...stringsOf(options, network.secrets), ...more };
  return openLine({ network, context, secrets, signal });
}

function isLoginFailure(login: Readonly<Record<string, string>> | Failure): login is Failure {
  return typeof login.reason === "object";
}

function stringsOf(options: object, names: readonly string[]): Readonly<Record<string, string>> {
  const entries = Object.entries(options).filter(([name, value]) => names.includes(name) && value);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === "string"));
}

async function find<Options extends object>(
  account: Account<Options>,
  { key, draft }: Pick<Delivery, "key" | "draft" | "attempt">,
  signal: AbortSignal,
): Promise<Receipt | "absent" | undefined> {
  const { network, options, memory } = account;
  const requests = requestsOf(draft);
  let { next, values, receipt }: Standing = memory.progress(key, requests) ?? { next: 0, values: {} };
  const line =
    network.find && requests.slice(next).some(({ posts }) => posts) ? await open(account, signal) : undefined;
  while (next < requests.length) {
    const at = requests.findIndex(({ posts }, index) => posts && index >= next);
    const request = requests[at];
    if (request === undefined) break;
    if (line === undefined || "state" in line) return undefined;
    const known = values;
    const ask = (asked: PlannedRequest) => line.ask(asked, known);
    const found = await network.find?.(request, { options, values, ask });
    if (found === undefined || found === "absent") return found;
    next = at + 1;
    values = { ...values, ...found.values };
    receipt ??= found.receipt;
    memory.advance(key, requests, { next, values, receipt });
  }
  return receipt;
}

async function verify<Options extends object>(
  account: Account<Options>,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { network, options, context, memory } = account;
  // What a server that asked for a pause would say is known.
  if (memory.coolDown()) return [];
  const line = await open(account, signal);
  if ("state" in line) return [refused(network, context, line)];
  if (network.verify === undefined) return [];
  const answer = await line.ask(network.verify.request(options));
  if (isFailure(answer)) return [refused(network, context, answer)];
  if (network.verify.isWell?.(answer)) return [];
  if (answer.status < 200 || answer.status > 299)
    return [refused(network, context, cooled(account, line.refusal(answer)))];
  const fault = network.verify.fault?.(answer);
  if (fault === undefined) return [];
  return [
    refused(network, context, { state: "failed", reason: { kind: "login", text: line.masked(fault) } }),
  ];
}

function refused<Options extends object>(
  { label, verify }: Network<Options>,
  { name }: ChannelContext,
  { reason }: Failure,
): Problem {
  const who = label.toLowerCase() === name ? label : `${label} (${name})`;
  if (reason.kind === "busy" || reason.kind === "unreachable" || reason.kind === "silence") {
    const message = `${who} cannot be asked now: ${reason.text}.`;
    return { code: reason.kind, message, next: "Publish again later: what is left goes out then." };
  }
  const next = verify?.next ?? "Mend its options in pressrun.yaml, then publish again.";
  return { code: "login", message: `${who} refused the account: ${reason.text}.`, next };
}
