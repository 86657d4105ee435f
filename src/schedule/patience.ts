import { readFileSync } from "node:fs";
import type { Scope } from "../model/ledger.ts";
import { writePrivateFile } from "../private-file.ts";

/** A login that is turned away every minute locks the account; a person needs longer than this to mend it. */
const PAUSE_MS = 15 * 60_000;

/** What `due` was refused lately and does not try again yet. A file that is lost or broken costs one early try. */
export class Patience {
  readonly #file: string;
  readonly #until: Map<string, number>;

  constructor(file: string) {
    this.#file = file;
    this.#until = new Map(Object.entries(read(file)));
  }

  /** When the scope may be tried again; undefined: now. A clock that was set back does not hold anything up. */
  heldUntil(scope: Scope, now: Date): Date | undefined {
    const until = this.#until.get(nameOf(scope));
    if (until === undefined || until <= now.getTime() || until > now.getTime() + PAUSE_MS) return undefined;
    return new Date(until);
  }

  /** Writes which scopes were tried and which of them were refused. */
  note(tried: readonly Scope[], refused: readonly Scope[], now: Date): void {
    const before = this.#until.size;
    for (const scope of tried) this.#until.delete(nameOf(scope));
    for (const scope of refused) this.#until.set(nameOf(scope), now.getTime() + PAUSE_MS);
    for (const [name, until] of this.#until) if (until <= now.getTime()) this.#until.delete(name);
    if (before === 0 && this.#until.size === 0) return;
    writePrivateFile(this.#file, JSON.stringify(Object.fromEntries(this.#until)));
  }
}

function nameOf({ slug, revision, channel }: Scope): string {
  return `${slug} ${revision} ${channel}`;
}

function read(file: string): Record<string, number> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, number>) : {};
  } catch {
    return {};
  }
}
