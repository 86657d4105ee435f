import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { Publication } from "../model/publication.ts";
import { listArticles, showPath } from "../read/find.ts";
import { hasFrontMatter } from "../read/frontmatter.ts";
import { readMarkdown } from "../read/markdown.ts";
import { saveNew, toArticleFile } from "../read/save.ts";
import { makeSlug, SLUG, slugify } from "../read/slug.ts";
import { readStream, readText } from "../read/source.ts";
import { recoverText } from "../read/text.ts";
import type { Command, GlobalArguments, Io } from "./command.ts";
import { fromMarkdown, fromText, type Imported, showImport } from "./imported.ts";

export interface ImportArguments {
  /** A path, or "-" for standard input. */
  readonly source: string;
  readonly as?: string | undefined;
  readonly slug?: string | undefined;
  readonly title?: string | undefined;
  readonly explain: boolean;
}

export const command: Command<ImportArguments> = {
  options: {
    as: {
      type: "string",
      requiresArg: true,
      describe: "What the source is: text or markdown [told from the file]",
    },
    slug: { type: "string", requiresArg: true, describe: "The article's slug [made from its title]" },
    title: { type: "string", requiresArg: true, describe: "The title of a copied text [found in it]" },
    explain: { type: "boolean", default: false, describe: "Say of every line why it was kept or dropped" },
  },
  examples: [
    ["pressrun import copied.txt", "an article copied from a page"],
    ["pressrun import draft.md --slug my-article", "an article written elsewhere"],
    ["pbpaste | pressrun import -", "straight from the clipboard (macOS)"],
  ],
  async run(args, io) {
    const folder = await publicationFolder(args);
    const source = await readSource(args, io);
    const { publication, warnings } = await readPublication(folder, args, io);
    const made = await makeFile(args, source, { folder, publication });
    await save(made, folder);
    const imported = { ...made.imported, warnings: [...warnings, ...made.imported.warnings] };
    return showImport(imported, { explain: args.explain, publication });
  },
};

interface Source {
  readonly kind: "text" | "markdown";
  readonly text: string;
  readonly shown: string;
  /** The file's name without its ending; undefined for standard input. */
  readonly name?: string | undefined;
}

async function readSource(args: ImportArguments & GlobalArguments, io: Io): Promise<Source> {
  const { source } = args;
  refuseLater(args);
  if (source === "-") {
    const text = await readStream(io.stdin, "Standard input");
    return { kind: kindOf(args, "", text), text, shown: "standard input" };
  }
  const file = resolve(args.cwd, source);
  const shown = showPath(file, args.cwd);
  const text = await readText(file, shown);
  const ending = extname(file);
  return { kind: kindOf(args, ending, text), text, shown, name: basename(file, ending) };
}

/** What later versions will read, refused by its name before anything is opened. */
function refuseLater({ source, as }: ImportArguments): void {
  if (as === "text" || as === "markdown") return;
  if (as === "html" || as === "feed") throw later(`--as ${as}`);
  if (as !== undefined) throw usage(`--as ${as} is not a kind of source.`, "Say --as text or --as markdown.");
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) throw later("A web address");
  if (/\.(?:x?html?|mhtml|xml|rss|atom)$/i.test(source)) throw later(`A ${extname(source)} file`);
}

function later(what: string): UserError {
  return new UserError({
    code: "source-not-supported",
    message: `${what} cannot be imported by this version, which reads Markdown and copied plain text.`,
    next: "Copy the article's text from the page into a .txt file and import that.",
  });
}

function usage(message: string, next: string): UserError {
  return new UserError({ code: "usage", message, next });
}

function kindOf({ as }: ImportArguments, ending: string, text: string): Source["kind"] {
  if (as === "text" || as === "markdown") return as;
  if (/^\s*(?:<!doctype html|<html|<\?xml|<rss|<feed)\b/i.test(text)) throw later("An HTML page or feed");
  const isMarkdown = [".md", ".markdown"].includes(ending.toLowerCase()) || hasFrontMatter(text);
  return isMarkdown ? "markdown" : "text";
}

async function publicationFolder({ cwd, config }: GlobalArguments): Promise<string> {
  const folder = config === undefined ? cwd : dirname(resolve(cwd, config));
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  throw usage(`There is no folder ${folder}.`, "Check --cwd and --config.");
}

/** Importing needs no configuration: a missing or broken one is a warning. */
async function readPublication(
  folder: string,
  { config, cwd }: GlobalArguments,
  io: Io,
): Promise<{ readonly publication?: Publication | undefined; readonly warnings: readonly string[] }> {
  const { readConfig } = await import("../config.ts");
  const file = config === undefined ? join(folder, "pressrun.yaml") : resolve(cwd, config);
  try {
    const { publication, secrets } = await readConfig({ file, env: io.env, needsSecrets: false });
    for (const secret of secrets) io.hide(secret);
    return { publication, warnings: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const more = error.problems.length > 1 ? ` (and ${error.problems.length - 1} more)` : "";
    return { warnings: [`${error.message.split("\n")[0]}${more} The article was imported without it.`] };
  }
}

/** A file to be written, and what to say of it. */
interface Made {
  readonly imported: Imported;
  readonly text: string;
  /** Absolute path. */
  readonly file: string;
}

interface Target {
  readonly folder: string;
  readonly publication: Publication | undefined;
}

async function makeFile(
  args: ImportArguments & GlobalArguments,
  source: Source,
  target: Target,
): Promise<Made> {
  if (args.slug !== undefined && !SLUG.test(args.slug))
    throw usage(`--slug ${args.slug} is not a slug: up to 80 of a-z, 0-9 and -.`, "Choose another one.");
  return source.kind === "markdown"
    ? makeFromMarkdown(args, source, target)
    : makeFromText(args, source, target);
}

async function makeFromText(
  args: ImportArguments & GlobalArguments,
  source: Source,
  target: Target,
): Promise<Made> {
  const recovered = recoverText(source.text, args.title);
  if (recovered.title === undefined) {
    throw new UserError({
      code: "no-title",
      message: `No line of ${source.shown} looks like a title.`,
      next: "Put the title on its first line, or give it with --title.",
    });
  }
  const slug = args.slug ?? makeSlug(recovered.title, source.name);
  const file = articlePath(target.folder, slug);
  const { title } = recovered;
  const imported = fromText({ ...recovered, title }, { slug, file: showPath(file, args.cwd) });
  return { imported, text: toArticleFile(recovered), file };
}

/** Stands for the slug until the title is read. */
const NO_SLUG = "-";

/** Markdown is copied as it stands, once it was read without a fault; only its file's name becomes the slug. */
async function makeFromMarkdown(
  args: ImportArguments & GlobalArguments,
  { text, shown, name }: Source,
  { folder, publication }: Target,
): Promise<Made> {
  if (args.title !== undefined)
    throw usage("--title is for copied text.", "Write the title in the front matter.");
  const named = args.slug ?? slugify(name ?? "") ?? NO_SLUG;
  const { article, notices } = await readMarkdown(text, {
    file: articlePath(folder, named),
    shown,
    root: folder,
    timezone: publication?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  if (args.slug !== undefined && article.slug !== args.slug) {
    throw usage(
      `${shown} says \`slug: ${article.slug}\`, and --slug says ${args.slug}.`,
      "Change the one in the front matter, or leave --slug out.",
    );
  }
  const slug = article.slug === NO_SLUG ? makeSlug(article.title) : article.slug;
  const file = articlePath(folder, slug);
  return { imported: fromMarkdown(article, notices, { slug, file: showPath(file, args.cwd) }), text, file };
}

function articlePath(folder: string, slug: string): string {
  return join(folder, "content", "articles", `${slug}.md`);
}

/** @throws UserError rather than touch an article that is there. */
async function save({ imported, text, file }: Made, folder: string): Promise<void> {
  const { slug } = imported;
  const articles = await listArticles(join(folder, "content"));
  const taken = articles.find((article) => article.slug === slug);
  if (taken !== undefined) throw alreadyThere(slug, basename(taken.file));
  if (!(await saveNew(file, text, imported.file))) throw alreadyThere(slug, basename(file));
}

function alreadyThere(slug: string, name: string): UserError {
  return new UserError({
    code: "article-exists",
    message: `content/articles/${name} already has the slug "${slug}"; it was left as it is.`,
    next: "Choose another with --slug NAME, or remove that file first.",
  });
}
