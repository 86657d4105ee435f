import { describe, expect, it } from "@jest/globals";
import { readPage } from "../../../src/read/page/index.ts";

const document = (
  mark: string,
  boxes: string,
) => `<html><head><style>.c1{font-weight:700}.c2{font-style:italic}</style></head>
<body class="c9 doc-content"><p class="c3 title" id="h.a"><span>A garden on the roof</span></p>
<p class="c3 subtitle"><span>Forty beds above the market</span></p>
<p class="c3"><span>The market has a </span><span class="c1">garden</span><span> on its </span><span class="c2">roof</span><span>, says </span><span><a href="https://www.google.com/url?q=https://example.org/garden?a%3D1%26b%3D2&amp;sa=D&amp;source=editors&amp;ust=1&amp;usg=x">the plan</a></span><span>.</span>${mark}</p>
<h1 id="h.b"><span>What grows</span></h1>
<ul class="c8 lst-kix_a-0 start"><li><span>Beans</span></li><li><span>Kale</span></li></ul>
<ul class="c8 lst-kix_a-1 start"><li><span>black kale</span></li></ul>${boxes}</body></html>`;

const MARKDOWN = `The market has a **garden** on its *roof*, says [the plan](https://example.org/garden?a=1&b=2).

## What grows

- Beans
- Kale
  - black kale
`;

const marks = (...names: string[]) =>
  names
    .map((name, index) => `<sup><a href="#cmnt${index + 1}" id="cmnt_ref${index + 1}">[${name}]</a></sup>`)
    .join("");
const box = (index: number, text: string) =>
  `<div class="c10"><p class="c3"><a href="#cmnt_ref${index}" id="cmnt${index}">[x]</a><span>${text}</span></p><p><span>See <a href="https://example.org/mail">the mail</a></span></p></div>`;

describe("a document from Google Docs", () => {
  it("keeps its styles, lists and links", async () => {
    expect(await readPage(document("", ""))).toMatchObject({
      title: "A garden on the roof",
      description: "Forty beds above the market",
      markdown: MARKDOWN,
      dropped: [],
    });
  });

  it("leaves out what its editors said to each other, and says so", async () => {
    const { markdown, dropped } = await readPage(
      document(marks("a", "b"), box(1, "Ask the mayor") + box(2, "Not before Sunday")),
    );
    expect(markdown).toBe(MARKDOWN);
    expect(dropped.map(({ reason }) => reason)).toEqual(["is an editor's comment", "is an editor's comment"]);
  });

  it("keeps its footnotes", async () => {
    const mark = `<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>`;
    const note = `<hr class="c5"><div><p class="c3"><a href="#ftnt_ref1" id="ftnt1">[1]</a><span class="c4">&nbsp;Since </span><span class="c1">May</span></p></div>`;
    expect((await readPage(document(mark, note))).markdown).toBe(
      MARKDOWN.replace("(https://example.org/garden?a=1&b=2).", "$&[^1]").concat("\n[^1]: Since **May**\n"),
    );
  });

  it("keeps the text where a div stands around all of it", async () => {
    const all = document(marks("a"), box(1, "Ask the mayor"))
      .replace('doc-content">', 'doc-content"><div>')
      .replace("</body>", "</div></body>");
    expect((await readPage(all)).markdown).toBe(MARKDOWN);
  });
});
