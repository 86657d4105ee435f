import { describe, expect, it } from "@jest/globals";
import { createSource } from "../../src/check/source.ts";

const TEXT = `---
title: One (two)
email:
  subject: Three
image: { src: a.jpg }
---

Body of
two lines, One (two).
`;

const source = createSource([{ file: "a.md", text: TEXT, bodyLine: 7 }]);

describe("a place in the article's file", () => {
  it.each([
    [["One (two)"], 9],
    [["Body of two"], 8],
    [["Three"], 4],
    [["not there", undefined, " ", "a.jpg"], 5],
  ])("of %j", (words, line) => {
    expect(source.find(...words)).toEqual({ file: "a.md", line });
  });

  it("is unknown for words that are not there", () => {
    expect(source.find("nowhere", "")).toBeUndefined();
  });

  it.each([
    ["title", 2],
    ["email.subject", 4],
    ["image.alt", 5],
    ["src", undefined],
  ])("of the key %s", (key, line) => {
    expect(source.key(key)).toEqual(line === undefined ? { file: "a.md" } : { file: "a.md", line });
  });
});

describe("a place in one of several files", () => {
  const second = "---\ntitle: Two\nimage:\n  alt: A pier\n---\nBody of another, and Three.\n";
  const digest = createSource([
    { file: "a.md", text: TEXT, bodyLine: 7 },
    { file: "b.md", text: second, bodyLine: 6 },
  ]);

  it("is in the file that holds the words, bodies first", () => {
    expect(digest.find("Body of another")).toEqual({ file: "b.md", line: 6 });
    expect(digest.find("Three")).toEqual({ file: "b.md", line: 6 });
    expect(digest.find("Body of two")).toEqual({ file: "a.md", line: 8 });
    expect(digest.find("A pier")).toEqual({ file: "b.md", line: 4 });
  });

  it("is the first file that has the whole key, and none for what only the digest has", () => {
    expect(digest.key("image")).toEqual({ file: "a.md", line: 5 });
    expect(digest.key("image.alt")).toEqual({ file: "b.md", line: 4 });
    expect([digest.key("title"), digest.key("author")]).toEqual([undefined, undefined]);
  });
});
