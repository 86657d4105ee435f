import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { backup, restore } from "../../src/ledger/backup.ts";
import { openLedger } from "../../src/ledger/index.ts";

const AT = new Date("2026-11-23T09:00:00.000Z");
const KEPT = "ledger.db.before-restore-20261123T090000000Z";
let root: string;
let file: string;
let copy: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pressrun-test-"));
  file = join(root, ".pressrun/ledger.db");
  copy = join(root, "kept.db");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const open = (name = file) => openLedger({ file: name, create: true, readOnly: false });
const person = (address: string) => ({ address, name: undefined, tags: [], fields: {} });

async function addReader(address: string, name = file): Promise<void> {
  const ledger = await open(name);
  await ledger.subscribers.add([person(address)], AT);
  await ledger.close();
}

async function readers(name: string): Promise<string[]> {
  const ledger = await openLedger({ file: name, create: false, readOnly: true });
  const addresses = [...ledger.subscribers.list()].map(({ address }) => address);
  await ledger.close();
  return addresses;
}

describe("a backup", () => {
  it("is whole and private, though two processes write meanwhile", async () => {
    const [ledger, other] = [await open(), await open()];
    await ledger.subscribers.add([person("a@example.org")], AT);
    await other.subscribers.add([person("b@example.org")], AT);
    backup({ ledger: file, file: copy });
    await other.subscribers.add([person("c@example.org")], AT);
    expect(await readers(copy)).toEqual(["a@example.org", "b@example.org"]);
    expect((statSync(copy).mode & 0o777).toString(8)).toBe("600");
    await ledger.close();
    await other.close();
  });

  it("leaves the ledger's folder as it is", async () => {
    await addReader("a@example.org");
    const before = readFileSync(file);
    backup({ ledger: file, file: copy });
    expect(await readers(copy)).toEqual(["a@example.org"]);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(dirname(file)).sort()).toEqual(["ledger.db", "ledger.lock"]);
  });

  it("never overwrites a file, and leaves nothing where it cannot be written", async () => {
    await addReader("a@example.org");
    writeFileSync(copy, "precious");
    expect(() => backup({ ledger: file, file: copy })).toThrow(
      `${copy}: There is a file of this name already. Name a new one.`,
    );
    expect(readFileSync(copy, "utf8")).toBe("precious");
    expect(() => backup({ ledger: file, file: join(root, "nowhere/kept.db") })).toThrow(
      expect.objectContaining({ name: "UserError", exit: 2 }),
    );
    expect(readdirSync(root).sort()).toEqual([".pressrun", "kept.db"]);
  });
});

describe("a restore", () => {
  async function backupOf(address: string): Promise<void> {
    await addReader(address, join(root, "elsewhere/ledger.db"));
    backup({ ledger: join(root, "elsewhere/ledger.db"), file: copy });
  }

  it("swaps the ledger and keeps the old one beside it", async () => {
    await backupOf("old@example.org");
    await addReader("new@example.org");
    const kept = restore({ from: copy, ledger: file, at: AT });
    expect(kept).toBe(join(dirname(file), KEPT));
    expect(await readers(file)).toEqual(["old@example.org"]);
    expect(await readers(kept ?? "")).toEqual(["new@example.org"]);
    await addReader("newer@example.org");
    expect(await readers(file)).toEqual(["old@example.org", "newer@example.org"]);
    expect(readdirSync(dirname(file)).sort()).toEqual(["ledger.db", KEPT, "ledger.lock"]);
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  });

  it("starts a ledger where there was none", async () => {
    await backupOf("old@example.org");
    expect(restore({ from: copy, ledger: file, at: AT })).toBeUndefined();
    expect(await readers(file)).toEqual(["old@example.org"]);
  });

  it("keeps what a killed process left in its WAL", async () => {
    await backupOf("old@example.org");
    const ledger = await open();
    await ledger.subscribers.add([person("late@example.org")], AT);
    const killed = join(root, "killed/ledger.db");
    await addReader("early@example.org", killed);
    for (const suffix of ["", "-wal", "-shm"]) copyFileSync(file + suffix, killed + suffix);
    await ledger.close();
    const kept = restore({ from: copy, ledger: killed, at: AT });
    expect(await readers(kept ?? "")).toEqual(["late@example.org"]);
    expect(await readers(killed)).toEqual(["old@example.org"]);
  });

  it("replaces a damaged ledger, and keeps that too", async () => {
    await backupOf("old@example.org");
    await addReader("new@example.org");
    truncateSync(file, 5000);
    const kept = restore({ from: copy, ledger: file, at: AT });
    expect(statSync(kept ?? "").size).toBe(5000);
    expect(await readers(file)).toEqual(["old@example.org"]);
  });

  it("refuses while any process has the ledger open for writing", async () => {
    await backupOf("old@example.org");
    const ledger = await open();
    await ledger.lock("harbour-lights", AT);
    expect(() => restore({ from: copy, ledger: file, at: AT })).toThrow(
      expect.objectContaining({
        exit: 75,
        message: expect.stringContaining("Another pressrun is using the ledger."),
      }),
    );
    await ledger.close();
    restore({ from: copy, ledger: file, at: AT });
    expect(await readers(file)).toEqual(["old@example.org"]);
  });

  it.each<[string, () => void, RegExp]>([
    ["missing", () => undefined, /kept\.db: .*no such file/i],
    ["empty", () => writeFileSync(copy, ""), /kept\.db: This is not a sound ledger/],
    [
      "something else",
      () => writeFileSync(copy, "a shopping list".repeat(999)),
      /kept\.db: This is not a sound ledger/,
    ],
    [
      "of another program",
      () => void new DatabaseSync(copy).exec("CREATE TABLE recipes (name)"),
      /kept\.db: This is a database of another/,
    ],
    [
      "of a newer pressrun",
      () => void new DatabaseSync(copy).exec("PRAGMA user_version = 999"),
      /kept\.db: .*newer pressrun/,
    ],
    ["cut short", () => truncateSync(copy, 8192), /kept\.db: /],
    ["damaged inside", () => spoil(copy), /kept\.db: /],
  ])("refuses a backup that is %s, and changes nothing", async (what, spoiling, message) => {
    if (!["missing", "empty", "something else", "of another program"].includes(what))
      await backupOf("old@example.org");
    await addReader("new@example.org");
    spoiling();
    expect(() => restore({ from: copy, ledger: file, at: AT })).toThrow(
      expect.objectContaining({ name: "UserError", exit: 2, message: expect.stringMatching(message) }),
    );
    expect(await readers(file)).toEqual(["new@example.org"]);
    expect(readdirSync(dirname(file)).sort()).toEqual(["ledger.db", "ledger.lock"]);
    expect(existsSync(copy)).toBe(what !== "missing");
  });
});

/** Overwrites every page but the first two. */
function spoil(name: string): void {
  const bytes = readFileSync(name);
  writeFileSync(name, bytes.fill(7, 8192));
}
