import { UserError } from "../errors.ts";
import { fetchPublic, maskedAddress } from "./fetch.ts";
import type { ArticleParts } from "./save.ts";
import { slugify } from "./slug.ts";

export interface KeepOptions {
  /** Folder beside the article's file, and the start of its images' addresses. */
  readonly folder: string;
  /** What the source brought along itself. */
  readonly embedded?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
}

export interface Kept {
  readonly parts: ArticleParts;
  /** By name inside the folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** One sentence for each image that stays where it is. */
  readonly warnings: readonly string[];
}

const MOST_IMAGES = 40;
const DEADLINE_MS = 20_000;
const AT_ONCE = 4;

/** Brings an article's remote images home. One that cannot be had keeps its address, and the article comes anyway. */
export async function keepImages(parts: ArticleParts, options: KeepOptions): Promise<Kept> {
  const wanted = [...new Set([parts.image?.src, ...addressesIn(parts.markdown)])].filter(
    (src): src is string => src !== undefined && /^https?:/i.test(src),
  );
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const warnings: string[] = [];
  const files = new Map<string, Uint8Array>();
  const names = new Map<string, string>();
  const isOwn = (src: string) => options.embedded?.has(src) === true;
  const remote = wanted.filter((src) => !isOwn(src)).slice(0, MOST_IMAGES);
  const queue = wanted.filter((src) => isOwn(src) || remote.includes(src)).entries();
  const work = async () => {
    for (const [index, src] of queue) {
      const found = await load(src, { ...options, signal });
      if (typeof found === "string") {
        warnings.push(found);
        if (isOwn(src)) names.set(src, LEFT_OUT);
      } else {
        const name = `${index + 1}-${nameOf(src)}.${found.ending}`;
        files.set(name, found.bytes);
        names.set(src, `${options.folder}/${name}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { parts: rename(parts, names), files, warnings };
}

/** Instead of a name: the picture is taken out of the text, for its address is nobody's. */
const LEFT_OUT = "";

const IMAGE =
  /(!\[(?:[^\]\\]|\\.){0,1000}\]\()([^\s()]{1,4000}(?:\([^\s()]{0,200}\)[^\s()]{0,4000})?)(?=[)\s])/g;

function addressesIn(markdown: string): string[] {
  return Array.from(markdown.matchAll(IMAGE), ([, , src = ""]) => src);
}

function rename(parts: ArticleParts, names: ReadonlyMap<string, string>): ArticleParts {
  const image = parts.image && { ...parts.image, src: names.get(parts.image.src) ?? parts.image.src };
  const markdown = parts.markdown
    .replace(IMAGE, (whole, before: string, src: string) =>
      names.has(src) ? `${before}${names.get(src)}` : whole,
    )
    .replace(/!\[(?:[^\]\\]|\\.){0,1000}\]\((?: "(?:[^"\\]|\\.){0,1000}")?\)(?:\n{2,}(?=\n|$|\S))?/g, "");
  return { ...parts, image, markdown };
}

interface Image {
  readonly bytes: Uint8Array;
  readonly ending: string;
}

/** The image, or why it stays where it is. */
async function load(src: string, { embedded, ...options }: KeepOptions): Promise<Image | string> {
  try {
    const own = embedded?.get(src);
    const bytes = own ?? (await fetchPublic(src, options)).bytes;
    const ending = endingOf(bytes);
    if (ending !== undefined) return { bytes, ending };
    return own === undefined
      ? `${maskedAddress(src)} is no JPEG, PNG, GIF, WebP or AVIF; the image keeps its address.`
      : `A picture that came with it (${nameOf(src)}) is no JPEG, PNG, GIF, WebP or AVIF, and was left out.`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.problems[0]?.message ?? src} The image keeps its address.`;
  }
}

/** By its first bytes: servers call anything image/jpeg. */
function endingOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (start.startsWith("\xFF\xD8\xFF")) return "jpg";
  if (start.startsWith("\x89PNG\r\n")) return "png";
  if (/^GIF8[79]a/.test(start)) return "gif";
  if (/^RIFF[\s\S]{4}WEBP/.test(start)) return "webp";
  return /^[\s\S]{4}ftypavi[fs]/.test(start) ? "avif" : undefined;
}

function nameOf(src: string): string {
  const last = new URL(src).pathname.split("/").at(-1) ?? "";
  return slugify(last.replace(/\.\w{1,5}$/, "").replace(/%[\da-f]{2}/gi, "-"))?.slice(0, 40) ?? "image";
}
