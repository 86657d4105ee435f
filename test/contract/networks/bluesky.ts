import { join } from "node:path";
import { channelType } from "../../../src/channels/bluesky.ts";
import { type Pds, startPds } from "../../servers/pds.ts";
import type { NetworkContract } from "../place.ts";

/** A fresh account on the real server for each run. */
export async function bluesky(): Promise<{ readonly contract: NetworkContract; readonly pds: Pds }> {
  const pds = await startPds();
  let account = await pds.account();
  const contract: NetworkContract = {
    type: channelType,
    file: join(import.meta.dirname, "../../../src/channels/bluesky.ts"),
    async start() {
      account = await pds.account();
      const { did } = account;
      const query = new URLSearchParams({ repo: did, collection: "app.bsky.feed.post" });
      return {
        url: pds.url,
        async posts() {
          const response = await fetch(`${pds.url}/xrpc/com.atproto.repo.listRecords?${query}`);
          return ((await response.json()) as { records: readonly unknown[] }).records.length;
        },
        stop: async () => undefined,
      };
    },
    options: (service) => ({ service, identifier: account.handle, password: account.password }),
    isPost: ({ path }) => path === "/xrpc/com.atproto.repo.putRecord",
    secrets: [],
    finds: true,
    // It settles what is in doubt by looking, although a second try would do no harm.
    repeatable: false,
    renews: true,
    atomicThreads: true,
    // The server takes its time over a password.
    deadlineMs: 3000,
  };
  return { contract, pds };
}
