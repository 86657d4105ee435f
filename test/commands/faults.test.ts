import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { ending, startTool } from "../../proof/sink-process.ts";
import { type Script, startScripted, startSmtp } from "../servers/smtp.ts";
import { type LivePaper, livePaper, SLUG, withLiveLedger } from "./live.ts";
import { run } from "./run.ts";

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function paperFor(readers: number, email: readonly string[] = []): Promise<LivePaper> {
  const paper = await livePaper(readers, email);
  cleanup.push(() => rmSync(paper.folder, { recursive: true, force: true }));
  return paper;
}

async function scripted(script: Script | ((connection: number) => Script)) {
  const server = await startScripted(script);
  cleanup.push(() => server.stop());
  return server;
}

/** Counts of the newsletter in the ledger. */
const counts = ({ folder }: LivePaper) =>
  withLiveLedger(folder, async (ledger) => (await ledger.rows(SLUG))[0]?.counts);

/** A clock that leaps ahead each time it is looked at: no test waits the seconds before a second try. */
function leaping(): () => Date {
  let leaps = 0;
  return () => new Date(Date.now() + 400 * leaps++);
}

const TLS_OFFERED = "250-test\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 SIZE 10000000";

describe("a server that breaks off", () => {
  // The first connection is the one that looks whether the server is there.
  const cases: readonly [phase: string, script: Script, state: "sent" | "uncertain"][] = [
    ["the greeting", { greeting: "drop" }, "sent"],
    ["EHLO", { ehlo: "drop" }, "sent"],
    ["STARTTLS", { ehlo: TLS_OFFERED, starttls: "drop" }, "sent"],
    ["the TLS handshake", { ehlo: TLS_OFFERED, handshake: "drop" }, "sent"],
    ["a TLS handshake of other bytes", { ehlo: TLS_OFFERED, handshake: "220 hello again" }, "sent"],
    ["AUTH", { auth: "drop" }, "sent"],
    ["MAIL", { mail: "drop" }, "sent"],
    ["RCPT", { rcpt: "drop" }, "sent"],
    ["DATA", { data: "drop" }, "sent"],
    ["the body", { body: "drop" }, "uncertain"],
    ["the dot", { end: "drop" }, "uncertain"],
  ];

  it.each(cases)("at %s costs no reader the mail and sends none twice", async (_phase, script, state) => {
    const server = await scripted((connection) => (connection === 2 ? script : {}));
    const paper = await paperFor(4, ["connections: 2"]);
    const ran = await run(paper.folder, ["publish", SLUG, "--yes", "--json"], {
      env: { SMTP_URL: `smtp://press:correct-horse@127.0.0.1:${server.port}?tls=opportunistic` },
      now: leaping(),
    });
    expect(ran.err + ran.out).not.toContain("correct-horse");
    const expected = state === "sent" ? { sent: 4, uncertain: 0 } : { sent: 3, uncertain: 1 };
    expect({ exit: ran.exit, row: ran.json().channels[0] }).toMatchObject({
      exit: state === "sent" ? 0 : 1,
      row: { ...expected, pending: 0, failed: 0 },
    });
    const listed = await paper.run(server.port, "status", SLUG, "--uncertain", "--json");
    expect(listed.json().deliveries).toHaveLength(expected.uncertain);
    const again = await paper.publish(server.port);
    // By a clock that was set back since.
    expect({ err: again.err, row: again.json().channels[0] }).toMatchObject({
      err: "",
      row: { sent: 0, uncertain: expected.uncertain },
    });
  });
});

describe("a server that says 421 to everyone", () => {
  it("keeps every mail pending, and gets each once when it is well again", async () => {
    let isIll = true;
    const server = await scripted((connection) =>
      isIll && connection > 1 ? { mail: "421 4.3.2 busy" } : {},
    );
    const paper = await paperFor(6, ["connections: 3"]);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 2_500);
    const first = await run(paper.folder, ["publish", SLUG, "--yes", "--json"], {
      env: { SMTP_URL: `smtp://127.0.0.1:${server.port}` },
      signal: stop.signal,
    });
    expect({ exit: first.exit, row: first.json().channels[0] }).toMatchObject({
      exit: 75,
      row: { sent: 0, failed: 0, uncertain: 0, pending: 6 },
    });
    isIll = false;
    // A clock an hour later: their retries are due.
    const later = await run(paper.folder, ["publish", SLUG, "--yes", "--json"], {
      env: { SMTP_URL: `smtp://127.0.0.1:${server.port}` },
      now: () => new Date(Date.now() + 3_600_000),
    });
    expect(later.json().channels[0]).toMatchObject({ sent: 6, pending: 0 });
    expect(server.heard.filter((line) => line === "<message>")).toHaveLength(6);
  });
});

describe("a server that says 421 now and then, at the greeting, to MAIL, to RCPT and after the body", () => {
  it("gets every mail in the end, and none twice", async () => {
    const said = "421 4.7.0 too many";
    const ill: readonly Script[] = [{ greeting: said }, { mail: said }, { rcpt: said }, { end: said }];
    const server = await scripted((connection) => ill[connection - 2] ?? {});
    const paper = await paperFor(12, ["connections: 2"]);
    const ran = await run(paper.folder, ["publish", SLUG, "--yes", "--json"], {
      env: { SMTP_URL: `smtp://127.0.0.1:${server.port}` },
      now: leaping(),
    });
    expect({ exit: ran.exit, row: ran.json().channels[0] }).toMatchObject({
      exit: 0,
      row: { sent: 12, failed: 0, uncertain: 0, pending: 0 },
    });
    // One of them was turned away after its body.
    expect(server.heard.filter((line) => line === "<message>")).toHaveLength(13);
  }, 30_000);
});

describe("a server that says 451 to three in ten first tries", () => {
  it("gets every mail in the end, and none twice", async () => {
    const tried = new Set<string>();
    const server = await startSmtp({
      onRcptTo({ address }, _session, done) {
        const isFirst = !tried.has(address);
        tried.add(address);
        const isLater = isFirst && Number(/\d+/.exec(address)?.[0]) % 10 < 3;
        done(isLater ? Object.assign(new Error("4.7.1 greylisted"), { responseCode: 451 }) : null);
      },
    });
    cleanup.push(() => server.stop());
    const paper = await paperFor(100);
    const ran = await paper.publish(server.port);
    expect({ exit: ran.exit, row: ran.json().channels[0] }).toMatchObject({ exit: 0, row: { sent: 100 } });
    const taken = server.taken.map(({ to }) => to[0]);
    expect([taken.length, new Set(taken).size]).toEqual([100, 100]);
  });
});

describe("a half-open connection", () => {
  it("that never answers again is given up when the run is stopped, and is uncertain only after the body", async () => {
    const server = await scripted((connection) => (connection === 1 ? {} : { end: "silence" }));
    const paper = await paperFor(1);
    const child = startTool(paper.folder, server.port, "publish", SLUG, "--yes", "--json");
    const ended = ending(child);
    while (!server.heard.includes("<message>")) await sleep(20);
    child.kill("SIGTERM");
    const { exit, out } = await ended;
    expect({ exit, row: JSON.parse(out).channels[0] }).toMatchObject({
      row: { uncertain: 1, pending: 0, sent: 0 },
    });
  });
});

describe("a clock that is set back an hour in the middle of a run", () => {
  it("sends each mail once", async () => {
    const server = await startSmtp();
    cleanup.push(() => server.stop());
    const paper = await paperFor(30, ["rate: 60/s", "connections: 2"]);
    const ran = await run(paper.folder, ["publish", SLUG, "--yes", "--json"], {
      env: { SMTP_URL: `smtp://127.0.0.1:${server.port}` },
      now: () => new Date(Date.now() - (server.taken.length >= 10 ? 3_600_000 : 0)),
    });
    expect({ exit: ran.exit, row: ran.json().channels[0] }).toMatchObject({ exit: 0, row: { sent: 30 } });
    expect(new Set(server.taken.map(({ to }) => to[0])).size).toBe(30);
    expect(server.taken).toHaveLength(30);
  }, 20_000);
});

describe("a ledger that another process keeps locked", () => {
  it("is waited for", async () => {
    const server = await startSmtp();
    cleanup.push(() => server.stop());
    const paper = await paperFor(3);
    const other = new DatabaseSync(join(paper.folder, ".pressrun/ledger.db"));
    other.exec("BEGIN IMMEDIATE");
    const child = startTool(paper.folder, server.port, "publish", SLUG, "--yes", "--json");
    const ended = ending(child);
    await sleep(2_500);
    expect(server.taken).toHaveLength(0);
    other.exec("COMMIT");
    other.close();
    const { exit, out } = await ended;
    expect({ exit, row: JSON.parse(out).channels[0] }).toMatchObject({ exit: 0, row: { sent: 3 } });
  });
});

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? describe : describe.skip;

asRoot("a disk", () => {
  /** The paper's state folder on a file system of its own. */
  function mount(paper: LivePaper, options: string): string {
    const state = join(paper.folder, ".pressrun");
    const kept = mkdtempSync(join(tmpdir(), "pressrun-state-"));
    execFileSync("cp", ["-a", `${state}/.`, kept]);
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", state]);
    cleanup.push(() => execFileSync("umount", [state]));
    execFileSync("cp", ["-a", `${kept}/.`, state]);
    rmSync(kept, { recursive: true });
    return state;
  }

  it("that is full ends the run with a clear line; nobody gets it twice once there is room", async () => {
    const server = await startSmtp();
    cleanup.push(() => server.stop());
    const paper = await paperFor(400);
    const state = mount(paper, "size=640k,mode=0700");
    const full = await paper.publish(server.port);
    expect(full.exit).not.toBe(0);
    expect(full.exit).not.toBe(70);
    expect(full.err).toMatch(/Free some space/);
    execFileSync("mount", ["-o", "remount,size=20m", state]);
    const taken = server.taken.length;
    const after = await paper.publish(server.port);
    const all = server.taken.map(({ to }) => to[0]);
    expect(new Set(all).size).toBe(all.length);
    const row = await counts(paper);
    expect({ pending: row?.pending, total: (row?.sent ?? 0) + (row?.uncertain ?? 0) }).toEqual({
      pending: 0,
      total: 400,
    });
    expect(all.length).toBeGreaterThanOrEqual(taken);
    expect([0, 1]).toContain(after.exit);
  }, 60_000);

  it("that is full is named by what could not be written, and holds nothing by halves", async () => {
    const paper = await paperFor(0);
    const folder = mkdtempSync(join(tmpdir(), "pressrun-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", folder]);
    cleanup.push(() => execFileSync("umount", [folder]));
    cpSync(join(paper.folder, "pressrun.yaml"), join(folder, "pressrun.yaml"));
    cpSync(join(paper.folder, "content"), join(folder, "content"), { recursive: true });
    writeFileSync(join(folder, "fill"), "x".repeat(40_000));
    const files = () => readdirSync(folder, { recursive: true }).map(String).toSorted();
    const before = files();
    const full: readonly (readonly [argv: readonly string[], sentence: string])[] = [
      [["render", SLUG], `${folder}/out: The edition cannot be written here: the disk is full.`],
      [
        ["export-endpoint", "vercel", "site"],
        `${folder}/site: The handler cannot be written here: the disk is full.`,
      ],
      [["init", "sub"], "This file cannot be written: the disk is full."],
      [["subscribers", "add", "a@example.org"], "Free some space"],
    ];
    for (const [argv, sentence] of full) {
      const { exit, err } = await run(folder, argv, { env: { SMTP_URL: "smtp://127.0.0.1:1" } });
      expect({ argv, exit, err }).toEqual({ argv, exit: 2, err: expect.stringContaining(sentence) });
      expect(err).not.toMatch(/ENOSPC|\.new-|\.tmp/);
    }
    const left = files().filter(
      (name) => !before.includes(name) && !/^(sub|\.pressrun|out)(\/|$)/.test(name),
    );
    expect(left).toEqual([]);
  });

  it("that can only be read is said to be so, and nothing is sent", async () => {
    const server = await startSmtp();
    cleanup.push(() => server.stop());
    const paper = await paperFor(3);
    await paper.run(server.port, "subscribers", "add", "late@example.org");
    const state = mount(paper, "size=20m,mode=0700");
    execFileSync("mount", ["-o", "remount,ro", state]);
    const ran = await paper.publish(server.port);
    expect({ exit: ran.exit, taken: server.taken.length }).toEqual({ exit: 2, taken: 0 });
    expect(ran.err).toMatch(/cannot be opened or written|permissions/);
  });
});
