import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { SHAPES } from "../bounces/shapes.ts";
import { newPublication, run } from "./run.ts";
import { startServing } from "./serving.ts";

const SLUG = "the-night-train-returns";
/** Of the readers, so many get the article; the others join later. */
const MAILED = 100;
const FORM = "application/x-www-form-urlencoded";
let folder: string;

beforeEach(async () => {
  folder = await newPublication();
});

/** Every file that pressrun wrote, of whatever kind. */
const written = () =>
  globSync("{.pressrun,out}/**", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Files in which one of the spellings stands, byte by byte, in whatever case. */
const holding = (...spellings: string[]) =>
  written().filter((file) => {
    const text = readFileSync(file).toString().toLowerCase();
    return spellings.some((spelling) => text.includes(spelling.toLowerCase()));
  });

async function importAll(addresses: readonly string[]): Promise<void> {
  writeFileSync(join(folder, "list.csv"), `email\n${addresses.join("\n")}\n`);
  const imported = await run(folder, ["subscribers", "import", "list.csv", "--sandbox", "--json"]);
  expect(imported.json()).toMatchObject({ added: addresses.length });
}

/** All that can happen to a reader: mails, a bounce, leaving, asking to come back, a page of their own. */
async function live(address: string, readers: number): Promise<void> {
  const others = Array.from({ length: readers }, (_, index) => `reader.${index}@crowd.example`);
  await importAll([...others.slice(0, MAILED / 2), address, ...others.slice(MAILED / 2, MAILED)]);
  await run(folder, ["publish", SLUG, "--sandbox", "--yes"]);
  await run(folder, ["render", SLUG, "--as", address]);
  if (readers > MAILED) await importAll(others.slice(MAILED));
  const person = (await run(folder, ["subscribers", "audit", address, "--sandbox", "--json"])).json();
  const [delivery] = person.deliveries;
  expect(delivery).toMatchObject({ state: "sent" });
  const bounce = SHAPES.find(({ system }) => system === "Gmail, over quota")?.raw(
    address,
    delivery.messageId,
  );
  writeFileSync(join(folder, "bounce.eml"), bounce ?? "");
  const bounces = await run(folder, ["bounces", "bounce.eml", "--sandbox", "--json"]);
  expect(bounces.json()).toMatchObject({ read: 1, found: { soft: 1 } });
  const serving = await startServing(folder);
  const base = new URL(serving.base);
  const inbox = globSync(`.pressrun/sandbox/inbox/${SLUG}/*.eml`, { cwd: folder });
  const mails = inbox.map((file) => readFileSync(join(folder, file), "utf8"));
  const mail = mails.find((text) => text.includes(delivery.messageId)) ?? "";
  const token = /[?&]t=([\w.-]+)>/.exec(mail.replace(/\r\n[ \t]/g, " "))?.[1] ?? "";
  const post = async (url: URL, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields).toString();
    const { status } = await fetch(url, { method: "POST", headers: { "content-type": FORM }, body });
    return status;
  };
  base.searchParams.set("t", token);
  expect(await post(base, { "List-Unsubscribe": "One-Click" })).toBe(200);
  expect(await post(new URL("subscribe", base), { email: address })).toBeLessThan(300);
  await serving.stop();
}

/** A process that was killed after it wrote of the reader: its record stands in the WAL alone. */
async function leaveAWal(address: string): Promise<void> {
  const known = (await run(folder, ["subscribers", "audit", address, "--sandbox", "--json"])).json().address;
  const file = join(folder, ".pressrun/sandbox/ledger.db");
  const script = `
    const database = new (require("node:sqlite").DatabaseSync)(process.argv[1]);
    const add = database.prepare("INSERT INTO consents VALUES (?1, 1, 1, 'ip', 'asked by ' || ?1)");
    add.run(process.argv[2]);
    process.kill(process.pid, "SIGKILL");`;
  expect(spawnSync(process.execPath, ["-e", script, file, known]).signal).toBe("SIGKILL");
  expect(readFileSync(`${file}-wal`).includes(`asked by ${known}`)).toBe(true);
}

describe("subscribers forget", () => {
  it.each([
    ["a plain one", "leaver.between@crowd.example", ["leaver.between@crowd.example"], 100],
    ["one in the middle of 5,000", "reader.2500.5@crowd.example", ["reader.2500.5@crowd.example"], 5_000],
    [
      "one in another script",
      "josé.leaver@bücher.example",
      ["josé.leaver@bücher.example", "josé.leaver@xn--bcher-kva.example"],
      50,
    ],
    [
      "the ASCII spelling of one",
      "leaver@xn--bcher-kva.example",
      ["leaver@bücher.example", "leaver@xn--bcher-kva.example"],
      50,
    ],
  ])(
    "leaves %s in no byte that pressrun wrote",
    async (_, address, spellings, readers) => {
      await live(address, readers);
      await leaveAWal(address);
      expect(holding(...spellings).length).toBeGreaterThan(2);
      const { exit, err } = await run(folder, ["subscribers", "forget", address.toUpperCase()]);
      expect({ exit, err }).toEqual({ exit: 0, err: "" });
      expect(holding(...spellings)).toEqual([]);
      // Nor in parts that an index keeps without its domain, or a page that is free now.
      const [local = ""] = address.split("@");
      expect(holding(local)).toEqual([]);
    },
    120_000,
  );

  it("finds copies that are encoded, in whatever folder of its own they lie", async () => {
    const address = "lena.encoded@bücher.example";
    const copies = {
      "out/a.txt": "leaver: LENA.ENCODED@BÜCHER.EXAMPLE",
      "out/b.eml": "lena.enc=\r\noded=40b=C3=BCcher.example",
      "out/c.html": '<a href="mailto:lena.encoded%40b%C3%BCcher.example">',
      "out/d.eml": Buffer.from(`Dear reader, you are known here as ${address}.`).toString("base64"),
      ".pressrun/sessions/e.json": `{"of":"${address.normalize("NFD")}"}`,
      ".pressrun/anything/f": "lena.encoded@xn--bcher-kva.example",
      "out/g.txt": "elena@other.example",
    };
    for (const [name, text] of Object.entries(copies)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    await run(folder, ["subscribers", "forget", address]);
    const names = Object.keys(copies).filter((name) => written().includes(join(folder, name)));
    expect(names).toEqual(["out/g.txt"]);
  });
});
