import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { showProblem, UserError } from "../../src/errors.ts";
import { readMarkdown } from "../../src/read/markdown.ts";
import { publication, refusal } from "./publication.ts";

const FULL = `---
title: "Fog: a history"
description: What the coast remembers.
date: 2026-03-08 09:00
slug: fog
url: https://example.org/fog
author: The desk
image: { src: ../images/fog.jpg, alt: Fog over a pier, credit: Archive }
tags: [weather, coast]
language: en-GB
related:
  - { title: Rain, url: https://example.org/rain }
relatedRaw: Wind Snow
draft: true
summary: Fog came in.
posts: { bluesky: "Fog!" }
email: { subject: Fog again, preheader: It is back, to: "tag:uk", template: letter }
publish_at: 2026-03-09 07:30
queue: morning
channels: { email: +0m, bluesky: +1h30m }
---
# Fog: A History

It came **in**.
`;

const article = (text: string) =>
  publication({ "content/articles/a.md": text, "content/images/fog.jpg": "jpeg" });
const read = (text: string) => article(text).read("a");
const front = (...lines: string[]) => `---\n${lines.join("\n")}\n---\nText.\n`;
const COMPLETE = [
  "title: A",
  "url: https://example.org/a",
  "date: 2026-03-08",
  "image: {src: https://example.org/a.png, alt: A}",
];
const notices = async (text: string) => (await read(text)).notices.map(showProblem);

describe("a Markdown article", () => {
  it("is read with everything in its front matter", async () => {
    const paper = publication({ "content/articles/a.md": FULL, "content/images/fog.jpg": "jpeg" });
    expect(await paper.read("fog")).toEqual({
      notices: [],
      article: {
        slug: "fog",
        file: join(paper.root, "content/articles/a.md"),
        title: "Fog: a history",
        description: "What the coast remembers.",
        date: "2026-03-08T09:00:00+01:00",
        url: "https://example.org/fog",
        author: "The desk",
        image: { src: "../images/fog.jpg", alt: "Fog over a pier", credit: "Archive" },
        tags: ["weather", "coast"],
        language: "en-GB",
        related: [{ title: "Rain", url: "https://example.org/rain" }],
        relatedRaw: "Wind Snow",
        draft: true,
        summary: "Fog came in.",
        posts: { bluesky: "Fog!" },
        email: { subject: "Fog again", preheader: "It is back", to: "tag:uk", template: "letter" },
        publishAt: "2026-03-09T07:30:00+01:00",
        queue: "morning",
        channels: { email: "+0m", bluesky: "+1h30m" },
        body: "\n\nIt came **in**.\n",
        bodyLine: 22,
        html: "<p>It came <strong>in</strong>.</p>",
      },
    });
  });

  it("may have a byte order mark, CRLF and empty values", async () => {
    const text = `\uFEFF${FULL.replace("author: The desk", "author:").replaceAll("\n", "\r\n")}`;
    const { article: found } = await read(text.replace("slug: fog", "slug: a"));
    expect(found).toMatchObject({ title: "Fog: a history", author: undefined, bodyLine: 22 });
  });

  it("takes its title from the first top-level heading", async () => {
    const { article: found } = await read("> # No\n\nIntro.\n\nThe *real*\n`title`\n===\n\n# Second\n");
    expect(found.title).toBe("The real title");
    expect(found.body).toBe("> # No\n\nIntro.\n\n\n\n\n\n# Second\n");
    expect(found.html).toBe("<blockquote>\n<h2>No</h2>\n</blockquote>\n<p>Intro.</p>\n<h2>Second</h2>");
  });

  it("keeps a first heading that is not the title", async () => {
    const { article: found } = await read("---\ntitle: A\n---\n# Another\n");
    expect(found.html).toBe("<h2>Another</h2>");
  });

  it("says what is missing", async () => {
    expect(await notices("# A\n")).toEqual([
      "content/articles/a.md: The article has no url: no call to action, no link card. Add `url: https://…`.",
      "content/articles/a.md: The article has no date. Add `date: 2026-03-08`.",
      "content/articles/a.md: The article has no image. Add `image: {src: …, alt: …}`.",
      "content/articles/a.md: The article has no text. Write it below the front matter.",
    ]);
    expect(
      await notices(
        front("title: A", "url: https://example.org", "date: 2026-01-01", "image: {src: '', credit: B}"),
      ),
    ).toEqual([
      "content/articles/a.md: The article has no image, only an image credit. Add `image: {src: …, alt: …}`.",
    ]);
    expect(
      await notices(
        front("title: A", "url: https://example.org", "date: 2026-01-01", "image: ../images/fog.jpg"),
      ),
    ).toEqual([
      "content/articles/a.md: The image has no alt text: readers who cannot see it learn nothing. Add `alt: …` to it.",
    ]);
  });

  it("warns about keys that it does not know, and says where they stand", async () => {
    expect(await notices(front(...COMPLETE, "weight: 3", "email: {subject: B, bcc: me}"))).toEqual([
      'content/articles/a.md:6:1: "weight" is not a key that pressrun knows; it is kept and not used.',
      'content/articles/a.md:7:21: "email.bcc" is not a key that pressrun knows; it is kept and not used.',
    ]);
  });

  it("refuses wrong values, all at once and each with its place", async () => {
    const text = front(
      "title: 1984",
      "date: 2026-02-30",
      "slug: Not A Slug",
      "url: example.org",
      "image: ../images/none.jpg",
      "tags: [a, 2]",
      "language: english language",
      "related: [{title: x}, {title: y, url: ftp://y}]",
      "draft: later",
      "posts: {bluesky: [x]}",
      "email: news",
      "publish_at: 2026-03-29 02:30",
      "queue: [a]",
      "channels: {email: 30m}",
    );
    expect(
      (await refusal(article(`${text}\n![](nope.png)\n`).read("content/articles/a.md"))).split("\n"),
    ).toEqual([
      'content/articles/a.md:2:8: "title" is a number, not text. Put it in quotes.',
      'content/articles/a.md:3:7: "date" does not exist in the calendar.',
      'content/articles/a.md:4:7: "slug" is not a slug: up to 80 of a-z, 0-9 and -.',
      'content/articles/a.md:5:6: "url" is not a web address that starts with https:// or http://.',
      'content/articles/a.md:6:8: "image.src" names a file that does not exist (../images/none.jpg).',
      'content/articles/a.md:7:11: "tags.1" is a number, not text. Put it in quotes.',
      'content/articles/a.md:8:11: "language" is not a language tag such as en or pt-BR.',
      'content/articles/a.md:9:11: "related.0.url" is missing.',
      'content/articles/a.md:9:39: "related.1.url" is not a web address that starts with https:// or http://.',
      'content/articles/a.md:10:8: "draft" is text, not true or false.',
      'content/articles/a.md:11:9: "posts.bluesky" is a list, not text.',
      'content/articles/a.md:12:8: "email" is text, not a map of keys and values.',
      'content/articles/a.md:13:13: "publish_at" does not exist in Europe/Berlin because the clocks change; write 2026-03-29T02:30:00+01:00 or 2026-03-29T02:30:00+02:00.',
      'content/articles/a.md:14:1: "queue" is neither true, false nor the name of a queue.',
      'content/articles/a.md:15:19: "channels.email" is not an offset such as +30m.',
      "content/articles/a.md:19: An image names a file that does not exist (nope.png).",
    ]);
  });

  it("refuses a title or a dek as long as an article", async () => {
    const words = "word ".repeat(2_001);
    const text = front(`title: ${words}`, `description: ${words}`, "email: {subject: Fine}");
    expect((await refusal(article(`${text}\nText.\n`).read("content/articles/a.md"))).split("\n")).toEqual([
      'content/articles/a.md:2:8: "title" is longer than 1,000 characters, as if a quotation mark were missing.',
      'content/articles/a.md:3:14: "description" is longer than 10,000 characters, as if a quotation mark were missing.',
    ]);
    expect(await refusal(article(`# ${words}\n\nText.\n`).read("content/articles/a.md"))).toBe(
      "content/articles/a.md:1: The first heading is longer than 1,000 characters. Write `title: …` in the front matter, or a shorter heading.",
    );
  });

  it.each([
    [
      "+++\ntitle = 'A'\n+++\n",
      "content/articles/a.md:1: The front matter is TOML (+++). Write it as YAML between two lines of ---.",
    ],
    [
      "---\ntitle: A\n",
      "content/articles/a.md:1: The front matter that starts here never ends. Put a line of --- below its last line.",
    ],
    [
      "---\n- a\n---\n",
      "content/articles/a.md:2: The front matter is not a list of keys and values. Write lines such as `title: My article`.",
    ],
    [
      "---\ntitle: [a\nb: 'c\n---\n",
      'content/articles/a.md:4:1: The front matter is not YAML: Missing closing \'quote. Put quotes around text that has a colon or a # in it: `title: "One: two"`.',
    ],
    [
      "no heading\n",
      "content/articles/a.md:1: The article has no title. Write `title: …` in its front matter, or a first line `# …`.",
    ],
  ])("refuses %j", async (text, sentence) => {
    expect((await refusal(read(text))).split("\n").at(-1)).toBe(sentence);
  });

  it("refuses aliases that unfold without end", async () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ...["b", "c", "d"].map((key, index) => `${key}: &${key} [${Array(9).fill(`*${"abc"[index]}`)}]`),
    ];
    expect(await refusal(read(front(...bomb)))).toBe(
      "content/articles/a.md:2: The front matter repeats its aliases (*name) too often. Write the values out.",
    );
  });

  it("refuses a file name that is no slug, and proposes one", async () => {
    const paper = publication({ "content/articles/Über Nebel.md": "# A\n" });
    expect(await refusal(paper.read("content/articles/Über Nebel.md"))).toBe(
      "content/articles/Über Nebel.md: The file's name cannot be the article's slug, which has up to 80 of a-z, 0-9 and -. Write `slug: uber-nebel` in its front matter, or rename the file.",
    );
  });

  it("finds local images from the file, or with a leading / from the publication", async () => {
    const { article: found } = await read("# A\n![](/content/images/fog.jpg) ![](../images/fog.jpg)\n");
    expect(found.html).toBe(
      '<p><img src="../images/fog.jpg" alt="" /> <img src="../images/fog.jpg" alt="" /></p>',
    );
  });

  it("refuses an image outside the publication, also behind a link", async () => {
    const paper = article("# A\n\n![](../images/out.jpg)\n![](../../../etc/hosts)\n![](../images/sub)\n");
    mkdirSync(join(paper.root, "content/images/sub"));
    symlinkSync("/etc/hosts", join(paper.root, "content/images/out.jpg"));
    expect((await refusal(paper.read("a"))).split("\n")).toEqual([
      "content/articles/a.md:3: An image names a file outside the publication (../images/out.jpg).",
      "content/articles/a.md:4: An image names a file that does not exist (../../../etc/hosts).",
      "content/articles/a.md:5: An image does not name a file (../images/sub).",
    ]);
  });
});

describe("any input", () => {
  const context = { file: "/nowhere/a.md", shown: "a.md", root: "/", timezone: "Europe/Berlin" };
  const yaml = fc.constantFrom(
    "---\n",
    "title: x\n",
    "image: /a\n",
    "- ",
    "a: &b ",
    "*b\n",
    "{",
    "]",
    ": ",
    "'",
    "|\n ",
    "!!set ",
    "date: ",
    "2026-01-01",
    "\n",
    "<<: ",
    "? ",
    "slug: a\n",
    "__proto__: 1\n",
  );
  const html = fc.constantFrom(
    "<td>",
    "</table>",
    "<a href='",
    "<!--",
    "<script>",
    "![](x",
    "[x](y)",
    "# ",
    "<p",
    "<![CDATA[",
    "&#0;",
    "\n\n",
    "| a |\n|--|\n",
  );

  it.each([
    ["text", fc.string({ unit: "binary", maxLength: 300 })],
    ["front matter", fc.array(yaml).map((parts) => `---\n${parts.join("")}\n---\n# T\n`)],
    ["HTML", fc.array(html).map((parts) => `# T\n\n${parts.join("")}`)],
  ])("ends in an article or a sentence: random %s", async (_, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const ended = await readMarkdown(text, context).catch((error: unknown) => error);
        expect(ended instanceof UserError || (ended as { article?: object }).article !== undefined).toBe(
          true,
        );
      }),
      { numRuns: 700 },
    );
  });
});
