import { lstat, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { EXIT, UserError } from "../errors.ts";
import { refusalOf } from "../model/disk.ts";
import { packageRoot } from "../package.ts";
import type { Command, GlobalArguments, Result } from "./command.ts";
import { makeFolder } from "./new-folder.ts";

export interface InitArguments {
  readonly folder?: string;
}

/** What became of a new publication's files; paths relative to its folder. */
interface Started {
  readonly folder: string;
  readonly written: readonly string[];
  /** Were there already, and stay as they are. */
  readonly kept: readonly string[];
  /** What a kept .gitignore lets into git: state with addresses, and secrets. */
  readonly exposed: readonly string[];
}

/** The tool's own repository is a publication: what it runs on every day is what a new one starts from. */
const SHIPPED = ["pressrun.yaml", "pressrun.schema.json", "content", "templates"];

/** The article to begin with: it has an image, a credit and related articles. */
const SAMPLE = "the-night-train-returns";

const IGNORED = [".pressrun/", "out/", ".env", "*.rejected*"];

export const command: Command<InitArguments> = {
  options: {},
  examples: [
    ["pressrun init my-paper", "a new publication in the folder my-paper"],
    ["pressrun init", "here; files that are there already stay as they are"],
  ],
  async run(args: InitArguments & GlobalArguments): Promise<Result> {
    const folder = resolve(args.cwd, args.folder ?? ".");
    const started = await start(folder);
    return {
      exit: EXIT.done,
      text: () => show(started, args.cwd),
      json: () => ({ folder, written: started.written, kept: started.kept }),
    };
  },
};

async function start(folder: string): Promise<Started> {
  const shipped = (await Promise.all(SHIPPED.map(filesBelow))).flat().sort();
  await checkFolder(folder);
  const written: string[] = [];
  const kept: string[] = [];
  for (const file of [...shipped, ".gitignore"]) {
    const added = await addFile(join(folder, file), () => contentOf(file));
    (added ? written : kept).push(file);
  }
  const exposed = kept.includes(".gitignore") ? await missingLines(join(folder, ".gitignore")) : [];
  return { folder, written, kept, exposed };
}

/** npm packs no .gitignore, so there is none to copy. */
async function contentOf(file: string): Promise<string | Buffer> {
  return file === ".gitignore" ? `${IGNORED.join("\n")}\n` : await readFile(join(packageRoot, file));
}

/** A shipped file, or all those below a shipped folder, relative to the tool's own folder. */
async function filesBelow(name: string): Promise<string[]> {
  const path = join(packageRoot, name);
  if (!(await stat(path)).isDirectory()) return [name];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name)));
}

async function checkFolder(folder: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there === undefined || there.isDirectory()) return;
  throw new UserError({
    code: "init-folder",
    message: `${folder} is a file.`,
    next: "Name a folder for the publication.",
  });
}

/**
 * Whole or not at all: written under another name first.
 * @returns false where something of that name is there already.
 */
async function addFile(target: string, content: () => Promise<string | Buffer>): Promise<boolean> {
  if (await exists(target)) return false;
  const draft = join(dirname(target), `.${basename(target)}.new`);
  try {
    await makeFolder(dirname(target));
    await writeFile(draft, await content());
    await rename(draft, target);
    return true;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    const why = refusalOf(error);
    if (why === undefined) throw error;
    throw new UserError({
      code: "init-write",
      message: `This file cannot be written: ${why}.`,
      next: "Make room for it and run `pressrun init` again: it adds what is missing.",
      place: { file: target },
    });
  }
}

/** Also a symbolic link that leads nowhere is something of the user's. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function missingLines(gitignore: string): Promise<string[]> {
  const text = await readFile(gitignore, "utf8").catch(() => "");
  const lines = new Set(text.split("\n").map((line) => line.trim().replace(/^\/|\/$/g, "")));
  return IGNORED.filter((line) => !lines.has(line.replace(/\/$/, "")));
}

function show(started: Started, cwd: string): string {
  const { folder, written, kept, exposed } = started;
  const where = relative(cwd, folder) || ".";
  const here = where === "." ? "this folder" : where;
  const parts = [
    written.length === 0
      ? `Everything is there already: nothing was written in ${here}.`
      : `A publication starts in ${here}:\n${written.map((file) => `  ${file}`).join("\n")}`,
    kept.length > 0 && `Kept as they were:\n${kept.map((file) => `  ${file}`).join("\n")}`,
    exposed.length > 0 &&
      `Add to .gitignore, so that no secret or address gets into git: ${exposed.join(" ")}`,
    `Three example readers are on the sandbox's list from its first run. Try:
${where === "." ? "" : `  cd ${quote(where)}\n`}  pressrun render ${SAMPLE}               look at the edition in out/
  pressrun publish ${SAMPLE} --sandbox    mail and posts, on this machine only`,
    `To go live: put your names and mode: live into pressrun.yaml, secrets into .env (SMTP_URL=…); then put readers on
the list with \`pressrun subscribers import FILE\`. (Before that, they go on the sandbox's list.)`,
  ];
  return parts.filter((part) => part !== false).join("\n\n");
}

/** For a shell to read as one word. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
