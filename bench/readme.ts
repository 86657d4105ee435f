import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const README = join(import.meta.dirname, "../README.md");

/** Puts a table between `<!-- bench:NAME -->` and `<!-- /bench -->` of the README. @returns the table. */
export function writeTable(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
  const readme = readFileSync(README, "utf8");
  const place = new RegExp(`(<!-- bench:${name} -->\n)[\\s\\S]*?(<!-- /bench -->)`);
  if (!place.test(readme)) throw new Error(`README.md has no place for the table "${name}"`);
  writeFileSync(README, readme.replace(place, `$1${table}\n$2`));
  return table;
}
