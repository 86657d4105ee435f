import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startSmtp, type TestServer } from "../servers/smtp.ts";
import { copyOf, newPublication, run } from "./run.ts";

const NOW = { now: () => new Date("2026-11-24T09:00:00.000Z") };
const REFUSED = `pressrun: content/articles/filler.md:5: leftover-filler: "Lorem ipsum" was left in. Write the text.
pressrun: "Filler" was not published: check found an error in it, and nothing was sent. See everything with \`pressrun check filler\`; publish all the same with --force.
`;

let paper: string;
beforeAll(async () => {
  paper = await newPublication();
});

function withFiller(): string {
  const folder = copyOf(paper);
  write(folder, "Lorem ipsum dolor sit amet.");
  return folder;
}

function write(folder: string, text: string, slug = "filler"): void {
  const head = `title: ${slug[0]?.toUpperCase()}${slug.slice(1)}\ndescription: One sentence for the readers of this.`;
  writeFileSync(join(folder, `content/articles/${slug}.md`), `---\n${head}\n---\n${text}\n`);
}

describe("publish asks check first", () => {
  it("and refuses an edition with errors: finding, place, and what to do", async () => {
    const folder = withFiller();
    const { exit, out, err } = await run(folder, ["publish", "filler", "--sandbox"], NOW);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err.split("\n").filter((line) => line.startsWith("pressrun: "))).toEqual(
      REFUSED.trimEnd().split("\n"),
    );
    expect(existsSync(join(folder, ".pressrun/sandbox/inbox"))).toBe(false);
    const json = await run(folder, ["publish", "filler", "--sandbox", "--json"], NOW);
    expect(json.json().errors.map(({ code }: { code: string }) => code)).toEqual([
      "leftover-filler",
      "refused-by-check",
    ]);
  });

  it("lets --force through once for all, and status remembers it", async () => {
    const folder = withFiller();
    const forced = await run(folder, ["publish", "filler", "--sandbox", "--force", "--only", "email"], NOW);
    expect(forced.exit).toBe(0);
    expect(forced.out).toContain("3 sent");
    const rest = await run(folder, ["publish", "filler", "--sandbox", "--json"], NOW);
    expect(rest.json().channels).toMatchObject([{ skipped: 3 }, { channel: "bluesky", sent: 1 }]);
    const status = await run(folder, ["status", "filler", "--sandbox"]);
    expect(status.out).toContain(
      'Published with --force although: leftover-filler: "Lorem ipsum" was left in. (2026-11-24T09:00:00.000Z)',
    );
    expect((await run(folder, ["status", "filler", "--sandbox", "--json"])).json().forced).toEqual([
      {
        id: "leftover-filler",
        part: "article",
        message: '"Lorem ipsum" was left in.',
        at: "2026-11-24T09:00:00.000Z",
      },
    ]);
  });

  it("never lets through what mail programs cut off, and names what makes it fit", async () => {
    const folder = copyOf(paper);
    write(folder, "Eight crossings go.\n\n".repeat(1_800), "long");
    for (const more of [[], ["--force"]]) {
      const { exit, out, err } = await run(folder, ["publish", "long", "--sandbox", ...more], NOW);
      expect({ exit, out }).toEqual({ exit: 2, out: "" });
      expect(err).toContain("Set `email.fit: true` in pressrun.yaml, or shorten the article");
      expect(err).toContain("--force does not help against size-clipped.");
    }
    expect(existsSync(join(folder, ".pressrun/sandbox/inbox"))).toBe(false);
    const posts = await run(folder, ["publish", "long", "--sandbox", "--only", "bluesky"], NOW);
    expect(posts.exit).toBe(0);
    const config = join(folder, "pressrun.yaml");
    writeFileSync(config, readFileSync(config, "utf8").replace(/^email:\n/m, "email:\n  fit: true\n"));
    const fitted = await run(folder, ["publish", "long", "--sandbox"], NOW);
    expect(fitted.exit).toBe(0);
    expect(fitted.out).toContain("3 sent");
  });

  it("refuses what came in after that", async () => {
    const folder = withFiller();
    write(folder, "Lorem ipsum, and [a page](https://).");
    const { exit, err } = await run(folder, ["publish", "filler", "--sandbox"], NOW);
    expect(exit).toBe(2);
    expect(err).toContain("link-malformed");
    expect(err).toContain("check found 2 errors in it");
  });

  it("in a dry run only says what it would refuse", async () => {
    const { exit, err } = await run(withFiller(), ["publish", "filler", "--sandbox", "--dry-run"], NOW);
    expect(exit).toBe(0);
    expect(err).toContain('note: Publishing "Filler" will be refused for this.');
  });

  it("has no word against links to this machine as long as nothing leaves it", async () => {
    const folder = copyOf(paper);
    write(folder, "See [the draft](http://localhost:8080/) of it.", "near");
    expect((await run(folder, ["publish", "near", "--sandbox"], NOW)).exit).toBe(0);
    const found = (await run(folder, ["check", "near", "--json"], NOW)).json().findings;
    expect(found).toContainEqual(expect.objectContaining({ id: "link-private", severity: "error" }));
  });

  it("leaves an article that everyone has in peace, and the posts of one whose newsletter is at fault", async () => {
    const folder = copyOf(paper);
    write(folder, "Fine so far.", "later");
    expect((await run(folder, ["publish", "later", "--sandbox"], NOW)).exit).toBe(0);
    const template = join(folder, "templates/newsletter.mjml.hbs");
    const text = readFileSync(template, "utf8");
    writeFileSync(template, text.replace("</mj-body>", "<mj-raw><form></form></mj-raw></mj-body>"));
    expect((await run(folder, ["publish", "later", "--sandbox"], NOW)).exit).toBe(0);
    write(folder, "Another one.", "next");
    expect((await run(folder, ["publish", "next", "--sandbox", "--only", "bluesky"], NOW)).exit).toBe(0);
    const whole = await run(folder, ["publish", "next", "--sandbox"], NOW);
    expect({ exit: whole.exit, err: whole.err }).toEqual({
      exit: 2,
      err: expect.stringContaining("active-content"),
    });
  });
});

describe("live", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startSmtp();
  });
  afterAll(() => server.stop());

  it("nobody gets what check refuses; a test mail only brings the news", async () => {
    const folder = withFiller();
    const file = join(folder, "pressrun.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("mode: sandbox", "mode: live"));
    const env = { SMTP_URL: `smtp://127.0.0.1:${server.port}`, BLUESKY_APP_PASSWORD: "x" };
    await run(folder, ["subscribers", "add", "ada@example.net"], { env });
    const refused = await run(folder, ["publish", "filler", "--yes", "--only", "email"], { env, ...NOW });
    expect({ exit: refused.exit, mails: server.taken.length }).toEqual({ exit: 2, mails: 0 });
    expect(refused.err).toContain(REFUSED);
    const test = await run(folder, ["publish", "filler", "--test", "me@example.org"], { env, ...NOW });
    expect({ exit: test.exit, mails: server.taken.length }).toEqual({ exit: 0, mails: 1 });
    expect(test.err).toContain("leftover-filler");
    const forced = await run(folder, ["publish", "filler", "--yes", "--only", "email", "--force"], {
      env,
      ...NOW,
    });
    expect({ exit: forced.exit, mails: server.taken.length }).toEqual({ exit: 0, mails: 2 });
  });
});
