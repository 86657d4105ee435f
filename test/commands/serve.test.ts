import { globSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newPublication, run } from "./run.ts";
import { type Serving, startServing } from "./serving.ts";

const READER = "reader.one@example.org";
const SLUG = "the-night-train-returns";
const ONE_CLICK = {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "List-Unsubscribe=One-Click",
};

let folder: string;
let serving: Serving;
let base: string;

beforeEach(async () => {
  folder = await newPublication();
  const config = join(folder, "pressrun.yaml");
  writeFileSync(
    config,
    readFileSync(config, "utf8").replace(
      /^email:\n/m,
      "email:\n  topics: {weekly: The weekly letter, harbour: The harbour}\n",
    ),
  );
  await start(new Date("2026-05-04T09:00:00Z"));
});
afterEach(() => serving.stop());

async function start(at: Date): Promise<void> {
  serving = await startServing(folder, { at });
  base = serving.base;
}

/** The way out in the mail that a reader got. */
async function unsubscribeLink(address = READER): Promise<URL> {
  await run(folder, ["publish", SLUG, "--sandbox"]);
  const mails = globSync(`.pressrun/sandbox/inbox/${SLUG}/*.eml`, { cwd: folder }).map((file) =>
    readFileSync(join(folder, file), "utf8"),
  );
  const mail = mails.find((text) => text.includes(`${address}`)) ?? "";
  const token = /[?&]t=([\w.-]+)>/.exec(mail.replace(/\r\n[ \t]/g, " "))?.[1] ?? "";
  const url = new URL(base);
  url.searchParams.set("t", token);
  return url;
}

const post = (path: string | URL, body: string | object, headers: Record<string, string> = {}) =>
  fetch(new URL(path, base), {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": typeof body === "string" ? "application/x-www-form-urlencoded" : "application/json",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const list = async (): Promise<{ address: string; name?: string; tags: string[] }[]> =>
  (await run(folder, ["subscribers", "list", "--json"])).json();
const addresses = async () => (await list()).map(({ address }) => address);

/** The confirmation link in the newest mail to an address. */
function confirmationLink(address: string): URL {
  const mails = globSync(".pressrun/sandbox/inbox/confirm-*/*.eml", { cwd: folder })
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .filter((text) => text.includes(`To: ${address}`));
  const token = /confirm\?t=3D([\w-]+)/.exec(mails.at(-1)?.replace(/=\r\n/g, "") ?? "")?.[1] ?? "";
  return new URL(`confirm?t=${token}`, base);
}

describe("leaving", () => {
  it("shows a page on GET and HEAD, and changes nothing", async () => {
    const url = await unsubscribeLink();
    for (const method of ["GET", "HEAD"]) {
      const answer = await fetch(url, { method });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("set-cookie")).toBeNull();
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      if (method === "GET")
        expect(await answer.text()).toContain("Do you want to stop receiving The Saltmarsh Courier?");
    }
    expect(await addresses()).toContain(READER);
  });

  it("acts on the one-click POST at once, says the same twice, and is remembered", async () => {
    const url = await unsubscribeLink();
    for (let time = 1; time <= 2; time += 1) {
      const answer = await fetch(url, { ...ONE_CLICK, redirect: "manual" });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain("You are unsubscribed from The Saltmarsh Courier.");
    }
    expect(await addresses()).not.toContain(READER);
    const again = (async function* () {
      yield Buffer.from(`email\n${READER}\n`);
    })();
    expect(
      (await run(folder, ["subscribers", "import", "-", "--json"], { stdin: again })).json(),
    ).toMatchObject({ added: 0, suppressed: 1 });
  });

  it("takes multipart/form-data too, which RFC 8058 allows", async () => {
    const body = new FormData();
    body.set("List-Unsubscribe", "One-Click");
    expect((await fetch(await unsubscribeLink(), { method: "POST", body })).status).toBe(200);
    expect(await addresses()).not.toContain(READER);
  });

  it("refuses every token that is not ours, and knows the inert one", async () => {
    const url = await unsubscribeLink();
    const good = url.searchParams.get("t") ?? "";
    const forged = [
      good.slice(0, -2),
      `${good}x`,
      good.replace(".", "x."),
      "",
      "a.b",
      `${good}.${good}`,
      "x".repeat(5000),
    ];
    for (const token of forged) {
      url.searchParams.set("t", token);
      expect((await fetch(url, ONE_CLICK)).status).toBe(400);
    }
    url.searchParams.set("t", "test");
    expect(await (await fetch(url, ONE_CLICK)).text()).toContain("Nothing was changed.");
    expect(await addresses()).toHaveLength(3);
  });

  it("lets a reader choose topics, and keeps other tags", async () => {
    const url = await unsubscribeLink();
    await run(folder, ["subscribers", "add", READER, "--tag", "founder,weekly"]);
    expect(await (await fetch(url)).text()).toMatch(/value="weekly" checked[\s\S]*value="harbour">/);
    expect((await post(url, "save=topics&topic=harbour&topic=admin")).status).toBe(200);
    expect((await list()).find(({ address }) => address === READER)?.tags).toEqual([
      "example",
      "founder",
      "harbour",
    ]);
  });

  it("keeps many who leave at once", async () => {
    const people = Array.from({ length: 200 }, (_, index) => `r${index}@example.net`);
    const file = (async function* () {
      yield Buffer.from(`email\n${people.join("\n")}\n`);
    })();
    await run(folder, ["subscribers", "import", "-"], { stdin: file });
    await run(folder, ["publish", SLUG, "--sandbox"]);
    const links = await Promise.all(
      globSync(`.pressrun/sandbox/inbox/${SLUG}/*@example.net.eml`, { cwd: folder }).map(async (file) => {
        const mail = readFileSync(join(folder, file), "utf8").replace(/\r\n[ \t]/g, " ");
        return `${base}?t=${/[?&]t=([\w.-]+)>/.exec(mail)?.[1]}`;
      }),
    );
    expect(links).toHaveLength(200);
    const answers = await Promise.all(links.map(async (link) => (await fetch(link, ONE_CLICK)).status));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await addresses()).toHaveLength(3);
  });
});

describe("joining", () => {
  it("sends a mail, asks on GET, puts the reader on the list on POST, and keeps the proof", async () => {
    const asked = await post(
      "subscribe",
      "email=New.Reader%40Example.org&name=Ada%0D%0ABcc%3A+x&topic=weekly&topic=admin",
    );
    expect(asked.status).toBe(200);
    expect(await addresses()).not.toContain("new.reader@example.org");
    const link = confirmationLink("new.reader@example.org");
    expect(await (await fetch(link)).text()).toContain(
      "Do you want to receive The Saltmarsh Courier by email?",
    );
    expect(await addresses()).not.toContain("new.reader@example.org");
    expect((await post(link, "confirm=1")).status).toBe(200);
    expect((await list()).find(({ address }) => address === "new.reader@example.org")).toMatchObject({
      name: "Ada Bcc: x",
      tags: ["weekly"],
    });
    const { consents } = (
      await run(folder, ["subscribers", "audit", "new.reader@example.org", "--json"])
    ).json();
    expect(consents).toEqual([
      {
        requestedAt: "2026-05-04T09:00:00.000Z",
        confirmedAt: "2026-05-04T09:00:00.000Z",
        ip: expect.stringMatching(/^[\w-]{22}$/),
        text: "Do you want to receive The Saltmarsh Courier by email?",
      },
    ]);
    await run(folder, ["subscribers", "forget", "new.reader@example.org"]);
    expect(
      (await run(folder, ["subscribers", "audit", "new.reader@example.org", "--json"])).json().consents,
    ).toEqual([]);
  });

  it("speaks JSON with the publication's own pages", async () => {
    const answer = await post(
      "subscribe",
      { email: "json@example.org", topic: ["harbour"] },
      { accept: "application/json" },
    );
    expect(await answer.json()).toEqual({
      ok: true,
      message: "Please look into your mailbox and follow the link to confirm.",
    });
    expect(answer.headers.get("access-control-allow-origin")).toMatch(/^https:\/\//);
    expect(
      await (await post("subscribe", { email: "no address" }, { accept: "application/json" })).json(),
    ).toMatchObject({ ok: false });
    expect((await fetch(new URL("subscribe", base), { method: "OPTIONS" })).status).toBe(204);
  });

  it("brings back who left, but not who complained", async () => {
    await fetch(await unsubscribeLink(), ONE_CLICK);
    await post("subscribe", `email=${READER}`);
    await post(confirmationLink(READER), "confirm=1");
    expect(await addresses()).toContain(READER);
    expect(
      (await run(folder, ["publish", SLUG, "--sandbox", "--catch-up", "--json"])).json().channels[0],
    ).toMatchObject({ sent: 0 });
  });

  it("mails nobody twice, tells nobody who reads, and slows down who asks too often", async () => {
    const mails = () => globSync(".pressrun/sandbox/inbox/confirm-*/*.eml", { cwd: folder }).length;
    const [first, second, trapped] = [
      await post("subscribe", "email=one@example.net"),
      await post("subscribe", "email=one@example.net"),
      await post("subscribe", "email=bot@example.net&website=x"),
    ];
    expect(await second.text()).toBe(await first.text());
    expect(trapped.status).toBe(200);
    expect(mails()).toBe(1);
    await post("subscribe", "email=two@example.net");
    await post("subscribe", "email=three@example.net");
    const limited = await post("subscribe", "email=four@example.net");
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "600"]);
    const elsewhere = await post("subscribe", "email=five@example.net", { "x-forwarded-for": "203.0.113.9" });
    expect(elsewhere.status).toBe(200);
  });

  it("slows down also a crowd of callers, each of whom asks once", async () => {
    const ask = async (caller: number) =>
      (
        await post("subscribe", "email=many@example.net", {
          "x-forwarded-for": `203.0.${caller >> 8}.${caller & 255}`,
        })
      ).status;
    const answers: number[] = [];
    for (let caller = 0; caller < 1_001; caller += 1) answers.push(await ask(caller));
    expect([answers.indexOf(429), answers.filter((status) => status === 200).length]).toEqual([1_000, 1_000]);
    expect(globSync(".pressrun/sandbox/inbox/confirm-*/*.eml", { cwd: folder })).toHaveLength(1);
  });

  it("knows a link that is no longer good", async () => {
    await post("subscribe", "email=late@example.net");
    const { search } = confirmationLink("late@example.net");
    await serving.stop();
    await start(new Date("2026-05-12T09:00:01Z"));
    const link = new URL(`confirm${search}`, base);
    expect((await fetch(link)).status).toBe(410);
    expect((await post(link, "confirm=1")).status).toBe(410);
    expect(await addresses()).not.toContain("late@example.net");
  });
});

describe("the server", () => {
  it("answers what it does not know, and bodies without end", async () => {
    expect((await fetch(new URL("/elsewhere", base))).status).toBe(404);
    expect((await fetch(base, { method: "PUT", body: "x" })).status).toBe(405);
    expect((await post(base, "x".repeat(20_000))).status).toBe(413);
    expect(serving.log()).toBe("");
  });

  it("ends in good order, answering what is under way", async () => {
    const url = new URL(base);
    const socket = connect(Number(url.port), url.hostname);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(`POST ${url.pathname}?t=test HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const ended = serving.stop();
    socket.write("cd");
    const answer: string = await new Promise((resolve) =>
      socket.once("data", (data) => resolve(data.toString())),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    await expect(fetch(base)).rejects.toThrow();
    await ended;
  });
});
