import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Answer, type Asked, ask } from "../preview/request.ts";
import { newPublication, run } from "./run.ts";

const SLUG = "the-night-train-returns";
const PAGE =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const INERT = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

let folder: string;
let url: string;
const stop = new AbortController();
const get = (path: string, asked?: Asked): Promise<Answer> => ask(url, path, asked);
const article = async (slug = SLUG, query = "") => (await get(`article/${slug}${query}`)).json();

/** Every file below `.pressrun`, with its bytes and the time of its last change. */
function state(): readonly string[] {
  return globSync(".pressrun/**", { cwd: folder, withFileTypes: true })
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const hash = entry.isFile() ? createHash("sha256").update(readFileSync(file)).digest("hex") : "folder";
      return `${file} ${hash} ${statSync(file).mtimeMs}`;
    })
    .sort();
}

beforeAll(async () => {
  folder = await newPublication();
  expect((await run(folder, ["publish", SLUG])).exit).toBe(0);
  const { exit, json, err } = await run(folder, ["preview", SLUG, "--json"], { signal: stop.signal });
  expect([exit, err]).toEqual([0, ""]);
  url = json().url;
});
afterAll(() => stop.abort());

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const articleFile = (slug: string) => `content/articles/${slug}.md`;

async function until<T>(read: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const value = await read();
    if (isWanted(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it did not come to be");
}

describe("pressrun preview", () => {
  it("says its address at once, and ends with the signal", async () => {
    const ending = new AbortController();
    const { exit, out } = await run(folder, ["preview"], { signal: ending.signal });
    expect(exit).toBe(0);
    expect(out).toMatch(/^Preview: http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const address = out.replace("Preview: ", "");
    expect((await ask(address)).status).toBe(200);
    ending.abort();
    await until(
      () =>
        ask(address).then(
          () => "open",
          (error: NodeJS.ErrnoException) => error.code,
        ),
      (answer) => answer === "ECONNREFUSED",
    );
  });

  it("gives a script its address while it runs, and ends with 0 on an interrupt", async () => {
    const cli = join(import.meta.dirname, "../../src/cli.ts");
    const running = spawn(process.execPath, [cli, "preview", "--json"], { cwd: folder });
    const [document] = (await once(running.stdout, "data")) as [Buffer];
    const address = JSON.parse(document.toString()).url;
    expect((await ask(address, "desk")).status).toBe(200);
    running.kill("SIGINT");
    expect(await once(running, "exit")).toEqual([0, null]);
  });

  it("opens the article that was named", () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/#article\/the-night-train-returns$/);
  });

  it("takes the port that is asked for, and says when it cannot", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const refused = await run(folder, ["preview", "--port", String(port)]);
    expect(refused).toMatchObject({
      exit: 2,
      err: `pressrun: Port ${port} is taken. Choose another --port, or leave it out for any free one.\n`,
    });
    await new Promise((resolve) => taken.close(resolve));
    const ending = new AbortController();
    const { out } = await run(folder, ["preview", "--port", String(port)], { signal: ending.signal });
    ending.abort();
    expect(out).toMatch(new RegExp(`^Preview: http://127\\.0\\.0\\.1:${port}/`));
  });

  it.each([
    [
      ["--port", "70000"],
      '--port "70000" is not a port. Give a number from 1 to 65535, or 0 for any free one.',
    ],
    [["night-train"], 'There is no article "night-train". Did you mean the-night-train-returns?'],
    [["gone.md"], expect.stringContaining("gone.md")],
  ])("refuses %j", async (args, message) => {
    const { exit, err } = await run(folder, ["preview", ...args]);
    expect([exit, err.replace(/^pressrun: |\n$/g, "")]).toEqual([2, message]);
  });

  it("leaves the state as it is, byte for byte", async () => {
    const before = state();
    expect(before.length).toBeGreaterThan(4);
    for (const path of [
      "",
      "desk",
      `article/${SLUG}`,
      `frame/article/${SLUG}`,
      `findings/${SLUG}`,
      "readers",
      "inbox",
    ])
      expect((await get(path)).status).toBe(200);
    expect(state()).toEqual(before);
  });
});

describe("what is shown", () => {
  it("is every article, drafts too, the newest first", async () => {
    write(articleFile("a-draft"), "---\ntitle: Not yet\ndraft: true\n---\n\nSoon.\n");
    expect((await get("desk")).json()).toEqual({
      publication: "The Saltmarsh Courier",
      sandbox: true,
      mails: 3,
      problems: [],
      articles: [
        { slug: "a-draft", shown: "content/articles/a-draft.md", title: "Not yet", draft: true },
        expect.objectContaining({ slug: "harbour-cranes-go-quiet", date: "2026-11-20 08:00", draft: false }),
        expect.objectContaining({ slug: SLUG, title: "The night train returns", date: "2026-11-16 07:30" }),
      ],
    });
    expect(await article("a-draft")).toMatchObject({ title: "Not yet", draft: true, problems: [] });
  });

  it("is the whole edition", async () => {
    const { edition, problems } = await article();
    const { letter, posts, footer, preheader } = edition;
    expect(problems).toEqual([]);
    expect(letter).toMatchObject({
      from: "The Saltmarsh Courier <news@saltmarsh.example.org>",
      to: "Ada Example <reader.one@example.org>",
      subject: "The night train returns",
      remoteImages: 0,
      hasSource: true,
    });
    expect(preheader).toMatch(/^After eleven years/);
    expect(letter.text).toContain("WHAT CHANGES ON THE LINE");
    expect(letter.bytes).toBe(Buffer.byteLength((await get(`source/article/${SLUG}?of=html`)).text()));
    expect((await get(`source/article/${SLUG}`)).text()).toMatch(/^List-ID: [\s\S]*\r\n\r\n--/i);
    expect(posts).toEqual([
      expect.objectContaining({
        channel: "bluesky",
        languages: ["en"],
        face: expect.objectContaining({ label: "Bluesky", account: expect.stringMatching(/^@/) }),
        counts: [
          { unit: "graphemes", max: 300, length: expect.any(Number) },
          { unit: "bytes", max: 3000, length: expect.any(Number) },
        ],
        assumed: false,
        why: expect.any(String),
      }),
    ]);
    expect(footer.message).toMatch(/^Stay connected with The Saltmarsh Courier/);
    const thumbnail = await get(posts[0].card.thumbnail.route);
    expect([thumbnail.status, thumbnail.headers["content-type"]]).toEqual([200, "image/jpeg"]);
  });

  it("is a digest of several articles, each known to the desk", async () => {
    const both = encodeURIComponent(`${SLUG}+harbour-cranes-go-quiet`);
    const { slug, file, title, edition } = await article(both);
    expect({ slug, file, title }).toEqual({
      slug: `${SLUG}+harbour-cranes-go-quiet`,
      file: `content/articles/${SLUG}.md, content/articles/harbour-cranes-go-quiet.md`,
      title: "The night train returns · Harbour cranes go quiet",
    });
    expect(edition.letter.text).toContain("For six weeks the port unloads nothing");
    expect((await get(`findings/${both}`)).json()).toEqual([]);
    for (const unknown of [`${SLUG}+`, `${SLUG}+nothing`, "+", `${SLUG}+../../pressrun`])
      expect((await get(`article/${encodeURIComponent(unknown)}`)).status).toBe(404);
  });

  it("opens with the digest of what is named, under its title", async () => {
    const ending = new AbortController();
    const names = ["preview", SLUG, "harbour-cranes-go-quiet", "--digest", "--title", "The week"];
    const { json } = await run(folder, [...names, "--json"], { signal: ending.signal });
    const address: string = json().url;
    const [, slug = ""] = address.split("#article/");
    expect(decodeURIComponent(slug)).toBe(`${SLUG}+harbour-cranes-go-quiet`);
    expect((await ask(address.split("#")[0] ?? "", `article/${slug}`)).json().title).toBe("The week");
    ending.abort();
    const alone = await run(folder, ["preview", SLUG, "--digest"]);
    expect([alone.exit, alone.err]).toEqual([
      2,
      "pressrun: A digest is made of several articles. Name at least two.\n",
    ]);
  });

  it("is the copy of the reader who is chosen, with a way out that leads nowhere", async () => {
    expect((await get("readers?search=zo%C3%AB")).json()).toEqual([
      { address: "reader.two@example.org", name: "Zoë Example" },
    ]);
    const copy = await article(SLUG, "?as=reader.two@example.org");
    expect(copy.edition.letter.to).toBe("Zoë Example <reader.two@example.org>");
    const stranger = await article(SLUG, "?as=Someone@Example.ORG");
    expect(stranger.edition.letter.to).toBe("someone@example.org");
    const source = (await get(`source/article/${SLUG}?as=reader.two@example.org`)).text();
    const html = (await get(`frame/article/${SLUG}?as=reader.two@example.org`)).text();
    for (const text of [source.replace(/=\r\n/g, "").replaceAll("=3D", "="), html])
      expect(new Set(text.match(/unsubscribe\?t=[\w.-]*/g))).toEqual(new Set(["unsubscribe?t=test"]));
  });

  it("says when an address cannot be written to", async () => {
    const { status, json } = await get(`article/${SLUG}?as=nobody`);
    expect([status, json()]).toEqual([
      422,
      {
        problems: [
          {
            code: "bad-address",
            message: '"nobody" cannot be written to: not an address: there is no name before an @.',
            next: "Give one plain address, such as you@example.org.",
          },
        ],
      },
    ]);
  });

  it("is what check finds, with its part and place", async () => {
    write(articleFile("unfinished"), "---\ntitle: Unfinished\ndate: 2026-11-01\n---\n\nTK write this.\n");
    const findings = (await get("findings/unfinished")).json();
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: "leftover-marker",
        severity: "warning",
        part: "article",
        place: "content/articles/unfinished.md:6",
      }),
    );
  });

  it("is the sandbox's inbox, mail by mail", async () => {
    const { mails, total } = (await get("inbox")).json();
    expect(total).toBe(3);
    const mail = mails.find(({ to }: { to: string }) => to === "reader.two@example.org");
    expect(mail).toMatchObject({
      slug: SLUG,
      subject: "The night train returns",
      name: expect.stringMatching(/\.eml$/),
    });
    const names = [SLUG, mail.name].map(encodeURIComponent).join("/");
    expect((await get(`mail/${names}`)).json()).toMatchObject({
      subject: "The night train returns",
      to: "Zoë Example <reader.two@example.org>",
      text: expect.stringContaining("WHAT CHANGES ON THE LINE"),
      remoteImages: 0,
    });
    expect((await get(`frame/mail/${names}`)).text()).toContain("The night train returns</h1>");
    expect((await get(`source/mail/${names}`)).text()).toBe(
      readFileSync(join(folder, ".pressrun/sandbox/inbox", SLUG, mail.name), "utf8"),
    );
  });
});

describe("a save", () => {
  it("of something broken is told in place, and the last good edition stays", async () => {
    write(articleFile("breaks"), "---\ntitle: Whole\n---\n\nGood.\n");
    const good = await until(
      () => article("breaks"),
      ({ edition }) => edition !== undefined,
    );
    write(articleFile("breaks"), "---\ntitle: [Broken\n---\n\nGood.\n");
    const broken = await until(
      () => article("breaks"),
      ({ problems }) => problems.length > 0,
    );
    expect(broken).toMatchObject({ title: "Whole", edition: { hash: good.edition.hash } });
    expect(broken.problems[0]).toMatchObject({
      code: "front-matter-yaml",
      place: expect.stringMatching(/breaks\.md:\d+:\d+$/),
    });
    write(articleFile("breaks"), "---\ntitle: Mended\n---\n\nGood.\n");
    expect(
      await until(
        () => article("breaks"),
        ({ title }) => title === "Mended",
      ),
    ).toMatchObject({ problems: [] });
  });

  it("of an article that never was good shows why", async () => {
    write(articleFile("never-good"), "---\ntitle: 3\ntags: {a: b}\n---\n");
    const shown = await until(
      () => article("never-good"),
      ({ problems }) => problems.length > 0,
    );
    expect(shown).toMatchObject({ slug: "never-good", problems: expect.any(Array) });
    expect(shown.edition).toBeUndefined();
    expect((await get("frame/article/never-good")).status).toBe(404);
  });

  it("of a template or the configuration is seen, broken ones too", async () => {
    const template = readFileSync(join(folder, "templates/post.hbs"), "utf8");
    write("templates/post.hbs", "{{nothing}}");
    const broken = await until(
      () => article(),
      ({ problems }) => problems.length > 0,
    );
    expect(broken.problems[0]).toMatchObject({ place: expect.stringContaining("templates/post.hbs:1") });
    write("templates/post.hbs", template);
    await until(
      () => article(),
      ({ problems }) => problems.length === 0,
    );

    const config = readFileSync(join(folder, "pressrun.yaml"), "utf8");
    write("pressrun.yaml", config.replace("publication:", "publicaton:"));
    const { problems } = await until(
      () => article(),
      (shown) => shown.problems.length > 0,
    );
    expect(problems[0]).toMatchObject({ place: expect.stringContaining("pressrun.yaml:") });
    const desk = (await get("desk")).json();
    expect([desk.publication, desk.problems.length > 0]).toEqual(["The Saltmarsh Courier", true]);
    write("pressrun.yaml", config);
    await until(
      () => article(),
      (shown) => shown.problems.length === 0,
    );
  });
});

describe("the gate", () => {
  const other = (path: string, asked?: Asked) => get(path, asked).then(({ status }) => status);

  it("opens to the token alone", async () => {
    const { pathname } = new URL(url);
    const wrong = pathname.replace(/.\/$/, (end) => (end === "A/" ? "B/" : "A/"));
    const paths = [
      "/",
      "/desk",
      "/favicon.ico",
      wrong,
      `${wrong}desk`,
      `/${"A".repeat(32)}/desk`,
      pathname.slice(0, -1),
      `${pathname.slice(0, -2)}/desk`,
      `/x${pathname}`,
      "/%",
    ];
    expect(await Promise.all(paths.map((path) => other(path)))).toEqual(paths.map(() => 404));
  });

  it("opens to this machine's own names alone", async () => {
    const { port } = new URL(url);
    const named = (host: string) => other("desk", { headers: { host } });
    expect(await Promise.all([`127.0.0.1:${port}`, `localhost:${port}`].map(named))).toEqual([200, 200]);
    const foreign = [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      "localhost",
      `127.0.0.1:${Number(port) + 1}`,
      `[::1]:${port}`,
      `localhost.:${port}`,
      `127.0.0.1:${port}.evil.example`,
    ];
    expect(await Promise.all(foreign.map(named))).toEqual(foreign.map(() => 404));
  });

  it("is on loopback", async () => {
    const { port } = new URL(url);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    await expect(ask(`http://127.0.0.2:${port}/`)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("takes nothing", async () => {
    const methods = ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    expect(await Promise.all(methods.map((method) => other("desk", { method })))).toEqual(
      methods.map(() => 405),
    );
    expect(await get("desk", { method: "HEAD" })).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it("lets no path out of what is shown", async () => {
    write("content/articles/../../secret.md", "---\ntitle: Secret\n---\n\nHidden.\n");
    mkdirSync(join(folder, ".pressrun/sandbox/inbox/empty"), { recursive: true });
    const up = "%2e%2e%2f";
    const paths = [
      `article/${up}${up}secret`,
      `article/${encodeURIComponent(join(folder, "secret.md"))}`,
      "article/../../../../etc/passwd",
      `frame/article/${encodeURIComponent("../../secret.md")}`,
      "frame/other/x",
      `source/article/${up}secret`,
      `page/${up}${up}index.ts`,
      "page/../index.ts",
      "page/",
      "page/__proto__",
      `image/${up}${up}pressrun.yaml`,
      "image/__proto__",
      `image/${"0".repeat(64)}`,
      `mail/${SLUG}/${up}${up}${up}ledger.db`,
      `mail/${up}${up}/ledger.db`,
      `mail/${up}/inbox`,
      "mail/empty/.eml",
      `frame/mail/..%2f..%2f/secret.eml`,
      "__proto__",
      "constructor",
      "toString/x",
      "events/x",
    ];
    const statuses = await Promise.all(paths.map((path) => other(path)));
    expect(statuses.map((status, index) => `${status} ${paths[index]}`)).toEqual(
      paths.map((path) => `404 ${path}`),
    );
  });
});

describe("every answer", () => {
  const fixed = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };

  it.each([
    ["", "text/html; charset=utf-8", PAGE],
    ["page/page.js", "text/javascript; charset=utf-8", PAGE],
    ["page/page.css", "text/css; charset=utf-8", PAGE],
    ["desk", "application/json; charset=utf-8", INERT],
    [`source/article/${SLUG}`, "text/plain; charset=utf-8", INERT],
    ["nothing", "text/plain; charset=utf-8", INERT],
  ])("carries its policy: %j", async (path, type, policy) => {
    const { headers } = await get(path);
    expect(headers).toMatchObject({
      ...fixed,
      "content-type": type,
      "content-security-policy": policy,
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["set-cookie"]).toBeUndefined();
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("of the frame lets it load images of ours and nothing else", async () => {
    const { headers } = await get(`frame/article/${SLUG}`);
    const { origin, pathname } = new URL(url);
    expect(headers).toMatchObject({ ...fixed, "content-type": "text/html; charset=utf-8" });
    expect(headers["content-security-policy"]).toBe(
      `sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: ${origin}${pathname}image/; frame-ancestors 'self'; base-uri 'none'; form-action 'none'`,
    );
  });

  it("of the page names no address but its own", async () => {
    const texts = await Promise.all(
      globSync("src/preview/page/*").map((file) =>
        get(`page/${file.split("/").at(-1)}`).then(({ text }) => text()),
      ),
    );
    const outside = texts.join("\n").match(/(?:https?:\/\/|["'(=]\/\/)[\w.-]+\.\w+[^\s"')]*/g) ?? [];
    expect(new Set(outside)).toEqual(new Set(["http://www.w3.org/2000/svg"]));
    expect(texts.length).toBeGreaterThan(6);
  });
});
