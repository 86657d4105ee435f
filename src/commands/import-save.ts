import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { listArticles } from "../read/find.ts";
import { hashOf, readMemory, writeMemory } from "../read/memory.ts";
import { saveImages, saveNew } from "../read/save.ts";
import type { Made } from "./import-make.ts";

export interface SaveOptions {
  /** Of the publication. */
  readonly folder: string;
  /** Where the article comes from: the same at every import. "-" is nowhere in particular. */
  readonly origin: string;
  /** Without a publication nothing is remembered. */
  readonly remembers: boolean;
}

/** What became of a file. */
export interface Saved {
  /** The file that was written, or left as it was. */
  readonly path: string;
  /** Why it is not simply a new file. */
  readonly note?: string | undefined;
}

/** What the last import of an article wrote, as hashes: a file that differs was edited since. */
interface Record {
  readonly origin: string;
  readonly hash: string;
  /** Of `<slug>.new.md`. */
  readonly aside?: string | undefined;
}

const memoryFile = (folder: string) => join(folder, ".pressrun/cache/imports.json");

/** The slug under which a source was imported before, while its file is there. */
export async function knownSlug({ folder, origin, remembers }: SaveOptions): Promise<string | undefined> {
  if (!remembers || origin === "-") return undefined;
  const records = Object.entries(await readMemory(memoryFile(folder)));
  const [slug] = records.find(([, record]) => (record as Record).origin === origin) ?? [];
  if (slug === undefined) return undefined;
  const articles = await listArticles(join(folder, "content"));
  return articles.some((article) => article.slug === slug) ? slug : undefined;
}

/**
 * Writes an imported article. The same source again replaces the file only if nobody edited it; else the new version
 * goes beside it.
 * @throws UserError rather than touch an article that came from elsewhere.
 */
export async function saveImport(made: Made, options: SaveOptions): Promise<Saved> {
  const { slug } = made.imported;
  const articles = await listArticles(join(options.folder, "content"));
  const taken = articles.find((article) => article.slug === slug);
  const memory = options.remembers ? await readMemory(memoryFile(options.folder)) : {};
  const record = memory[slug] as Record | undefined;
  if (taken === undefined) return saveFirst(made, options, memory);
  if (record === undefined || record.origin !== options.origin || options.origin === "-")
    throw alreadyThere(slug, basename(taken.file));
  const there = await readFile(taken.file);
  if (there.equals(Buffer.from(made.text)))
    return { path: taken.file, note: "Nothing has changed at the source since it was imported." };
  if (hashOf(there) !== record.hash) return saveAside(made, taken.file, options, memory);
  await saveImages(made.images, folderOf(taken.file, slug));
  await replace(taken.file, made.text);
  await remember(options, memory, slug, { origin: options.origin, hash: hashOf(made.text) });
  return {
    path: taken.file,
    note: "It was imported before and nobody had edited it: it was brought up to date.",
  };
}

async function saveFirst(made: Made, options: SaveOptions, memory: object): Promise<Saved> {
  const { slug, file } = made.imported;
  const folder = folderOf(made.file, slug);
  const written = await saveImages(made.images, folder);
  if (!(await saveNew(made.file, made.text, file))) {
    for (const image of written) await rm(image, { force: true });
    throw alreadyThere(slug, basename(made.file));
  }
  await remember(options, memory, slug, { origin: options.origin, hash: hashOf(made.text) });
  return { path: made.file };
}

async function saveAside(made: Made, file: string, options: SaveOptions, memory: object): Promise<Saved> {
  const { slug } = made.imported;
  const record = (memory as { [slug: string]: Record })[slug];
  const path = join(dirname(file), `${slug}.new.md`);
  const there = await readFile(path).catch(() => undefined);
  if (there !== undefined && hashOf(there) !== record?.aside && hashOf(there) !== hashOf(made.text)) {
    throw new UserError({
      code: "article-exists",
      message: `${basename(file)} was edited since it was imported, and so was ${basename(path)}; both were left as they are.`,
      next: `Take over what you need from ${basename(path)} and remove it, then import again.`,
    });
  }
  await saveImages(made.images, folderOf(file, slug));
  await replace(path, made.text);
  await remember(options, memory, slug, {
    origin: options.origin,
    hash: record?.hash ?? "",
    aside: hashOf(made.text),
  });
  return {
    path,
    note: `${basename(file)} was edited since it was imported and was left as it is; the source's version is in ${basename(path)}.`,
  };
}

const folderOf = (file: string, slug: string) => join(dirname(file), slug);

async function remember(options: SaveOptions, memory: object, slug: string, record: Record): Promise<void> {
  if (options.remembers) writeMemory(memoryFile(options.folder), { ...memory, [slug]: record });
}

async function replace(file: string, text: string): Promise<void> {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  await writeFile(temporary, text, { flag: "wx" });
  await rename(temporary, file);
}

function alreadyThere(slug: string, name: string): UserError {
  return new UserError({
    code: "article-exists",
    message: `content/articles/${name} already has the slug "${slug}"; it was left as it is.`,
    next: "Choose another with --slug NAME, or remove that file first.",
  });
}
