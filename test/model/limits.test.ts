import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { PostPart } from "../../src/model/edition.ts";
import { type Limits, lengthOf, measure, type Unit, written } from "../../src/model/limits.ts";

const FAMILY = "👩‍👩‍👧‍👦";
const BASE: Limits = { measures: [], shortLinks: false, tags: 3, assumed: false };
const text = (text: string): PostPart[] => [{ kind: "text", text }];

describe("a text is as long as its network says", () => {
  it.each<[string, Record<Unit, number>]>([
    ["", { graphemes: 0, codepoints: 0, utf16: 0, bytes: 0, "x-weighted": 0, "emoji-bytes": 0 }],
    ["abc", { graphemes: 3, codepoints: 3, utf16: 3, bytes: 3, "x-weighted": 3, "emoji-bytes": 3 }],
    [FAMILY, { graphemes: 1, codepoints: 7, utf16: 11, bytes: 25, "x-weighted": 2, "emoji-bytes": 25 }],
    ["🇵🇹", { graphemes: 1, codepoints: 2, utf16: 4, bytes: 8, "x-weighted": 2, "emoji-bytes": 8 }],
    ["1️⃣", { graphemes: 1, codepoints: 3, utf16: 3, bytes: 7, "x-weighted": 2, "emoji-bytes": 7 }],
    ["日本語", { graphemes: 3, codepoints: 3, utf16: 3, bytes: 9, "x-weighted": 6, "emoji-bytes": 3 }],
    ["سلام", { graphemes: 4, codepoints: 4, utf16: 4, bytes: 8, "x-weighted": 4, "emoji-bytes": 4 }],
    // Composed first: "é" weighs as one letter.
    ["e\u0301", { graphemes: 1, codepoints: 2, utf16: 2, bytes: 3, "x-weighted": 1, "emoji-bytes": 2 }],
    ["“so” – ©", { graphemes: 8, codepoints: 8, utf16: 8, bytes: 15, "x-weighted": 8, "emoji-bytes": 8 }],
  ])("%j", (sample, lengths) => {
    const measured = Object.keys(lengths).map((unit) => [unit, measure(sample, unit as Unit)]);
    expect(Object.fromEntries(measured)).toEqual(lengths);
  });

  it.each([
    ["little-text", "a (b) #c_d \\ @e", "a \\(b\\) \\#c\\_d \\\\ \\@e"],
    ["escaped", "a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"],
    ["after-entities", '<a href="x">a &lt; b</a> &amp;&#x1F600;&#65;&nbsp;', "a < b &😀A&nbsp;"],
    ["nfc", "e\u0301", "é"],
  ] as const)("once it is written as %s", (form, sample, wanted) => {
    expect(written(sample, form)).toBe(wanted);
    expect(measure(sample, "utf16", form)).toBe(wanted.length);
  });
});

describe("what a network weighs", () => {
  const weighed = (sample: string, more: Partial<Limits> = {}) =>
    lengthOf(text(sample), { unit: "graphemes", max: 500 }, { ...BASE, linkWeight: 23, ...more });

  it.each([
    ["https://a.bc", 23],
    [`https://example.org/${"x".repeat(200)}`, 23],
    ["See https://example.org/a_(b). Or https://example.org/c!", 4 + 23 + 5 + 23 + 1],
    // Whether the path goes on after ASCII differs between servers: the greater of the two.
    ["https://example.org/日本", 23 + 2],
    ["http://localhost:3000/somewhere/far/away", 40],
    ["nothing", 7],
  ])("%s", (sample, length) => {
    expect(weighed(sample)).toBe(length);
  });

  it("counts a far account by its name, where the network does", () => {
    expect(weighed("Hi @ada@social.example.org, and @bob")).toBe(36);
    expect(weighed("Hi @ada@social.example.org, and @bob", { mentions: "name" })).toBe(17);
    expect(weighed("mail ada@example.org", { mentions: "name" })).toBe(20);
  });

  it("reads a long word once, whatever stands around it", () => {
    // What takes the cube of its length is not done with these within the time of a test.
    const long = "a".repeat(50_000);
    expect(weighed(`@${long}`, { mentions: "name" })).toBe(50_001);
    expect(weighed(`@${long}@${long}.`, { mentions: "name" })).toBe(50_002);
    expect(weighed(`@${"a.".repeat(25_000)}@`, { mentions: "name" })).toBe(50_002);
    expect(weighed(`${"a.".repeat(25_000)}1`, { bareDomains: true })).toBe(50_001);
  });

  it("counts what looks like a domain for a link, where the network may link it", () => {
    expect(weighed("at a.bc now", { bareDomains: true })).toBe(3 + 23 + 4);
    expect(weighed("e.g. 3.5 U.S.", { bareDomains: true })).toBe(13);
    expect(weighed("(a.bc).", { bareDomains: true })).toBe(1 + 23 + 2);
    expect(weighed("e\u0301.ไทย", { bareDomains: true })).toBeGreaterThanOrEqual(23);
    expect(weighed("a.bc港", { bareDomains: true })).toBe(23 + 1);
  });

  it("takes a link part by its weight, whatever it shows", () => {
    const parts: PostPart[] = [
      { kind: "text", text: "Read " },
      { kind: "link", text: "https://example.org/a", url: "https://example.org/a" },
      { kind: "tag", text: "#a", tag: "a" },
    ];
    expect(lengthOf(parts, { unit: "bytes", max: 9 }, { ...BASE, linkWeight: 23 })).toBe(5 + 23 + 2);
    expect(lengthOf(parts, { unit: "bytes", max: 9 }, BASE)).toBe(5 + 21 + 2);
  });

  it("never counts less than the text without its links", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (sample) => {
        const plain = sample.replace(/[:@.]/g, "");
        expect(weighed(plain, { mentions: "name", bareDomains: true })).toBe(measure(plain, "graphemes"));
      }),
    );
  });
});
