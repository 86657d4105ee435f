// Nostr is spoken to over WebSockets, and by several relays at once: its random runs meddle with the relays themselves.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { channelType } from "../../src/channels/nostr.ts";
import type { Edition } from "../../src/model/edition.ts";
import { type NostrServer, startNostr } from "../servers/nostr.ts";
import { NAME } from "./place.ts";
import { type RandomRuns, seeded } from "./random.ts";
import { ledgerOf, makeChannel, run } from "./run.ts";
import { editionSaying } from "./sample.ts";

const KEY = "7f".repeat(32);
const DEADLINE_MS = 150;
const MOST_TRIES = 25;

interface Fault {
  readonly name: string;
  begin(relay: NostrServer): Promise<void> | void;
}
const saying = (reason: string): Fault => ({ name: reason, begin: (relay) => relay.refuse(reason) });
const FAULTS: readonly Fault[] = [
  { name: "is well", begin: (relay) => relay.refuse(undefined) },
  { name: "loses its answers", begin: (relay) => relay.loseAnswers(3) },
  ...["rate-limited: slow down", "error: the disk is full", "blocked: you", "pow: 28 bits"].map(saying),
];

/**
 * Publishes `runs` articles to three relays, each of which meets a random fault at every try, one of which may go away
 * for good. A person has sent again what was refused. In the end there is one event, whichever relays have it.
 */
export async function randomNostrRuns(runs: number, seed: number): Promise<RandomRuns> {
  const random = seeded(seed);
  const wrong: string[] = [];
  let faults = 0;
  for (let number = 1; number <= runs; number += 1) {
    const relays = await Promise.all([startNostr(), startNostr(), startNostr()]);
    const folder = mkdtempSync(join(tmpdir(), "nostr-"));
    const log: string[] = [];
    const meddle = async () => {
      for (const [index, relay] of relays.entries()) {
        const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? FAULTS[0];
        if (random() < 0.3) relay.refuse(undefined);
        else {
          faults += 1;
          log.push(`relay ${index} ${fault?.name}`);
          await fault?.begin(relay);
        }
      }
      // The last one stays, so that the post gets out.
      if (random() < 0.1) await relays[random() < 0.5 ? 0 : 1]?.stop();
    };
    try {
      const ended = await publishUntilSent(relays, folder, meddle, random);
      const kept = relays.map(({ events }) => events.map(({ id }) => id));
      const isOne = kept.every((ids) => ids.length <= 1) && new Set(kept.flat()).size === 1;
      if (ended !== "sent" || !isOne)
        wrong.push(
          `run ${number} of seed ${seed}: ${ended}, ${kept.map((ids) => ids.length)} after ${log.join("; ")}`,
        );
    } finally {
      await Promise.all(relays.map((relay) => relay.stop()));
      rmSync(folder, { recursive: true });
    }
  }
  return { runs, faults, wrong };
}

async function publishUntilSent(
  relays: readonly NostrServer[],
  folder: string,
  meddle: () => Promise<void>,
  random: () => number,
): Promise<string> {
  // Relays refuse what is not of this hour.
  let now = Date.now();
  const edition: Edition = { ...editionSaying(NAME, "The harbour keeps its lights on."), at: new Date(now) };
  const options = () => ({
    type: channelType,
    name: NAME,
    options: { key: KEY, relays: relays.map(({ url }) => url) },
    folder,
    now: new Date(now),
    deadlineMs: DEADLINE_MS,
    edition: () => edition,
  });
  let state = "pending";
  for (let tries = 0; tries < MOST_TRIES && state !== "sent"; tries += 1) {
    await meddle();
    state = (await run(options()))?.state ?? "held";
    now += Math.floor((1 / 60 + random() * 2) * 3_600_000);
    if (state === "failed") await resend(folder, new Date(now));
  }
  // What relays missed is made up for, and a run when everything is done adds nothing.
  await meddle();
  await makeChannel(options()).makeUp?.(new AbortController().signal);
  return (await run(options()))?.state ?? "held";
}

async function resend(folder: string, at: Date): Promise<void> {
  const ledger = await ledgerOf(folder);
  await ledger.resend([{ channel: NAME, slug: "harbour-lights", revision: 0, recipient: NAME }], at);
  await ledger.close();
}
