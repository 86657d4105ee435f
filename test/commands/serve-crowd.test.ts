import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { makeUnsubscribeToken } from "../../src/audience/unsubscribe.ts";
import { openLedger } from "../../src/ledger/index.ts";
import { newPublication, run } from "./run.ts";

const CLI = join(import.meta.dirname, "../../src/cli.ts");
const READERS = Array.from({ length: 1_500 }, (_, index) => `reader.${index}@example.net`);
const stops: (() => void)[] = [];

let folder: string;

beforeEach(async () => {
  folder = await newPublication();
  writeFileSync(
    join(folder, "pressrun.yaml"),
    `publication: {name: The Reed, timezone: UTC}\nemail: {from: news@example.org, server: "smtp://127.0.0.1:1", unsubscribe_url: "https://example.org/u"}\n`,
  );
  const list = (async function* () {
    yield Buffer.from(`email\n${READERS.join("\n")}\n`);
  })();
  await run(folder, ["subscribers", "import", "-"], { stdin: list });
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serve() {
  const child = spawn(process.execPath, [CLI, "serve", "--json", "--port", "0", "--cwd", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  stops.push(() => child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return { child, url: (JSON.parse(String(line)) as { url: string }).url };
}

/** Each reader's way out. */
async function tokens(): Promise<ReadonlyMap<string, string>> {
  const key = readFileSync(join(folder, ".pressrun/keys/unsubscribe"), "utf8").trim();
  const ledger = await openLedger({
    file: join(folder, ".pressrun/ledger.db"),
    create: false,
    readOnly: true,
  });
  const people = [...ledger.subscribers.list()];
  await ledger.close();
  return new Map(
    people.map(({ id, address }) => [address, makeUnsubscribeToken(key, { id, list: "newsletter" })]),
  );
}

const isLeft = async (url: string, token: string | undefined) =>
  fetch(`${url}?t=${token}`, { method: "POST", body: "List-Unsubscribe=One-Click" }).then(
    ({ status }) => status === 200,
    () => false,
  );

const onTheList = async () =>
  new Set(
    (await run(folder, ["subscribers", "list", "--json"]))
      .json()
      .map(({ address }: { address: string }) => address),
  );

describe("a crowd that leaves", () => {
  it("is off the list to the last who was answered, when the endpoint is killed in the midst of it", async () => {
    const { child, url } = await serve();
    const known = await tokens();
    const answered: string[] = [];
    const waiting = [...READERS];
    const clicks = Array.from({ length: 64 }, async () => {
      for (let reader = waiting.pop(); reader !== undefined; reader = waiting.pop()) {
        if (await isLeft(url, known.get(reader))) answered.push(reader);
        if (answered.length === 500) child.kill("SIGKILL");
      }
    });
    await Promise.all(clicks);
    expect(answered.length).toBeLessThan(READERS.length);
    // First by a command that only reads, then by one that writes, then by a mail.
    const list = await onTheList();
    expect(answered.filter((reader) => list.has(reader))).toEqual([]);
    const again = (async function* () {
      yield Buffer.from(`email\n${READERS.join("\n")}\n`);
    })();
    const imported = (await run(folder, ["subscribers", "import", "-", "--json"], { stdin: again })).json();
    expect(imported).toMatchObject({ added: 0, suppressed: READERS.length - list.size });
  }, 60_000);

  it("is off the list by and by; whoever looks finds that done, also where the endpoint ended before it was", async () => {
    const { child, url } = await serve();
    const known = await tokens();
    const leave = (some: readonly string[]) =>
      Promise.all(some.map((reader) => isLeft(url, known.get(reader))));
    expect(await leave(READERS.slice(0, 60))).toEqual(Array(60).fill(true));
    const ledger = new DatabaseSync(join(folder, ".pressrun/ledger.db"), { readOnly: true });
    const rows = () => ledger.prepare("SELECT count(*) AS count FROM subscribers").get()?.count;
    while (rows() !== READERS.length - 60) await sleep(20);
    ledger.close();
    expect(await leave(READERS.slice(60, 260))).toEqual(Array(200).fill(true));
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
    expect((await onTheList()).size).toBe(READERS.length - 260);
  }, 60_000);

  it("leaves also by a key that was replaced long ago, and by no other", async () => {
    const known = await tokens();
    const old = readFileSync(join(folder, ".pressrun/keys/unsubscribe"), "utf8").trim();
    const config = join(folder, "pressrun.yaml");
    const rotated = readFileSync(config, "utf8").replace(
      "email: {",
      `email: {unsubscribe_key: [the-newest-key-of-thirty-two-letters, the-key-between-of-thirty-two-letters], `,
    );
    writeFileSync(config, rotated);
    const { url } = await serve();
    const [first = "", second = "", third = ""] = READERS;
    const id = (reader: string) =>
      Buffer.from(known.get(reader)?.split(".")[0] ?? "", "base64url")
        .toString()
        .split(".")[1] ?? "";
    const signed = (key: string, reader: string) =>
      makeUnsubscribeToken(key, { id: id(reader), list: "newsletter" });
    expect(await isLeft(url, signed(old, first))).toBe(true);
    expect(await isLeft(url, signed("the-key-between-of-thirty-two-letters", second))).toBe(true);
    expect(await isLeft(url, signed("a-key-that-was-never-ours-of-letters", third))).toBe(false);
    const list = await onTheList();
    expect([first, second, third].map((reader) => list.has(reader))).toEqual([false, false, true]);
  }, 60_000);
});
