import type { Email } from "postal-mime";
import type { Edition } from "../model/edition.ts";
import { type ImageShelf, localImage, remoteImages } from "./images.ts";
import type { Copy } from "./source.ts";

/** A mail as preview shows it: one reader's copy of an edition, or one that lies in the sandbox's inbox. */
export interface Letter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly subject: string;
  /** In the order of the mail, unfolded and decoded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html: string;
  readonly text: string;
  /** The mail's bytes, as text; undefined where the publication sends none. */
  readonly source?: string | undefined;
  /** Name on the image route, by the image's address in the HTML. */
  readonly images: ReadonlyMap<string, string>;
  /** Images on the web: shown only on demand. */
  readonly remoteImages: number;
}

export interface ImagePlaces {
  readonly shelf: ImageShelf;
  /** The publication's folder and `publication.images_url`. */
  readonly root: string;
  readonly imagesUrl?: string | undefined;
}

/** The newsletter of `edition` as one reader gets it. */
export async function letterOf(edition: Edition, copy: Copy, places: ImagePlaces): Promise<Letter> {
  const { html, text, message } = copy;
  const head = await parse(message === undefined ? "" : headOf(message));
  const embedded = edition.newsletter.embedded.map(({ cid, bytes }) => [`cid:${cid}`, bytes] as const);
  return {
    ...(await envelopeOf(head)),
    subject: edition.newsletter.subject,
    html,
    text,
    source: message && Buffer.from(message).toString(),
    ...(await placeImages(html, new Map(embedded), places)),
  };
}

/** A mail from the sandbox's inbox, read as a mail program reads it. */
export async function readLetter(message: Uint8Array, places: ImagePlaces): Promise<Letter> {
  const mail = await parse(message);
  const { html = "", text = "", attachments } = mail;
  const embedded = attachments.flatMap(({ contentId, content }) => {
    const cid = contentId?.replace(/^<|>$/g, "");
    return cid === undefined || !(content instanceof ArrayBuffer)
      ? []
      : [[`cid:${cid}`, new Uint8Array(content)] as const];
  });
  return {
    ...(await envelopeOf(mail)),
    html,
    text,
    source: Buffer.from(message).toString(),
    ...(await placeImages(html, new Map(embedded), places)),
  };
}

/** Header block of a mail, with its end. */
export function headOf(message: Uint8Array): Buffer {
  const bytes = Buffer.from(message);
  const end = bytes.indexOf("\r\n\r\n");
  return end < 0 ? bytes : bytes.subarray(0, end + 4);
}

export async function parse(message: Uint8Array | string): Promise<Email> {
  const { default: PostalMime } = await import("postal-mime");
  return PostalMime.parse(message);
}

async function envelopeOf(mail: Email): Promise<Pick<Letter, "from" | "to" | "subject" | "headers">> {
  const { decodeWords } = await import("postal-mime");
  const headers = mail.headers.map(({ originalKey, value }) => ({
    name: originalKey,
    value: decodeWords(value),
  }));
  const headerOf = (wanted: string) => headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
  return { from: headerOf("from"), to: headerOf("to"), subject: mail.subject ?? "", headers };
}

async function placeImages(
  html: string,
  embedded: ReadonlyMap<string, Uint8Array>,
  { shelf, root, imagesUrl }: ImagePlaces,
): Promise<Pick<Letter, "images" | "remoteImages">> {
  const images = new Map<string, string>();
  const place = (src: string, bytes: Uint8Array | undefined) => {
    const name = bytes && shelf.add(bytes);
    if (name !== undefined) images.set(src, name);
  };
  for (const [src, bytes] of embedded) place(src, bytes);
  const remote = new Set(remoteImages(html));
  for (const src of remote) if (imagesUrl !== undefined) place(src, await localImage(src, imagesUrl, root));
  return { images, remoteImages: [...remote].filter((src) => !images.has(src)).length };
}
