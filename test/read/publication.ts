import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../src/errors.ts";
import { type ReadOptions, readArticle } from "../../src/read/index.ts";

/** A folder with these files, and how to read its articles. */
export function publication(files: Readonly<Record<string, string | Uint8Array>>) {
  const root = mkdtempSync(join(tmpdir(), "pressrun-read-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  const options: ReadOptions = { cwd: root, root, content: join(root, "content"), timezone: "Europe/Berlin" };
  return { root, read: (name: string) => readArticle(name, options) };
}

/** The sentences of a refusal. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError && error.exit === 2) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}
