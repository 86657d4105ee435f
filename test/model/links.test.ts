import { describe, expect, it } from "@jest/globals";
import { linksIn } from "../../src/model/links.ts";

describe("an address in running text ends", () => {
  it.each([
    ["https://example.org/a… and more", "https://example.org/a"],
    ["https://example.org/a?b=c…", "https://example.org/a?b=c"],
    ["(see https://example.org/a_(b)).", "https://example.org/a_(b)"],
    ["“https://example.org/a”", "https://example.org/a"],
    ["„https://example.org/a“ steht da", "https://example.org/a"],
    ["‹https://example.org/a›", "https://example.org/a"],
    ["https://example.org/a。次の文", "https://example.org/a"],
    ["（https://example.org/a）", "https://example.org/a"],
    ["https://example.org/a, https", "https://example.org/a"],
    ["https://example.org/日本語", "https://example.org/日本語"],
    ["http://example.orgء", "http://example.org"],
    ["(https://example.org/a).’)", "https://example.org/a"],
    [`https://example.org/a${")".repeat(50_000)}`, "https://example.org/a"],
    [`https://example.org/a${"(".repeat(50_000)}`, `https://example.org/a${"(".repeat(50_000)}`],
  ])("before what belongs to the sentence: %s", (text, url) => {
    expect(linksIn(text).map((link) => link.url)).toEqual([url]);
  });
});
