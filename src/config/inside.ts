import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import { dotted } from "./explain.ts";
import type { Review } from "./review.ts";
import type { Path } from "./source.ts";

/** Keys that may name a file of the publication. */
const LOCAL_FILES: readonly Path[] = [
  ["publication", "logo"],
  ["email", "dkim", "key_file"],
];

/** Reports every named file that lies outside the publication, also by way of a symbolic link. */
export async function checkFiles(review: Review, root: string): Promise<void> {
  for (const path of LOCAL_FILES) {
    const written = review.at(path);
    if (typeof written !== "string" || written === "" || /^https?:\/\//i.test(written)) continue;
    if (await liesInside(root, written)) continue;
    review.report({
      path,
      code: "file-outside",
      message: `${dotted(path)} must name a file inside the publication's folder.`,
      next: "Copy the file there, and write its path relative to the configuration.",
    });
  }
}

async function liesInside(root: string, written: string): Promise<boolean> {
  if (written.includes("\0") || /^[a-z][a-z\d+.-]+:/i.test(written)) return false;
  const file = resolve(root, written);
  return isBelow(root, file) && isBelow(await real(root), await real(file));
}

function isBelow(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== "" && way !== ".." && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}

/** With symbolic links followed as far as the path exists. */
async function real(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const parent = resolve(file, "..");
    return parent === file ? file : resolve(await real(parent), relative(parent, file));
  }
}
