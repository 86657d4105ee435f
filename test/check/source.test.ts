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

const source = createSource("a.md", TEXT, 7);

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
