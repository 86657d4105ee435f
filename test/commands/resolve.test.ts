import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AT, deliver, LOST, newPaper, REFUSED, SENT, SLUG, withLedger } from "./paper.ts";
import { run } from "./run.ts";

let folder: string;
beforeEach(async () => {
  folder = newPaper();
  await withLedger(folder, async (ledger) => {
    await deliver(ledger, "email", { "a@example.org": SENT, "b@example.org": LOST, "c@example.org": LOST });
    await deliver(ledger, "bluesky", { bluesky: LOST });
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const states = () =>
  withLedger(folder, async (ledger) =>
    Object.fromEntries((await ledger.deliveries({})).map(({ key, state }) => [key.recipient, state])),
  );

describe("resolve", () => {
  it("takes uncertain deliveries as sent", async () => {
    expect(await run(folder, ["resolve", SLUG, "--assume-sent"])).toMatchObject({
      exit: 0,
      out: "email: 2, bluesky: 1 are taken as sent, and never sent again.",
    });
    expect(await states()).toEqual({
      "a@example.org": "sent",
      "b@example.org": "sent",
      "c@example.org": "sent",
      bluesky: "sent",
    });
    expect(await run(folder, ["resolve", SLUG, "--assume-sent"])).toMatchObject({
      exit: 0,
      out: `Nothing of "${SLUG}" is uncertain.`,
    });
  });

  it("has those of one channel sent again", async () => {
    const { exit, json } = await run(folder, ["resolve", SLUG, "--resend", "--only", "email", "--json"]);
    expect(exit).toBe(0);
    expect(json()).toEqual({
      article: SLUG,
      state: "uncertain",
      decision: "resend",
      channels: [{ channel: "email", deliveries: 2 }],
    });
    expect(await states()).toEqual({
      "a@example.org": "sent",
      "b@example.org": "pending",
      "c@example.org": "pending",
      bluesky: "uncertain",
    });
  });

  it("has those that were refused tried again", async () => {
    await withLedger(folder, (ledger) => deliver(ledger, "mastodon", { mastodon: REFUSED }));
    const ran = await run(folder, ["resolve", SLUG, "--failed", "--resend"]);
    expect(ran).toMatchObject({
      exit: 0,
      out: `mastodon: 1 are to be sent again. Now run \`pressrun publish ${SLUG}\`.`,
    });
    expect(await states()).toMatchObject({
      "a@example.org": "sent",
      "b@example.org": "uncertain",
      mastodon: "pending",
    });
    expect((await run(folder, ["resolve", SLUG, "--failed", "--resend"])).out).toBe(
      `Nothing of "${SLUG}" has failed.`,
    );
  });

  it("knows a file by the slug in its front matter", async () => {
    writeFileSync(join(folder, "b.md"), `---\ntitle: B\nslug: ${SLUG}\n---\n\nText.\n`);
    expect(await run(folder, ["resolve", "b.md", "--assume-sent", "--only", "bluesky"])).toMatchObject({
      exit: 0,
      out: "bluesky: 1 are taken as sent, and never sent again.",
    });
  });

  it.each([
    [["resolve", SLUG], "Give either --resend or --assume-sent."],
    [["resolve", SLUG, "--resend", "--assume-sent"], "Give either --resend or --assume-sent."],
    [["resolve", SLUG, "--failed"], "Give --failed --resend."],
    [
      ["resolve", SLUG, "--failed", "--assume-sent"],
      "A failed delivery was refused: it cannot be taken as sent. Give --failed --resend.",
    ],
    [["resolve", "unheard-of", "--resend"], 'The ledger knows nothing of "unheard-of".'],
    [
      ["resolve", SLUG, "--resend", "--only", "email,nostr"],
      `"${SLUG}" did not go to nostr. Choose from email, bluesky.`,
    ],
  ])("refuses %j", async (argv, message) => {
    const before = await states();
    expect(await run(folder, argv)).toMatchObject({
      exit: 2,
      out: "",
      err: expect.stringContaining(message),
    });
    expect(await states()).toEqual(before);
  });

  it("waits for a run that holds the article", async () => {
    const refused = await withLedger(folder, async (ledger) => {
      await ledger.lock(SLUG, AT);
      return run(folder, ["resolve", SLUG, "--resend"]);
    });
    expect(refused).toMatchObject({ exit: 75, err: expect.stringContaining(`process ${process.pid}`) });
    expect(await states()).toMatchObject({ bluesky: "uncertain" });
  });
});
