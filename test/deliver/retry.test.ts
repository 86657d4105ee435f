import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { backOff, LONGEST_AWAITED_MS } from "../../src/deliver/retry.ts";
import type { Outcome } from "../../src/model/delivery.ts";

const now = new Date("2026-03-01T12:00:00Z");
const busy = (retryAt?: Date): Outcome => ({
  state: "failed",
  reason: { kind: "busy", text: "later" },
  retryAt,
});

function wait(attempt: number, random: number, retryAt = now): number {
  const outcome = backOff(busy(retryAt), attempt, now, () => random);
  if (outcome.state !== "failed" || outcome.retryAt === undefined) throw new Error("no retry");
  return outcome.retryAt.getTime() - now.getTime();
}

describe("backOff", () => {
  it("waits longer after each try: 5 s, 30 s, 15 min, 1 h, 4 h, then 12 h", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => wait(attempt, 0.5) / 1000)).toEqual([
      5, 30, 900, 3600, 14400, 43200, 43200, 43200,
    ]);
  });

  it("awaits two retries within one run", () => {
    expect(wait(2, 0.999)).toBeLessThanOrEqual(LONGEST_AWAITED_MS);
    expect(wait(3, 0)).toBeGreaterThan(LONGEST_AWAITED_MS);
  });

  it("spreads by a fifth either way, and never comes before the time that the other side named", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 90_000_000 }),
        (attempt, random, asked) => {
          const middle = wait(attempt, 0.5);
          const ms = wait(attempt, random, new Date(now.getTime() + asked));
          expect(ms).toBeGreaterThanOrEqual(Math.max(asked, Math.floor(middle * 0.8)));
          expect(ms).toBeLessThanOrEqual(Math.max(asked, Math.ceil(middle * 1.2)));
        },
      ),
    );
  });

  it("leaves what is final as it is", () => {
    const outcomes: Outcome[] = [
      busy(),
      { state: "sent", receipt: {} },
      { state: "uncertain", reason: { kind: "silence", text: "no answer" } },
    ];
    for (const outcome of outcomes) expect(backOff(outcome, 1, now, () => 0.5)).toBe(outcome);
  });
});
