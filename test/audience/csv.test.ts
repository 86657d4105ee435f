import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { csvLine, guessDelimiter, readRecords, splitRecord } from "../../src/audience/csv.ts";
import { readLines } from "../../src/audience/lines.ts";

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function records(text: string, size = 7, delimiter: "," | ";" = ",") {
  const found = [];
  const lines = readLines(pieces(Buffer.from(text), size), "list");
  for await (const group of readRecords(lines, delimiter))
    found.push(...group.map(({ line, cells }) => [line, cells]));
  return found;
}

describe("CSV", () => {
  it("reads back whatever cells were written, in pieces of any size", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", "🚂", '"', ",", ";", "\n", " ", "\t") });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
        fc.nat(9),
        async (rows, size) => {
          const text = rows.map(csvLine).join("");
          const found = await records(text, size + 1);
          const full = rows.filter((row) => csvLine(row).trim() !== "");
          expect(found.map(([, cells]) => cells)).toEqual(full);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ["a,b,c", ","],
    ["a;b;c,d", ";"],
    ["a\tb", "\t"],
    ['"x;y;z",b', ","],
    ["email", ","],
  ])("guesses the delimiter of %j", (header, delimiter) => {
    expect(guessDelimiter(header)).toBe(delimiter);
  });

  it.each<[string, readonly string[] | undefined]>([
    ["", [""]],
    [",", ["", ""]],
    ['"a ""b"" c",d', ['a "b" c', "d"]],
    ['Ada "the Great" Example,x', ['Ada "the Great" Example', "x"]],
    ['"a" tail,x', ["a tail", "x"]],
    ['x,"open', undefined],
    ['x,""', ["x", ""]],
  ])("splits %j", (text, cells) => {
    expect(splitRecord(text, ",")).toEqual(cells);
  });

  it("takes any line ending, and says on which line a record begins", async () => {
    expect(await records('a,b\r\n\r\n"c\r\nd",e\rf,g\ni,"j"')).toEqual([
      [1, ["a", "b"]],
      [3, ["c\nd", "e"]],
      [5, ["f", "g"]],
      [6, ["i", "j"]],
    ]);
  });

  it("loses one line to a quote that is never closed, not the rest of the list", async () => {
    const tail = Array.from({ length: 250 }, (_, index) => `r${index},x`);
    const found = await records(["a,b", 'r,"slip', ...tail].join("\n"), 100);
    expect(found).toHaveLength(252);
    expect(found[1]).toEqual([2, undefined]);
    expect(found[251]).toEqual([252, ["r249", "x"]]);
    expect(await records('a,b\n"slip,x\nc,d')).toEqual([
      [1, ["a", "b"]],
      [2, undefined],
      [3, ["c", "d"]],
    ]);
  });
});

describe("lines", () => {
  it("are refused where they have no end", async () => {
    const endless = (async function* () {
      for (let i = 0; i < 100; i++) yield Buffer.alloc(100_000, "x");
    })();
    const readAll = async () => {
      for await (const _ of readLines(endless, "big.csv"));
    };
    await expect(readAll()).rejects.toThrow(
      "big.csv:1: This line is longer than 1,000,000 characters, as no reader's is.",
    );
  });
});
