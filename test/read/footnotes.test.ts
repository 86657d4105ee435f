import { describe, expect, it } from "@jest/globals";
import { readBody } from "../../src/read/body.ts";

const read = (source: string) =>
  readBody(source, {
    file: "a.md",
    line: 5,
    title: "T",
    url: undefined,
    relativeImage: (src) => src,
  });

describe("notes", () => {
  it("stand below the text in the order of their marks, whatever their names, without links within the mail", async () => {
    const { html, notices } = await read(
      "Ten crowns[^price] in May.[^may] Ten[^price] again.\n\n[^may]: Of 2027.\n[^price]: A *night*.\n\n    Without breakfast.\n",
    );
    expect(html).toBe(
      '<p>Ten crowns<sup class="note">1</sup> in May.<sup class="note">2</sup> Ten<sup class="note">1</sup> again.</p>\n' +
        '<hr /><ol class="notes">\n<li><p>A <em>night</em>.</p>\n<p>Without breakfast.</p>\n</li>\n<li><p>Of 2027.</p>\n</li>\n</ol>',
    );
    expect(notices).toEqual([]);
  });

  it("are told of, where mark and note do not meet", async () => {
    const { html, notices } = await read("One[^1].\n\n`[^3]` and ^[none]\n\n[^2]: Two.\n");
    expect(html).toBe("<p>One[^1].</p>\n<p><code>[^3]</code> and ^[none]</p>");
    expect(notices.map(({ code, place }) => [code, place])).toEqual([
      ["unused-note", { file: "a.md", line: 9 }],
      ["missing-note", { file: "a.md", line: 5 }],
    ]);
  });

  it("bring no class but their own", async () => {
    const { html } = await read('<div><sup class="note x">1</sup><ol class="y"><li>a</li></ol></div>');
    expect(html).toBe('<div><sup class="note">1</sup><ol><li>a</li></ol></div>');
  });
});
