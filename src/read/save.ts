import { constants, copyFile, link, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { stringify } from "yaml";
import { UserError } from "../errors.ts";
import { codeOf } from "./source.ts";
import type { Recovered } from "./text.ts";
import { toMarkdown } from "./write.ts";

/** A recovered text as a Markdown file. An image that the text came without leaves a `src` to fill in. */
export function toArticleFile({
  title,
  description,
  date,
  author,
  credit,
  relatedRaw,
  body,
}: Recovered): string {
  const image = credit === undefined ? undefined : { src: "", alt: "", credit };
  const front = { title, description, date, author, image, relatedRaw };
  const known = Object.fromEntries(Object.entries(front).filter(([, value]) => value !== undefined));
  return `---\n${stringify(known, { lineWidth: 0 })}---\n\n${toMarkdown(body)}`;
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
    const why = WRITING[codeOf(error)];
    if (why === undefined) throw error;
    throw new UserError({
      code: "unwritable",
      message: `${shown} cannot be written: ${why}.`,
      next: "Mend that, then run the same command again; nothing was written.",
    });
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

const WRITING: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  ENOTDIR: "its folder is a file",
  EEXIST: "its folder is a file",
};

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
