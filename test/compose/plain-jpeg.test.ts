import { beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { makeThumbnail } from "../../src/compose/images.ts";
import { plainJpegSize } from "../../src/compose/plain-jpeg.ts";

const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
const picture = (width = 61, height = 43) =>
  sharp({ create: { width, height, channels: 3, background: "#000", noise } });

/** Into an array of its own size, as a view into a larger one. */
async function jpeg(image: Sharp, options: object = {}): Promise<Uint8Array> {
  const bytes = await image.jpeg(options).toBuffer();
  return Buffer.concat([Buffer.from("before"), bytes]).subarray(6);
}

let plain: Uint8Array;
beforeAll(async () => {
  plain = await jpeg(picture());
});

describe("a plain JPEG", () => {
  it.each<[string, object]>([
    ["baseline", {}],
    ["progressive", { progressive: true }],
    ["by mozjpeg", { mozjpeg: true }],
    ["whole colours", { chromaSubsampling: "4:4:4", quality: 100 }],
  ])("is known with its size: %s", async (_, options) => {
    expect(plainJpegSize(await jpeg(picture(), options))).toEqual({ width: 61, height: 43 });
    expect(plainJpegSize(await jpeg(picture(3000, 7), options))).toEqual({ width: 3000, height: 7 });
  });

  it("may be grey", async () => {
    expect(plainJpegSize(await jpeg(picture().toColourspace("b-w")))).toEqual({ width: 61, height: 43 });
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ["EXIF", () => jpeg(picture().withExif({ IFD0: { Copyright: "A. Reader" } }))],
    ["a turn", () => jpeg(picture().withMetadata({ orientation: 6 }))],
    ["a colour profile", () => jpeg(picture().withIccProfile("p3"))],
    ["four inks", () => jpeg(picture().toColourspace("cmyk"))],
    ["more after its end", async () => Buffer.concat([plain, Buffer.from("PK")])],
    ["another format", () => picture().png().toBuffer()],
    [
      "a comment",
      async () =>
        Buffer.concat([plain.subarray(0, 2), Buffer.from("fffe0004abff", "hex"), plain.subarray(2)]),
    ],
  ])("is not one with %s", async (_, make) => {
    expect(plainJpegSize(await make())).toBeUndefined();
  });

  it("is not one that ends early, wherever", () => {
    for (let length = 0; length < plain.length; length += 1)
      expect(plainJpegSize(plain.subarray(0, length))).toBeUndefined();
  });

  it("is looked for in any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: plain.length }), (bytes, at) => {
        const mixed = Buffer.concat([plain.subarray(0, at), bytes]);
        expect([undefined, "object"]).toContain(plainJpegSize(mixed) && "object");
      }),
    );
  });
});

describe("a thumbnail", () => {
  it("is the picture itself where that is all it has to be", async () => {
    const made = await makeThumbnail(plain, "Pier", plain.length);
    expect(made).toEqual({ bytes: plain, mediaType: "image/jpeg", width: 61, height: 43, alt: "Pier" });
  });

  it.each([
    ["too heavy", { most: 8000 }],
    ["too wide", { widest: 300 }],
  ])(
    "is made of one that is %s",
    async (_, { most = 100_000, widest = 1200 }: { most?: number; widest?: number }) => {
      const large = await jpeg(picture(400, 300));
      const made = await makeThumbnail(large, "Pier", most, widest);
      expect(made?.bytes).not.toEqual(large);
      expect(made?.bytes.length).toBeLessThanOrEqual(most);
      expect(made?.width).toBeLessThanOrEqual(widest);
    },
  );
});
