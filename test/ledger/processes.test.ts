import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { backup } from "../../src/ledger/backup.ts";
import { openLedger } from "../../src/ledger/index.ts";

const CHILD = join(import.meta.dirname, "child.ts");
const AT = new Date("2026-11-23T09:00:00.000Z");
let root: string;
let file: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pressrun-test-"));
  file = join(root, ".pressrun/ledger.db");
});
afterEach(async () => {
  for (const child of running.splice(0)) await kill(child);
  rmSync(root, { recursive: true, force: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  return child;
}

async function said({ stdout }: ChildProcess): Promise<string> {
  const [bytes] = await once(stdout!, "data");
  return String(bytes).trim();
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

const open = () => openLedger({ file, create: true, readOnly: false });

describe("two processes", () => {
  it("may make the ledger at the same time", async () => {
    const children = Array.from({ length: 4 }, () => start("open", file));
    expect(await Promise.all(children.map(said))).toEqual(["3", "3", "3", "3"]);
  });

  it("hold an article one at a time, and not beyond a SIGKILL", async () => {
    const holder = start("hold", file);
    expect(await said(holder)).toBe("held");
    const ledger = await open();
    expect(await ledger.lock("harbour-lights", AT)).toMatchObject({ heldBy: { pid: holder.pid } });
    expect(await said(start("hold", file))).toBe("refused");
    await kill(holder);
    expect(await ledger.lock("harbour-lights", AT)).toHaveProperty("release");
    await ledger.close();
  });
});

describe("while another process writes and checkpoints without a pause", () => {
  const READERS = 8000;

  async function startRewriting(): Promise<void> {
    const ledger = await open();
    const people = Array.from({ length: READERS }, (_, i) => ({
      address: `r${i}@example.org`,
      name: "round 0",
      tags: [],
      fields: { street: "x".repeat(500) },
    }));
    await ledger.subscribers.add(people, AT);
    await ledger.close();
    expect(await said(start("rewrite", file))).toBe("ready");
  }

  it("a backup is sound, and of one moment", async () => {
    await startRewriting();
    for (let number = 0; number < 12; number++) {
      const copy = join(root, `kept-${number}.db`);
      backup({ ledger: file, file: copy });
      const database = new DatabaseSync(copy);
      expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
      expect(
        database.prepare("SELECT count(DISTINCT name) AS n, count(*) AS c FROM subscribers").get(),
      ).toEqual({ n: 1, c: READERS });
      database.close();
    }
  });

  it("a reader never takes the ledger for damaged", async () => {
    await startRewriting();
    for (let number = 0; number < 12; number++) {
      const reader = await openLedger({ file, create: false, readOnly: true });
      expect([...reader.subscribers.list()]).toHaveLength(READERS);
      await reader.close();
    }
  });

  it("a reader who came first reads on", async () => {
    await (await open()).close();
    const reader = await openLedger({ file, create: false, readOnly: true });
    expect(await reader.subscribers.count()).toBe(0);
    await startRewriting();
    expect(await reader.subscribers.count()).toBe(READERS);
    await reader.close();
  });
});

describe("a run that is killed", () => {
  const KILLS = 10;
  const READERS = 20_000;
  const scope = { channel: "email", slug: "harbour-lights", revision: 0 };

  it("sends nothing twice, loses nothing, and leaves at most 2 × 10 uncertain", async () => {
    const log = join(root, "server.log");
    writeFileSync(log, "");
    const ledger = await open();
    const keys = Array.from({ length: READERS }, (_, i) => ({ ...scope, recipient: `r${i}@example.org` }));
    await ledger.plan(
      { ...scope, hash: "h", bodyHash: "b" },
      keys.map((key) => ({ key })),
      AT,
    );
    await ledger.close();

    for (let kills = 0; kills < KILLS; kills++) {
      const child = start("deliver", file, log);
      expect(await said(child)).toBe("ready");
      await sleep(Math.random() * 40);
      await kill(child);
    }

    const after = await open();
    const states = new Map((await after.deliveries({})).map(({ key, state }) => [key.recipient, state]));
    const [row] = await after.rows();
    await after.close();
    const taken = readFileSync(log, "utf8").trim().split("\n").filter(Boolean);
    const { sent, uncertain, pending, ...others } = row!.counts;
    expect(taken.length).toBeGreaterThan(KILLS);
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken.filter((recipient) => !["sent", "uncertain"].includes(states.get(recipient) ?? ""))).toEqual(
      [],
    );
    expect(
      [...states].filter(([recipient, state]) => state === "sent" && !taken.includes(recipient)),
    ).toEqual([]);
    expect(sent + uncertain + pending).toBe(READERS);
    expect(others).toEqual({ failed: 0, skipped: 0, missed: 0 });
    expect(uncertain).toBeLessThanOrEqual(KILLS * 20);
    const database = new DatabaseSync(file);
    expect(database.prepare("PRAGMA integrity_check").all()).toMatchObject([{ integrity_check: "ok" }]);
    database.close();
  });
});

describe("a disk that takes no more", () => {
  it("ends the run with a sentence, and what was recorded before is kept", async () => {
    const ledger = await open();
    await ledger.close();
    // A limit on the size of files does to SQLite what a full disk does.
    const script = `
      import { openLedger } from ${JSON.stringify(join(import.meta.dirname, "../../src/ledger/index.ts"))};
      const ledger = await openLedger({ file: ${JSON.stringify(file)}, create: false, readOnly: false });
      const people = (from) => Array.from({ length: 9000 }, (_, i) => ({ address: from + i + "@example.org", tags: [], fields: {} }));
      try {
        for (const from of "abcdefghij") await ledger.subscribers.add(people(from), new Date());
      } catch (error) { console.log(error.name + " " + error.exit + " " + error.message); }
      await ledger.close();`;
    const limited = `trap '' XFSZ; ulimit -f 4096; exec "$0" --disable-warning=ExperimentalWarning --input-type=module -e "$1"`;
    const child = spawn("bash", ["-c", limited, process.execPath, script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    running.push(child);
    expect(await said(child)).toMatch(
      /^UserError 2 .*ledger\.db: The disk did not take the ledger's data \(.*Free some space/,
    );
    if (child.exitCode === null) await once(child, "exit");
    const after = await open();
    const count = await after.subscribers.count();
    expect(count).toBeGreaterThan(0);
    expect(count % 9000).toBe(0);
    await after.close();
  });
});
