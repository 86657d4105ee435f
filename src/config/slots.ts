import { dotted } from "./explain.ts";
import type { Review } from "./review.ts";

/** Reports a digest without slots, and every slot that is no time croner understands, or one that never comes. */
export async function checkSlots(review: Review): Promise<void> {
  const slots = review.at(["schedule", "slots"]);
  if (slots === undefined && review.at(["schedule", "digest"]) === true)
    review.report({
      path: ["schedule", "digest"],
      code: "digest-slots",
      message: "schedule.digest takes what is queued at each slot, and schedule.slots names none.",
      next: 'Add slots: ["0 9 * * tue"], or leave digest out.',
    });
  if (!Array.isArray(slots) || slots.length === 0) return;
  const { Cron } = await import("croner");
  for (const [index, slot] of slots.entries()) {
    if (typeof slot !== "string" || slot.trim().split(/\s+/).length !== 5) continue;
    const path = ["schedule", "slots", index];
    const fault = slotFault(slot, Cron);
    if (fault === undefined) continue;
    review.report({
      path,
      code: "slot",
      message: `${dotted(path)} ${fault}.`,
      next: 'Write minute, hour, day, month and weekday, such as "0 9 * * tue".',
    });
  }
}

function slotFault(slot: string, Cron: typeof import("croner").Cron): string | undefined {
  try {
    return new Cron(slot, { mode: "5-part" }).nextRun() === null ? "never comes" : undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return "is not a cron time";
  }
}
