import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the tool itself, where the files that a new publication starts from lie: src/ and dist/ are both in it. */
export const packageRoot = join(import.meta.dirname, "..");

/** "1.2.3" */
export function showVersion(): string {
  const text = readFileSync(join(packageRoot, "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
