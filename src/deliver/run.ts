import type { Problem } from "../errors.ts";
import type { Channel } from "../model/channel.ts";
import type { MaxCost } from "../model/cost.ts";
import type { Outcome } from "../model/delivery.ts";
import type { Ledger } from "../model/ledger.ts";
import type { PaceRules } from "../model/pace.ts";
import type { ChannelPlan } from "../model/plan.ts";
import { type DeliverOptions, deliver } from "./deliver.ts";
import type { FirstMail } from "./first.ts";
import * as refuse from "./refuse.ts";
import { mailTerms, withinBudget } from "./terms.ts";

/** One channel's part of a run. */
export interface ChannelRun {
  readonly channel: Channel;
  readonly ledger: Ledger;
  readonly scope: ChannelPlan;
  /** Of mail. */
  readonly rules?: PaceRules | undefined;
  /** Of posts that cost money. */
  readonly maxCost?: MaxCost | undefined;
  /** What posts wait for. */
  readonly first: FirstMail;
  readonly run: Pick<DeliverOptions, "stop" | "drainMs" | "now" | "random"> & { readonly timezone: string };
  onSettled(outcome: Outcome): void;
}

/**
 * Delivers what one channel has to deliver, once its turn has come.
 * @returns why the channel ended before its deliveries did, if it did.
 */
export async function runInTurn(part: ChannelRun): Promise<Problem | undefined> {
  const { channel, ledger, scope, maxCost, first, run, onSettled } = part;
  if (scope.draft.kind === "mail")
    return runChannel({ ...part, onSettled: first.watching(onSettled) }).finally(first.end);
  if (await first.accepted) return withinBudget(ledger, scope, maxCost, run, () => runChannel(part));
  return run.stop.aborted ? undefined : refuse.beforeFirstMail(channel.name, scope.slug);
}

async function runChannel({ channel, ledger, scope, rules, run, onSettled }: ChannelRun) {
  const { draft } = scope;
  const terms = draft.kind === "mail" && rules ? await mailTerms(ledger, scope, rules, run) : undefined;
  const { pace, pauses } = terms ?? {};
  try {
    const ending = await deliver({
      channel,
      ledger,
      scope,
      draft,
      pace,
      ...(pauses && { pauses }),
      ...run,
      onSettled,
    });
    if (ending?.kind === "refused") return refuse.account(channel.name, ending.reason);
    if (ending?.kind === "halted") return refuse.halted(channel.name, ending.halt, run.timezone);
    if (ending === undefined) return undefined;
    await ledger.pause(scope, ending.reason, run.now());
    return refuse.paused(channel.name, scope.slug, ending.reason);
  } finally {
    terms?.release();
  }
}
