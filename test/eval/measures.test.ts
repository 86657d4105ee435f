import { describe, expect, it } from "@jest/globals";
import { runOverlap, tokens, wordOverlap } from "../../eval/overlap.ts";
import { bootstrap, mean, rouge1 } from "../../eval/rouge.ts";
import { hasCall, textOf } from "../../eval/tables/pages.ts";

describe("words in common", () => {
  it("are counted as often as they stand in both", () => {
    // 3 of 4 found words are wanted ("the" once), and 3 of 6 wanted words were found.
    const { precision, recall, f1 } = wordOverlap("The boat the sea", "the boat and sea of Ness");
    expect([precision, recall, f1]).toEqual([0.75, 0.5, 0.6]);
  });

  it.each([
    ["the same", "Two boats.", "two  BOATS", 1],
    ["nothing in common", "a b", "c d", 0],
    ["nothing found", "", "c d", 0],
    ["nothing wanted", "a b", "", 0],
  ])("%s", (_, found, gold, f1) => {
    expect(wordOverlap(found, gold).f1).toBe(f1);
  });

  it("know letters of any script, and no signs", () => {
    expect(tokens("Été — 2,5 km: «Море», 船")).toEqual(["été", "2", "5", "km", "море", "船"]);
  });
});

describe("runs of four words in common", () => {
  it("count order", () => {
    // Found: abcd bcde. Wanted: abcd bcdx cdxe. One is common.
    const { precision, recall, f1 } = runOverlap("a b c d e", "a b c d x e");
    expect([precision, recall]).toEqual([1 / 2, 1 / 3]);
    expect(f1).toBeCloseTo(0.4, 10);
    expect(runOverlap("d c b a", "a b c d").f1).toBe(0);
  });

  it("of a text of fewer words are the text", () => {
    expect([runOverlap("a b", "a b").f1, runOverlap("a b", "b a").f1]).toEqual([1, 0]);
  });
});

describe("ROUGE-1", () => {
  it("is twice the common words over all, in per cent", () => {
    // the, cat, sat: 3 of 3 + 5.
    expect(rouge1("The cat sat.", "the black cat sat down")).toBe(75);
    expect([rouge1("a a a", "a"), rouge1("x", "y"), rouge1("", "")]).toEqual([50, 0, 0]);
  });

  it("counts the characters of Chinese and Japanese", () => {
    expect(rouge1("夜の船", "夜行船")).toBeCloseTo(200 / 3, 10);
  });
});

describe("the interval of a mean", () => {
  it("holds the mean, is the same each time, and has no width where all values are one", () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const [middle, low, high] = bootstrap(values);
    expect(middle).toBe(mean(values));
    // Standard error 0.91: 95 % lie within 1.96 of it.
    expect(low).toBeCloseTo(5.5 - 1.8, 0);
    expect(high).toBeCloseTo(5.5 + 1.8, 0);
    expect([bootstrap(values), bootstrap([4, 4, 4])]).toEqual([
      [middle, low, high],
      [4, 4, 4],
    ]);
  });
});

describe("what a reader sees of Markdown", () => {
  it("is its text, a block a line, without marks and addresses", () => {
    const text = textOf('## A *b*\n\n- c\n- [d](https://e.example "f")\n\n![g](h.png "i")\n\n1 < 2 & `3`');
    expect(text.split("\n").filter((line) => line !== "")).toEqual(["A b", "c", "d", "1 < 2 & 3"]);
  });
});

describe("a call in the text", () => {
  const call = (text: string, body = "The boat sails.") => hasCall({ text, gold: { body } });
  it.each([
    ["Related stories", true],
    ["The boat sails.\nSubscribe to our letter", true],
    ["The boat sails.", false],
    ["We read more books.", false],
  ])("%j: %s", (text, expected) => {
    expect(call(text)).toBe(expected);
  });

  it("is none where the article itself says so", () => {
    expect(call("Sign up for the race.", "Sign up for the race. Then run.")).toBe(false);
  });
});
