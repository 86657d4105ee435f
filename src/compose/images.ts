import { createHash } from "node:crypto";
import { basename, extname, relative, resolve, sep } from "node:path";
import { type Notice, UserError } from "../errors.ts";
import type { EmbeddedImage, Thumbnail } from "../model/edition.ts";
import { webPath } from "../model/web-path.ts";
import { plainJpegSize } from "./plain-jpeg.ts";

export interface ImageSource {
  /** Folder of the publication: no local image lies outside it. */
  readonly root: string;
  /** Where local images can be fetched from, if anywhere. */
  readonly imagesUrl?: string | undefined;
  /** "embed": local images travel in the mail. "url": none does. undefined: by URL where there is one. */
  readonly images?: "url" | "embed" | undefined;
  /** Bytes of an absolute path or an http(s) URL; undefined where it is not to be had. */
  readImage(src: string): Promise<Uint8Array | undefined>;
}

/** An image as a mail refers to it. */
export interface PlacedImage {
  /** http(s) URL or `cid:`. */
  readonly src: string;
  /** Upright, in pixels; known for local images. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Of a local image that travels in the mail. */
  readonly embedded?: EmbeddedImage | undefined;
}

export const isRemote = (src: string) => /^https?:\/\//i.test(src);

/** An absolute path or URL. A path that starts with "/" starts at the publication's folder. */
export function locateImage(src: string, folder: string, root: string): string {
  if (isRemote(src)) return src;
  const path = src.startsWith("/") ? resolve(root, `.${src}`) : resolve(folder, src);
  if (path.startsWith(root + sep)) return path;
  throw new UserError({
    code: "image-outside",
    message: `The image ${src} lies outside the publication.`,
    next: `Move it into ${root}.`,
  });
}

/**
 * How a mail refers to the image: by URL, or with its bytes. Images on the web are never fetched, so that a rehearsal
 * makes the same mail.
 * @param location absolute path or URL
 */
export async function placeImage(location: string, source: ImageSource): Promise<PlacedImage> {
  if (isRemote(location)) return { src: location };
  const { root, imagesUrl, images } = source;
  const shown = relative(root, location).split(sep).join("/");
  const bytes = await source.readImage(location);
  if (bytes === undefined) throw unreadable(shown, "cannot be read");
  const { format, width, height } = await inspect(bytes, shown);
  if (imagesUrl !== undefined && images !== "embed") {
    return { src: `${imagesUrl.replace(/\/$/, "")}/${webPath(shown)}`, width, height };
  }
  if (images === "url") {
    throw new UserError({
      code: "image-without-url",
      message: `The image ${shown} cannot be sent by URL: nobody knows its address.`,
      next: "Set publication.images_url to where the publication's files can be fetched, or email.images to embed.",
    });
  }
  const embedded = embed(bytes, shown, format);
  return { src: `cid:${embedded.cid}`, width, height, embedded };
}

/** What mail programs show, by what the bytes are; a file's name may say something else. */
const JPEG = { mediaType: "image/jpeg", ending: "jpg" } as const;
const MAIL_FORMATS: Readonly<Record<string, { readonly mediaType: string; readonly ending: string }>> = {
  jpeg: JPEG,
  png: { mediaType: "image/png", ending: "png" },
  gif: { mediaType: "image/gif", ending: "gif" },
  webp: { mediaType: "image/webp", ending: "webp" },
};

async function inspect(bytes: Uint8Array, shown: string) {
  const plain = plainJpegSize(bytes);
  if (plain !== undefined) return { format: JPEG, ...plain };
  const { default: sharp } = await import("sharp");
  const found = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  if (found === undefined) throw unreadable(shown, "is not an image");
  const format = MAIL_FORMATS[found.format];
  if (format === undefined)
    throw unreadable(shown, `is ${found.format.toUpperCase()}, which mail programs do not show`);
  return { format, ...found.autoOrient };
}

/** Named by its bytes, so the same image has the same name in every run and in every mail. */
function embed(
  bytes: Uint8Array,
  path: string,
  format: { mediaType: string; ending: string },
): EmbeddedImage {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const stem = basename(path, extname(path)).replace(/[^\w-]+/g, "-");
  const filename = `${stem}-${hash.slice(0, 6)}.${format.ending}`;
  return { cid: `${hash}@pressrun`, filename, mediaType: format.mediaType, bytes };
}

function unreadable(shown: string, what: string): UserError {
  return new UserError({
    code: "image-unreadable",
    message: `The image ${shown} ${what}.`,
    next: "Use a JPEG, PNG, GIF or WebP file.",
  });
}

/** More than this in every mail fills mailboxes and slows the run. */
const HEAVY_BYTES = 500_000;

export function heavyNotice(embedded: readonly EmbeddedImage[]): readonly Notice[] {
  const total = embedded.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total <= HEAVY_BYTES) return [];
  return [
    {
      code: "heavy-images",
      message: `The images add ${Math.round(total / 1000)} kB to every mail.`,
      next: "Set publication.images_url, or use smaller files.",
    },
  ];
}

/** The widest that a card is shown, in pixels, for screens of double density. */
export const THUMBNAIL_WIDTH = 1200;
/** The widest that a network shows a picture by itself. */
export const PICTURE_WIDTH = 2048;
/** Each step saves about a third. */
const QUALITIES = [82, 70, 58, 46, 34];

/**
 * A JPEG of at most `most` bytes, upright and without what else the file says, such as where it was taken. One that
 * is all this stays as it is: coding it again would only lose. undefined where the bytes are no image or cannot be
 * made so small.
 */
export async function makeThumbnail(
  bytes: Uint8Array,
  alt: string,
  most: number,
  widest = THUMBNAIL_WIDTH,
): Promise<Thumbnail | undefined> {
  const plain = plainJpegSize(bytes);
  if (plain && plain.width <= widest && plain.height <= 2 * widest && bytes.length <= most)
    return { bytes, mediaType: "image/jpeg", ...plain, alt };
  const { default: sharp } = await import("sharp");
  try {
    for (let width = widest; width >= 150; width = Math.floor(width / 2)) {
      // Twice as tall as wide is taller than any card; without a limit a screenshot of a page stays huge.
      const fit = { width, height: width * 2, fit: "inside", withoutEnlargement: true } as const;
      const scaled = sharp(bytes).autoOrient().resize(fit).flatten({ background: "#ffffff" });
      for (const quality of QUALITIES) {
        const { data, info } = await scaled
          .clone()
          .jpeg({ quality, mozjpeg: true })
          .toBuffer({ resolveWithObject: true });
        if (data.length > most) continue;
        return { bytes: data, mediaType: "image/jpeg", width: info.width, height: info.height, alt };
      }
    }
  } catch {
    return undefined;
  }
  return undefined;
}
