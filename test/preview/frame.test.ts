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

const own = `<base target="_blank"><style>#pressrun-changed{scroll-margin-top:30vh}</style>`;

describe("the frame's page", () => {
  it("answers for the reader's colour scheme, in style sheets and metas alone", () => {
    expect(
      framePage(MAIL, { scheme: "dark", images: "own" }, new Map([["cid:lamp@pressrun", "/t/image/ab"]])),
    ).toBe(`<!doctype html><html><head>${own}<meta name="color-scheme" content="dark">
<meta name="supported-color-schemes" content="dark"><style>
:root { color-scheme:dark; supported-color-schemes: light dark; }
@media (min-width:0) { p { color: #eee } }
@media screen and (max-width:0) { p { color: #111 } }
</style></head><body><p>In CSS, write (prefers-color-scheme: dark) and color-scheme: light dark.</p>
<img src="/t/image/ab" alt="A lamp"><img src="https://example.org/a.png" alt=""></body></html>`);
  });

  it("is light where light is asked for", () => {
    const page = framePage(MAIL, { scheme: "light", images: "own" }, new Map());
    expect(page.match(/@media.*?\{/g)).toEqual([
      "@media (max-width:0) {",
      "@media screen and (min-width:0) {",
    ]);
    expect(page).toContain(`<meta name="color-scheme" content="light">`);
  });

  it("also takes HTML that has no head", () => {
    expect(framePage("<p>Hello", { scheme: "light", images: "own" }, new Map())).toBe(`${own}<p>Hello`);
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
