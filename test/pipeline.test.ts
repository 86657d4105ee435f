// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how pressrun.yaml names variables.
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { openApp } from "../src/app.ts";
import { UserError } from "../src/errors.ts";
import type { Channel } from "../src/model/channel.ts";
import { makeEdition, publish } from "../src/pipeline.ts";
import { SLUG } from "./commands/paper.ts";
import { QUIET, type Ran, run } from "./commands/run.ts";

const PASSWORD = "lamp-oil-and-wicks";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pressrun-pipeline-"));
  writeFileSync(
    join(folder, "pressrun.yaml"),
    'mode: sandbox\npublication: {name: Quayside Weekly}\nchannels:\n  bluesky: {identifier: "${BSKY_ID}.example.org", password: "${PASSWORD}"',
  );
});

/** Renders the one article of a publication with these options of its channel and this front matter. */
function render(options: string, front: string, ...flags: string[]): Promise<Ran> {
  appendFileSync(join(folder, "pressrun.yaml"), `${options}}\n`);
  const text = `---\ntitle: Harbour lights\n${front}\n---\n\nThe lamps are lit by ${PASSWORD}.\n`;
  writeFileSync(join(folder, `${SLUG}.md`), text);
  return run(folder, ["render", `${SLUG}.md`, ...flags], { env: { BSKY_ID: "example.org", PASSWORD } });
}
describe("an edition", () => {
  it("has no more hashtags than its channel is to have", async () => {
    const { out } = await render(", tags: 1", "tags: [harbour, night]", "--json");
    expect([out.includes("#harbour"), out.includes("#night")]).toEqual([true, false]);
  });

  it("shows what is public, also where a variable holds it, and no password", async () => {
    const { out } = await render("", "url: https://example.org/harbour-lights", "--json");
    expect(JSON.parse(out).article).toBe(SLUG);
    expect(out).toContain("example.org/harbour-lights");
    expect(out).not.toContain(PASSWORD);
  });

  it("comes with a word on what its front matter asks for in vain", async () => {
    const { err, exit } = await render("", "queue: true\nposts: {blusky: Read.}");
    expect(exit).toBe(0);
    expect(err).toContain("It is in the queue, and schedule.slots names no slot it could take.");
    expect(err).toContain("posts.blusky is not used");
  });
});

describe("publish", () => {
  const NOBODY_ASKS = { catchUp: false, resume: false, confirm: async () => true };
  const LINES = [
    "mode: live",
    "publication: {name: Quayside Weekly, timezone: UTC}",
    "channels:",
    "  feed: {folder: public}",
    "  second: {type: feed, folder: second}",
  ];

  /** Of a live publication whose second channel fails as `send` does, once the first is done. */
  async function broken(send: Channel["send"]) {
    writeFileSync(join(folder, "pressrun.yaml"), `${LINES.join("\n")}\n`);
    writeFileSync(join(folder, `${SLUG}.md`), "---\ntitle: Harbour lights\n---\n\nThe lamps are lit.\n");
    const io = { ...QUIET, cwd: folder };
    const app = await openApp({ json: true, cwd: folder }, io, { sandbox: false, reach: "send" });
    const [first, second] = await app.channels();
    const channels = async () => [first, { ...second, send }] as Channel[];
    try {
      const edition = await makeEdition(app, `${SLUG}.md`);
      return await publish({ ...app, channels }, edition, NOBODY_ASKS);
    } finally {
      await app.close();
    }
  }
  const published = () =>
    readFileSync(join(folder, "published.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line).channel);

  it("has a channel that is done on record, also where another one breaks", async () => {
    const bug = async () => {
      await sleep(200);
      throw new Error("a bug");
    };
    await expect(broken(bug)).rejects.toThrow("a bug");
    expect(published()).toEqual(["feed"]);
  });

  it("tells what broke a channel also where that cannot be put on record", async () => {
    const bug = async () => {
      await sleep(200);
      const file = join(folder, "published.jsonl");
      rmSync(file);
      mkdirSync(file);
      throw new Error("a bug");
    };
    await expect(broken(bug)).rejects.toThrow("a bug");
  });

  it("reports what went out where the user has to mend the rest", async () => {
    const refused = async () => {
      await sleep(200);
      throw new UserError({ code: "full", message: "The disk is full." });
    };
    expect(await broken(refused)).toMatchObject({
      problems: [{ code: "full" }],
      channels: [
        { channel: "feed", sent: 1 },
        { channel: "second", pending: 1 },
      ],
    });
    expect(published()).toEqual(["feed"]);
  });
});
