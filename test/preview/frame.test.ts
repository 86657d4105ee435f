import { describe, expect, it } from "@jest/globals";
import { Changes, markChange } from "../../src/preview/changes.ts";
import { framePage, framePolicy } from "../../src/preview/frame.ts";

const MAIL = `<!doctype html><html><head><meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark"><style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) { p { color: #eee } }
@media screen and (prefers-color-scheme:light) { p { color: #111 } }
</style></head><body><p>In CSS, write (prefers-color-scheme: dark) and color-scheme: light dark.</p>
<img src="cid:lamp@pressrun" alt="A lamp"><img src="https://example.org/a.png" alt=""></body></html>`;

const NONE = { route: "", names: new Map() };
const own = `<base target="_blank"><style>#pressrun-changed{scroll-margin-top:30vh}</style>`;

describe("the frame's page", () => {
  it("answers for the reader's colour scheme, in style sheets and metas alone", () => {
    expect(
      framePage(
        MAIL,
        { scheme: "dark", images: "own" },
        { route: "../../image/", names: new Map([["cid:lamp@pressrun", "ab"]]) },
      ),
    ).toBe(`<!doctype html><html><head>${own}<meta name="color-scheme" content="dark">
<meta name="supported-color-schemes" content="dark"><style>
:root { color-scheme:dark; supported-color-schemes: light dark; }
@media (min-width:0) { p { color: #eee } }
@media screen and (max-width:0) { p { color: #111 } }
</style></head><body><p>In CSS, write (prefers-color-scheme: dark) and color-scheme: light dark.</p>
<img src="../../image/ab" alt="A lamp"><img src="https://example.org/a.png" alt=""></body></html>`);
  });

  it("is light where light is asked for", () => {
    const page = framePage(MAIL, { scheme: "light", images: "own" }, NONE);
    expect(page.match(/@media.*?\{/g)).toEqual([
      "@media (max-width:0) {",
      "@media screen and (min-width:0) {",
    ]);
    expect(page).toContain(`<meta name="color-scheme" content="light">`);
  });

  it("holds nothing for which browsers connect before they ask the policy", () => {
    expect(
      framePage(
        '<LINK\nrel=preconnect href="https://a.example"><iframe src=b></iframe><object data=c></object>a',
        { scheme: "light", images: "own" },
        NONE,
      ),
    ).toBe(`${own}a`);
  });

  it("leaves no link a window of its choice", () => {
    const html = `<a href="https://a.example" target=_self>a</a><p>target="x"</p><area TARGET = '_top' href=b>`;
    expect(framePage(html, { scheme: "light", images: "own" }, NONE)).toBe(
      `${own}<a href="https://a.example" >a</a><p>target="x"</p><area  href=b>`,
    );
  });

  it("also takes HTML that has no head", () => {
    expect(framePage("<p>Hello", { scheme: "light", images: "own" }, NONE)).toBe(`${own}<p>Hello`);
  });
});

describe("the frame's policy", () => {
  const fixed = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src";
  const end = "; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
  const route = "http://127.0.0.1:1234/token/image/";

  it.each([
    ["own", `data: ${route}`],
    ["off", "'none'"],
    ["remote", `data: ${route} https: http:`],
  ] as const)("with images %s", (images, sources) => {
    expect(framePolicy({ scheme: "light", images }, route)).toBe(`${fixed} ${sources}${end}`);
  });
});

describe("the block that changed", () => {
  const before = "<body><h1>Lamps</h1><p>One.</p><ul><li>Two</li><li>Three</li></ul></body>";

  it("is the last one that begins before the first difference", () => {
    expect(markChange(before, before.replace("Three", "Threshold"))).toBe(
      '<body><h1>Lamps</h1><p>One.</p><ul><li>Two</li><li id="pressrun-changed">Threshold</li></ul></body>',
    );
  });

  it("is none where nothing differs, or before the first block", () => {
    expect(markChange(before, before)).toBe(before);
    expect(markChange(before, before.replace("<body>", "<body dir=rtl>"))).toBe(
      before.replace("<body>", "<body dir=rtl>"),
    );
  });

  it("stays marked while the frame shows the same", () => {
    const changes = new Changes();
    const after = before.replace("One", "Once");
    const marked = before.replace("<p>One", '<p id="pressrun-changed">Once');
    const shown = [before, after, after].map((html) => changes.mark("a", html));
    expect(shown).toEqual([before, marked, marked]);
    expect(changes.mark("b", after)).toBe(after);
  });
});
