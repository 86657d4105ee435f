import type { ZodType } from "zod";
import type { Problem } from "../errors.ts";
import { dotted, type Fault, faultsOf, pathKey, predicate } from "./explain.ts";
import type { Path, Source } from "./source.ts";
import type { Expanded } from "./variables.ts";

/**
 * What a value is taken for whose variable is not set, where one is needed and nothing will be sent: of the kinds
 * of text that a configuration holds, the first that fits. `.invalid` is no host anywhere (RFC 6761).
 */
const STAND_INS = ["unset.invalid", "unset@unset.invalid", "https://unset.invalid/", "smtp://unset.invalid"];

export function isStandIn(text: string): boolean {
  return STAND_INS.includes(text);
}

/** Parts of the configuration that only some commands use. */
export type Part = "schedule" | "feeds" | "bounces";

/** What a run that sends uses of what is written. */
export interface Needed {
  /** Channels, mail being `email`; all unless given. */
  readonly only?: readonly string[] | undefined;
  /** Besides publication, mail and channels. */
  readonly also: readonly Part[];
}

const PARTS: readonly unknown[] = ["schedule", "feeds", "bounces"] satisfies Part[];

/** The written values under examination: collects every problem, each with its place. */
export class Review {
  readonly problems: Problem[];
  readonly #needed: Needed | undefined;
  readonly #source: Source;
  readonly #value: unknown;
  readonly #unset: ReadonlyMap<string, readonly string[]>;

  /** @param needed undefined: nothing is sent. */
  constructor(source: Source, { value, unset, problems }: Expanded, needed: Needed | undefined) {
    this.problems = [...problems];
    this.#needed = needed;
    this.#source = source;
    this.#value = value;
    this.#unset = new Map(unset.map(({ path, names }) => [pathKey(path), names]));
    for (const { path, names } of unset) if (this.isNeeded(path)) this.report(unsetFault(path, names));
  }

  report({ path, part, code, message, next }: Fault): void {
    this.problems.push({ code, message, next, place: this.#source.place(path, part) });
  }

  /** The written value at `path`; undefined where there is none. */
  at(path: Path): unknown {
    return path.reduce<unknown>((value, step) => child(value, step), this.#value);
  }

  /** Will this run use what stands there? Then its variables must be set. */
  isNeeded([section, name]: Path): boolean {
    if (this.#needed === undefined) return false;
    const { only, also } = this.#needed;
    if (PARTS.includes(section)) return also.some((part) => part === section);
    const channel = section === "channels" ? name : section;
    return (section !== "channels" && section !== "email") || (only?.includes(String(channel)) ?? true);
  }

  /** Its variable is not set. */
  isUnset(path: Path): boolean {
    return this.#unset.has(pathKey(path));
  }

  /** The value at `path` as `schema` understands it; undefined, and its faults reported, where it does not. */
  check<T>(schema: ZodType<T>, path: Path): T | undefined {
    let faults: readonly Fault[] = [];
    for (const standIn of [undefined, ...STAND_INS]) {
      for (const fault of faults) if (this.isUnset(fault.path)) this.#put(fault.path, standIn);
      const result = schema.safeParse(this.at(path), { error: predicate, jitless: true });
      if (result.success) return result.data;
      faults = faultsOf(result.error.issues, path);
    }
    for (const fault of faults) {
      const names = this.#unset.get(pathKey(fault.path));
      if (!names) this.report(fault);
      else if (!this.isNeeded(fault.path)) this.report(unsetFault(fault.path, names));
    }
    return undefined;
  }

  #put(path: Path, value: unknown): void {
    const parent = this.at(path.slice(0, -1));
    const step = path.at(-1);
    if (step !== undefined) (parent as Record<PropertyKey, unknown>)[step] = value;
  }
}

function child(value: unknown, step: PropertyKey): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, step)
    ? (value as Record<PropertyKey, unknown>)[step]
    : undefined;
}

function unsetFault(path: Path, names: readonly string[]): Fault {
  return {
    path,
    code: "variable-unset",
    message: `${dotted(path)} needs ${names.map((name) => `\${${name}}`).join(" and ")}, which is not set.`,
    next: "Set it in the environment or in the file .env beside the configuration.",
  };
}
