import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
}

/** Licences that ask for no more than that they, and who holds the rights, are named. */
const PERMISSIVE = ["MIT", "MIT-0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Python-2.0"];

/**
 * The licence texts of the packages that these files belong to, each text once.
 * @throws Error for a package whose licence is none of these.
 */
export function licences(files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  const texts = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    const { name, version, license } = manifest;
    if (!PERMISSIVE.includes(license))
      throw new Error(`${name} cannot be bundled: its licence is ${license}`);
    const text = licenceText(folder) ?? `Licence: ${license}. By ${authorOf(manifest)}`;
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  const head = "The code of these packages is part of pressrun's, under their licences.";
  const parts = [...texts].map(([text, names]) => `${names.join(", ")}\n\n${text}`);
  return `${[head, ...parts].join(`\n\n${"-".repeat(78)}\n\n`)}\n`;
}

function licenceText(folder: string): string | undefined {
  const [file] = globSync("{LICENSE,LICENCE,License,license,licence,COPYING}*", { cwd: folder });
  return file && readFileSync(join(folder, file), "utf8").trim();
}

function authorOf({ name, author = `the authors of ${name}` }: Manifest): string {
  return typeof author === "string" ? author : author.name;
}
