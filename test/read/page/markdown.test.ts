import { describe, expect, it } from "@jest/globals";
import { readPage } from "../../../src/read/page/index.ts";

const prose = (place: string) =>
  `<p>The ferry was late for nine weeks at ${place}, and nobody at the harbour office could tell the islands why it was.</p>`;

/** What becomes of some HTML in the middle of an article. */
async function inside(html: string, end = ""): Promise<string> {
  const before = ["Skerry", "Holm", "Ness", "Voe"].map(prose).join("");
  const page = `<html><head><title>Late again</title></head><body><article><h1>Late again</h1>${before}${html}${prose("Sound")}${end}</article></body></html>`;
  const { markdown } = await readPage(page, "https://example.org/a");
  const [, , , , ...rest] = markdown.split("\n\n");
  return rest.filter((block) => !block.includes("at Sound")).join("\n\n");
}

describe("a page's notes", () => {
  it("become Markdown's, counted in the order of their marks, several marks for one note among them", async () => {
    const marks = `<p>Late<sup id="r2"><a href="#fn-b">2</a></sup>, later<sup><a href="https://example.org/a#fn-a">[1]</a></sup>, late<sup><a href="#fn-b">2</a></sup>.</p>`;
    const notes = `<hr><h2>Notes</h2><ol><li id="fn-a"><p>By <em>six</em> hours. <a href="#r1">↩</a></p><p>And more.</p></li><li id="fn-b">By a day. <a href="#r2">↑</a></li></ol>`;
    expect(await inside(marks, notes)).toBe(
      "Late[^1], later[^2], late[^1].\n\n[^1]: By a day.\n\n[^2]: By *six* hours.\n\n    And more.\n",
    );
  });

  it("stay marks where the page does not show them", async () => {
    expect(await inside(`<p>Late<sup><a href="#fn9">9</a></sup>.</p>`)).toBe("Late<sup>9</sup>.");
  });

  it("are no links to other sections, and no links back up", async () => {
    const html = `<h2 id="one">One day</h2><p>Go to <a href="#two">2</a> or <a href="#one">up</a>.</p><h2 id="two">Two days</h2>`;
    expect(await inside(html)).toBe("## One day\n\nGo to 2 or up.\n\n## Two days");
  });
});

describe("a page's table", () => {
  it.each([
    [
      "with a heading row of bold words, spans and aligned numbers",
      `<table><tr><td><b>Day</b></td><td><b>Boats | crews</b></td></tr><tr><td rowspan="2">Monday</td><td style="text-align: right">4</td></tr><tr><td align="right">5</td></tr><tr><td colspan="2">x</td></tr></table>`,
      "| Day | Boats \\| crews |\n| --- | --- |\n| Monday | 4 |\n|  | 5 |\n| x |  |",
    ],
    [
      "without a heading row",
      `<table><tr><td>Monday</td><td>4</td></tr><tr><td>Tuesday</td><td>a<br>b</td></tr></table>`,
      "|  |  |\n| --- | --- |\n| Monday | 4 |\n| Tuesday | a<br>b |",
    ],
    [
      "that is a layout",
      `<table><tr><td><h2>Left</h2></td><td><p>Right of it</p></td></tr></table>`,
      "## Left\n\nRight of it",
    ],
  ])("%s", async (_, html, markdown) => {
    expect(await inside(html)).toBe(markdown);
  });
});

describe("a page's text", () => {
  it("stays struck", async () => {
    expect(await inside("<p>From <del>£4</del> <s>£3</s> to <strike>£2</strike> £1.</p>")).toBe(
      "From ~~£4~~ ~~£3~~ to ~~£2~~ £1.",
    );
  });

  it("is escaped across entities and elements", async () => {
    expect(await inside("<p>Write &lt;b&gt;, &amp;lt; and *<i>it</i>*.</p>")).toBe(
      "Write \\<b>, \\&lt; and \\**it*\\*.",
    );
  });
});
