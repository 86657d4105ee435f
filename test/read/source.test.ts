import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { collect, decode, MAX_BYTES } from "../../src/read/source.ts";
import { publication, refusal } from "./publication.ts";

const read = async (...chunks: (Uint8Array | string)[]) => {
  const stream = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })();
  return decode(await collect(stream, "input.txt"), "input.txt");
};

describe("a source", () => {
  it("is text with one kind of line end and no byte order mark", async () => {
    expect(await read("\uFEFFa\r\nb\rc\n")).toBe("a\nb\nc\n");
  });

  it("may break a character across chunks", async () => {
    const bytes = Buffer.from("naïve 🚂");
    expect(await read(bytes.subarray(0, 3), bytes.subarray(3, 9), bytes.subarray(9))).toBe("naïve 🚂");
  });

  it.each([
    ["an empty one", [""], "input.txt is empty. Put the article's text in it first."],
    ["blank lines alone", [" \r\n\t"], "input.txt is empty. Put the article's text in it first."],
    [
      "a binary one",
      ["ab\0c"],
      "input.txt is not text: there is a NUL byte at byte 3. Save the article as plain text (UTF-8).",
    ],
    ["UTF-16", [Buffer.from("\uFEFFab", "utf16le")], "input.txt is UTF-16 text. Save it as UTF-8."],
    [
      "Latin-1",
      [Buffer.from("caf\xE9 au lait", "latin1")],
      "input.txt is not UTF-8: byte 4 is not part of any character. Save it as UTF-8.",
    ],
    [
      "too large a one",
      [Buffer.alloc(MAX_BYTES, "a"), "b"],
      "input.txt is larger than 20 MB, more than any article. Check that it is the file you meant.",
    ],
  ])("is refused in one sentence: %s", async (_, chunks, sentence) => {
    expect(await refusal(read(...chunks))).toBe(sentence);
  });

  it("names the first byte that is not UTF-8, wherever it stands and whatever comes before", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 30 }),
        fc.string({ maxLength: 9 }),
        async (before, after) => {
          const start = before.replaceAll("\0", "\uFFFD").replace(/^\uFEFF/, "");
          const bytes = Buffer.concat([
            Buffer.from(start),
            Buffer.from([0xff]),
            Buffer.from(after.replaceAll("\0", "")),
          ]);
          expect(await refusal(read(bytes))).toContain(`byte ${Buffer.byteLength(start) + 1} `);
        },
      ),
    );
  });

  it("that is no file is refused by the name that was typed", async () => {
    const { read: article } = publication({ "content/articles/a.md": "" });
    expect(await refusal(article("a"))).toBe(
      "content/articles/a.md is empty. Put the article's text in it first.",
    );
    expect(await refusal(article("content/articles"))).toBe(
      "content/articles is a folder. Name a file in it.",
    );
    expect(await refusal(article("content/none.md"))).toBe("content/none.md does not exist. Check the path.");
    expect(await refusal(article("content/articles/a.md/b.md"))).toBe(
      "content/articles/a.md/b.md does not exist. Check the path.",
    );
  });
});
