import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Whole or not at all, and readable by its owner alone (0600, new folders 0700). */
export function writePrivateFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const half = `${file}.${crypto.randomUUID()}.tmp`;
  writeFileSync(half, text, { mode: 0o600 });
  renameSync(half, file);
}
