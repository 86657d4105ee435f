import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readArticle } from "../../src/read/index.ts";
import { newPublication, run } from "./run.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/copied-text");
const WHOLE_PAGE = join(FIXTURES, "whole-page/input.txt");
const SLUG = "lighthouse-keepers-set-to-vote-on-automatic-lamps-this-autumn";

function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const made = mkdtempSync(join(tmpdir(), "pressrun-import-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(made, name), content);
  return made;
}

const typed = (text: string | Uint8Array) => ({
  stdin: (async function* () {
    yield Buffer.from(text);
  })(),
});
const written = (cwd: string, slug: string) => readFileSync(join(cwd, `content/articles/${slug}.md`), "utf8");
const everything = (cwd: string) => readdirSync(cwd, { recursive: true }).sort();

describe("importing copied text", () => {
  it("writes the article and says what it recovered, missed and dropped", async () => {
    const cwd = await newPublication();
    const { exit, out, err } = await run(cwd, ["import", WHOLE_PAGE]);
    expect([exit, err]).toEqual([0, ""]);
    expect(written(cwd, SLUG)).toBe(readFileSync(join(FIXTURES, "whole-page/article.md"), "utf8"));
    expect(out).toBe(`Imported content/articles/${SLUG}.md
  title    Lighthouse Keepers Set to Vote on Automatic Lamps This Autumn
  dek      Upcoming NorthpointSaltmarsh vote focuses on the last staffed lights, signaling a shift a…
  credit   Coast Archive | Northpoint Light | Saltmarsh Harbour
  body     9 paragraphs
  related  Courier Weekly Recap 14 October Top 20 Walks Alon… (kept as relatedRaw, never sent)
Missing: url, date, author, image. Add them in the front matter.
Dropped:
  "Lighthouse Keepers Set to Vote on Automatic Lamps This Autu…" repeats the title
The text's own footer, not applied (footer: in pressrun.yaml):
  message  Stay connected with The Saltmarsh Courier for the latest Coast and Harbour News.
  explore  Courier News, Courier Long Reads

Next: pressrun publish ${SLUG} --sandbox`);
  });

  it("gives scripts one document", async () => {
    const cwd = await newPublication();
    const ran = await run(cwd, ["import", WHOLE_PAGE, "--json", "--explain", "--slug", "lamps"]);
    expect(ran.json()).toEqual({
      slug: "lamps",
      file: "content/articles/lamps.md",
      recovered: {
        title: "Lighthouse Keepers Set to Vote on Automatic Lamps This Autumn",
        description:
          "Upcoming NorthpointSaltmarsh vote focuses on the last staffed lights, signaling a shift along the whole coast",
        credit: "Coast Archive | Northpoint Light | Saltmarsh Harbour",
        paragraphs: 9,
        relatedRaw: expect.stringMatching(/^Courier Weekly Recap .* Long Crossings$/),
        footer: {
          message: "Stay connected with The Saltmarsh Courier for the latest Coast and Harbour News.",
          explore: ["Courier News", "Courier Long Reads"],
        },
      },
      missing: ["url", "date", "author", "image"],
      dropped: [
        {
          text: "Lighthouse Keepers Set to Vote on Automatic Lamps This Autumn",
          reason: "repeats the title",
        },
      ],
      warnings: [],
    });
  });

  it("explains every line", async () => {
    const cwd = await newPublication();
    const { out } = await run(cwd, ["import", join(FIXTURES, "site-furniture/input.txt"), "--explain"]);
    expect(out).toContain(`
     1  dropped      is the publication's name: "The Saltmarsh Courier"
     2  dropped      stands above the title: "COAST"
     3  title        stands where a title stands: "Seals return to the breakwater after a decade"
     4  dropped      belongs to the page, not to the article: "Skip to content"
`);
  });

  it("writes an article that can be read", async () => {
    const cwd = await newPublication();
    await run(cwd, ["import", WHOLE_PAGE]);
    const folders = { cwd, root: cwd, content: join(cwd, "content") };
    const { article, notices } = await readArticle(SLUG, { ...folders, timezone: "UTC" });
    expect(article.html.split("<p>")).toHaveLength(1 + 9);
    expect(notices.map(({ code }) => code)).toEqual(["missing-url", "missing-date", "missing-image"]);
  });

  it("reads standard input, and takes a title where there is none", async () => {
    const cwd = await newPublication();
    const text =
      "The quay was empty when the first boat came in that morning, and nobody on land had expected to see it.";
    expect(await run(cwd, ["import", "-"], typed(text))).toMatchObject({
      exit: 2,
      err: "pressrun: No line of standard input looks like a title. Put the title on its first line, or give it with --title.\n",
    });
    const { exit } = await run(
      cwd,
      ["import", "-", "--title", "Первая лодка", "--slug", "boat"],
      typed(text),
    );
    expect(exit).toBe(0);
    expect(written(cwd, "boat")).toBe(`---\ntitle: Первая лодка\n---\n\n${text}\n`);
  });

  it("names an article whose title has no Latin letters after its file", async () => {
    const cwd = folder({ "first boat.txt": "Первая лодка года\n\nПричал был пуст.\n" });
    const { json } = await run(cwd, ["import", "first boat.txt", "--json"]);
    expect(json().slug).toBe("first-boat");
  });

  it("works without a configuration, and with a broken one", async () => {
    const none = folder();
    expect((await run(none, ["import", WHOLE_PAGE])).out).toContain(
      `\nNext: pressrun init, then pressrun publish ${SLUG}`,
    );
    const broken = folder({ "pressrun.yaml": "mode: [" });
    const { exit, json } = await run(none, [
      "import",
      WHOLE_PAGE,
      "--json",
      "--config",
      join(broken, "pressrun.yaml"),
    ]);
    expect(exit).toBe(0);
    expect(json().warnings).toEqual([expect.stringContaining("The article was imported without it.")]);
    expect(everything(broken)).toEqual([
      "content",
      "content/articles",
      `content/articles/${SLUG}.md`,
      "pressrun.yaml",
    ]);
  });

  it("never writes over an article", async () => {
    const cwd = folder();
    await run(cwd, ["import", WHOLE_PAGE, "--slug", "lamps"]);
    writeFileSync(join(cwd, "content/articles/other.md"), "---\nslug: taken\n---\n# Mine\n");
    const before = everything(cwd);
    const again = (slug: string) => run(cwd, ["import", WHOLE_PAGE, "--slug", slug]);
    expect(await again("lamps")).toMatchObject({
      exit: 2,
      err: 'pressrun: content/articles/lamps.md already has the slug "lamps"; it was left as it is. Choose another with --slug NAME, or remove that file first.\n',
    });
    expect((await again("taken")).err).toContain('content/articles/other.md already has the slug "taken"');
    expect(everything(cwd)).toEqual(before);
  });

  it("lets one of many at once win", async () => {
    const cwd = folder();
    const ran = await Promise.all(Array.from({ length: 8 }, () => run(cwd, ["import", WHOLE_PAGE])));
    expect(ran.map(({ exit }) => exit).sort()).toEqual([0, 2, 2, 2, 2, 2, 2, 2]);
    expect(readdirSync(join(cwd, "content/articles"))).toEqual([`${SLUG}.md`]);
  });
});

describe("importing Markdown", () => {
  it("copies it as it stands under its slug", async () => {
    const text =
      "---\ntitle:   'Fog'\ncustom: 1\nurl: https://example.org/fog\n---\nIt *came* in.\n\n![](https://example.org/a.png)\n";
    const cwd = folder({ "My Fog.markdown": text });
    const { json } = await run(cwd, ["import", "My Fog.markdown", "--json"]);
    expect(json()).toEqual({
      slug: "my-fog",
      file: "content/articles/my-fog.md",
      recovered: { title: "Fog", url: "https://example.org/fog", paragraphs: 2 },
      missing: ["date", "author", "image"],
      dropped: [],
      warnings: [
        "There is no pressrun.yaml in " +
          `${cwd}. Run \`pressrun init\`, or name one with --config. The article was imported without it.`,
        'My Fog.markdown:3:1: "custom" is not a key that pressrun knows; it is kept and not used.',
      ],
    });
    expect(written(cwd, "my-fog")).toBe(text);
  });

  it("knows it by its front matter, and takes the slug from there or from the title", async () => {
    const cwd = folder();
    const slugOf = async (text: string) =>
      (await run(cwd, ["import", "-", "--json"], typed(text))).json().slug;
    expect(await slugOf("---\nslug: fog\n---\n# Fog\n")).toBe("fog");
    expect(await slugOf("---\ntitle: The fog came in\n---\n")).toBe("the-fog-came-in");
  });

  it("refuses what could not be read later, with its place in the source", async () => {
    const cwd = folder({ "a.md": "---\ntitle: 7\nslug: fog\nimage: a.png\n---\n" });
    expect(await run(cwd, ["import", "a.md"])).toMatchObject({
      exit: 2,
      err: 'pressrun: a.md:2:8: "title" is a number, not text. Put it in quotes.\npressrun: a.md:4:8: "image.src" names a file that does not exist (a.png).\n',
    });
    writeFileSync(join(cwd, "a.md"), "---\nslug: fog\n---\n# Fog\n");
    expect((await run(cwd, ["import", "a.md", "--slug", "rain"])).err).toBe(
      "pressrun: a.md says `slug: fog`, and --slug says rain. Change the one in the front matter, or leave --slug out.\n",
    );
    expect((await run(cwd, ["import", "a.md", "--title", "Rain"])).err).toBe(
      "pressrun: --title is for copied text and pages. Write the title in the front matter.\n",
    );
    expect(everything(cwd)).toEqual(["a.md"]);
  });
});

describe("what cannot be imported", () => {
  it.each([
    [
      ["ftp://127.0.0.1/a"],
      "ftp://127.0.0.1/a is not a web address that starts with https:// or http://. Check it.",
    ],
    [
      ["http://127.0.0.1:9/a"],
      "127.0.0.1 is an address of this machine or its own network, not of the web. If you mean it, say --allow-private.",
    ],
    [["page.txt"], "There is no article's text in page.txt; pages that are made by scripts hold none."],
    [
      ["page.txt", "--as", "word"],
      "--as word is not a kind of source. Say --as text, html, feed, markdown or docx.",
    ],
    [["a.txt", "--slug", "No!"], "--slug No! is not a slug: up to 80 of a-z, 0-9 and -. Choose another one."],
    [["none.txt"], "none.txt does not exist. Check the path."],
    [["."], `is a folder. Name a file in it.`],
    [["empty.txt"], "empty.txt is empty. Put the article's text in it first."],
    [
      ["binary.txt"],
      "binary.txt is not text: there is a NUL byte at byte 3. Save the article as plain text (UTF-8).",
    ],
    [["latin1.txt"], "latin1.txt is not UTF-8: byte 4 is not part of any character. Save it as UTF-8."],
    [
      ["large.txt"],
      "large.txt is larger than 20 MB, more than any article. Check that it is the file you meant.",
    ],
    [["a.txt", "--cwd", "nowhere"], "Check --cwd and --config."],
  ])("is refused in one line, and nothing is written: %j", async (args, sentence) => {
    const cwd = folder({
      "page.txt": "<!DOCTYPE html><title>a</title>",
      "a.txt": "A title of words\n",
      "empty.txt": "\n",
      "binary.txt": "ab\0",
      "latin1.txt": Buffer.from("caf\xE9", "latin1"),
      "large.txt": Buffer.alloc(50 * 1024 * 1024, "a"),
    });
    const before = everything(cwd);
    const { exit, out, err } = await run(cwd, ["import", ...args]);
    expect([exit, out]).toEqual([2, ""]);
    expect(err).toContain(sentence);
    expect(err.split("\n")).toHaveLength(2);
    expect(everything(cwd)).toEqual(before);
  });

  it("says where it may not write", async () => {
    const cwd = folder({ content: "a file" });
    expect(await run(cwd, ["import", WHOLE_PAGE, "--slug", "lamps"])).toMatchObject({
      exit: 2,
      err: "pressrun: content/articles/lamps.md cannot be written: a folder on the way to it is a file. Mend that, then run the same command again; nothing was written.\n",
    });
    if (process.getuid?.() === 0) return;
    chmodSync(cwd, 0o500);
    expect((await run(cwd, ["import", WHOLE_PAGE])).err).toContain("cannot be written");
  });
});
