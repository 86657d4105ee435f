import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import sharp from "sharp";
import type { ComposeInput } from "../../src/compose/index.ts";
import { UserError } from "../../src/errors.ts";
import type { Article } from "../../src/model/article.ts";
import { composeArticle, htmlOf, PUBLICATION, ROOT, SHORT } from "./article.ts";

const images = join(ROOT, "content/images");
const readImage = async (location: string) => {
  if (location.startsWith("http")) throw new Error(`asked for ${location}`);
  return readFileSync(location);
};
const local = { src: "../images/pier.png", alt: "The pier", credit: "Photo: A. Reader" };

/** Noise, which compresses badly: what a thumbnail has to cope with. */
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "#000",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  });

const composeWith = (article: Partial<Article>, input: Partial<ComposeInput> = {}) =>
  composeArticle(article, { readImage, ...input });

beforeAll(async () => {
  mkdirSync(images, { recursive: true });
  mkdirSync(dirname(join(ROOT, "content/articles/ferry.md")), { recursive: true });
  // A JPEG under a wrong name, lying on its side.
  await noise(500, 800).withMetadata({ orientation: 6 }).jpeg().toFile(join(images, "pier.png.tmp"));
  writeFileSync(join(images, "pier.png"), readFileSync(join(images, "pier.png.tmp")));
  await noise(600, 240).png().toFile(join(images, "a small one.png"));
  await noise(60, 24).png().toFile(join(images, "no #1, 50%?.png"));
  writeFileSync(join(images, "broken.jpg"), "not an image");
  writeFileSync(
    join(images, "drawing.svg"),
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  );
});

describe("images in a newsletter", () => {
  it("travel in the mail, named by what they are, where nobody could fetch them", async () => {
    const html =
      '<p><img src="../images/a%20small%20one.png" alt="Small"><img src="../images/pier.png" alt=""></p>';
    const edition = await composeWith({ image: local, html });
    const { embedded } = edition.newsletter;
    expect(
      embedded.map(({ filename, mediaType }) => [filename.replace(/-[0-9a-f]{6}\./, "-HASH."), mediaType]),
    ).toEqual([
      ["pier-HASH.jpg", "image/jpeg"],
      ["a-small-one-HASH.png", "image/png"],
    ]);
    const $ = load(htmlOf(edition));
    expect(
      $("img")
        .toArray()
        .map((image) => {
          const { src, alt, width, height } = $(image).attr() ?? {};
          return [embedded.findIndex(({ cid }) => src === `cid:${cid}`), alt, width, height];
        }),
    ).toEqual([
      [0, "The pier", "600", "375"],
      [1, "Small", "528", "211"],
      [0, "", "528", "330"],
    ]);
    expect($("body").text()).toContain("Photo: A. Reader");
    expect(edition.notices.map(({ code }) => code)).toEqual(["heavy-images"]);
  });

  it("go by URL where the publication has one, and by their own where they are on the web", async () => {
    const publication = {
      ...PUBLICATION,
      imagesUrl: "https://cdn.example.org/s/",
      logo: "https://cdn.example.org/logo.png",
    };
    const html = '<p><img src="../images/a%20small%20one.png" alt="Small"></p>';
    const sources = async (input: Partial<ComposeInput>) =>
      load(htmlOf(await composeWith({ image: local, html }, { publication, ...input })))("img")
        .toArray()
        .map(({ attribs: { src, width } }) => `${width} ${src}`.replace(/[0-9a-f]{16}/, "HASH"));
    expect(await sources({})).toEqual([
      "120 https://cdn.example.org/logo.png",
      "600 https://cdn.example.org/s/content/images/pier.png",
      "528 https://cdn.example.org/s/content/images/a%20small%20one.png",
    ]);
    expect(await sources({ images: "embed" })).toEqual([
      "120 https://cdn.example.org/logo.png",
      "600 cid:HASH@pressrun",
      "528 cid:HASH@pressrun",
    ]);
  });

  it("are found and can be fetched whatever signs their names have", async () => {
    const html =
      '<p><img src="../images/no%20%231%2C%2050%25%3F.png" alt=""><img src="https://example.org/%FF.png" alt=""></p>';
    const publication = { ...PUBLICATION, imagesUrl: "https://cdn.example.org/s" };
    const $ = load(htmlOf(await composeWith({ html }, { publication })));
    expect(
      $("img")
        .toArray()
        .map(({ attribs }) => attribs.src),
    ).toEqual([
      "https://cdn.example.org/s/content/images/no%20%231%2C%2050%25%3F.png",
      "https://example.org/%FF.png",
    ]);
  });

  it.each([
    ["../images/broken.jpg", "image-unreadable", "The image content/images/broken.jpg is not an image."],
    [
      "../images/drawing.svg",
      "image-unreadable",
      "The image content/images/drawing.svg is SVG, which mail programs do not show.",
    ],
    ["../../../etc/passwd", "image-outside", "The image ../../../etc/passwd lies outside the publication."],
  ])("are refused where no reader would see them: %s", async (src, code, message) => {
    const refused = composeWith({ image: { ...local, src } });
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toMatchObject({ problems: [{ code, message }] });
  });

  it("are refused where they must go by URL and have none", async () => {
    await expect(composeWith({ image: local }, { images: "url" })).rejects.toThrow(
      "The image content/images/pier.png cannot be sent by URL: nobody knows its address. Set publication.images_url",
    );
  });
});

describe("a card's thumbnail", () => {
  it.each([1_000_000, 60_000, 9_000])("is an upright JPEG of at most %i bytes", async (thumbnailBytes) => {
    const limits = { ...SHORT, card: { thumbnailBytes } };
    const { posts } = await composeWith({ image: local }, { targets: [{ name: "bluesky", limits }] });
    const thumbnail = posts.get("bluesky")?.card?.thumbnail;
    expect(thumbnail).toMatchObject({ mediaType: "image/jpeg", alt: "The pier" });
    expect(thumbnail?.bytes.length).toBeLessThanOrEqual(thumbnailBytes);
    const { format, width = 0, height = 0, orientation } = await sharp(thumbnail?.bytes).metadata();
    expect([format, orientation, Math.round((100 * width) / height)]).toEqual(["jpeg", undefined, 160]);
    expect(width).toBeLessThanOrEqual(1200);
    expect({ width, height }).toEqual({ width: thumbnail?.width, height: thumbnail?.height });
  });

  it("is left out, with a word, where the image on the web is none", async () => {
    const image = { ...local, src: "https://cdn.example.org/page.html" };
    const { posts, notices } = await composeArticle(
      { image },
      { readImage: async () => Buffer.from("<html>") },
    );
    expect(posts.get("bluesky")?.card?.thumbnail).toBeUndefined();
    expect(notices.map(({ code }) => code)).toEqual(["no-thumbnail"]);
  });

  it("is missed aloud where the image on the web was not fetched", async () => {
    const image = { ...local, src: "https://cdn.example.org/i.png" };
    const { posts, notices } = await composeArticle({ image }, { readImage: async () => undefined });
    expect(posts.get("bluesky")?.card).toBeDefined();
    expect(posts.get("bluesky")?.card?.thumbnail).toBeUndefined();
    expect(notices.map(({ code }) => code)).toEqual(["no-image-here"]);
  });

  it("does not change the hash: a rehearsal has none of images on the web", async () => {
    const image = { ...local, src: "https://cdn.example.org/i.png" };
    const bytes = readFileSync(join(images, "pier.png"));
    const live = await composeArticle({ image }, { readImage: async () => bytes });
    expect(live.posts.get("bluesky")?.card?.thumbnail).toBeDefined();
    expect(live.hash).toBe((await composeArticle({ image })).hash);
  });
});
