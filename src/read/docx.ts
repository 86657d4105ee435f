import { UserError } from "../errors.ts";
import { fileIn, holdsAtMost } from "./zip.ts";

export interface Word {
  readonly html: string;
  /** What the document's properties say, where somebody filled them in. */
  readonly title?: string | undefined;
  readonly author?: string | undefined;
  /** What the document embeds, by the address that stands for it in the HTML. */
  readonly images: ReadonlyMap<string, Uint8Array>;
}

/** Stands for the embedded images' addresses; `.invalid` is nobody's (RFC 6761). */
const HOST = "https://docx.invalid";

/** Unpacked. */
const LARGEST_BYTES = 200 * 1024 * 1024;

/**
 * The HTML of a Word document: its styles become headings, lists, tables and notes.
 * @throws UserError for what is none.
 */
export async function readDocx(bytes: Buffer, shown: string): Promise<Word> {
  if (!holdsAtMost(bytes, LARGEST_BYTES))
    throw notWord(shown, `it holds more than it says, or than ${LARGEST_BYTES / 1024 / 1024} MB`);
  const { default: mammoth } = await import("mammoth");
  const images = new Map<string, Uint8Array>();
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: bytes },
      {
        externalFileAccess: false,
        styleMap: ["p[style-name='Title'] => h1.title:fresh", "p[style-name='Subtitle'] => p.subtitle:fresh"],
        convertImage: mammoth.images.imgElement(async (image) => {
          const src = `${HOST}/image-${images.size + 1}`;
          images.set(src, await image.readAsBuffer());
          return { src };
        }),
      },
    );
    return {
      html: `<!doctype html><html><head></head><body class="docx">${value}</body></html>`,
      images,
      ...propertiesOf(bytes),
    };
  } catch (error) {
    throw notWord(shown, String(error instanceof Error ? error.message.split("\n")[0] : error));
  }
}

function notWord(shown: string, why: string): UserError {
  return new UserError({
    code: "not-a-docx",
    message: `${shown} is no Word document that can be read: ${why.replace(/\.+$/, "")}.`,
    next: "Save it as .docx again, or copy its text into a .txt file.",
  });
}

const LARGEST_PROPERTIES = 100_000;

/** ECMA-376, part 2, 11: core properties. */
function propertiesOf(bytes: Buffer): Pick<Word, "title" | "author"> {
  const xml = fileIn(bytes, "docProps/core.xml", LARGEST_PROPERTIES)?.toString("utf8") ?? "";
  const get = (name: string) =>
    unescaped(new RegExp(`<dc:${name}>([^<]{1,500})</dc:${name}>`).exec(xml)?.[1] ?? "").trim() || undefined;
  return { title: get("title"), author: get("creator") };
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
