import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { proseOf, textOf } from "../../src/compose/text.ts";
import { COLUMNS } from "../../src/compose/wrap.ts";

describe("the body as plain text", () => {
  it("keeps headings, lists, quotations, code, tables and images, and numbers its links", async () => {
    const html = [
      '<h2>First</h2><p>See <a href="https://a.example/1">one</a> and <a href="https://a.example/2">two</a>, then',
      ' <a href="https://a.example/1">one again</a> or <a href="https://a.example/3">https://a.example/3</a>.</p>',
      '<p>5 m<sup>2</sup> of it.<sup class="note">12</sup> CO<sub>2</sub>, 4<sup>th</sup>.</p>',
      "<h3>Second</h3><ol><li>Alpha</li><li>Beta<ul><li>Inner</li></ul></li></ol>",
      "<blockquote><p>Said so.</p></blockquote><pre><code>a  {{b}}\n  c\n</code></pre><hr>",
      "<table><thead><tr><th>Town</th><th>At</th></tr></thead><tbody><tr><td>Heron</td><td>9</td></tr></tbody></table>",
      '<p><img src="x.png" alt="A pier"><img src="y.png" alt=""> mail <a href="mailto:a@b.example">a@b.example</a></p>',
    ].join("");
    expect(await textOf(html, "Image")).toBe(`FIRST

See one [1] and two [2], then one again [1] or https://a.example/3.

5 m² of it.¹² CO2, 4th.


Second

 1. Alpha
 2. Beta
    * Inner

> Said so.

a  {{b}}
  c

--------------------

Town    At
Heron   9

[Image: A pier] mail a@b.example

[1] https://a.example/1
[2] https://a.example/2`);
  });

  it("has no line of words over 78 columns, tables included", async () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 60,
    });
    const cells = fc.array(words, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(words, cells, async (paragraph, row) => {
        const html = `<p>${paragraph.join(" ")}</p><ul><li>${paragraph.join(" ")}</li></ul><table><tr>${row
          .map((cell) => `<td>${cell.join(" ")}</td>`)
          .join("")}</tr></table>`;
        const text = await textOf(html, "Image");
        expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(COLUMNS);
      }),
      { numRuns: 100 },
    );
  });

  it("keeps the spaces inside a line of code however many they are, and none at its end", async () => {
    const spaces = " ".repeat(200_000);
    const text = await textOf(`<pre><code>a${spaces}b   \nc</code></pre>`, "Image");
    expect(text === `a${spaces}b\nc`).toBe(true);
  });

  it("gives the summary its paragraphs, and nothing else", async () => {
    const html =
      '<h2>Head</h2><p>One <a href="https://a.example">two</a>.</p><ul><li>No</li></ul><blockquote><p>No</p></blockquote><p>Three<sup class="note">1</sup> m<sup>2</sup>.</p>';
    expect(await proseOf(html)).toEqual(["One two.", "Three m2."]);
  });
});
