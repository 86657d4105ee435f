import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AT, deliver, ledgerFile, newPaper, SENT, SLUG, withLedger } from "./paper.ts";
import { run } from "./run.ts";

let folder: string;
beforeEach(() => {
  folder = newPaper();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("backup", () => {
  it("refuses where there is nothing to keep", async () => {
    expect(await run(folder, ["backup", "kept.db"])).toMatchObject({
      exit: 2,
      err: expect.stringContaining("There is no ledger yet. Publish an article or add a subscriber first."),
    });
    expect(existsSync(join(folder, "kept.db"))).toBe(false);
  });

  it("never overwrites a file", async () => {
    await withLedger(folder, async () => undefined);
    await run(folder, ["backup", "kept.db"]);
    expect(await run(folder, ["backup", "kept.db"])).toMatchObject({
      exit: 2,
      err: expect.stringContaining("kept.db: There is a file of this name already. Name a new one."),
    });
  });
});

describe("restore", () => {
  it("puts back what backup kept, and keeps what was there", async () => {
    await withLedger(folder, (ledger) => deliver(ledger, "email", { "a@example.org": SENT }));
    const kept = await run(folder, ["backup", "kept.db", "--json"]);
    expect([kept.exit, kept.json()]).toEqual([0, { file: join(folder, "kept.db") }]);
    await withLedger(folder, (ledger) => deliver(ledger, "email", { "b@example.org": SENT }));
    expect(await run(folder, ["restore", "kept.db"], { now: () => AT })).toMatchObject({
      exit: 0,
      err: "",
      out: `The ledger is now the backup kept.db.
The one before is kept as .pressrun/sandbox/ledger.db.before-restore-20261123T090000000Z.
What was delivered since that backup is not in it and would go out again: look with \`pressrun status\` first.`,
    });
    expect((await run(folder, ["status", SLUG, "--json"])).json().channels).toMatchObject([
      { planned: 1, sent: 1 },
    ]);
  });

  it("changes nothing for a file that is no backup, or while a run holds an article", async () => {
    await withLedger(folder, (ledger) => deliver(ledger, "email", { "a@example.org": SENT }));
    expect(await run(folder, ["restore", "pressrun.yaml"])).toMatchObject({
      exit: 2,
      err: expect.stringContaining("pressrun.yaml: This is not a sound ledger"),
    });
    expect((await run(folder, ["restore", "nope.db"])).err).toBe(
      `pressrun: ${join(folder, "nope.db")}: There is no such file or folder. Check the name.\n`,
    );
    expect((await run(folder, ["restore", "content"])).err).toBe(
      `pressrun: ${join(folder, "content")}: This is a folder, not a file. Check the name.\n`,
    );
    await run(folder, ["backup", "kept.db"]);
    const refused = await withLedger(folder, async (ledger) => {
      await ledger.lock(SLUG, AT);
      return run(folder, ["restore", "kept.db"]);
    });
    expect(refused).toMatchObject({
      exit: 75,
      err: expect.stringContaining("Another pressrun is using the ledger."),
    });
    expect(readdirSync(dirname(ledgerFile(folder))).sort()).toEqual(["ledger.db", "ledger.lock", "locks"]);
  });
});
