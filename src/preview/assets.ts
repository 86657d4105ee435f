import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileOfCode } from "../package.ts";
import { PAGE_POLICY, type Reply } from "./reply.ts";

/** The page's own files. */
const FOLDER = fileOfCode("preview/page");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page's files by name, read once: a request chooses among them and names no path. */
export async function readAssets(): Promise<ReadonlyMap<string, Reply>> {
  const names = (await readdir(FOLDER)).filter((name) => extname(name) in TYPES);
  const replies = names.map(async (name): Promise<[string, Reply]> => {
    const type = TYPES[extname(name)] ?? "";
    const body = await readFile(join(FOLDER, name));
    return [name, { status: 200, type, body, policy: PAGE_POLICY, for: "page" }];
  });
  return new Map(await Promise.all(replies));
}
