import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.ts";
import type { Channel } from "../model/channel.ts";
import type { Outcome, Reason } from "../model/delivery.ts";
import type { Draft } from "../model/draft.ts";
import type { Claim, Ledger, Scope, Settled } from "../model/ledger.ts";
import { createBell } from "./bell.ts";
import type { Halt, Pace } from "./pace.ts";
import { createQueue } from "./queue.ts";
import { withoutAddress } from "./refuse.ts";
import { backOff, LONGEST_AWAITED_MS } from "./retry.ts";

export interface DeliverOptions {
  readonly channel: Channel;
  readonly ledger: Ledger;
  readonly scope: Scope;
  readonly draft: Draft;
  /** How fast; as fast as the channel goes unless given. */
  readonly pace?: Pace | undefined;
  /** Why the run should pause itself, after `outcome`; asked for each outcome that is not tried again. */
  pauses?(outcome: Outcome): string | undefined;
  /** No new delivery is started once this is aborted; those under way get `drainMs` to end. */
  readonly stop: AbortSignal;
  readonly drainMs: number;
  now(): Date;
  /** In [0, 1). */
  random(): number;
  onSettled(outcome: Outcome): void;
}

/** Why a channel's run ended before its deliveries did; they stay pending. */
export type Ending =
  /** The account turned everything away. */
  | { readonly kind: "refused"; readonly reason: Reason }
  /** Too much went wrong: a person must look. */
  | { readonly kind: "paused"; readonly reason: string }
  /** No more for now. */
  | { readonly kind: "halted"; readonly halt: Halt };

/** Outcomes wait this long for company: groups of 10 a transaction are 6 times as fast as one by one. */
const FLUSH_MS = 20;

/**
 * Claims, sends and settles every due delivery of one channel: the only loop with effects. Intents are durable
 * before a message leaves and outcomes after, so that a `kill -9` leaves at most 2 × concurrency uncertain.
 */
export async function deliver(options: DeliverOptions): Promise<Ending | undefined> {
  try {
    await settleUncertain(options);
    return await sendAll(options);
  } finally {
    await options.channel.close();
  }
}

async function sendAll(options: DeliverOptions): Promise<Ending | undefined> {
  const { ledger, scope, draft, pace, now } = options;
  const frozen = draft.kind === "post" ? draft : undefined;
  const run = startRun(options);
  for (;;) {
    await giveBack(options, run);
    const claims = await ledger.exchange(run.takeSettled(), scope, run.room(), now(), frozen);
    pace?.claim(claims.length);
    run.add(claims);
    if (run.isBusy()) {
      await run.group();
      continue;
    }
    const halt = run.isStopped() ? undefined : await haltOf(options);
    if (halt !== undefined) return { kind: "halted", halt };
    if (run.isStopped() || !(await awaitRetry(options, run.deferredUntil()))) break;
  }
  return run.end();
}

async function giveBack(
  { ledger, pace, now }: DeliverOptions,
  run: ReturnType<typeof startRun>,
): Promise<void> {
  const unsent = run.takeUnsent();
  const deferred = run.takeDeferred();
  await ledger.release(unsent, now());
  await ledger.defer(deferred, now());
  pace?.unclaim(unsent.length + deferred.length);
}

/** A halt matters only while something waits for it to end. */
async function haltOf({ ledger, scope, pace, now }: DeliverOptions): Promise<Halt | undefined> {
  const halt = pace?.halt(now().getTime());
  if (halt === undefined) return undefined;
  return (await ledger.nextRetry(scope)) === undefined ? undefined : halt;
}

/**
 * A server that hung up may still be at work on what it was given (the slowest proxies wait five minutes for it): until
 * then a post that is not there may yet come.
 */
const LATE_MS = 600_000;

/** Asks the network about deliveries whose answer was lost, where it can tell. */
async function settleUncertain({ channel, ledger, scope, draft, stop, now, onSettled }: DeliverOptions) {
  if (channel.find === undefined) return;
  for (const claim of await ledger.uncertain(scope)) {
    const found = await channel.find(toDelivery(claim, draft), stop);
    if (found === undefined || (found === "absent" && mayStillCome(claim, channel, now()))) continue;
    await ledger.decide(claim.key, found, now());
    if (found !== "absent") onSettled({ state: "sent", receipt: found });
  }
}

const mayStillCome = ({ since }: Claim, { repeatable }: Channel, now: Date) =>
  repeatable !== true && now.getTime() - since.getTime() < LATE_MS;

/**
 * True when a retry fell due while we waited for it.
 * @param deferredUntil what this run itself put off is awaited however long it takes.
 */
async function awaitRetry(
  { ledger, scope, stop, now }: DeliverOptions,
  deferredUntil: number,
): Promise<boolean> {
  const next = (await ledger.nextRetry(scope))?.getTime();
  if (next === undefined) return false;
  const wait = next - now().getTime();
  if (wait > LONGEST_AWAITED_MS && next > deferredUntil) return false;
  await sleep(Math.min(Math.max(wait, 0), LONGEST_AWAITED_MS), undefined, { signal: stop }).catch(
    () => undefined,
  );
  return true;
}

/** What the tries of one run came to, until it is written down, and whether there may be more of them. */
function startTries({ channel, draft, stop, drainMs, pace, pauses, now, random, onSettled }: DeliverOptions) {
  const unsent: Claim[] = [];
  const settled: Settled[] = [];
  const hardStop = new AbortController();
  let ending: Ending | undefined;
  let fault: { readonly error: unknown } | undefined;

  if (stop.aborted) hardStop.abort();
  stop.addEventListener("abort", () => setTimeout(() => hardStop.abort(), drainMs).unref(), { once: true });

  async function send(claim: Claim): Promise<void> {
    const answer = await channel.send(toDelivery(claim, draft), hardStop.signal);
    if (answer.state === "failed" && answer.reason.kind === "login") {
      // The account was turned away, not this reader: nobody behind it is tried, and all stay pending.
      const { recipient } = claim;
      const text = recipient ? withoutAddress(answer.reason.text, recipient.address) : answer.reason.text;
      ending ??= { kind: "refused", reason: { ...answer.reason, text } };
      unsent.push(claim);
      return;
    }
    const outcome = backOff(answer, claim.attempt, now(), random);
    settled.push({ key: claim.key, outcome, at: now() });
    onSettled(outcome);
    const reason = pauses?.(outcome);
    if (reason !== undefined) ending ??= { kind: "paused", reason };
  }

  async function sendPaced(claim: Claim, limits: Pace): Promise<void> {
    const { recipient } = claim.key;
    const startedAt = now().getTime();
    limits.start(recipient, startedAt);
    try {
      await send(claim);
    } finally {
      limits.end(recipient, startedAt, now().getTime());
    }
  }

  /** A bug, or a UserError from before anything was said. What the other deliveries came to is written all the same. */
  function giveUp(claim: Claim, error: unknown): void {
    fault ??= { error };
    if (error instanceof UserError) unsent.push(claim);
  }

  return {
    settled,
    unsent,
    isStopped: () => stop.aborted || ending !== undefined || fault !== undefined,
    end(): Ending | undefined {
      if (fault !== undefined) throw fault.error;
      return stop.aborted ? undefined : ending;
    },
    start: (claim: Claim) =>
      (pace === undefined ? send(claim) : sendPaced(claim, pace)).catch((error: unknown) =>
        giveUp(claim, error),
      ),
  };
}

function toDelivery({ key, recipient, frozen, attempt }: Claim, draft: Draft) {
  return { key, recipient, draft: frozen ?? draft, attempt };
}

/** What is under way in one channel: claims that wait for a connection, tries, outcomes not yet written. */
function startRun(options: DeliverOptions) {
  const { channel, pace, stop, now } = options;
  const waiting = createQueue(pace);
  const tries = startTries(options);
  const { settled, unsent, isStopped } = tries;
  const active = new Set<Promise<void>>();
  /** The other connections go on with claims in hand while these are written and replaced. */
  const worthWriting = Math.ceil(channel.concurrency * 0.8);
  const bell = createBell();

  function fill(): void {
    if (isStopped()) unsent.push(...waiting.takeAll());
    while (active.size < channel.concurrency) {
      const claim = waiting.take(pace === undefined ? 0 : now().getTime());
      if (claim === undefined) return;
      const sending = tries.start(claim).finally(() => {
        active.delete(sending);
        fill();
        bell.ring();
      });
      active.add(sending);
    }
  }

  /** Until something ends, or the pace lets the next one start. */
  async function ended(): Promise<void> {
    const wait = active.size < channel.concurrency ? waiting.wait() : undefined;
    if (wait === undefined) return bell.next();
    const timer = new AbortController();
    const signal = AbortSignal.any([stop, timer.signal]);
    await Promise.race([sleep(wait, undefined, { signal }).catch(() => undefined), bell.next()]);
    timer.abort();
    fill();
  }

  const isAnythingToWrite = () => settled.length + unsent.length + waiting.deferred() > 0;
  return {
    isStopped,
    end: tries.end,
    isBusy: () => active.size > 0 || waiting.size() > 0 || isAnythingToWrite(),
    room(): number {
      if (isStopped()) return 0;
      const most = pace?.room(now().getTime()) ?? Number.POSITIVE_INFINITY;
      return Math.min(2 * channel.concurrency - active.size - waiting.size(), most);
    },
    takeSettled: () => settled.splice(0),
    takeUnsent: () => unsent.splice(0).map(({ key }) => key),
    takeDeferred: waiting.takeDeferred,
    deferredUntil: waiting.deferredUntil,
    add(claims: readonly Claim[]) {
      waiting.add(claims);
      fill();
    },
    /** Resolves when a group of outcomes is worth a transaction. */
    async group(): Promise<void> {
      while (active.size + waiting.size() > 0 && !isAnythingToWrite()) await ended();
      await bell.until(() => active.size === 0 || settled.length >= worthWriting, FLUSH_MS);
    },
  };
}
