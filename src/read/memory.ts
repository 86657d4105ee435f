import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writePrivateFile } from "../private-file.ts";

/** A small file of JSON that may be lost at any time: what stood in it is then unknown, never wrong. */
export async function readMemory(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function writeMemory(file: string, value: object): void {
  writePrivateFile(file, JSON.stringify(value));
}

export function hashOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
