// One publication, one server and what stands between them; no test framework in here: proofs use it, too.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChannelType } from "../../src/channels/index.ts";
import type { Edition } from "../../src/model/edition.ts";
import { type RecordingProxy, type Seen, startProxy } from "../servers/proxy.ts";
import { ledgerOf, type Ran, type RunOptions, run } from "./run.ts";
import { sampleEdition } from "./sample.ts";

/** A server on loopback that holds requests against the network's rules. Faults are added by a proxy before it. */
export interface NetworkServer {
  readonly url: string;
  /** Posts that readers can see. */
  posts(): number | Promise<number>;
  stop(): Promise<void>;
}

export interface NetworkContract {
  readonly type: ChannelType;
  /** Path of the file that exports it, for runs in a process of their own. */
  readonly file: string;
  start(): Promise<NetworkServer>;
  /** The channel's part of pressrun.yaml, for a server at `url`. */
  options(url: string): object;
  /** Is it the request that readers see once it is taken? */
  isPost(seen: Seen): boolean;
  /** Does it get a token? The dry run shows no such request. */
  isLogin?(seen: Seen): boolean;
  /** Must never show in what the ledger keeps. */
  readonly secrets: readonly string[];
  /** `find` settles what is in doubt. */
  readonly finds: boolean;
  /** A second request for the same post is none: what is in doubt is simply sent again. */
  readonly repeatable: boolean;
  /** What the server says to a token that has expired; 401 unless given. */
  readonly expired?: { readonly status: number; readonly body?: unknown };
  /** A thread goes out in one request. */
  readonly atomicThreads?: boolean;
  /** A token that has expired is renewed in the same run. */
  readonly renews?: boolean;
  /** A post of this text alone; `editionSaying` unless given. */
  edition?(name: string, text: string): Edition;
  /** Of one request, where an honest answer may take longer than 700 ms (in random runs: 300 ms). */
  readonly deadlineMs?: number;
  /** False where the network cuts a text that is too long, or has no limit that could be tried. */
  readonly refusesLong?: boolean;
}

export const NAME = "account";
export const NOW = new Date("2026-05-04T09:00:00Z");
const DEADLINE_MS = 700;

/** One publication, one server, and what stands between them. */
export interface Place {
  readonly server: NetworkServer;
  readonly proxy: RecordingProxy;
  readonly folder: string;
  run(at?: Date, edition?: Edition): Promise<Ran | undefined>;
  options(at?: Date, edition?: Edition): RunOptions;
}

export const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

export const withSlug = (edition: Edition, slug: string): Edition => ({
  ...edition,
  article: { ...edition.article, slug },
});

export async function openPlace(
  contract: NetworkContract,
  deadlineMs = contract.deadlineMs ?? DEADLINE_MS,
): Promise<Place> {
  const server = await contract.start();
  const proxy = await startProxy(server.url);
  const folder = mkdtempSync(join(tmpdir(), "network-"));
  const options = (now = NOW, edition = sampleEdition(NAME)): RunOptions => ({
    type: contract.type,
    name: NAME,
    options: contract.options(proxy.url),
    folder,
    now,
    deadlineMs,
    edition: () => edition,
  });
  return { server, proxy, folder, options, run: (at, edition) => run(options(at, edition)) };
}

/** What a person decides who has looked. */
export async function decide({ folder }: Place, what: "there" | "absent"): Promise<void> {
  const ledger = await ledgerOf(folder);
  const key = { channel: NAME, slug: "harbour-lights", revision: 0, recipient: NAME };
  await ledger.decide(key, what === "there" ? {} : "absent", later(1));
  await ledger.close();
}
