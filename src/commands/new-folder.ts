import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "../model/disk.ts";

/**
 * Makes a folder that the person named, and those on the way to it. `mkdir` of Node 24 with `recursive` never ends
 * where a folder takes no others and says so with ENOENT, as /proc does.
 * @returns the folders that were not there before, outermost first.
 */
export async function makeFolder(folder: string): Promise<readonly string[]> {
  try {
    await mkdir(folder);
    return [folder];
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await isFolder(folder))) return [];
    const parent = dirname(folder);
    if (codeOf(error) !== "ENOENT" || (await isFolder(parent))) throw error;
    const made = await makeFolder(parent);
    return [...made, ...(await makeFolder(folder))];
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
