import { mastodon } from "../test/contract/networks/mastodon.ts";
import { slackBot } from "../test/contract/networks/slack.ts";
import { x } from "../test/contract/networks/x.ts";
import type { NetworkContract } from "../test/contract/place.ts";
import { randomRuns } from "../test/contract/random.ts";
import { editionOfThree } from "../test/contract/sample.ts";
import { exactly, type Figure, type Proof } from "./proof.ts";

const RUNS = 200;
const SEED = 20_261_124;
/** Those that take a thread post by post, and can be asked what they have. Bluesky takes it in one request. */
const NETWORKS: Readonly<Record<string, NetworkContract>> = { mastodon, x, "slack (bot)": slackBot };

export const proof: Proof = {
  title: `threads of three posts, each once, whatever happens: ${RUNS} random runs a network`,
  async run() {
    const figures: Figure[] = [];
    for (const [name, contract] of Object.entries(NETWORKS)) {
      const { runs, faults, wrong } = await randomRuns(ofThree(contract), RUNS, SEED);
      for (const each of wrong) console.error(each);
      figures.push(
        exactly(`${name}: of ${runs} runs with ${faults} faults, not three posts`, 0, wrong.length),
      );
    }
    return figures;
  },
};

/** The same network, on which one thing published is three posts. */
function ofThree(contract: NetworkContract): NetworkContract {
  return {
    ...contract,
    edition: editionOfThree,
    async start() {
      const server = await contract.start();
      return { ...server, posts: async () => (await server.posts()) / 3 };
    },
  };
}
