import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { readPage } from "../../../src/read/page/index.ts";
import { sanitise } from "../../../src/read/sanitise.ts";
import { mutatedPages, readsWithin } from "./mutated.ts";

const parser = new MarkdownIt({ html: true });

const PAGE = `<!doctype html><html lang="en"><head><title>The ferry | Courier</title><base href="/x/"><script type="application/ld+json">{"@type":"NewsArticle","headline":"The ferry","author":{"name":"Ada Hill"},"datePublished":"2026-03-08"}</script></head>
<body><article><h1>The ferry</h1><p>By Ada Hill</p>${"<p>The ferry was late for nine weeks, and <a href='y'>nobody</a> at the harbour office knew why it was.</p>".repeat(6)}
<ul><li>one</li></ul><table><tr><td>1</td></tr></table><pre><code>x</code></pre><img src="a.png" srcset="b.png 2x"></article></body></html>`;

describe("a page in any state", () => {
  it("is read without a fault when it is cut or its characters are others", async () => {
    const change = fc.record({
      at: fc.nat(PAGE.length),
      length: fc.nat(40),
      text: fc.oneof(
        fc.string(),
        fc.constantFrom("<", ">", '"', "\0", "</", "<table>", "<svg>", "<!--", "<template>", "&#0;"),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.nat(PAGE.length), async (changes, end) => {
        const html = changes.reduce(
          (text, { at, length, text: other }) => text.slice(0, at) + other + text.slice(at + length),
          PAGE.slice(0, end),
        );
        const { markdown } = await readPage(html, "https://example.org/a");
        // What the article is made of in the end: the body as every reader of the file gets it.
        const rewriting = { link: (href: string) => href, image: (src: string) => src, dropped: () => {} };
        expect(await sanitise(parser.render(markdown), rewriting)).not.toMatch(/<script|href="javascript:/i);
      }),
      {
        numRuns: 150,
        examples: [
          [
            [
              { at: 0, length: 0, text: "   " },
              { at: 85, length: 0, text: "'" },
            ],
            430,
          ],
        ],
      },
    );
  });

  it("is read without a fault when it is one of the sample's and damaged", async () => {
    expect((await readsWithin(mutatedPages(60))).faults).toBe(0);
  });

  it.each([
    ["nested 10,000 deep", `<h1>T</h1>${"<div>".repeat(10_000)}<p>deep words</p>`],
    ["lists nested 5,000 deep", `<h1>T</h1>${"<ul><li>".repeat(5000)}deep words`],
    ["an attribute of a megabyte", `<h1 class="${"share ".repeat(170_000)}">T</h1><p>deep words</p>`],
    ["a title of a megabyte", `<title>${"a | ".repeat(250_000)}</title><p>deep words</p>`],
    ["a date that never ends", `<h1>T</h1><p class="date">${"1 ".repeat(200_000)}</p><p>deep words</p>`],
    ["10,000 line breaks side by side", `<h1>T</h1><p>deep words</p>${"a<br>".repeat(10_000)}`],
    ["10,000 links side by side", `<h1>T</h1><p>deep words</p>${'<a href="#x">1</a>'.repeat(10_000)}`],
    ["5,000 rows", `<h1>T</h1><table>${"<tr><td>a</td><td>b</td></tr>".repeat(5000)}</table>`],
    ["80,000 entities", `<h1>T</h1><p>deep words</p>${"&amp;".repeat(80_000)}`],
    ["scripts that never end", `<h1>T</h1><p>deep words</p>${"<script>".repeat(50_000)}`],
    ["nothing", ""],
    ["no markup", "deep words"],
    ["an empty root", "<html></html>"],
  ])("is read when it has %s", async (_, html) => {
    const { markdown } = await readPage(html, "https://example.org/a");
    expect(typeof markdown).toBe("string");
  });
});

describe("a page whose text speaks of markup", () => {
  it("keeps it as text", async () => {
    const html = `<article><h1>Tags</h1><p>${"Words of an article about the web. ".repeat(12)}</p><p>Write &lt;b&gt; und mehr Text, &amp;lt; and {{subscriber.address}} as they stand.</p></article>`;
    const { markdown } = await readPage(html, "https://example.org/tags");
    expect(parser.render(markdown)).toContain(
      "<p>Write &lt;b&gt; und mehr Text, &amp;lt; and {{subscriber.address}} as they stand.</p>",
    );
  });
});
