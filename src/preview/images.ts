import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fromWebPath } from "../model/web-path.ts";

export interface ShownImage {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** More than one look at an article needs; older ones are made anew with their page. */
const MOST_IMAGES = 500;

/**
 * Images that a page or frame was told of, by the hash of their bytes. The image route answers for these names and
 * nothing else, so that no request can name a file.
 */
export class ImageShelf {
  readonly #images = new Map<string, ShownImage>();

  /**
   * @returns the name under which the image can now be asked for; undefined for bytes that are no image, whatever
   * the mail says of them.
   */
  add(bytes: Uint8Array): string | undefined {
    const mediaType = mediaTypeOf(bytes);
    if (mediaType === undefined) return undefined;
    const name = createHash("sha256").update(bytes).digest("hex");
    this.#images.delete(name);
    this.#images.set(name, { bytes, mediaType });
    for (const oldest of this.#images.keys()) {
      if (this.#images.size <= MOST_IMAGES) break;
      this.#images.delete(oldest);
    }
    return name;
  }

  get(name: string): ShownImage | undefined {
    return this.#images.get(name);
  }
}

/** What mail programs show, by the first bytes. */
function mediaTypeOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (/^GIF8[79]a/.test(start)) return "image/gif";
  if (/^RIFF[\s\S]{4}WEBP/.test(start)) return "image/webp";
  return undefined;
}

/** The images of `html` that lie on the web, by their addresses as written there. */
export function remoteImages(html: string): readonly string[] {
  return [...html.matchAll(/<img\b[^>]*?\bsrc="(https?:[^"]*)"/gi)].map(([, src = ""]) => src);
}

/**
 * An image that goes out by its address under `imagesUrl` and lies in the publication: shown from there, before it is
 * uploaded. Only what is an image by its bytes, in no hidden folder, and inside `root` with symlinks resolved.
 * @param src as written in the mail's HTML.
 */
export async function localImage(
  src: string,
  imagesUrl: string,
  root: string,
): Promise<Uint8Array | undefined> {
  const path = pathBelow(imagesUrl, src);
  if (path === undefined) return undefined;
  try {
    const [home, file] = await Promise.all([realpath(root), realpath(join(root, path))]);
    const inside = relative(home, file).split(sep);
    if (!file.startsWith(home + sep) || inside.some((name) => name.startsWith("."))) return undefined;
    return await readFile(file);
  } catch {
    return undefined;
  }
}

function pathBelow(imagesUrl: string, src: string): string | undefined {
  const start = `${imagesUrl.replace(/\/$/, "")}/`;
  const url = src.replaceAll("&amp;", "&");
  if (!url.startsWith(start)) return undefined;
  return fromWebPath(url.slice(start.length));
}
