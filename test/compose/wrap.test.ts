import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import stringWidth from "string-width";
import { COLUMNS, wrap, wrapIdeographs } from "../../src/compose/wrap.ts";

describe("wrapping", () => {
  it("breaks at spaces, keeps the indentation and leaves long words whole", () => {
    const url = `https://example.org/${"a".repeat(90)}`;
    expect(wrap(`short\n  ${"word ".repeat(18)}end\n${url}`)).toBe(
      `short\n  ${"word ".repeat(15).trim()}\n  word word word end\n${url}`,
    );
  });

  it("indents what belongs to an item, and goes on quoting", () => {
    expect(wrap(`* ${"word ".repeat(17)}`)).toBe(`* ${"word ".repeat(15).trim()}\n  word word`);
    expect(wrap(`>  1. ${"word ".repeat(17)}`)).toBe(
      `>  1. ${"word ".repeat(14).trim()}\n>     word word word`,
    );
  });

  it("breaks Japanese beside its signs, and never before a full stop or after an opening bracket", () => {
    const sentence = "十二月四日の夜、赤い機関車が七両の青い客車を引いて駅を出る。";
    expect(wrap(sentence.repeat(3))).toBe(
      [
        "十二月四日の夜、赤い機関車が七両の青い客車を引いて駅を出る。十二月四日の夜、赤",
        "い機関車が七両の青い客車を引いて駅を出る。十二月四日の夜、赤い機関車が七両の青",
        "い客車を引いて駅を出る。",
      ].join("\n"),
    );
    expect(wrap(`${"夜".repeat(39)}。${"夜".repeat(37)}「駅」`)).toBe(
      `${"夜".repeat(38)}\n夜。${"夜".repeat(37)}\n「駅」`,
    );
  });

  it("keeps every sign, in its order, and no line over 78 columns that could be broken", () => {
    const unit = fc.constantFrom(..."夜行列車が、。「」（）ーっab c\n");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), (text) => {
        const wrapped = wrap(text);
        expect(wrapped.replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
        for (const line of wrapped.split("\n"))
          expect(stringWidth(line) <= COLUMNS || !/[夜行列車が]{3}/.test(line.slice(2))).toBe(true);
      }),
    );
  });

  it("leaves lines of other scripts to whoever made them", () => {
    const code = `    ${"word ".repeat(30)}end`;
    expect(wrapIdeographs(`${code}\n${"夜".repeat(40)}`)).toBe(`${code}\n${"夜".repeat(39)}\n夜`);
  });
});
