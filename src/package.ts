import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The code that runs is src/, as in the repository; what is published is bundled into dist/. */
export const isSource = import.meta.filename.endsWith(".ts");

/** Folder of the tool itself, where the files that a new publication starts from lie: src/ and dist/ are both in it. */
export const packageRoot = join(import.meta.dirname, "..");

/** A file or folder that the code reads, by its place below src/; in dist/ it has the same. */
export function fileOfCode(path: string): string {
  return join(import.meta.dirname, path);
}

/** Code that runs in a process or thread of its own, by its place below src/ without ending. */
export function programOfCode(path: string): string {
  return fileOfCode(`${path}.${isSource ? "ts" : "js"}`);
}

/** "1.2.3" */
export function showVersion(): string {
  const text = readFileSync(join(packageRoot, "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
