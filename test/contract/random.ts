import { rmSync } from "node:fs";
import type { Fate, Seen } from "../servers/proxy.ts";
import { faultsAt } from "./faults.ts";
import { decide, NAME, type NetworkContract, NOW, openPlace, type Place } from "./place.ts";
import { ledgerOf, type Ran } from "./run.ts";
import { editionSaying } from "./sample.ts";

export interface RandomRuns {
  /** Articles that were published. */
  readonly runs: number;
  /** Requests that something happened to. */
  readonly faults: number;
  /** Those that ended otherwise than as one post. */
  readonly wrong: readonly string[];
}

/** Small and seeded, so that what was found can be found again. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FAULTS: readonly Fate[] = [
  ...faultsAt(NOW).map(({ fate }) => fate),
  { status: 401, body: { error: "The token has expired." } },
  { status: 503, body: { error: "Down for maintenance." } },
  { status: 408, body: {} },
];
/** Longer than a person with cron waits for anything. */
const MOST_TRIES = 25;

/**
 * Publishes `runs` articles, each while up to four requests, whichever they are, meet a random fault, with hours
 * between the tries. A person resends what was refused, and decides what nobody can tell. Then there is one post.
 */
export async function randomRuns(contract: NetworkContract, runs: number, seed: number): Promise<RandomRuns> {
  const random = seeded(seed);
  const wrong: string[] = [];
  let faults = 0;
  for (let number = 1; number <= runs; number += 1) {
    const place = await openPlace(contract, contract.deadlineMs ?? 300);
    const log: string[] = [];
    let left = 1 + Math.floor(random() * 4);
    place.proxy.meddle((seen: Seen) => {
      if (left === 0 || random() < 0.4) return undefined;
      left -= 1;
      faults += 1;
      const fate = FAULTS[Math.floor(random() * FAULTS.length)];
      log.push(`${seen.method} ${seen.path}: ${JSON.stringify(fate)}`);
      return fate;
    });
    try {
      const ended = await publishUntilSent(place, contract, random);
      const posts = await place.server.posts();
      if (ended !== "sent" || posts !== 1)
        wrong.push(`run ${number} of seed ${seed}: ${ended}, ${posts} posts after ${log.join("; ")}`);
    } finally {
      await place.proxy.close();
      await place.server.stop();
      rmSync(place.folder, { recursive: true });
    }
  }
  return { runs, faults, wrong };
}

async function publishUntilSent(
  place: Place,
  contract: NetworkContract,
  random: () => number,
): Promise<Ran["state"] | "held"> {
  const make = contract.edition ?? editionSaying;
  const edition = make(NAME, "The harbour keeps its lights on.");
  let at = NOW.getTime();
  let state: Ran["state"] | "held" = "pending";
  for (let tries = 0; tries < MOST_TRIES && state !== "sent"; tries += 1) {
    const ran = await place.run(new Date(at), edition);
    state = ran?.state ?? "held";
    at += Math.floor((1 / 60 + random() * 2) * 3_600_000);
    if (state === "failed") await resend(place, new Date(at));
    if (state === "uncertain" && (!contract.finds || tries > MOST_TRIES / 2)) {
      // A person looks when the server is done, however slow this machine is.
      await place.proxy.quiet();
      await decide(place, (await place.server.posts()) > 0 ? "there" : "absent");
    }
  }
  // Once more, when everything is done: nothing new.
  const last = await place.run(new Date(at), edition);
  return last?.state ?? "held";
}

async function resend({ folder }: Place, at: Date): Promise<void> {
  const ledger = await ledgerOf(folder);
  await ledger.resend([{ channel: NAME, slug: "harbour-lights", revision: 0, recipient: NAME }], at);
  await ledger.close();
}
