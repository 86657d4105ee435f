import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.ts";
import type { Channel } from "../model/channel.ts";
import type { Outcome, Reason } from "../model/delivery.ts";
import type { Draft } from "../model/draft.ts";
import type { Claim, Ledger, Scope, Settled } from "../model/ledger.ts";
import { backOff, LONGEST_AWAITED_MS } from "./retry.ts";

export interface DeliverOptions {
  readonly channel: Channel;
  readonly ledger: Ledger;
  readonly scope: Scope;
  readonly draft: Draft;
  /** No new delivery is started once this is aborted; those under way get `drainMs` to end. */
  readonly stop: AbortSignal;
  readonly drainMs: number;
  now(): Date;
  /** In [0, 1). */
  random(): number;
  onSettled(outcome: Outcome): void;
}

/** Outcomes wait this long for company: groups of 10 a transaction are 6 times as fast as one by one. */
const FLUSH_MS = 20;

/**
 * Claims, sends and settles every due delivery of one channel: the only loop with effects. Intents are durable
 * before a message leaves and outcomes after, so that a `kill -9` leaves at most 2 × concurrency uncertain.
 * @returns the reason why the account turned everything away, if it did; its deliveries stay pending.
 */
export async function deliver(options: DeliverOptions): Promise<Reason | undefined> {
  try {
    await settleUncertain(options);
    return await sendAll(options);
  } finally {
    await options.channel.close();
  }
}

async function sendAll(options: DeliverOptions): Promise<Reason | undefined> {
  const { ledger, scope, draft, stop, now } = options;
  const frozen = draft.kind === "post" ? draft : undefined;
  const run = startRun(options);
  for (;;) {
    await ledger.release(run.takeUnsent(), now());
    const claims = await ledger.exchange(run.takeSettled(), scope, run.room(), now(), frozen);
    run.add(claims);
    if (run.isBusy()) await run.group();
    else if (run.isStopped() || !(await awaitRetry(options))) break;
  }
  return run.end(stop.aborted);
}

/** Asks the network about deliveries whose answer was lost, where it can tell. */
async function settleUncertain({ channel, ledger, scope, draft, stop, now, onSettled }: DeliverOptions) {
  if (channel.find === undefined) return;
  for (const claim of await ledger.uncertain(scope)) {
    const found = await channel.find(toDelivery(claim, draft), stop);
    if (found === undefined) continue;
    await ledger.decide(claim.key, found, now());
    if (found !== "absent") onSettled({ state: "sent", receipt: found });
  }
}

/** True when a retry fell due while we waited for it. */
async function awaitRetry({ ledger, scope, stop, now }: DeliverOptions): Promise<boolean> {
  const next = await ledger.nextRetry(scope);
  if (next === undefined) return false;
  const wait = next.getTime() - now().getTime();
  if (wait > LONGEST_AWAITED_MS) return false;
  await sleep(Math.max(wait, 0), undefined, { signal: stop }).catch(() => undefined);
  return true;
}

function toDelivery({ key, recipient, frozen, attempt }: Claim, draft: Draft) {
  return { key, recipient, draft: frozen ?? draft, attempt };
}

/** What is under way in one channel: claims that wait for a connection, sends, outcomes not yet written. */
function startRun({ channel, draft, stop, drainMs, now, random, onSettled }: DeliverOptions) {
  const waiting: Claim[] = [];
  const unsent: Claim[] = [];
  const settled: Settled[] = [];
  const active = new Set<Promise<void>>();
  const hardStop = new AbortController();
  let refusal: Reason | undefined;
  let fault: { readonly error: unknown } | undefined;
  const isStopped = () => stop.aborted || refusal !== undefined || fault !== undefined;

  if (stop.aborted) hardStop.abort();
  stop.addEventListener("abort", () => setTimeout(() => hardStop.abort(), drainMs).unref(), { once: true });

  async function send(claim: Claim): Promise<void> {
    const answer = await channel.send(toDelivery(claim, draft), hardStop.signal);
    if (answer.state === "failed" && answer.reason.kind === "login") {
      // The account was turned away, not this reader: nobody behind it is tried, and all stay pending.
      refusal = answer.reason;
      unsent.push(claim);
      return;
    }
    const outcome = backOff(answer, claim.attempt, now(), random);
    settled.push({ key: claim.key, outcome, at: now() });
    onSettled(outcome);
  }

  /** A bug, or a UserError from before anything was said. What the other deliveries came to is written all the same. */
  function giveUp(claim: Claim, error: unknown): void {
    fault ??= { error };
    if (error instanceof UserError) unsent.push(claim);
  }

  function fill(): void {
    if (isStopped()) unsent.push(...waiting.splice(0));
    while (active.size < channel.concurrency) {
      const claim = waiting.shift();
      if (claim === undefined) return;
      const sending = send(claim)
        .catch((error: unknown) => giveUp(claim, error))
        .finally(() => {
          active.delete(sending);
          fill();
        });
      active.add(sending);
    }
  }

  return {
    isStopped,
    end(stopped: boolean): Reason | undefined {
      if (fault !== undefined) throw fault.error;
      return stopped ? undefined : refusal;
    },
    isBusy: () => active.size > 0 || settled.length > 0 || unsent.length > 0,
    room: () => (isStopped() ? 0 : 2 * channel.concurrency - active.size - waiting.length),
    takeSettled: () => settled.splice(0),
    takeUnsent: () => unsent.splice(0).map(({ key }) => key),
    add(claims: readonly Claim[]) {
      waiting.push(...claims);
      fill();
    },
    /** Resolves when a group of outcomes is worth a transaction. */
    async group(): Promise<void> {
      if (active.size > 0 && settled.length + unsent.length === 0) await Promise.race(active);
      const deadline = sleep(FLUSH_MS, "deadline");
      while (active.size > 0 && settled.length < channel.concurrency) {
        if ((await Promise.race([deadline, ...active])) === "deadline") return;
      }
    },
  };
}
