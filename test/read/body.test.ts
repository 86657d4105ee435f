import { describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import fc from "fast-check";
import { showProblem } from "../../src/errors.ts";
import { type BodyContext, readBody } from "../../src/read/body.ts";

const context: BodyContext = { file: "a.md", line: 5, relativeImage: (src) => src };
const html = async (markdown: string, more: Partial<BodyContext> = {}) =>
  (await readBody(markdown, { title: "-", ...context, ...more })).html;

describe("a body", () => {
  it.each([
    ["## a\n\n##### b", "<h2>a</h2>\n<h4>b</h4>"],
    ["3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'],
    ["~~a~~ m<sup>2</sup> <b>b</b> <i>c</i>", "<p><s>a</s> m<sup>2</sup> <strong>b</strong> <em>c</em></p>"],
    ["```js\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"],
    ["a  \nb", "<p>a<br />\nb</p>"],
    ["<section id=x style='color:red' class=y>a</section><div>b</div>", "<div>a</div><div>b</div>"],
    [
      "<img src=https://example.org/a.png width=600 height=50% onerror=x>",
      '<img src="https://example.org/a.png" alt="" width="600" />',
    ],
    ["<figure><figcaption>a</figcaption></figure>", "<figure><figcaption>a</figcaption></figure>"],
    [
      "https://example.org/a_b?c=%20 example.org",
      '<p><a href="https://example.org/a_b?c=%20">https://example.org/a_b?c=%20</a> example.org</p>',
    ],
    ['[a](mailto:a@example.org "b")', '<p><a title="b" href="mailto:a@example.org">a</a></p>'],
    [
      "| a |\n|--:|\n| b |",
      '<table>\n<thead>\n<tr>\n<th align="right">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align="right">b</td>\n</tr>\n</tbody>\n</table>',
    ],
    ["<ul><font><li>a<li>b</font></ul>", "<ul><li>a</li><li>b</li></ul>"],
    ["<div><li>a<ul><li>b</ul></div>", "<div><div>a<ul><li>b</li></ul></div></div>"],
    ["{{lookup this}} &lt;", "<p>{{lookup this}} &lt;</p>"],
  ])("%j", async (markdown, expected) => {
    expect(await html(markdown)).toBe(expected);
  });

  it("leads relative links to the article's page", async () => {
    const markdown = "[a](../b?c#d) [e](#f)";
    expect(await html(markdown, { url: "https://example.org/x/y" })).toBe(
      '<p><a href="https://example.org/b?c#d">a</a> <a href="https://example.org/x/y#f">e</a></p>',
    );
    expect(await html(markdown)).toBe("<p>a e</p>");
  });

  it("is as deep as a browser reads, and keeps the text of what is deeper", async () => {
    for (const tag of ["<b>", "<div>", "<ul><li>", "<table><tr><td>", "<blockquote>"]) {
      const deep = await html(`${tag.repeat(20_000)}text at the bottom`);
      expect(deep).toContain("text at the bottom");
      expect(deep.match(/<[a-z]+/g)?.length).toBeLessThanOrEqual(201);
    }
  });

  it("says what it left out, once a kind and with its line", async () => {
    const markdown =
      "a\n\n[b](/c)\n\n<script>d</script><script>e</script>\n\n<a href='data:f'>g</a>\n\n<img src='data:h'>\n";
    const { html: left, notices } = await readBody(markdown, { ...context, title: "-" });
    expect(left).toBe("<p>a</p>\n<p>b</p>\n\n<p>g</p>");
    expect(notices.map(showProblem)).toEqual([
      "a.md:7: The link to /c leads nowhere in a mail and was left out. Write the whole address, or give the article a url.",
      "a.md:9: <script> cannot be part of an article and was left out. Write \\<script> if you mean the characters.",
      "a.md:11: The link to data:f was left out: only web and mail links are kept. Remove it.",
      "a.md:13: The image data:h was left out. Use a file or a web address.",
    ]);
  });

  it("never reaches out of the cell that it stands in, and holds nothing that acts", async () => {
    const tags =
      "p h1 h2 h3 h4 h6 ul ol li dl dt dd a b em sup font img br hr figure figcaption blockquote pre table caption colgroup col thead tbody tr td th div s script style iframe svg math textarea title select option form button noscript xmp plaintext template mj-text mj-raw".split(
        " ",
      );
    const pieces = fc.oneof(
      fc.constantFrom(...tags).map((tag) => `<${tag}>`),
      fc.constantFrom(...tags).map((tag) => `</${tag}>`),
      fc.constantFrom(
        "x",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        '<a href="',
        "<a href=javascript:x>",
        "<img src=x onerror=y>",
        "<p style=x class=y id=z>",
        "<!--[if mso]>",
        "\n\n",
        "<",
        ">",
        '"',
        "&lt;script&gt;",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 25 }), async (parts) => {
        const body = await html(parts.join(""));
        const page = load(
          `<table><tr><td id="cell"><div>${body}</div></td></tr></table><p id="after">after</p>`,
        );
        expect(
          page("body")
            .children()
            .map((_, node) => page(node).prop("tagName"))
            .get(),
        ).toEqual(["TABLE", "P"]);
        expect(page("body > table > tbody > tr").children().length).toBe(1);
        expect(page("#cell").children().first().is("div") && page("#cell").children().length).toBe(1);
        expect(page("#after").text()).toBe("after");
        expect(
          page(
            "script, style, iframe, svg, math, form, input, h1, [onerror], [style], [class], [id]:not(#cell, #after), [href^=j]",
          ).length,
        ).toBe(0);
      }),
      {
        numRuns: 1500,
        examples: [
          [["x", "<li>", "<tr>", "<li>"]],
          [["<ul>", "<li>", "<div>", "<li>"]],
          [["<h3>", "<div>", "<h2>", "<h4>", "x"]],
        ],
      },
    );
  });
});
