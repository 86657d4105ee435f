import { bluesky } from "../test/contract/networks/bluesky.ts";
import { devto } from "../test/contract/networks/devto.ts";
import { discord } from "../test/contract/networks/discord.ts";
import { facebook } from "../test/contract/networks/facebook.ts";
import { linkedin } from "../test/contract/networks/linkedin.ts";
import { mastodon } from "../test/contract/networks/mastodon.ts";
import { slackBot, slackWebhook } from "../test/contract/networks/slack.ts";
import { telegram } from "../test/contract/networks/telegram.ts";
import { threads } from "../test/contract/networks/threads.ts";
import { webhook } from "../test/contract/networks/webhook.ts";
import { x } from "../test/contract/networks/x.ts";
import type { NetworkContract } from "../test/contract/place.ts";
import { type RandomRuns, randomRuns } from "../test/contract/random.ts";
import { randomNostrRuns } from "../test/contract/random-nostr.ts";
import { exactly, type Figure, type Proof } from "./proof.ts";

const RUNS = 200;
const SEED = 20_261_124;

/** Networks on loopback; one line each. Feeds are files: feed.proof.ts. */
const NETWORKS: Readonly<Record<string, NetworkContract>> = {
  mastodon,
  discord,
  "slack (webhook)": slackWebhook,
  "slack (bot)": slackBot,
  telegram,
  devto,
  webhook,
  x,
  linkedin,
  threads,
  facebook,
};

export const proof: Proof = {
  title: `one post, whatever happens: ${RUNS} random runs a network`,
  async run() {
    const figures: Figure[] = [];
    for (const [name, contract] of Object.entries(NETWORKS))
      figures.push(figureOf(name, await randomRuns(contract, RUNS, SEED)));
    figures.push(figureOf("nostr (3 relays)", await randomNostrRuns(RUNS, SEED)));
    const { contract, pds } = await bluesky();
    figures.push(figureOf("bluesky (PDS)", await randomRuns(contract, RUNS, SEED)));
    await pds.close();
    return figures;
  },
};

function figureOf(name: string, { runs, faults, wrong }: RandomRuns): Figure {
  for (const each of wrong) console.error(each);
  return exactly(`${name}: of ${runs} runs with ${faults} faults, not one post`, 0, wrong.length);
}
