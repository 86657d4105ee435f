import { dotted } from "./explain.ts";
import { isStandIn, type Review } from "./review.ts";
import type { Path } from "./source.ts";
import { nameOfDomain } from "./values.ts";

/** Lists in which nothing may stand twice, and by what their entries are told apart. */
const LISTS: readonly (readonly [path: Path, sameness: (entry: unknown) => unknown])[] = [
  [["email", "server"], urlOf],
  [["email", "unsubscribe_key"], (key) => key],
  [
    ["schedule", "slots"],
    (slot) => (typeof slot === "string" ? slot.trim().split(/\s+/).join(" ").toLowerCase() : slot),
  ],
  [["feeds"], urlOf],
];

/** Maps whose keys are told apart by more than their letters. */
const MAPS: readonly (readonly [path: Path, sameness: (key: string) => unknown])[] = [
  [["email", "per_domain"], (domain) => nameOfDomain(domain) ?? domain],
  [["email", "topics"], (tag) => tag.toLowerCase()],
];

function urlOf(entry: unknown): unknown {
  return typeof entry === "object" && entry !== null && "url" in entry ? entry.url : entry;
}

/** Reports what is there twice, where one of the two would silently count for nothing. */
export function checkTwins(review: Review): void {
  for (const [path, sameness] of LISTS) {
    const list = review.at(path);
    if (Array.isArray(list)) report(review, path, list.entries(), sameness);
  }
  for (const [path, sameness] of MAPS) {
    const map = review.at(path);
    if (typeof map === "object" && map !== null)
      report(
        review,
        path,
        Object.keys(map).map((key) => [key, key] as const),
        sameness,
      );
  }
}

function report<T>(
  review: Review,
  path: Path,
  entries: Iterable<readonly [step: PropertyKey, entry: T]>,
  sameness: (entry: T) => unknown,
): void {
  const known = new Map<unknown, PropertyKey>();
  for (const [step, entry] of entries) {
    const same = sameness(entry);
    const first = known.get(same);
    // What is of another kind altogether is reported by the schema; of what is not set nobody knows.
    if (first === undefined || typeof same !== "string" || isStandIn(same)) known.set(same, step);
    else
      review.report({
        path: [...path, step],
        part: typeof step === "string" ? "key" : undefined,
        code: "config-twin",
        message: `${dotted([...path, step])} is the same as ${dotted([...path, first])}.`,
        next: "Keep one of the two.",
      });
  }
}
