import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startSmtp, type TestServer } from "../servers/smtp.ts";
import { newPublication, run } from "./run.ts";
import { startServing } from "./serving.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/serverless");
const READERS = [
  "ada@example.net",
  "ben@example.net",
  "cleo@example.net",
  "dov@example.net",
  "eve@example.net",
];
const ONE_CLICK = {
  method: "POST",
  redirect: "manual",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "List-Unsubscribe=One-Click",
} as const;

const HOSTS = [
  { host: "cloudflare", files: ["worker.js", "wrangler.toml"], needs: [] },
  {
    host: "netlify",
    files: ["netlify/functions/unsubscribe.mjs"],
    needs: [["@netlify/blobs", "netlify-blobs.mjs"]],
  },
  {
    host: "vercel",
    files: ["api/unsubscribe.mjs", "vercel.json"],
    needs: [["@vercel/blob", "vercel-blob.mjs"]],
  },
] as const;

let folder: string;
let smtp: TestServer;
let child: ChildProcess | undefined;
let server: Server | undefined;

beforeEach(async () => {
  folder = await newPublication();
  smtp = await startSmtp();
});
async function undeploy(): Promise<void> {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill();
    await once(child, "exit");
  }
  child = undefined;
}

afterEach(async () => {
  await undeploy();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await smtp.stop();
});

/** A live publication whose readers leave at `url`. */
function configure(url: string, keys = ""): void {
  writeFileSync(
    join(folder, "pressrun.yaml"),
    `publication: {name: The Reed & Co, url: "https://example.org", language: en, timezone: UTC, postal_address: 1 Quay Street}
email:
  from: The Reed <news@example.org>
  server: smtp://127.0.0.1:${smtp.port}
  unsubscribe_url: ${url}
${keys}`,
  );
}

const kept = () => readFileSync(join(folder, ".pressrun/keys/unsubscribe"), "utf8").trim();
const sync = async (at?: Date) => {
  const ran = await run(folder, ["subscribers", "sync", "--json"], at === undefined ? {} : { now: () => at });
  return ran.exit === 0 ? ran.json() : ran.err;
};
const addresses = async () =>
  (await run(folder, ["subscribers", "list", "--json"]))
    .json()
    .map(({ address }: { address: string }) => address);

async function publish(slug: string): Promise<void> {
  const { json } = await run(folder, ["publish", slug, "--yes", "--force", "--json"]);
  expect(json().channels[0]).toMatchObject({ failed: 0 });
}

function article(slug: string, more = ""): void {
  writeFileSync(
    join(folder, `content/articles/${slug}.md`),
    `---\ntitle: The tide tables, ${slug}\ndescription: What the harbour office changed in the tables, and why.\n${more}---\n\nThe tables have changed.\n`,
  );
}

/** Token in the newest mail to a reader. */
function tokenOf(address: string): string {
  const mail = smtp.taken.findLast(({ to }) => to.includes(address))?.raw.toString() ?? "";
  return /^List-Unsubscribe: <[^>]*[?&]t=([\w.-]+)>/m.exec(mail.replace(/\r\n[ \t]/g, " "))?.[1] ?? "";
}

/** Runs a written handler in its own Node. @returns the address of its page. */
async function deploy({ host, files, needs }: (typeof HOSTS)[number], key: string): Promise<string> {
  const home = join(folder, "site");
  for (const [name, file] of needs) {
    mkdirSync(join(home, "node_modules", name), { recursive: true });
    copyFileSync(join(FIXTURES, file), join(home, "node_modules", name, "index.mjs"));
    writeFileSync(join(home, "node_modules", name, "package.json"), `{"main": "index.mjs"}`);
  }
  child = spawn(process.execPath, ["--no-warnings", join(FIXTURES, "host.mjs"), host, join(home, files[0])], {
    env: { UNSUBSCRIBE_KEY: key },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(child.stdout!, "data");
  return `http://127.0.0.1:${String(port).trim()}/u`;
}

describe.each(HOSTS)("the handler for $host", (target) => {
  const { host, files } = target;

  it("takes a one-click POST home, once, and nothing that we did not sign", async () => {
    configure("http://127.0.0.1:1/u");
    for (const address of READERS) await run(folder, ["subscribers", "add", address]);
    article("one");
    await publish("one");
    const written = await run(folder, ["export-endpoint", host, "site", "--json"]);
    expect(written.json()).toEqual({ host, files: files.map((file) => join(folder, "site", file)) });
    for (const file of files) expect(readFileSync(join(folder, "site", file), "utf8")).not.toContain(kept());

    const url = await deploy(target, kept());
    configure(url);
    const page = (token: string, init: RequestInit = {}) => fetch(`${url}?t=${token}`, init);
    const asked = await page(tokenOf("ada@example.net"));
    expect([asked.status, asked.headers.get("set-cookie"), asked.headers.get("cache-control")]).toEqual([
      200,
      null,
      "no-store",
    ]);
    expect(await asked.text()).toContain("Do you want to stop receiving The Reed &amp; Co?");
    expect((await page(tokenOf("ada@example.net"), { method: "HEAD" })).status).toBe(200);
    expect(await sync()).toEqual({ read: 0, left: 0, invalid: 0 });

    const leaving = READERS.slice(0, 4);
    for (const address of [...leaving, "ada@example.net"]) {
      const answer = await page(tokenOf(address), ONE_CLICK);
      expect([answer.status, answer.headers.get("location")]).toEqual([200, null]);
      expect(await answer.text()).toContain("You are unsubscribed from The Reed &amp; Co.");
    }
    const good = tokenOf("eve@example.net");
    for (const bad of [
      "",
      "x.y",
      good.slice(0, -1),
      `${good}A`,
      good.replace(".", "A."),
      `${good}/../x`,
      "%F0",
    ])
      expect((await page(bad, ONE_CLICK)).status).toBe(400);
    expect(await (await page("test", ONE_CLICK)).text()).toContain("Nothing was changed.");
    for (const bearer of ["", "Bearer x", `Bearer ${good.split(".")[1]}`])
      expect((await fetch(`${url}?log=`, { headers: { authorization: bearer } })).status).toBe(401);

    const first = await sync();
    // Ada's two clicks are one entry, or two where the minute changed between them.
    expect(first).toEqual({ read: expect.any(Number), left: 4, invalid: 0 });
    expect([4, 5]).toContain(first.read);
    expect(await addresses()).toEqual(["eve@example.net"]);
    expect(await sync()).toMatchObject({ left: 0, invalid: 0 });
    const { suppression } = (await run(folder, ["subscribers", "audit", "ben@example.net", "--json"])).json();
    expect(suppression).toMatchObject({
      kind: "unsubscribed",
      at: expect.stringMatching(/T\d\d:\d\d:00\.000Z$/),
    });
    expect(await sync(new Date(Date.now() + 400 * 86_400_000))).toMatchObject({ left: 0, invalid: 0 });
    article("two");
    await publish("two");
    expect(smtp.taken.filter(({ raw }) => raw.includes("tide tables, two")).flatMap(({ to }) => to)).toEqual([
      "eve@example.net",
    ]);
  });
});

describe("keys and logs", () => {
  const [target] = HOSTS;

  it("knows old keys beside a new one, and syncs while the host has the old one alone", async () => {
    configure("http://127.0.0.1:1/u");
    for (const address of READERS) await run(folder, ["subscribers", "add", address]);
    article("one");
    await publish("one");
    await run(folder, ["export-endpoint", "cloudflare", "site"]);
    const old = await deploy(target, kept());
    const rotated = "  unsubscribe_key: a-new-key-of-forty-letters-and-no-space-00\n";
    configure(old, rotated);
    expect((await fetch(`${old}?t=${tokenOf("ada@example.net")}`, ONE_CLICK)).status).toBe(200);
    expect(await sync()).toEqual({ read: 1, left: 1, invalid: 0 });
    child?.kill();

    article("two");
    await publish("two");
    const both = await deploy(target, `a-new-key-of-forty-letters-and-no-space-00\n${kept()}\n`);
    configure(both, rotated);
    expect((await fetch(`${both}?t=${tokenOf("ben@example.net")}`, ONE_CLICK)).status).toBe(200);
    expect(await sync()).toEqual({ read: 1, left: 1, invalid: 0 });
    child?.kill();

    configure(await deploy(target, "another-key-altogether"), rotated);
    expect(await sync()).toContain("does not know our unsubscribe key");
    expect(await addresses()).toHaveLength(3);
  });

  it("are read before each mail, once they were read; an endpoint that is down keeps no mail back", async () => {
    configure("http://127.0.0.1:1/u");
    for (const address of READERS) await run(folder, ["subscribers", "add", address]);
    article("one");
    // Never read: nobody asks the endpoint, which is not there.
    const first = await run(folder, ["publish", "one", "--yes", "--force"]);
    expect([first.exit, first.err]).toEqual([0, expect.not.stringContaining("127.0.0.1")]);
    await run(folder, ["export-endpoint", "cloudflare", "site"]);
    const url = await deploy(target, kept());
    configure(url);
    expect(await sync()).toMatchObject({ left: 0 });

    await fetch(`${url}?t=${tokenOf("ada@example.net")}`, ONE_CLICK);
    article("two");
    await publish("two");
    await fetch(`${url}?t=${tokenOf("ben@example.net")}`, ONE_CLICK);
    article("three", "publish_at: 2026-05-04 09:00\n");
    const now = () => new Date("2026-05-04T09:01:00Z");
    expect((await run(folder, ["due", "--json"], { now })).exit).toBe(0);
    await fetch(`${url}?t=${tokenOf("cleo@example.net")}`, ONE_CLICK);
    await undeploy();
    article("four");
    const last = await run(folder, ["publish", "four", "--yes", "--force"]);
    expect(last.exit).toBe(0);
    expect(last.err).toMatch(
      /^pressrun: Who left since \d{4}-\S+ is not known: The endpoint at 127\.0\.0\.1:\d+ does not answer/m,
    );
    const got = (slug: string) =>
      smtp.taken
        .filter(({ raw }) => raw.includes(`tide tables, ${slug}`))
        .flatMap(({ to }) => to.map((address) => address.split("@")[0]))
        .toSorted();
    expect([got("two"), got("three"), got("four")]).toEqual([
      ["ben", "cleo", "dov", "eve"],
      ["cleo", "dov", "eve"],
      ["cleo", "dov", "eve"],
    ]);
  });

  it("are empty where `serve` is the endpoint", async () => {
    const serving = await startServing(folder, { sandbox: true });
    configure(serving.base);
    await run(folder, ["subscribers", "add", "ada@example.net"]);
    expect(await sync()).toEqual({ read: 0, left: 0, invalid: 0 });
    await serving.stop();
  });

  it("believes no log: only tokens that we signed count, and a broken answer changes nothing", async () => {
    let answer: string | undefined;
    server = createServer((_, response) => response.end(answer));
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    configure(`http://127.0.0.1:${(server.address() as AddressInfo).port}/u`);
    await run(folder, ["subscribers", "add", "ada@example.net"]);
    const at = "20260504T0900Z";
    answer = JSON.stringify({
      left: [
        { at, token: "a.b" },
        { at, token: `${"x".repeat(90)}.${"y".repeat(43)}` },
        { at: "?" },
        7,
        null,
      ],
      next: null,
    });
    expect(await sync()).toEqual({ read: 2, left: 0, invalid: 2 });
    for (answer of [
      "",
      "<html>",
      "[]",
      '{"left":1}',
      '{"left":[],"next":"again"}',
      `{"left":[${" ".repeat(2e6)}]}`,
    ])
      expect(await sync()).toMatch(/no exported endpoint|does not answer/);
    configure("http://example.org/u");
    expect(await sync()).toContain("over https alone");
    expect(await addresses()).toEqual(["ada@example.net"]);
  });

  it("overwrites nothing, and writes nothing where one file is in the way", async () => {
    configure("https://example.org/u");
    mkdirSync(join(folder, "site"));
    writeFileSync(join(folder, "site/wrangler.toml"), "mine");
    const refused = await run(folder, ["export-endpoint", "cloudflare", "site"]);
    expect(refused.exit).toBe(2);
    expect(refused.err).toContain("wrangler.toml: There is a file of this name already");
    expect(globSync("site/*", { cwd: folder })).toEqual([join("site", "wrangler.toml")]);
    expect((await run(folder, ["export-endpoint", "heroku"])).err).toContain(
      "Choose cloudflare, netlify, vercel.",
    );
    rmSync(join(folder, "site"), { recursive: true });
    expect((await run(folder, ["export-endpoint", "vercel", "site"])).exit).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "site/vercel.json"), "utf8"))).toEqual({
      rewrites: [{ source: "/u", destination: "/api/unsubscribe" }],
    });
    expect(existsSync(join(folder, ".pressrun"))).toBe(false);
  });
});
