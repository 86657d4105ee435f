import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { corporaIn, readCorpus } from "../../eval/corpus.ts";

function corpus(lines: readonly (object | string)[]): string {
  const folder = join(mkdtempSync(join(tmpdir(), "pressrun-eval-")), "mine");
  mkdirSync(join(folder, "pages"), { recursive: true });
  writeFileSync(join(folder, "pages/a.html"), "<p>a</p>");
  writeFileSync(join(folder, "pages/b.htm"), "<p>b</p>");
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\r\n");
  writeFileSync(join(folder, "gold.jsonl"), `\uFEFF${text}\n`);
  return folder;
}

describe("a corpus", () => {
  it("is read by other benchmarks' names too, with whatever fields are there", () => {
    const { gold, page } = readCorpus(
      corpus([
        { file: "a.html", title: "A", body: "One.", date: null, language: "pt_BR" },
        "",
        { file_id: "b", headline: "B", authors: ["Ada", "Jo"], publish_date: "2026-03-08T09:00:00Z" },
        { file: "../../../etc/passwd", articleBody: "Two." },
      ]),
      "mine",
    );
    expect(gold).toEqual([
      { file: "a.html", title: "A", body: "One.", language: "pt-BR" },
      { file: "b", title: "B", author: "Ada, Jo", date: "2026-03-08", body: "" },
      { file: "../../../etc/passwd", body: "Two." },
    ]);
    expect(gold.map((each) => page(each)?.toString())).toEqual(["<p>a</p>", "<p>b</p>", undefined]);
  });

  it.each([
    ["{broken", "the line is no JSON object. Mend it, or take it out."],
    ["[1]", "the line is no JSON object. Mend it, or take it out."],
    ['{"file":"a.html"}', 'there is neither "body", "title", "author" nor "date" in it: nothing to measure.'],
  ])("names the line that it cannot read: %s", (line, message) => {
    const folder = corpus([{ body: "One." }, line]);
    expect(() => readCorpus(folder, "mine")).toThrow(`${join(folder, "gold.jsonl")}:2: ${message}`);
  });

  it("is any folder with gold.jsonl, and a folder that is not there holds none", () => {
    const folder = corpus([{ body: "One." }]);
    expect(corporaIn(join(folder, "..")).map(({ name }) => name)).toEqual(["mine"]);
    expect(corporaIn(join(folder, "none"))).toEqual([]);
  });
});
