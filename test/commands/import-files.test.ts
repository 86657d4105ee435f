import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { bold, docx, noteMark, paragraph, picture, table, zip } from "../read/zip.ts";
import { newPublication, run } from "./run.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const read = (cwd: string, name: string) => readFileSync(join(cwd, "content/articles", name), "utf8");

const BODY = [
  paragraph("The slipway opens again", "Title"),
  paragraph("Boats may be launched", undefined, noteMark(1)),
  paragraph("What was done", "Heading1"),
  `<w:p>${bold("New rails")}<w:r><w:t xml:space="preserve"> and a winch.</w:t></w:r>${noteMark(2)}</w:p>`,
  table([
    [`<w:p>${bold("Day")}</w:p>`, `<w:p>${bold("Boats")}</w:p>`],
    [paragraph("Monday"), paragraph("4")],
  ]),
  paragraph("Costs", "Heading2"),
  table([
    [paragraph("rails"), paragraph("9")],
    [paragraph("winch"), paragraph("3")],
  ]),
  picture("rId1", "The winch"),
  picture("rId2", "A drawing"),
].join("");

describe("importing a Word document", () => {
  it("brings its text, notes, tables and pictures", async () => {
    const cwd = await newPublication();
    const made = docx({
      body: BODY,
      footnotes: ["From March on.", "By Obi &amp; Sons."],
      title: "Draft 7",
      author: "Ada Hill",
      pictures: { "one.png": PNG, "two.emf": new Uint8Array(40) },
    });
    writeFileSync(join(cwd, "slipway.docx"), made);
    const ran = await run(cwd, ["import", "slipway.docx", "--json"]);
    expect([ran.exit, ran.err]).toEqual([0, ""]);
    expect(ran.json().warnings).toEqual([
      "A picture that came with it (image-2) is no JPEG, PNG, GIF, WebP or AVIF, and was left out.",
    ]);
    expect(read(cwd, "the-slipway-opens-again.md")).toBe(`---
title: The slipway opens again
author: Ada Hill
---

Boats may be launched[^1]

## What was done

**New rails** and a winch.[^2]

| Day | Boats |
| --- | --- |
| Monday | 4 |

## Costs

|  |  |
| --- | --- |
| rails | 9 |
| winch | 3 |

![The winch](the-slipway-opens-again/1-image-1.png)

[^1]: From March on.

[^2]: By Obi & Sons.
`);
    expect(readdirSync(join(cwd, "content/articles/the-slipway-opens-again"))).toEqual(["1-image-1.png"]);
  });

  it("takes its name from its properties where nothing is marked as the title", async () => {
    const cwd = await newPublication();
    const body = paragraph("One", "Heading1") + paragraph("Text.") + paragraph("Two", "Heading1");
    writeFileSync(join(cwd, "a.docx"), docx({ body, title: "Seals &amp; sand" }));
    expect((await run(cwd, ["import", "a.docx", "--json"])).json().recovered.title).toBe("Seals & sand");
    expect(read(cwd, "seals-sand.md")).toContain("## One\n\nText.\n\n## Two");
  });

  it.each([
    ["cut short", docx({ body: BODY }).subarray(0, 900)],
    ["another archive", zip({ "a.txt": "b" })],
    ["larger than it says", zip({ "word/document.xml": " ".repeat(100_000) }, () => 10)],
  ])("says that one is none: %s", async (_, bytes) => {
    const cwd = await newPublication();
    writeFileSync(join(cwd, "a.docx"), bytes);
    const { exit, err } = await run(cwd, ["import", "a.docx"]);
    expect([exit, err.split(":")[1]]).toEqual([2, " a.docx is no Word document that can be read"]);
  });
});

const words = (about: string) =>
  `The ${about} was closed for nine weeks in spring, and the harbour office had expected nobody to notice, but letters came from as far as the islands.`;

describe("importing a page that a browser saved", () => {
  it("brings the pictures that lie beside it, and says which do not", async () => {
    const cwd = await newPublication();
    mkdirSync(join(cwd, "Late again_files"));
    writeFileSync(join(cwd, "Late again_files/boat one.png"), PNG);
    writeFileSync(join(cwd, "secret.png"), PNG);
    symlinkSync("/etc/hostname", join(cwd, "Late again_files/host.png"));
    const html = `<html><head><title>Late again</title></head><body><article><h1>Late again</h1><p>${words("slipway")}</p>
<p><img src="./Late%20again_files/boat%20one.png" alt="A boat"></p><p>${words("winch")}</p>
<figure><img src="Late again_files/gone.png"><figcaption>Gone.</figcaption></figure><img src="Late again_files/host.png"><img src="../../secret.png"><p>${words("quay")}</p></article></body></html>`;
    writeFileSync(join(cwd, "Late again.html"), html);
    const ran = await run(cwd, ["import", "Late again.html", "--json"]);
    expect([ran.exit, ran.err]).toEqual([0, ""]);
    expect(ran.json().warnings).toEqual([
      "Late again_files/gone.png and 2 more: no such picture lies beside the page, and the page does not say where it comes from.",
    ]);
    expect(read(cwd, "late-again.md")).toBe(
      `---\ntitle: Late again\n---\n\n${words("slipway")}\n\n![A boat](late-again/1-late-again-files-boat-one.png)\n\n${words("winch")}\n\n${words("quay")}\n`,
    );
    expect(ran.json().recovered.paragraphs).toBe(3);
  });
});

describe("importing nothing", () => {
  it("is refused", async () => {
    const { exit, err } = await run(await newPublication(), ["import", ""]);
    expect([exit, err]).toEqual([
      2,
      "pressrun: There is nothing to import: the source is empty. Name a file or a web address, or - for standard input.\n",
    ]);
  });
});
