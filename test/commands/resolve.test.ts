import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { messageName } from "../../src/model/delivery.ts";
import { AT, deliver, LOST, newPaper, SENT, SLUG, withLedger } from "./paper.ts";
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

  it("knows a file by the slug in its front matter", async () => {
    writeFileSync(join(folder, "b.md"), `---\ntitle: B\nslug: ${SLUG}\n---\n\nText.\n`);
    expect(await run(folder, ["resolve", "b.md", "--assume-sent", "--only", "bluesky"])).toMatchObject({
      exit: 0,
      out: "bluesky: 1 are taken as sent, and never sent again.",
    });
  });

  it.each([
    [["resolve", SLUG], "Give either --resend, --assume-sent or --from-log MAILLOG."],
    [
      ["resolve", SLUG, "--resend", "--assume-sent"],
      "Give either --resend, --assume-sent or --from-log MAILLOG.",
    ],
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
      return run(folder, ["resolve", SLUG, "--assume-sent"]);
    });
    expect(refused).toMatchObject({ exit: 75, err: expect.stringContaining(`process ${process.pid}`) });
    expect(await states()).toMatchObject({ bluesky: "uncertain" });
  });
});

describe("resolve --from-log", () => {
  const at = (offset: number) => new Date(AT.getTime() + offset).toISOString().replace("Z", "000+00:00");
  const name = (recipient: string) => messageName({ channel: "email", slug: SLUG, revision: 0, recipient });
  const lines = () => [
    `${at(-60_000)} mail postfix/smtpd[1]: connect from localhost[127.0.0.1]`,
    `${at(10)} mail postfix/cleanup[2]: 4XkA: message-id=<${name("b@example.org")}@example.org>`,
    `${at(60_000)} mail postfix/anvil[3]: statistics`,
  ];

  it.each(["mail.log", "mail.log.1.gz"])(
    "settles what the server took and what it never saw (%s)",
    async (file) => {
      const text = `${lines().join("\n")}\n`;
      writeFileSync(join(folder, file), file.endsWith(".gz") ? gzipSync(text) : text);
      const ran = await run(folder, ["resolve", SLUG, "--from-log", file]);
      expect(ran).toMatchObject({
        exit: 1,
        out: expect.stringContaining(
          "1 found in the log and settled as sent, 1 not there and pending again, 1 still uncertain",
        ),
      });
      expect(await states()).toEqual({
        "a@example.org": "sent",
        "b@example.org": "sent",
        "c@example.org": "pending",
        bluesky: "uncertain",
      });
    },
  );

  it("decides nothing from a log of another time, and nothing at all without a log", async () => {
    const before = await states();
    writeFileSync(join(folder, "old.log"), `${lines()[0]}\n`);
    expect(await run(folder, ["resolve", SLUG, "--from-log", "old.log", "--json"])).toMatchObject({
      exit: 1,
    });
    writeFileSync(join(folder, "notes.txt"), "nothing of the kind\n");
    expect((await run(folder, ["resolve", SLUG, "--from-log", "notes.txt"])).exit).toBe(2);
    expect((await run(folder, ["resolve", SLUG, "--from-log", "missing.log"])).err).toContain(
      "This log cannot be read: there is no such file or folder.",
    );
    writeFileSync(join(folder, "cut.gz"), gzipSync(lines().join("\n")).subarray(0, 40));
    expect((await run(folder, ["resolve", SLUG, "--from-log", "cut.gz"])).exit).toBe(2);
    expect((await run(folder, ["resolve", SLUG, "--from-log", "old.log", "--resend"])).exit).toBe(2);
    expect(await states()).toEqual(before);
  });
});
