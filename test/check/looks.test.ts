import { describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import { BLACK, contrast, parseColour, showColour, WHITE } from "../../src/check/colour.ts";
import { parseDeclarations, parseStyles, specificity } from "../../src/check/css.ts";
import { looksIn, type Scheme } from "../../src/check/looks.ts";

/** "text: colour on background, size" of each piece of text. */
function looks(html: string, scheme: Scheme = "light"): string[] {
  return looksIn(load(html), scheme).map(
    ({ text, colour, background, size }) =>
      `${text}: ${colour ? showColour(colour) : "?"} on ${background ? showColour(background) : "?"}, ${size}`,
  );
}

describe("contrast", () => {
  it("is that of WCAG", () => {
    const between = (a: string, b: string) =>
      Math.round(contrast(parseColour(a) ?? BLACK, parseColour(b) ?? BLACK) * 100) / 100;
    expect(contrast(BLACK, WHITE)).toBe(21);
    expect(contrast(WHITE, WHITE)).toBe(1);
    // The pair that WCAG's own technique G18 and every checker name as the lightest grey that passes on white.
    expect([between("#767676", "#fff"), between("#777", "white")]).toEqual([4.54, 4.48]);
    expect(between("rgb(255, 0, 0)", "#ffffff")).toBe(4);
  });

  it.each([
    ["#abc", "#aabbcc"],
    ["#AABBCC80", "#aabbcc"],
    ["rgba(1, 2, 3, .5)", "#010203"],
    ["rgb(1 2 3 / 50%)", "#010203"],
    ["transparent", "#000000"],
    ["var(--ink)", undefined],
    ["hsl(0 0% 0%)", undefined],
    ["rgb(1, 2)", undefined],
    ["", undefined],
  ])("reads the colour %j", (written, shown) => {
    const colour = parseColour(written);
    expect(colour && showColour(colour)).toBe(shown);
  });
});

describe("a style sheet", () => {
  it("is read as far as a mail's goes", () => {
    const css = `
      @import url("x.css");
      /* p { color: red } */
      a, .b > a { color: #123456; background: url(data:image/png;base64,AA==) }
      @media (max-width: 480px) { p { color: red } }
      @media (prefers-color-scheme: dark) { p { color: #fff !important; } .x { color: red } }
    `;
    const declaration = (property: string, value: string, important = false) => ({
      property,
      value,
      important,
    });
    const both = [
      declaration("color", "#123456"),
      declaration("background", "url(data:image/png;base64,AA==)"),
    ];
    expect(parseStyles(css)).toEqual([
      { selector: "a", declarations: both, scheme: "both" },
      { selector: ".b > a", declarations: both, scheme: "both" },
      { selector: "p", declarations: [declaration("color", "#fff", true)], scheme: "dark" },
      { selector: ".x", declarations: [declaration("color", "red")], scheme: "dark" },
    ]);
    // A brace too many spoils the rule after it, as it does in browsers.
    expect(parseStyles("} p { color: red } { a")).toEqual([
      { selector: "} p", declarations: [declaration("color", "red")], scheme: "both" },
    ]);
    expect(parseDeclarations("nothing; ;color : red ! important")).toEqual([
      declaration("color", "red", true),
    ]);
  });

  it("weighs its selectors", () => {
    expect([".a .b p", "#x", "p", "a:hover", "*", ".title h1", '[data-x="p"] p'].map(specificity)).toEqual([
      201, 10_000, 1, 101, 0, 101, 101,
    ]);
  });
});

describe("looks", () => {
  it("follow the cascade: order, specificity, style attributes, !important, bgcolor", () => {
    const html = `<style>
        p { color: red } .a { color: #00ff00 } p { color: blue } .i { color: #ff00ff !important } .c { background: white }
      </style><body bgcolor="#111111">
      <p>one</p><p class="a">two</p><p class="a" style="color:#ffffff">three</p><p class="i" style="color:#fff">four</p>
      <table bgcolor="black" class="c"><tr><td>five</td></tr></table>`;
    expect(looks(html)).toEqual([
      "one: #0000ff on #111111, 16",
      "two: #00ff00 on #111111, 16",
      "three: #ffffff on #111111, 16",
      "four: #ff00ff on #111111, 16",
      "five: #000000 on #ffffff, 16",
    ]);
  });

  it("change in the dark by the rules for it", () => {
    const html = `<style>@media (prefers-color-scheme: dark) { body { background: #000 } p { color: #eee !important } }
      @media (prefers-color-scheme: light) { p { color: #222 } }</style><p style="color:#333">x</p>`;
    expect([...looks(html), ...looks(html, "dark")]).toEqual([
      "x: #333333 on #ffffff, 16",
      "x: #eeeeee on #000000, 16",
    ]);
  });

  it("know sizes, shorthands, links, opacity and pictures behind", () => {
    const html = `<body style="font:700 20px/1.5 serif">a <a href="#">b</a> <a>c</a>
      <p style="font-size:50%">d <b style="font-size:2em">e</b></p>
      <p style="color:rgba(0,0,0,.5);background:rgba(255,255,255,.5)">f</p>
      <p style="background:#fff url(x.png)">g</p><p style="color:var(--x)">h</p><p style="font-size:1rem;color:inherit">i</p>`;
    expect(looks(html)).toEqual([
      "a: #000000 on #ffffff, 20",
      "b: #0000ee on #ffffff, 20",
      "c: #000000 on #ffffff, 20",
      "d: #000000 on #ffffff, 10",
      "e: #000000 on #ffffff, 20",
      "f: #808080 on #ffffff, 20",
      "g: #000000 on ?, 20",
      "h: ? on #ffffff, 20",
      "i: #000000 on #ffffff, 16",
    ]);
  });

  it("leave out what is not seen, and selectors that are none", () => {
    const html = `<style>a:hover { color: red } u + .x::after { color: red } p:what(((  { color: red }</style>
      <div style="display:none">1</div><div style="visibility:hidden">2</div><div style="opacity:0">3</div>
      <div style="max-height:0;overflow:hidden">4</div><div style="font-size:0">5<b style="font-size:9px">6</b></div>
      <script>7</script><p>&nbsp;&#847;&zwnj;</p><!--8--><a>9</a>`;
    expect(looks(html)).toEqual(["6: #000000 on #ffffff, 9", "9: #000000 on #ffffff, 16"]);
  });
});
