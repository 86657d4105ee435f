import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseSegment } from "../../src/model/segment.ts";

const readers = {
  uk: { tags: ["UK", "weekly"], fields: { language: "en", city: "New York" } },
  ie: { tags: ["ie"], fields: { language: "ga" } },
  none: { tags: [], fields: {} },
};

function chosen(text: string): string[] {
  const result = parseSegment(text);
  if ("reason" in result) throw new Error(result.reason);
  return Object.entries(readers).flatMap(([name, reader]) => (result.segment(reader) ? [name] : []));
}

describe("parseSegment", () => {
  it.each([
    ["all", ["uk", "ie", "none"]],
    ["tag:uk", ["uk"]],
    ["tag:uk and language:en", ["uk"]],
    ["tag:uk or tag:ie", ["uk", "ie"]],
    ["not tag:uk", ["ie", "none"]],
    ["tag:ie or tag:uk and language:ga", ["ie"]],
    ["(tag:ie or tag:uk) and not language:ga", ["uk"]],
    ['city:"new york"', ["uk"]],
    ["toString:x", []],
  ])("%s", (text, names) => expect(chosen(text)).toEqual(names));

  it.each([
    ["", "it ends too early"],
    ["tag:uk and", "it ends too early"],
    ["(tag:uk", 'a "(" is not closed'],
    ["uk", '"uk" is not name:value'],
    ["tag:uk tag:ie", '"tag:ie" was not expected'],
  ])("%j is refused", (text, reason) => expect(parseSegment(text)).toEqual({ reason }));

  it("never throws, whatever is written", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(fc.constantFrom("and", "or", "not", "(", ")", "tag:a", '"', ":"))
            .map((words) => words.join(" ")),
        ),
        (text) => {
          const result = parseSegment(text);
          if ("segment" in result) expect(typeof result.segment(readers.uk)).toBe("boolean");
        },
      ),
    );
  });
});
