import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startSmtp, type TestServer } from "../servers/smtp.ts";
import { newPublication, run } from "./run.ts";

const SLUG = "the-night-train-returns";

let folder: string;
let smtp: TestServer;

beforeEach(async () => {
  folder = await newPublication();
  smtp = await startSmtp();
  writeFileSync(
    join(folder, "pressrun.yaml"),
    `publication: {name: The Reed, url: "https://example.org", timezone: UTC, postal_address: 1 Quay Street}
email: {from: news@example.org, server: "\${SMTP_URL}", unsubscribe_url: "https://example.org/u"}
channels:
  bluesky: {identifier: example.org, password: "\${BLUESKY_APP_PASSWORD}"}
schedule: {heartbeat_url: "\${BEAT_URL}"}
feeds: [{url: "\${FEED_URL}"}]
bounces: {mailgun: {key: "\${MAILGUN_KEY}"}}
`,
  );
});
afterEach(() => smtp.stop());

/** Names of variables that a command cannot do without, where none but these is set. */
async function missing(argv: readonly string[], ...set: readonly string[]): Promise<string[]> {
  const values: Record<string, string> = { SMTP_URL: `smtp://127.0.0.1:${smtp.port}` };
  const env = Object.fromEntries(set.map((name) => [name, values[name] ?? "https://example.org/secret"]));
  const { err } = await run(folder, argv, { env });
  return [...err.matchAll(/needs \$\{(\w+)\}, which is not set/g)].map(([, name = ""]) => name);
}

describe("the settings that a live command needs", () => {
  it.each([
    [
      ["publish", SLUG, "--yes"],
      ["SMTP_URL", "BLUESKY_APP_PASSWORD"],
    ],
    [["publish", SLUG, "--yes", "--only", "bluesky"], ["BLUESKY_APP_PASSWORD"]],
    [["publish", SLUG, "--test", "me@example.net"], ["SMTP_URL"]],
    [["due"], ["SMTP_URL", "BLUESKY_APP_PASSWORD", "BEAT_URL", "FEED_URL"]],
    [
      ["due", "--only", "email"],
      ["SMTP_URL", "BEAT_URL", "FEED_URL"],
    ],
    [
      ["serve", "--port", "0"],
      ["SMTP_URL", "MAILGUN_KEY"],
    ],
    [["doctor"], []],
    [["status"], []],
    [["subscribers", "list"], []],
  ])("of %j are %j", async (argv, names) => {
    expect(await missing(argv)).toEqual(names);
  });

  it("are enough for it", async () => {
    await run(folder, ["subscribers", "add", "ada@example.net"]);
    const env = { SMTP_URL: `smtp://127.0.0.1:${smtp.port}` };
    const { exit, err } = await run(
      folder,
      ["publish", SLUG, "--yes", "--force", "--only", "email", "--json"],
      { env },
    );
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(smtp.taken).toHaveLength(1);
  });
});
