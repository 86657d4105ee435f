import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { copyOf, newPublication, run } from "./run.ts";

const SAMPLE = "the-night-train-returns";
const NOW = { now: () => new Date("2026-11-23T09:00:00.000Z") };

let paper: string;
beforeAll(async () => {
  paper = await newPublication();
});

/** A publication with one more article: `changes` to the second sample, under the slug "cranes". */
function withArticle(changes: (text: string) => string, slug = "cranes"): string {
  const folder = copyOf(paper);
  const articles = join(folder, "content/articles");
  const text = readFileSync(join(articles, "harbour-cranes-go-quiet.md"), "utf8")
    .replace("title: Harbour cranes go quiet", "title: Cranes and their voices")
    .replace(
      "url: https://saltmarsh.example.org/harbour-cranes-go-quiet",
      `url: https://saltmarsh.example.org/${slug}`,
    );
  writeFileSync(join(articles, `${slug}.md`), changes(text));
  return folder;
}

describe("check", () => {
  it("finds nothing to mend in the articles that are shipped", async () => {
    const { exit, out, err } = await run(paper, ["check"], NOW);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(out).toBe(`Harbour cranes go quiet (content/articles/harbour-cranes-go-quiet.md)

Nothing to mend.

The night train returns (content/articles/the-night-train-returns.md)

Nothing to mend.

0 errors, 0 warnings in 2 articles`);
  });

  it("looks at several articles as one digest", async () => {
    const both = [SAMPLE, "harbour-cranes-go-quiet"];
    const { exit, out, err } = await run(paper, ["check", ...both, "--digest", "--title", "The week"], NOW);
    expect({ exit, out, err }).toEqual({
      exit: 0,
      out: `The week (content/articles/${SAMPLE}.md, content/articles/harbour-cranes-go-quiet.md)\n\nNothing to mend.\n\n0 errors, 0 warnings`,
      err: "",
    });
    const folder = withArticle((text) =>
      text.replace("The two tall cranes", "Lorem ipsum. The two tall cranes"),
    );
    const faulty = await run(
      folder,
      ["check", SAMPLE, "cranes", "--digest", "--slug", "week-12", "--json"],
      NOW,
    );
    expect({ exit: faulty.exit, json: faulty.json() }).toMatchObject({
      exit: 1,
      json: {
        article: "week-12",
        findings: [{ id: "leftover-filler", file: "content/articles/cranes.md", line: 18 }],
        errors: 1,
      },
    });
    const alone = await run(paper, ["check", SAMPLE, "--digest"], NOW);
    expect({ exit: alone.exit, err: alone.err }).toEqual({
      exit: 2,
      err: "pressrun: A digest is made of several articles. Name at least two.\n",
    });
  });

  it("groups what it finds by part, errors first, each with its place and what to do", async () => {
    const folder = withArticle((text) =>
      text
        .replace(/^author: .*\n/m, "")
        .replace(
          "The two tall cranes",
          "[Click here](http://saltmarsh.example.org/x). Lorem ipsum, TK. The two tall cranes",
        ),
    );
    const { exit, out, err } = await run(folder, ["check", "cranes"], NOW);
    expect({ exit, err }).toEqual({ exit: 1, err: "" });
    expect(out).toBe(`Cranes and their voices (content/articles/cranes.md)

article
  error    leftover-filler  content/articles/cranes.md:17
    "Lorem ipsum" was left in. Write the text.
  warning  missing-author  content/articles/cranes.md
    The article has no author. Add \`author: …\`, a person or the newsroom.
  warning  leftover-marker  content/articles/cranes.md:17
    "TK" was left in. Finish the sentence, or put it between backquotes if it is code.
  warning  link-http  content/articles/cranes.md:17
    The link to "http://saltmarsh.example.org/x" is not encrypted. Use https:// if the site has it.
  warning  link-text-generic  content/articles/cranes.md:17
    The link "Click here" does not say what it leads to. Make the words that name the target the link.

1 error, 4 warnings`);
  });

  it("gives a script the same: an object for one article, a list for several", async () => {
    const folder = withArticle((text) =>
      text.replace(/^author: .*\n/m, "").replace("The two tall", "TK The two tall"),
    );
    const one = {
      article: "cranes",
      findings: [
        { id: "missing-author", severity: "warning", part: "article", message: "The article has no author." },
        {
          id: "leftover-marker",
          severity: "warning",
          part: "article",
          message: '"TK" was left in.',
          line: 17,
        },
      ],
      errors: 0,
      warnings: 2,
    };
    const single = await run(folder, ["check", "content/articles/cranes.md", "--json"], NOW);
    expect({ exit: single.exit, json: single.json() }).toEqual({ exit: 0, json: one });
    const several = await run(folder, ["check", "cranes", SAMPLE, "--json"], NOW);
    expect(several.json()).toEqual([one, { article: SAMPLE, findings: [], errors: 0, warnings: 0 }]);
    expect((await run(folder, ["check", "--json"], NOW)).json()).toHaveLength(3);
  });

  it("passes over drafts unless they are named", async () => {
    const folder = withArticle((text) => text.replace("tags:", "draft: true\ntags:"));
    expect((await run(folder, ["check"], NOW)).out).toContain("in 2 articles");
    expect((await run(folder, ["check", "cranes"], NOW)).out).toContain("Cranes and their voices");
  });

  it("tells of another article with the same title or url, by what was published", async () => {
    const unrelated = (text: string) => text.replace(/^related:\n.*\n.*\n/m, "");
    const same = (text: string) =>
      text.replace(/^url: .*$/m, `url: https://saltmarsh.example.org/${SAMPLE}?utm_source=a`);
    const folder = withArticle((text) =>
      same(unrelated(text)).replace(/^title: .*$/m, 'title: "The night train returns"'),
    );
    const found = async () =>
      (await run(folder, ["check", "cranes", "--json"], NOW))
        .json()
        .findings.map(({ id }: { id: string }) => id);
    expect(await found()).toEqual(["duplicate-url", "duplicate-title"]);
    expect((await run(folder, ["publish", SAMPLE, "--sandbox"])).exit).toBe(0);
    expect(await found()).toEqual(["duplicate-published-url", "duplicate-title"]);
  });

  it("speaks of a post that cannot be composed as of any other finding", async () => {
    const folder = withArticle((text) =>
      text.replace("tags:", `posts: { bluesky: "${"Too long. ".repeat(40)}" }\ntags:`),
    );
    const { exit, out } = await run(folder, ["check", "cranes"], NOW);
    expect(exit).toBe(1);
    expect(out).toContain("error    post-over-limit");
    expect(out).toContain("Shorten posts.bluesky in its front matter.");
  });

  it("exits 2 for what cannot be read, and still checks the others", async () => {
    const folder = withArticle((text) => text.replace("title:", "title: ["));
    const alone = await run(folder, ["check", "cranes"], NOW);
    expect({ exit: alone.exit, out: alone.out, err: alone.err }).toEqual({
      exit: 2,
      out: expect.stringContaining("error    front-matter-yaml  content/articles/cranes.md:"),
      err: "",
    });
    const all = await run(folder, ["check"], NOW);
    expect({ exit: all.exit, out: all.out }).toEqual({
      exit: 2,
      out: expect.stringMatching(/1 error, 0 warnings in 3 articles$/),
    });
    const json = (await run(folder, ["check", "--json"], NOW)).json();
    expect(json).toContainEqual({
      article: "cranes",
      findings: [
        {
          id: "front-matter-yaml",
          severity: "error",
          part: "article",
          message: expect.stringContaining("The front matter is not YAML"),
          line: expect.any(Number),
        },
      ],
      errors: 1,
      warnings: 0,
    });
    for (const name of ["no-such-article", "content/articles/none.md"]) {
      const absent = await run(folder, ["check", name], NOW);
      expect({ exit: absent.exit, out: absent.out }).toEqual({ exit: 2, out: "" });
    }
  });

  it("has nothing to say of a publication without articles", async () => {
    const folder = copyOf(paper);
    rmSync(join(folder, "content"), { recursive: true });
    const { exit, out } = await run(folder, ["check"], NOW);
    expect({ exit, out }).toEqual({ exit: 0, out: "There is no article to check." });
    expect((await run(folder, ["check", "--json"], NOW)).json()).toEqual([]);
  });

  it("changes nothing", async () => {
    const folder = copyOf(paper);
    await run(folder, ["check"], NOW);
    expect([".pressrun", "out"].filter((name) => existsSync(join(folder, name)))).toEqual([]);
  });

  describe("--spam", () => {
    /** A PATH with a program that scores every mail the same, or with none. */
    function scoring(score?: string) {
      const PATH = mkdtempSync(join(tmpdir(), "pressrun-bin-"));
      const file = join(PATH, "spamassassin");
      const report = `Content analysis details:   (${score} points, 5.0 required)\n\n ${score} SUBJ_ALL_CAPS  Subject is all capitals\n`;
      if (score !== undefined)
        writeFileSync(file, `#!/bin/sh\n/bin/cat > /dev/null\nprintf '%s' '${report}'\n`);
      if (score !== undefined) chmodSync(file, 0o755);
      return { ...NOW, env: { PATH } };
    }

    it("shows the rules that scored", async () => {
      const { exit, out } = await run(paper, ["check", SAMPLE, "--spam"], scoring("0.7"));
      expect({ exit, out }).toEqual({
        exit: 0,
        out: `The night train returns (content/articles/the-night-train-returns.md)

Nothing to mend.

SpamAssassin: 0.7 points, 5 would be spam
    0.7  SUBJ_ALL_CAPS  Subject is all capitals

0 errors, 0 warnings`,
      });
    });

    it("makes an error of a mail that it takes for spam", async () => {
      const { exit, json } = await run(paper, ["check", SAMPLE, "--spam", "--json"], scoring("7.5"));
      expect({ exit, json: json() }).toMatchObject({
        exit: 1,
        json: { findings: [{ id: "spam-score", severity: "error" }], errors: 1, spam: { score: 7.5 } },
      });
    });

    it("exits 2 where there is no SpamAssassin, or no mail", async () => {
      const absent = await run(paper, ["check", "--spam"], scoring());
      expect({ exit: absent.exit, out: absent.out, lines: absent.err.trim().split("\n").length }).toEqual({
        exit: 2,
        out: "",
        lines: 1,
      });
      const folder = copyOf(paper);
      writeFileSync(join(folder, "pressrun.yaml"), "mode: sandbox\npublication: { name: Courier }\n");
      const { exit, err } = await run(folder, ["check", SAMPLE, "--spam"], scoring("0.7"));
      expect({ exit, err }).toEqual({
        exit: 2,
        err: "pressrun: This publication sends no mail, so SpamAssassin has nothing to score. Add `email:` to pressrun.yaml, or leave --spam out.\n",
      });
    });
  });
});
