import { createHash } from "node:crypto";
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { startSmtp, type TestServer } from "../servers/smtp.ts";
import { copyOf, newPublication, run } from "./run.ts";

const SLUG = "the-night-train-returns";
const NOTHING = { sent: 0, failed: 0, uncertain: 0, skipped: 0, pending: 0, missed: 0 };

let paper: string;
beforeAll(async () => {
  paper = await newPublication();
});

/** Every file below `folder` with the hash of its bytes. */
function fingerprint(folder: string): Record<string, string> {
  const names = globSync("**/*", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [
        file.slice(folder.length),
        createHash("sha256").update(readFileSync(file)).digest("hex"),
      ]),
  );
}

/** A mail without what a second run must differ in. */
const withoutDate = (mail: string) => mail.replace(/^Date: .*\r\n/m, "");

describe("publish --sandbox", () => {
  it("delivers to everyone once, and says so", async () => {
    const folder = copyOf(paper);
    const first = await run(folder, ["publish", SLUG, "--sandbox", "--json"]);
    expect({ exit: first.exit, err: first.err }).toEqual({ exit: 0, err: "" });
    expect(first.json()).toEqual({
      article: SLUG,
      revision: 0,
      edition: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      dryRun: false,
      sandbox: true,
      channels: [
        { channel: "email", planned: 3, ...NOTHING, sent: 3 },
        { channel: "bluesky", planned: 1, ...NOTHING, sent: 1, url: expect.any(String) },
      ],
    });
    const second = await run(folder, ["publish", SLUG, "--sandbox", "--json"]);
    expect(second.exit).toBe(0);
    expect(second.json().channels).toMatchObject([
      { channel: "email", planned: 3, ...NOTHING, skipped: 3 },
      { channel: "bluesky", planned: 1, ...NOTHING, skipped: 1 },
    ]);
    expect(second.json().edition).toBe(first.json().edition);
    expect(readdirSync(join(folder, ".pressrun/sandbox/inbox", SLUG))).toHaveLength(3);
    expect(readdirSync(join(folder, ".pressrun/sandbox/outbox/bluesky"))).toEqual([`${SLUG}.json`]);
  });

  it("keeps to the channels that --only names, and sends the rest later", async () => {
    const folder = copyOf(paper);
    const mail = await run(folder, ["publish", SLUG, "--sandbox", "--json", "--only", "email"]);
    expect(mail.json().channels).toMatchObject([{ channel: "email", sent: 3 }]);
    const rest = await run(folder, ["publish", SLUG, "--sandbox", "--json"]);
    expect(rest.json().channels).toMatchObject([
      { channel: "email", sent: 0, skipped: 3 },
      { channel: "bluesky", sent: 1 },
    ]);
  });

  it("tells a person where to look and what to try, in well under a screen", async () => {
    const folder = copyOf(paper);
    const first = await run(folder, ["publish", SLUG, "--sandbox"]);
    expect(first.out.split("\n").length).toBeLessThan(12);
    expect(first.out).toContain("3 sent");
    expect(first.out).toContain(`.pressrun/sandbox/inbox/${SLUG}/`);
    expect(first.out).toContain("Next: pressrun");
    const second = await run(folder, ["publish", SLUG, "--sandbox"]);
    expect(second.out).toContain("everyone already has it, nothing sent");
  });

  it("publishes several articles, each as a row of a list", async () => {
    const folder = copyOf(paper);
    const both = await run(folder, ["publish", SLUG, "harbour-cranes-go-quiet", "--sandbox", "--json"]);
    expect(both.json()).toMatchObject([
      { article: SLUG, channels: [{ sent: 3 }, { sent: 1 }] },
      { article: "harbour-cranes-go-quiet", channels: [{ sent: 3 }, { sent: 1 }] },
    ]);
  });

  it("leads from a digest that check refuses to the check of that digest, in one line", async () => {
    const folder = await newPublication();
    const digest = [SLUG, "harbour-cranes-go-quiet", "--digest", "--title", "A week\r\nof {{trains}}"];
    const refused = await run(folder, ["publish", ...digest, "--sandbox"]);
    expect(refused.exit).toBe(2);
    const named = `check ${SLUG} harbour-cranes-go-quiet --digest --title "A week of {{trains}}"`;
    expect(refused.err).toContain(`was not published: check found`);
    expect(refused.err).toContain(`See everything with \`pressrun ${named}\``);
    expect((await run(folder, ["check", ...digest])).exit).toBe(1);
  });

  it("makes one edition of several articles with --digest, once in whatever order they are named", async () => {
    const folder = copyOf(paper);
    const articles = [SLUG, "harbour-cranes-go-quiet"];
    const first = await run(folder, ["publish", ...articles, "--digest", "--sandbox", "--json"]);
    expect(first).toMatchObject({ exit: 0, err: "" });
    const { article, channels } = first.json();
    expect(article).toMatch(/^digest-harbour-cranes-go-quiet-the-night-train-returns-[0-9a-f]{8}$/);
    expect(channels).toMatchObject([
      { channel: "email", planned: 3, sent: 3 },
      { channel: "bluesky", planned: 1, sent: 1 },
    ]);
    const again = await run(folder, ["publish", ...articles, "--digest", "--sandbox", "--json"]);
    expect(again.json().channels).toMatchObject([
      { sent: 0, skipped: 3 },
      { sent: 0, skipped: 1 },
    ]);
    const turned = ["publish", ...articles.toReversed(), "--digest", "--sandbox"];
    const inTurn = await run(folder, [...turned, "--json"]);
    expect(inTurn).toMatchObject({ exit: 0, err: "" });
    expect(inTurn.json()).toMatchObject({ article, channels: [{ skipped: 3 }, { skipped: 1 }] });
    const corrected = await run(folder, [...turned, "--correction", "--dry-run", "--json"]);
    expect(corrected.json()).toMatchObject({ article, revision: 1, channels: [{ pending: 3 }] });
    const file = join(folder, "content/articles", `${SLUG}.md`);
    writeFileSync(file, `${readFileSync(file, "utf8")}\nOne more paragraph.\n`);
    expect((await run(folder, turned)).err).toContain(
      "was changed, or its articles are named in another order, after 4 of its deliveries",
    );
    expect((await run(folder, ["status", article, "--sandbox", "--json"])).json()).toMatchObject({
      article,
      channels: [{ sent: 3 }, { sent: 1 }],
    });
    const alone = await run(folder, ["publish", SLUG, "--sandbox", "--json"]);
    expect(alone.json().channels).toMatchObject([{ sent: 3 }, { sent: 1 }]);
  });

  it.each([
    [[SLUG, "--digest"], "A digest is made of several articles."],
    [[SLUG, SLUG, "--digest"], `"${SLUG}" is named twice.`],
    [[SLUG, "--slug", "week-12"], "--slug is for digests alone."],
    [[SLUG, "harbour-cranes-go-quiet", "--digest", "--slug", "Week 12"], '"Week 12" is not a slug'],
    [[SLUG, "harbour-cranes-go-quiet", "--digest", "--slug", SLUG], `"${SLUG}" is the slug of content/`],
  ])("refuses %j", async (words, message) => {
    const { exit, err } = await run(copyOf(paper), ["publish", ...words, "--sandbox"]);
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining(message) });
  });

  it("refuses an article whose body changed after its first delivery", async () => {
    const folder = copyOf(paper);
    await run(folder, ["publish", SLUG, "--sandbox"]);
    const file = join(folder, "content/articles", `${SLUG}.md`);
    writeFileSync(file, `${readFileSync(file, "utf8")}\nOne more paragraph.\n`);
    const changed = await run(folder, ["publish", SLUG, "--sandbox"]);
    expect(changed.exit).toBe(2);
    expect(changed.err).toContain("was changed after 4 of its deliveries");
    // Looking is not sending.
    expect((await run(folder, ["render", SLUG])).exit).toBe(0);
    expect((await run(folder, ["publish", SLUG, "--sandbox", "--dry-run"])).exit).toBe(0);
  });
});

describe("publish --dry-run", () => {
  it("opens no socket, leaves the state byte-identical and shows the mail that then goes out", async () => {
    const folder = copyOf(paper);
    await run(folder, ["publish", "harbour-cranes-go-quiet", "--sandbox"]);
    const before = fingerprint(join(folder, ".pressrun"));
    expect(Object.keys(before).length).toBeGreaterThan(2);

    const connect = jest.spyOn(Socket.prototype, "connect").mockImplementation(() => {
      throw new Error("a dry run opened a socket");
    });
    const dry = await run(folder, ["publish", SLUG, "--sandbox", "--dry-run", "--json"]);
    connect.mockRestore();
    expect({ exit: dry.exit, err: dry.err }).toEqual({ exit: 0, err: "" });
    expect(dry.json()).toMatchObject({
      dryRun: true,
      channels: [{ planned: 3, pending: 3, sent: 0 }, { pending: 1 }],
    });
    expect(fingerprint(join(folder, ".pressrun"))).toEqual(before);

    const out = join(folder, "out", SLUG);
    const live = await run(folder, ["publish", SLUG, "--sandbox", "--json"]);
    expect(live.json().edition).toBe(dry.json().edition);
    const inbox = join(folder, ".pressrun/sandbox/inbox", SLUG);
    const shown = readFileSync(join(out, "newsletter.eml"), "utf8");
    const recipient = /^To: .*?<?([^<>\s]+@[^<>\s]+)>?\r$/m.exec(shown)?.[1];
    const sent = readdirSync(inbox).find((name) => name.includes(recipient!))!;
    expect(withoutDate(readFileSync(join(inbox, sent), "utf8"))).toBe(withoutDate(shown));

    const planned = JSON.parse(readFileSync(join(out, "posts/bluesky.json"), "utf8"));
    const posted = JSON.parse(
      readFileSync(join(folder, ".pressrun/sandbox/outbox/bluesky", `${SLUG}.json`), "utf8"),
    );
    const timeless = (post: unknown) => JSON.stringify(post).replace(/"createdAt":"[^"]+"/, "");
    expect(timeless(posted)).toBe(timeless(planned));
    expect(readFileSync(join(out, "plan.json"), "utf8")).not.toContain("@example.org");
  });

  it("says where it cannot write, and lets nothing of a title act on the terminal", async () => {
    const folder = copyOf(paper);
    writeFileSync(join(folder, "content/articles/esc.md"), '---\ntitle: "A\\e[31mred\\x07"\n---\n\nText.\n');
    const shown = await run(folder, ["render", "esc"]);
    expect({
      exit: shown.exit,
      isClean: !["\u0007", "\u001b"].some((code) => (shown.out + shown.err).includes(code)),
    }).toEqual({
      exit: 0,
      isClean: true,
    });
    rmSync(join(folder, "out"), { recursive: true, force: true });
    writeFileSync(join(folder, "out"), "a file");
    const refused = await run(folder, ["render", "esc"]);
    expect({ exit: refused.exit, err: refused.err }).toMatchObject({
      exit: 2,
      err: expect.stringContaining("The edition cannot be written here"),
    });
  });

  it("makes no state where there is none", async () => {
    const folder = copyOf(paper);
    rmSync(join(folder, ".pressrun"), { recursive: true, force: true });
    const dry = await run(folder, ["publish", SLUG, "--sandbox", "--dry-run", "--json"]);
    expect(dry.json().channels).toMatchObject([{ pending: 3 }, { pending: 1 }]);
    expect(readdirSync(folder)).not.toContain(".pressrun");
  });
});

describe("publish, live", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startSmtp();
  });
  afterAll(() => server.stop());

  /** A publication that mails through the test's server and posts nowhere. */
  async function livePaper(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "pressrun-live-"));
    cpSync(join(paper, "content"), join(folder, "content"), { recursive: true });
    writeFileSync(
      join(folder, "pressrun.yaml"),
      `mode: live
publication: {name: Test Paper, url: https://example.org}
email:
  from: Test Paper <news@example.org>
  server: \${SMTP_URL}
  unsubscribe_url: https://example.org/u
`,
    );
    for (const reader of ["a", "b"])
      await run(folder, ["subscribers", "add", `${reader}@example.org`], { env: env() });
    return folder;
  }
  const env = () => ({ SMTP_URL: `smtp://127.0.0.1:${server.port}` });

  it("wants a yes, sends once, and a fresh clone with published.jsonl alone sends nothing", async () => {
    const folder = await livePaper();
    const before = server.taken.length;
    const unasked = await run(folder, ["publish", SLUG], { env: env() });
    expect({ exit: unasked.exit, err: unasked.err }).toMatchObject({
      exit: 2,
      err: expect.stringContaining("--yes"),
    });
    expect(server.taken.length).toBe(before);

    const refused = await run(folder, ["publish", SLUG], {
      env: env(),
      isTerminal: true,
      ask: async () => false,
    });
    expect(refused.exit).toBe(2);

    const questions: string[] = [];
    const ask = async (question: string) => questions.push(question) > 0;
    const sent = await run(folder, ["publish", SLUG, "--json"], { env: env(), isTerminal: true, ask });
    expect(questions).toEqual(['Send "The night train returns" now (email: 2)?']);
    expect(sent.json().channels).toMatchObject([{ channel: "email", planned: 2, sent: 2 }]);
    expect(server.taken.length).toBe(before + 2);

    const clone = mkdtempSync(join(tmpdir(), "pressrun-clone-"));
    for (const name of ["content", "pressrun.yaml", "published.jsonl"]) {
      cpSync(join(folder, name), join(clone, name), { recursive: true });
    }
    await run(clone, ["subscribers", "add", "a@example.org"], { env: env() });
    const again = await run(clone, ["publish", SLUG, "--yes", "--json"], { env: env() });
    expect({ exit: again.exit, rows: again.json().channels }).toMatchObject({
      exit: 0,
      rows: [{ sent: 0, skipped: 2 }],
    });
    expect(server.taken.length).toBe(before + 2);
    const status = await run(clone, ["status", SLUG, "--json"], { env: env() });
    expect(status.json()).toMatchObject({
      article: SLUG,
      edition: sent.json().edition,
      channels: [{ channel: "email", planned: 2, sent: 2, elsewhere: true }],
    });
    expect((await run(clone, ["status"], { env: env() })).out).toContain(
      "email: published elsewhere, says published.jsonl",
    );
    expect(readFileSync(join(folder, "published.jsonl"), "utf8")).not.toContain("a@example.org");
  });

  it("sends one marked mail with --test, outside the ledger", async () => {
    const folder = await livePaper();
    const before = server.taken.length;
    const test = await run(folder, ["publish", SLUG, "--test", "me@example.org", "--json"], { env: env() });
    expect({ exit: test.exit, rows: test.json().channels }).toMatchObject({
      exit: 0,
      rows: [{ planned: 1, sent: 1 }],
    });
    expect(server.taken.length).toBe(before + 1);
    const shown = await run(folder, ["publish", SLUG, "--test", "me@example.org"], { env: env() });
    expect(shown.out).toMatch(new RegExp(`Next: pressrun publish ${SLUG}$`, "m"));
    expect((await run(folder, ["status", "--json"], { env: env() })).json()).toEqual([]);
  });

  it("names no address when a --test mail is refused, not even where the server does", async () => {
    const folder = await livePaper();
    const strict = await startSmtp({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error("5.1.1 <Me@Example.org>: no such user"), { responseCode: 550 })),
    });
    const refused = await run(folder, ["publish", SLUG, "--test", "Me@example.org"], {
      env: { SMTP_URL: `smtp://127.0.0.1:${strict.port}` },
    });
    await strict.stop();
    expect(refused.exit).toBe(1);
    expect(refused.err).toContain("The test mail was not accepted: 5.1.1 (the address) no such user.");
    expect(refused.err + refused.out).not.toMatch(/me@example/i);
  });

  it("refuses drafts and a time that has not come", async () => {
    const folder = await livePaper();
    const article = join(folder, "content/articles/later.md");
    writeFileSync(article, "---\ntitle: Later\ndraft: true\n---\n\nText.\n");
    expect((await run(folder, ["publish", "later", "--yes"], { env: env() })).err).toContain("is a draft");
    writeFileSync(article, "---\ntitle: Later\npublish_at: 2999-01-01 09:00\n---\n\nText.\n");
    const early = await run(folder, ["publish", "later", "--yes"], { env: env() });
    expect({ exit: early.exit, err: early.err }).toMatchObject({
      exit: 2,
      err: expect.stringContaining("--now"),
    });
  });

  it("finds a draft among several articles before the first is sent", async () => {
    const folder = await livePaper();
    writeFileSync(
      join(folder, "content/articles/later.md"),
      "---\ntitle: Later\ndraft: true\n---\n\nText.\n",
    );
    const before = server.taken.length;
    const both = await run(folder, ["publish", SLUG, "later", "--yes"], { env: env() });
    expect({ exit: both.exit, mails: server.taken.length - before }).toEqual({ exit: 2, mails: 0 });
  });

  it("blames no reader when the server refuses the sender, and sends once that is mended", async () => {
    const folder = await livePaper();
    const strict = await startSmtp({
      onMailFrom: (_address, _session, done) =>
        done(Object.assign(new Error("5.7.1 sender address rejected"), { responseCode: 550 })),
    });
    const refused = await run(folder, ["publish", SLUG, "--yes", "--json"], {
      env: { SMTP_URL: `smtp://127.0.0.1:${strict.port}` },
    });
    await strict.stop();
    expect({ exit: refused.exit, rows: refused.json().channels }).toMatchObject({
      exit: 1,
      rows: [{ planned: 2, pending: 2, failed: 0 }],
    });
    expect(refused.err).toContain("sender address rejected");
    const mended = await run(folder, ["publish", SLUG, "--yes", "--json"], { env: env() });
    expect(mended.json().channels).toMatchObject([{ planned: 2, sent: 2 }]);
  });

  it("sends nothing and exits 2 when the server cannot be reached", async () => {
    const folder = await livePaper();
    const away = { SMTP_URL: "smtp://user:topsecret@127.0.0.1:1" };
    const failed = await run(folder, ["publish", SLUG, "--yes", "--json"], { env: away });
    expect(failed.exit).toBe(2);
    expect(failed.err).toContain("127.0.0.1:1");
    expect(failed.err + failed.out).not.toContain("topsecret");
    expect(
      (await run(folder, ["publish", SLUG, "--yes", "--json"], { env: env() })).json().channels,
    ).toMatchObject([{ planned: 2, sent: 2 }]);
  });
});

describe("publish with wrong input", () => {
  it.each([
    [["publish"], "Something is missing"],
    [["publish", "no-such-article", "--sandbox"], "no-such-article"],
    [["publish", SLUG, "--sandbox", "--only", "fax"], '--only names "fax"'],
    [["publish", SLUG, "--sandbox", "--fax"], "has no option --fax"],
    [["publish", SLUG, SLUG, "--sandbox"], "is named twice"],
    [["publish", SLUG, "--only", "email", "--only", "bluesky"], "--only is given more than once"],
    [["publish", SLUG, "--sandbox", "--test", "not an address"], "cannot be written to"],
    [["publish", SLUG, "--dry-run", "--test", "a@example.org"], "--test and --dry-run do not go together"],
    [["publish", SLUG, "--config", "nowhere.yaml"], "nowhere.yaml"],
    [["pubish"], 'There is no command "pubish"'],
  ])("%j: exit 2, one clear line, nothing written", async (argv, words) => {
    const folder = copyOf(paper);
    const before = fingerprint(folder);
    const { exit, out, err } = await run(folder, argv);
    expect({ exit, out, lines: err.trim().split("\n").length }).toEqual({ exit: 2, out: "", lines: 1 });
    expect(err).toContain(words);
    expect(fingerprint(folder)).toEqual(before);
  });
});
