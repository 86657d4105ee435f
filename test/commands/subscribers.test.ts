import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { importList } from "../../src/commands/subscribers-files.ts";
import { AT, newPaper, withLedger } from "./paper.ts";
import { run } from "./run.ts";

let folder: string;
beforeEach(async () => {
  folder = newPaper();
  await withLedger(folder, async () => undefined);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const now = () => AT;
const subscribers = (...argv: string[]) => run(folder, ["subscribers", ...argv], { now });
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
const get = (name: string) => readFileSync(join(folder, name), "utf8");
const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);

describe("subscribers", () => {
  it("adds, updates, lists and removes one reader", async () => {
    expect(await subscribers("list")).toMatchObject({
      exit: 0,
      out: expect.stringContaining("Nobody is on the list."),
    });
    expect((await subscribers("add", "Ada@Example.org", "--name", "Ada", "--tag", "uk, weekly")).out).toBe(
      "ada@example.org is on the list.",
    );
    expect((await subscribers("add", "ada@example.org", "--tag", "en")).out).toBe(
      "ada@example.org was on the list, and is updated.",
    );
    expect((await subscribers("add", "ada@example.org", "--json")).json()).toEqual({
      address: "ada@example.org",
      outcome: "unchanged",
    });
    expect((await subscribers("list")).out).toBe("ada@example.org  Ada  [uk, weekly, en]\n1 on the list.");
    expect((await subscribers("list", "--json")).json()).toEqual([
      {
        id: expect.any(String),
        address: "ada@example.org",
        name: "Ada",
        tags: ["uk", "weekly", "en"],
        fields: {},
        joinedAt: AT.toISOString(),
      },
    ]);
    expect((await subscribers("remove", " ADA@example.org")).out).toBe("ada@example.org is off the list.");
    expect(await subscribers("remove", "ada@example.org", "--json")).toMatchObject({ exit: 0 });
    expect((await subscribers("list", "--json")).json()).toEqual([]);
  });

  it("imports a list, tells the rows it left out, and prints no address", async () => {
    put(
      "readers.csv",
      "email,name,city\nada@example.org,Ada,Leeds\nbob@example.org,,\nnobody,x,\nADA@example.org,,\nzoe@example.org,Zoë,\n",
    );
    await withLedger(folder, (ledger) =>
      ledger.subscribers.suppress("zoe@example.org", { kind: "rejected", text: "unsubscribed" }, AT),
    );
    const ran = await subscribers("import", "readers.csv");
    expect(ran).toMatchObject({
      exit: 0,
      err: expect.stringContaining("This is the sandbox's list."),
      out: "2 added\n1 already there\n1 suppressed, and stay so\n1 left out: see readers.csv.rejected.csv",
    });
    expect(get("readers.csv.rejected.csv")).toBe(
      'line,reason,row\r\n4,not an address: there is no name before an @,"nobody,x,"\r\n',
    );
    expect(mode("readers.csv.rejected.csv")).toBe("600");
    expect((await subscribers("list", "--json")).json()).toMatchObject([
      { address: "ada@example.org", fields: { city: "Leeds" } },
      { address: "bob@example.org" },
    ]);
  });

  it("keeps what an earlier import left out", async () => {
    for (const row of ["one", "two", "three"]) {
      put("readers.csv", `email\n${row}\n`);
      await subscribers("import", "readers.csv");
    }
    expect(
      ["rejected", "rejected-2", "rejected-3"].map((name) =>
        get(`readers.csv.${name}.csv`).split(",").at(-1),
      ),
    ).toEqual(["one\r\n", "two\r\n", "three\r\n"]);
  });

  it("imports from standard input", async () => {
    const stdin = (async function* () {
      yield Buffer.from('{"email":"ada@example.org"}\n{"email":"nobody"}\n');
    })();
    const io = { stdin, now: () => AT, err: () => undefined };
    const result = await withLedger(folder, (ledger) =>
      importList(ledger, { value: "-", cwd: folder, json: true }, io),
    );
    expect(result.json()).toEqual({
      added: 1,
      updated: 0,
      unchanged: 0,
      suppressed: 0,
      rejected: 1,
      rejectedFile: join(folder, "stdin.rejected.csv"),
    });
    expect(get("stdin.rejected.csv")).toContain("2,not an address");
  });

  it("exports to a new private file, or to standard output, and reads both back", async () => {
    await subscribers("add", "ada@example.org", "--name", "Example, Ada", "--tag", "uk,weekly");
    await subscribers("add", "bob@example.org");
    const csv = `address,name,tags,joined_at\r\nada@example.org,"Example, Ada","uk;weekly",${AT.toISOString()}\r\nbob@example.org,,,${AT.toISOString()}`;
    expect((await subscribers("export")).out).toBe(csv);
    expect((await subscribers("export", "-")).out).toBe(csv);
    expect((await subscribers("export", "out.csv")).out).toBe("2 readers are in out.csv. Keep it private.");
    expect(get("out.csv")).toBe(`${csv}\r\n`);
    expect(mode("out.csv")).toBe("600");
    expect((await subscribers("export", "out.jsonl", "--json")).json()).toEqual({
      file: join(folder, "out.jsonl"),
      subscribers: 2,
    });
    expect(get("out.jsonl").split("\n")).toHaveLength(3);
    for (const name of ["out.csv", "out.jsonl"])
      expect((await subscribers("import", name)).out).toBe("0 added\n2 already there");
    expect(await subscribers("export", "out.csv")).toMatchObject({
      exit: 2,
      err: expect.stringContaining("Name a new one."),
    });
  });

  it.each<[string[], string]>([
    [
      ["celebrate"],
      "`subscribers` cannot celebrate. It knows import, export, add, remove, list, audit, forget, sync.",
    ],
    [["toString"], "`subscribers` cannot toString."],
    [["add"], "`subscribers add` needs an address."],
    [["import"], "`subscribers import` needs a file, or - for standard input."],
    [["add", "nobody"], '"nobody" cannot be written to: not an address'],
    [["remove", "@x"], '"@x" cannot be written to'],
    [["import", "nowhere.csv"], "nowhere.csv: This file cannot be read: there is no such file or folder."],
    [["import", "."], "This file cannot be read: it is a folder, not a file."],
    [
      ["export", "nowhere/list.csv"],
      "nowhere/list.csv: This file cannot be written: there is no such file or folder.",
    ],
  ])("refuses %j with one sentence", async (argv, message) => {
    const ran = await subscribers(...argv);
    expect(ran).toMatchObject({ exit: 2, out: "", err: expect.stringContaining(message) });
    expect(ran.err.trim().split("\n")).toHaveLength(1);
  });

  it("refuses to add who must never be written to again", async () => {
    await withLedger(folder, (ledger) =>
      ledger.subscribers.suppress("zoe@example.org", { kind: "rejected", text: "unsubscribed" }, AT),
    );
    expect(await subscribers("add", "Zoe@example.org")).toMatchObject({
      exit: 2,
      err: expect.stringContaining("zoe@example.org is suppressed: it must never be written to again."),
    });
  });
});
