import type { Outcome } from "../model/delivery.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits before the second, third, … try. The first two fall within one run, the rest are for later runs. */
const WAITS = [5 * SECOND, 30 * SECOND, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR] as const;

/** A pending retry this near is awaited in the run itself; a later one is left to the next run. */
export const LONGEST_AWAITED_MS = 60 * SECOND;

/**
 * A failure that may be tried again gets its time: never before the other side's own, and backed off with ± 20 %
 * jitter, so that a list turned away together does not come back together.
 * @param random in [0, 1)
 */
export function backOff(outcome: Outcome, attempt: number, now: Date, random: () => number): Outcome {
  if (outcome.state !== "failed" || outcome.retryAt === undefined) return outcome;
  const wait = WAITS[Math.min(attempt, WAITS.length) - 1] ?? WAITS[0];
  const jittered = wait * (0.8 + 0.4 * random());
  return { ...outcome, retryAt: new Date(Math.max(outcome.retryAt.getTime(), now.getTime() + jittered)) };
}
