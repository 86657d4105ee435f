import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type DeliveryKey, keyString, type Receipt } from "../../model/delivery.ts";
import type { JsonValue, PlannedRequest } from "../../model/draft.ts";
import type { Limits } from "../../model/limits.ts";
import { writePrivateFile } from "../../private-file.ts";
import type { ChannelContext } from "../index.ts";

/** How far the requests of one delivery got: those before `next` were taken. */
export interface Progress {
  /** Of the requests before `next`: those of another draft are not these. */
  readonly hash: string;
  readonly next: number;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly receipt?: Receipt | undefined;
}

export interface CoolDown {
  readonly until: Date;
  readonly text: string;
}

/** What an account remembers between processes, in files of its own. All of it can be lost at the cost of a question. */
export interface Memory {
  /** The server asked for a pause that has not yet passed. */
  coolDown(): CoolDown | undefined;
  pause(coolDown: CoolDown): void;
  progress(key: DeliveryKey, requests: readonly PlannedRequest[]): Progress | undefined;
  advance(key: DeliveryKey, requests: readonly PlannedRequest[], progress: Omit<Progress, "hash">): void;
  /** The delivery is written down elsewhere. */
  forget(key: DeliveryKey): void;
  /** What the server told at `url`, and when. */
  limits(url: string): { readonly limits: Limits; readonly at: Date } | undefined;
  keepLimits(url: string, limits: Limits): void;
}

/** A pause beyond the time for which a delivery is tried again would stop the account by one wrong header. */
const LONGEST_PAUSE_MS = 72 * 3_600_000;

export function openMemory({ name, state, cache, now }: ChannelContext): Memory {
  const pauseFile = join(state, "accounts", name, "cool-down.json");
  const limitsFile = join(cache, `${name}-limits.json`);
  const progressFile = (key: DeliveryKey) =>
    join(state, "accounts", name, `${sha256(keyString(key)).slice(0, 32)}.json`);

  return {
    coolDown() {
      const kept = readJson(pauseFile) as { until?: string; text?: string } | undefined;
      const until = new Date(kept?.until ?? 0);
      return until > now() ? { until, text: kept?.text ?? "" } : undefined;
    },
    pause({ until, text }) {
      const latest = new Date(Math.min(until.getTime(), now().getTime() + LONGEST_PAUSE_MS));
      keep(pauseFile, { until: latest.toISOString(), text });
    },
    progress(key, requests) {
      const kept = readJson(progressFile(key)) as Progress | undefined;
      if (kept === undefined || !(kept.next <= requests.length)) return undefined;
      return kept.hash === hashOf(requests.slice(0, kept.next)) ? kept : undefined;
    },
    advance(key, requests, progress) {
      const hash = hashOf(requests.slice(0, progress.next));
      writePrivateFile(progressFile(key), JSON.stringify({ ...progress, hash }));
    },
    forget: (key) => rmSync(progressFile(key), { force: true }),
    limits(url) {
      const kept = readJson(limitsFile) as { url?: string; at?: string; limits?: Limits } | undefined;
      if (kept?.url !== url || kept.limits === undefined || kept.at === undefined) return undefined;
      return { limits: kept.limits, at: new Date(kept.at) };
    },
    keepLimits: (url, limits) => keep(limitsFile, { url, at: now().toISOString(), limits }),
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const hashOf = (requests: readonly PlannedRequest[]) => sha256(JSON.stringify(plain(requests)));

/** What they say, whichever way: the ledger gives members back in another order, and a Buffer as another kind of bytes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return createHash("sha256").update(value).digest("hex");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}

/** undefined where the file is absent or damaged: then the server is asked again. */
function readJson(file: string): unknown {
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof read === "object" && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

function keep(file: string, value: object): void {
  try {
    writePrivateFile(file, `${JSON.stringify(value)}\n`);
  } catch {
    // A full disk must not turn a post that went out into a failure.
  }
}
