// How much longer `publish --sandbox` takes with every kind of social channel than with one, on the packed tool.
// Writes the README's table.   npm run bench -- channels
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHANNEL_TYPES } from "../src/channels/index.ts";
import { installPacked } from "./packed.ts";
import { writeTable } from "./readme.ts";
import { takeTurns } from "./turns.ts";

const ROUNDS = 9;
/** What each cannot do without, besides secrets. */
const OPTIONS: Readonly<Record<string, object>> = {
  bluesky: { identifier: "harbour.example" },
  devto: {},
  discord: {},
  facebook: { page: "100064" },
  feed: { folder: "feeds" },
  linkedin: { author: "urn:li:person:abc123" },
  mastodon: { server: "https://social.example" },
  nostr: { relays: ["wss://relay.example"] },
  slack: {},
  telegram: { chat: "@harbour" },
  threads: {},
  webhook: {},
  x: {},
};
const missing = Object.keys(CHANNEL_TYPES).filter((type) => !(type in OPTIONS));
if (missing.length > 0) throw new Error(`not measured: ${missing.join(", ")}`);
const { home, tool, env, init, remove } = installPacked();

function paper(name: string, channels: object) {
  const folder = init(name);
  const config = { publication: { name: "Harbour News", url: "https://harbour.example" }, channels };
  writeFileSync(join(folder, "pressrun.yaml"), JSON.stringify(config));
  return {
    args: [tool, "publish", "the-night-train-returns", "--sandbox", "--cwd", folder],
    prepare: () => rmSync(join(folder, ".pressrun"), { recursive: true, force: true }),
  };
}

const count = Object.keys(OPTIONS).length;
const medians = takeTurns(
  { one: paper("one", { mastodon: OPTIONS.mastodon }), all: paper("all", OPTIONS) },
  ROUNDS,
  { cwd: home, env },
);
const one = medians.get("one") ?? Number.NaN;
const all = medians.get("all") ?? Number.NaN;
const table = writeTable(
  "channels",
  ["`publish --sandbox`", "median", "× one channel"],
  [
    ["one social channel", `${one.toFixed(0)} ms`, "1.00 ×"],
    [`${count} social channels`, `${all.toFixed(0)} ms`, `${(all / one).toFixed(2)} ×`],
  ],
);
process.stdout.write(`${table}\n`);
remove();
