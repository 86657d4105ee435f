import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { writePrivateFile } from "../../private-file.ts";
import type { ChannelContext } from "../index.ts";
import type { SignedEvent } from "./event.ts";

/** A post that is out, and the relays that could not take it when it was sent. */
export interface Missed {
  readonly events: readonly SignedEvent[];
  readonly relays: readonly string[];
  readonly since: Date;
}

/** What is left over from earlier runs, a file a post in .pressrun/accounts. All of it can be lost at the cost of a relay. */
export interface MissedPosts {
  list(): readonly Missed[];
  /** Without relays left it is forgotten. */
  keep(missed: Missed): void;
}

const event = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  pubkey: z.string(),
  created_at: z.int(),
  kind: z.int(),
  tags: z.array(z.array(z.string())),
  content: z.string(),
  sig: z.string(),
});
const kept = z.object({
  events: z.array(event).min(1),
  relays: z.array(z.string()),
  since: z.iso.datetime().transform((at) => new Date(at)),
});

export function missedPosts({ name, state }: ChannelContext): MissedPosts {
  const folder = join(state, "accounts", name, "missed");
  return {
    list() {
      if (!existsSync(folder)) return [];
      const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
      return files.flatMap((file) => read(join(folder, file)) ?? []);
    },
    keep(missed) {
      const file = join(folder, `${missed.events[0]?.id}.json`);
      if (missed.relays.length > 0) writePrivateFile(file, `${JSON.stringify(missed)}\n`);
      else rmSync(file, { force: true });
    },
  };
}

/** undefined where another run has just done it, and where it is damaged. */
function read(file: string): Missed | undefined {
  try {
    return kept.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
