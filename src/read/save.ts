import { constants, copyFile, link, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { UserError } from "../errors.ts";
import type { ArticleImage, TitledLink } from "../model/article.ts";
import { codeOf, refusalOf } from "../model/disk.ts";
import type { Recovered } from "./text.ts";
import { toMarkdown } from "./write.ts";

/** An article on its way into a file: front matter and a body in Markdown. What is undefined is left out. */
export interface ArticleParts {
  readonly title: string;
  readonly description?: string | undefined;
  readonly date?: string | undefined;
  readonly author?: string | undefined;
  readonly url?: string | undefined;
  readonly image?: ArticleImage | undefined;
  readonly language?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly related?: readonly TitledLink[] | undefined;
  readonly relatedRaw?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly queue?: boolean | undefined;
  readonly publish_at?: string | undefined;
  readonly markdown: string;
}

/** In the order in which people read front matter. */
const KEYS = [
  "title",
  "description",
  "date",
  "author",
  "url",
  "image",
  "language",
  "tags",
  "related",
  "relatedRaw",
  "draft",
  "queue",
  "publish_at",
] as const satisfies readonly (keyof ArticleParts)[];

/** The article's file. */
export function toArticleFile(parts: ArticleParts): string {
  const isThere = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0);
  const known = Object.fromEntries(
    KEYS.map((key) => [key, parts[key]]).filter(([, value]) => isThere(value)),
  );
  return `---\n${stringify(known, { lineWidth: 0 })}---\n\n${parts.markdown}`;
}

/** A recovered text as an article. An image that the text came without leaves a `src` to fill in. */
export function partsOfText(recovered: Recovered & { readonly title: string }): ArticleParts {
  const { title, description, date, author, credit, relatedRaw, body } = recovered;
  const image = credit === undefined ? undefined : { src: "", alt: "", credit };
  return { title, description, date, author, image, relatedRaw, markdown: toMarkdown(body) };
}

/**
 * Writes a new file whole or not at all, and never over another.
 * @param shown the path as the user would type it.
 * @returns false when there is a file already.
 * @throws UserError when the folder does not take it.
 */
export async function saveNew(file: string, text: string, shown: string): Promise<boolean> {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(temporary, text);
    return await takeName(temporary, file);
  } catch (error) {
    throw unwritable(error, shown);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/**
 * Writes an article's images into their folder; one that is there already with the same bytes stays.
 * @returns the files that were new.
 */
export async function saveImages(
  images: ReadonlyMap<string, Uint8Array> | undefined,
  folder: string,
): Promise<string[]> {
  const written: string[] = [];
  for (const [name, bytes] of images ?? []) {
    await mkdir(folder, { recursive: true });
    const file = join(folder, name);
    const temporary = `${file}.${crypto.randomUUID()}.tmp`;
    const isNew = !(await stat(file).catch(() => undefined));
    await writeFile(temporary, bytes, { flag: "wx" });
    await rename(temporary, file);
    if (isNew) written.push(file);
  }
  return written;
}

/** What the disk refused, as a UserError; any other error comes back as it is. */
function unwritable(error: unknown, shown: string): unknown {
  const why = refusalOf(error);
  if (why === undefined) return error;
  return new UserError({
    code: "unwritable",
    message: `${shown} cannot be written: ${why}.`,
    next: "Mend that, then run the same command again; nothing was written.",
  });
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A hard link fails where the name is taken, which a rename does not; file systems without links get a copy. */
async function takeName(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file).catch((error) => {
      if (!["EPERM", "ENOTSUP", "ENOSYS"].includes(codeOf(error))) throw error;
      return copyFile(temporary, file, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}
