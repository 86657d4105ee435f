import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openLedger } from "../../src/ledger/index.ts";
import { type Press, startPress } from "../servers/press.ts";
import { type Ran, run } from "./run.ts";

let press: Press;
beforeEach(async () => {
  press = await startPress('schedule: {slots: ["0 9 * * tue"]}');
  for (const name of ["ada", "bo"]) await run(press.folder, ["subscribers", "add", `${name}@example.org`]);
});
afterEach(() => press.stop());

const due = (time: string, ...args: string[]): Promise<Ran> =>
  run(press.folder, ["due", ...args], { now: () => new Date(time) });
const counts = (ran: Ran) =>
  ran
    .json()
    .map(({ article, channels }: { article: string; channels: Record<string, number>[] }) => [
      article,
      ...channels.map(
        ({ channel, sent, missed, skipped, pending }) =>
          `${channel} ${sent} sent ${missed} missed ${skipped} skipped ${pending} pending`,
      ),
    ]);
const file = (name: string) => join(press.folder, name);
const NOTHING = { exit: 0, out: "", err: "" };

describe("due", () => {
  it("publishes an article at its time, once, and says nothing before and after", async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    expect(await due("2026-11-24T07:59:59Z")).toEqual(expect.objectContaining(NOTHING));
    expect(await due("2026-11-24T07:59:59Z", "--json")).toMatchObject({ exit: 0, out: "[]" });
    const ran = await due("2026-11-24T08:00:00Z", "--json");
    expect(ran.exit).toBe(0);
    expect(counts(ran)).toEqual([
      [
        "lamps",
        "email 2 sent 0 missed 0 skipped 0 pending",
        "harbour 1 sent 0 missed 0 skipped 0 pending",
        "tides 1 sent 0 missed 0 skipped 0 pending",
      ],
    ]);
    expect(ran.err).not.toContain("@example.org");
    for (const time of ["2026-11-24T08:00:00Z", "2026-11-24T08:01:00Z", "2027-01-01T00:00:00Z"])
      expect(await due(time)).toEqual(expect.objectContaining(NOTHING));
    expect([...press.mails().values()]).toEqual([1, 1]);
    expect([...press.network.written.values()]).toEqual([1, 1]);
  });

  it("catches up with a run that was missed, and reports once what is too late", async () => {
    press.article("lamps", "publish_at: 2026-11-24T03:00Z");
    press.article("tides", "publish_at: 2026-11-24T01:59Z");
    const ran = await due("2026-11-24T08:00:00Z", "--json");
    expect(ran.exit).toBe(1);
    expect(counts(ran)).toEqual([
      [
        "tides",
        ...["email 0 sent 2", "harbour 0 sent 1", "tides 0 sent 1"].map(
          (each) => `${each} missed 0 skipped 0 pending`,
        ),
      ],
      [
        "lamps",
        ...["email 2", "harbour 1", "tides 1"].map((each) => `${each} sent 0 missed 0 skipped 0 pending`),
      ],
    ]);
    expect(ran.err).toContain(
      '"About tides" was due too long ago for email, harbour, tides: missed, not sent.',
    );
    expect(await due("2026-11-24T08:01:00Z")).toEqual(expect.objectContaining(NOTHING));
    expect([...press.mails().keys()].every((key) => key.endsWith("About lamps"))).toBe(true);
    const missed = (await run(press.folder, ["status", "tides", "--missed", "--json"])).json();
    expect(missed.deliveries).toHaveLength(4);
    expect(await run(press.folder, ["resolve", "tides", "--missed", "--resend", "--yes"])).toMatchObject({
      exit: 0,
    });
    expect(press.mails().size).toBe(4);
  });

  it("takes --max-late from the line, and refuses what is no duration", async () => {
    press.article("lamps", "publish_at: 2026-11-24T03:00Z");
    expect(await due("2026-11-24T08:00:00Z", "--max-late", "soon")).toMatchObject({
      exit: 2,
      err: 'pressrun: --max-late is "soon", which is no duration. Write it such as 6h, 90m or 2d.\n',
    });
    expect(counts(await due("2026-11-24T08:00:00Z", "--max-late", "1h", "--json"))[0][1]).toBe(
      "email 0 sent 2 missed 0 skipped 0 pending",
    );
  });

  it("sends each channel after its offset, counted from publish_at or from the publish by hand", async () => {
    press.article("lamps", "publish_at: 2026-11-24T08:00Z\nchannels: {email: +0m, harbour: +30m}");
    press.article("ferry", "channels: {email: +0m, tides: +1h}");
    const byHand = await run(press.folder, ["publish", "ferry", "--yes", "--json"], {
      now: () => new Date("2026-11-24T08:10:00Z"),
    });
    expect(byHand).toMatchObject({ exit: 0 });
    expect(byHand.json().channels.map(({ channel }: { channel: string }) => channel)).toEqual(["email"]);
    expect(counts(await due("2026-11-24T08:29:00Z", "--json"))).toEqual([
      ["lamps", "email 2 sent 0 missed 0 skipped 0 pending"],
    ]);
    expect(counts(await due("2026-11-24T08:30:00Z", "--json"))).toEqual([
      ["lamps", "harbour 1 sent 0 missed 0 skipped 0 pending"],
    ]);
    expect(counts(await due("2026-11-24T09:10:00Z", "--json"))).toEqual([
      ["ferry", "tides 1 sent 0 missed 0 skipped 0 pending"],
    ]);
    expect(await due("2026-11-24T10:10:00Z")).toEqual(expect.objectContaining(NOTHING));
  });

  it("deals slots to the queue, which never shift once they have come", async () => {
    press.article("b-second", "queue: true");
    press.article("a-first", "queue: true");
    expect(await due("2026-11-20T00:00:00Z")).toEqual(expect.objectContaining(NOTHING));
    const upcoming = await run(press.folder, ["status", "--upcoming"], {
      now: () => new Date("2026-11-20T00:00:00Z"),
    });
    expect(upcoming.out).toBe(
      [
        "Upcoming, in the time of Europe/Berlin",
        "  Tue 24 Nov 2026 09:00 +01:00  a-first  email, harbour, tides  (queue)",
        "  Tue 01 Dec 2026 09:00 +01:00  b-second  email, harbour, tides  (queue)",
      ].join("\n"),
    );
    const refused = await run(press.folder, ["publish", "a-first", "--yes"], {
      now: () => new Date("2026-11-20T00:00:00Z"),
    });
    expect(refused).toMatchObject({
      exit: 2,
      err: expect.stringContaining(
        "is in the queue: `pressrun due` publishes it at 2026-11-24T08:00:00.000Z.",
      ),
    });
    expect(counts(await due("2026-11-24T08:30:00Z", "--json"))[0][0]).toBe("a-first");
    // It comes before the other in the order, and the slot that has come is gone.
    press.article("a-zeroth", "queue: true");
    expect(await due("2026-11-24T08:31:00Z")).toEqual(expect.objectContaining(NOTHING));
    expect(counts(await due("2026-12-01T08:00:00Z", "--json"))[0][0]).toBe("a-zeroth");
    expect(counts(await due("2026-12-08T08:00:00Z", "--json"))[0][0]).toBe("b-second");
  });

  it("shows with --at what a moment would do, and leaves every byte of the state", async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    const before = readFileSync(file(".pressrun/ledger.db"));
    const ran = await due("2026-11-20T00:00:00Z", "--at", "2026-11-24 09:00", "--json");
    expect(ran.exit).toBe(0);
    expect(ran.json()).toMatchObject([
      {
        article: "lamps",
        dryRun: true,
        channels: [
          { channel: "email", planned: 2, sent: 0, pending: 2 },
          { channel: "harbour", pending: 1 },
          { channel: "tides", pending: 1 },
        ],
      },
    ]);
    expect((await due("2026-11-20T00:00:00Z", "--at", "2026-11-24 08:59", "--json")).out).toBe("[]");
    expect(readFileSync(file(".pressrun/ledger.db")).equals(before)).toBe(true);
    expect(press.smtp.taken).toEqual([]);
    expect(await due("2026-11-20T00:00:00Z", "--at", "2026-10-25 02:30")).toMatchObject({
      exit: 2,
      err: expect.stringContaining(
        "comes twice in Europe/Berlin because the clocks change; write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00",
      ),
    });
  });

  it("does it for real in the sandbox", async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    const ran = await due("2026-11-20T00:00:00Z", "--sandbox", "--at", "2026-11-24 09:00", "--json");
    expect(ran.json()).toMatchObject([
      { article: "lamps", sandbox: true, dryRun: false, channels: [{ sent: 3 }, { sent: 1 }, { sent: 1 }] },
    ]);
    expect(press.smtp.taken).toEqual([]);
  });

  it("refuses an article whose time cannot be understood, with both readings, and publishes the others", async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    press.article("ferry", "publish_at: 2026-10-25 02:30");
    const ran = await due("2026-11-24T08:00:00Z", "--json");
    expect(ran.exit).toBe(1);
    expect(counts(ran)).toHaveLength(1);
    expect(ran.err).toContain('"publish_at" comes twice in Europe/Berlin');
  });

  it("publishes no draft, and nothing without a time", async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00\ndraft: true");
    press.article("ferry", "");
    expect(await due("2026-11-24T08:00:00Z")).toEqual(expect.objectContaining(NOTHING));
  });

  it("leaves an account that turns it away alone for a while, and the others go on", async () => {
    const config = file("pressrun.yaml");
    writeFileSync(
      config,
      readFileSync(config, "utf8").replace(`smtp://127.0.0.1:${press.smtp.port}`, "smtp://127.0.0.1:1"),
    );
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    const ran = await due("2026-11-24T08:00:00Z", "--json");
    expect(ran.exit).toBe(1);
    expect(await due("2026-11-24T08:01:00Z")).toEqual(expect.objectContaining(NOTHING));
    writeFileSync(
      config,
      readFileSync(config, "utf8")
        .replace("smtp://127.0.0.1:1,", `smtp://127.0.0.1:${press.smtp.port},`)
        .replace('127.0.0.1:1"', `127.0.0.1:${press.smtp.port}"`),
    );
    expect(counts(await due("2026-11-24T08:16:00Z", "--json"))).toEqual([
      ["lamps", "email 2 sent 0 missed 0 skipped 0 pending"],
    ]);
    expect([...press.network.written.values()]).toEqual([1, 1]);
  });

  it("says who is at work, and leaves it to that", async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    const other = await openLedger({ file: file(".pressrun/ledger.db"), create: false, readOnly: false });
    const lock = await other.lock("_due", new Date("2026-11-24T07:00:00Z"));
    try {
      expect(await due("2026-11-24T08:00:00Z")).toMatchObject({
        exit: 0,
        out: expect.stringContaining("Another due has been at work since 2026-11-24T07:00:00.000Z (process "),
      });
      expect(await due("2026-11-24T08:00:00Z", "--quiet")).toMatchObject(NOTHING);
      expect((await due("2026-11-24T08:00:00Z", "--json")).json()).toEqual([]);
    } finally {
      if ("release" in lock) lock.release();
      await other.close();
    }
    expect(counts(await due("2026-11-24T08:00:00Z", "--json"))).toHaveLength(1);
  });

  it("publishes nothing twice whatever the clock does", async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    const times = [
      "2026-11-24T08:00:00Z",
      "2026-11-20T08:00:00Z",
      "2026-11-24T08:00:00Z",
      "2031-01-01T00:00:00Z",
      "1999-01-01T00:00:00Z",
      "2026-11-24T08:00:01Z",
    ];
    for (const time of times) expect((await due(time)).exit).toBe(0);
    expect([...press.mails().values()]).toEqual([1, 1]);
    expect([...press.network.written.values()]).toEqual([1, 1]);
  });

  it("notices a change that comes after it found nothing to do", async () => {
    expect(await due("2026-11-24T08:00:00Z")).toMatchObject(NOTHING);
    press.article("lamps", "publish_at: 2026-11-24 08:30");
    expect(counts(await due("2026-11-24T08:00:10Z", "--json"))).toHaveLength(1);
  });

  it("publishes an article to nobody once", async () => {
    for (const name of ["ada", "bo"])
      await run(press.folder, ["subscribers", "remove", `${name}@example.org`]);
    press.article("lamps", "publish_at: 2026-11-24 09:00\nchannels: [email]");
    expect((await due("2026-11-24T08:00:00Z")).exit).toBe(0);
    expect(await due("2026-11-24T08:01:00Z")).toMatchObject(NOTHING);
    await run(press.folder, ["subscribers", "add", "ada@example.org"]);
    expect(await due("2026-11-24T23:01:00Z")).toMatchObject(NOTHING);
  });
});

describe("a slot that takes all that is queued", () => {
  beforeEach(() => {
    const config = file("pressrun.yaml");
    writeFileSync(config, readFileSync(config, "utf8").replace("schedule: {", "schedule: {digest: true, "));
    for (const slug of ["lamps", "ferry", "pier"]) press.article(slug, "queue: true");
    press.article("later", "queue: true\npublish_at: 2026-11-28 09:00");
  });

  it("sends it as one digest, once, and one article alone as itself", async () => {
    expect(await due("2026-11-20T00:00:00Z")).toMatchObject(NOTHING);
    const look = await due("2026-11-20T00:00:00Z", "--at", "2026-11-24 09:00", "--json");
    expect(look.json()).toMatchObject([
      { dryRun: true, channels: [{ pending: 2 }, { pending: 1 }, { pending: 1 }] },
    ]);
    const ran = await due("2026-11-24T08:00:00Z", "--json");
    expect(ran.exit).toBe(0);
    expect(counts(ran)).toEqual([
      [
        expect.stringMatching(/^digest-ferry-lamps-pier-/),
        "email 2 sent 0 missed 0 skipped 0 pending",
        "harbour 1 sent 0 missed 0 skipped 0 pending",
        "tides 1 sent 0 missed 0 skipped 0 pending",
      ],
    ]);
    expect(await due("2026-11-24T08:01:00Z")).toMatchObject(NOTHING);
    press.article("new", "queue: true\nchannels: [email]");
    expect(await due("2026-11-25T08:01:00Z")).toMatchObject(NOTHING);
    const next = await due("2026-12-01T08:00:00Z", "--json");
    expect(counts(next)).toEqual([
      [expect.stringMatching(/^digest-later-new-/), "email 2 sent 0 missed 0 skipped 0 pending"],
    ]);
    press.article("alone", "queue: true");
    expect(await due("2026-12-02T08:00:00Z")).toMatchObject(NOTHING);
    expect(counts(await due("2026-12-08T08:00:00Z", "--json"))[0][0]).toBe("alone");
    expect(await due("2026-12-09T08:00:00Z")).toMatchObject(NOTHING);
    expect([...press.mails().values()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("goes on with a digest that could not all be sent", async () => {
    const config = file("pressrun.yaml");
    const text = readFileSync(config, "utf8");
    expect(await due("2026-11-20T00:00:00Z")).toMatchObject(NOTHING);
    writeFileSync(config, text.replace(`smtp://127.0.0.1:${press.smtp.port}`, "smtp://127.0.0.1:1"));
    expect((await due("2026-11-24T08:00:00Z", "--json")).exit).toBe(1);
    writeFileSync(config, text);
    press.article("new", "queue: true");
    const ran = await due("2026-11-24T08:20:00Z", "--json");
    expect(counts(ran)).toEqual([
      [expect.stringMatching(/^digest-ferry-lamps-pier-/), "email 2 sent 0 missed 0 skipped 0 pending"],
    ]);
    expect([...press.network.written.values()]).toEqual([1, 1]);
  });
});

describe("a state folder put back from last week", () => {
  beforeEach(async () => {
    press.article("lamps", "publish_at: 2026-11-24 09:00");
    cpSync(file(".pressrun"), file("backup"), { recursive: true });
    expect((await due("2026-11-24T08:00:00Z")).exit).toBe(0);
    rmSync(file(".pressrun"), { recursive: true });
    cpSync(file("backup"), file(".pressrun"), { recursive: true });
  });

  it("is refused with the way out, by due and by publish", async () => {
    for (const argv of [["due"], ["publish", "lamps", "--now", "--yes"]]) {
      const ran = await run(press.folder, argv, { now: () => new Date("2026-11-24T09:00:00Z") });
      expect(ran.exit).toBe(2);
      // The one of its channels that was done first.
      expect(ran.err).toMatch(
        /The ledger is older than published\.jsonl: that says "lamps" went out through (email|harbour), and the ledger does not, and 2 more like it\./,
      );
      expect(ran.err).toContain("pressrun due --trust-published");
    }
    expect(press.mails().size).toBe(2);
  });

  it("takes published.jsonl's word when a person says so, and goes on with the rest", async () => {
    press.article("ferry", "publish_at: 2026-11-24 09:30");
    const ran = await due("2026-11-24T09:00:00Z", "--trust-published", "--json");
    expect(ran.exit).toBe(0);
    expect(counts(ran).map(([slug]: string[]) => slug)).toEqual(["ferry"]);
    expect(press.mails().size).toBe(4);
    expect(await due("2026-11-24T09:01:00Z")).toMatchObject(NOTHING);
  });

  it("is no reason to refuse where there is no ledger: a clone skips what is named", async () => {
    rmSync(file(".pressrun"), { recursive: true });
    mkdirSync(file(".pressrun"));
    expect(await due("2026-11-24T09:00:00Z")).toMatchObject(NOTHING);
    expect(press.mails().size).toBe(2);
  });
});
