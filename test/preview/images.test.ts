import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ImageShelf, localImage, remoteImages } from "../../src/preview/images.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const SITE = "https://example.org/files";

function publication(): string {
  const home = mkdtempSync(join(tmpdir(), "pressrun-images-"));
  const root = join(home, "paper");
  mkdirSync(join(root, "content/images"), { recursive: true });
  mkdirSync(join(root, ".pressrun"));
  writeFileSync(join(root, "content/images/lamp & quay.png"), PNG);
  writeFileSync(join(root, ".pressrun/secret.png"), PNG);
  writeFileSync(join(home, "outside.png"), PNG);
  symlinkSync(join(home, "outside.png"), join(root, "content/images/link.png"));
  writeFileSync(join(root, "pressrun.yaml"), "publication: {name: Quayside}\n");
  return root;
}

describe("images that are to be fetched from the publication's own address", () => {
  it("are shown from its folder before they are uploaded", async () => {
    const src = `${SITE}/content/images/lamp%20&amp;%20quay.png`;
    expect(await localImage(src, SITE, publication())).toEqual(PNG);
    expect(await localImage(src, `${SITE}/`, publication())).toEqual(PNG);
  });

  it.each([
    ["elsewhere", "https://example.com/content/images/lamp%20&amp;%20quay.png"],
    ["not there", `${SITE}/content/images/gone.png`],
    ["above the folder", `${SITE}/../outside.png`],
    ["above the folder, in code", `${SITE}/%2e%2e/outside.png`],
    ["by a symlink", `${SITE}/content/images/link.png`],
    ["in a hidden folder", `${SITE}/.pressrun/secret.png`],
    ["a folder", `${SITE}/content`],
    ["with a NUL", `${SITE}/content/images/lamp%00.png`],
    ["badly encoded", `${SITE}/content/%E0%A4%A.png`],
  ])("are not, where the address is %s", async (_, src) => {
    expect(await localImage(src, SITE, publication())).toBeUndefined();
  });

  it("are not put on the shelf where the bytes are no image", async () => {
    const bytes = await localImage(`${SITE}/pressrun.yaml`, SITE, publication());
    expect(new ImageShelf().add(bytes ?? Buffer.alloc(0))).toBeUndefined();
  });
});

describe("the shelf", () => {
  it("knows images by the hash of their bytes, with the type that the bytes have", () => {
    const shelf = new ImageShelf();
    const jpeg = Buffer.from("ffd8ffe000104a4649460001", "hex");
    const names = [PNG, jpeg, Buffer.from("GIF89a"), Buffer.from("RIFF0000WEBP")].map((bytes) =>
      shelf.add(bytes),
    );
    expect(names.map((name) => name && shelf.get(name)?.mediaType)).toEqual([
      "image/png",
      "image/jpeg",
      "image/gif",
      "image/webp",
    ]);
    expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("takes no SVG and no HTML: they can hold a script", () => {
    const shelf = new ImageShelf();
    expect(
      [Buffer.from("<svg onload=alert(1)>"), Buffer.from("<html>")].map((bytes) => shelf.add(bytes)),
    ).toEqual([undefined, undefined]);
  });

  it("forgets the oldest", () => {
    const shelf = new ImageShelf();
    const names = Array.from({ length: 501 }, (_, index) =>
      shelf.add(Buffer.concat([PNG, Buffer.from([index >> 8, index])])),
    );
    expect([names[0], names[1], names[500]].map((name) => shelf.get(name ?? "") !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

it("images on the web are told from the mail's own", () => {
  const html = `<img src="cid:a"><img alt="x" src="https://a.example/b.png"><a href="https://a.example/">`;
  expect(remoteImages(html)).toEqual(["https://a.example/b.png"]);
});
