import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Place, UserError } from "../errors.ts";
import { codeOf, whyRefused } from "../model/disk.ts";
import { packageRoot } from "../package.ts";

/** The templates that come with pressrun. */
const SHIPPED = join(packageRoot, "templates");

export interface Template {
  /** As the user would type it, from the publication's folder. */
  readonly file: string;
  readonly program: hbs.AST.Program;
}

/** A template and the partials that it uses, by the names it uses them under. */
export interface TemplateSet {
  readonly main: Template;
  readonly partials: ReadonlyMap<string, Template>;
}

/**
 * `<name>.hbs` and its partials (`{{> footer.mjml}}` is partials/footer.mjml.hbs), each from the user's folder if it
 * is there, else as shipped.
 * @throws UserError for a template or partial that is not there and for what Handlebars cannot read, with file and line.
 */
export async function loadTemplates(name: string, folder: string): Promise<TemplateSet> {
  const main = await load(`${name}.hbs`, folder);
  if (main === undefined) throw unknownTemplate(name);
  const partials = new Map<string, Template>();
  await addPartials(main, folder, partials);
  return { main, partials };
}

/** Is there a template of that name, the user's or a shipped one? */
export async function hasTemplate(name: string, folder: string): Promise<boolean> {
  return (await load(`${name}.hbs`, folder)) !== undefined;
}

function unknownTemplate(name: string): UserError {
  return new UserError({
    code: "unknown-template",
    message: `There is no template templates/${name}.hbs.`,
    next: "Choose newsletter or letter as `email.template`, or write that file.",
  });
}

async function addPartials(user: Template, folder: string, found: Map<string, Template>): Promise<void> {
  for (const { name, place } of await partialsOf(user)) {
    if (found.has(name)) continue;
    const partial = /^[\w-][\w.-]*$/.test(name) ? await load(`partials/${name}.hbs`, folder) : undefined;
    if (partial === undefined) {
      throw new UserError({
        code: "template-partial",
        message: `There is no partial "${name}".`,
        next: `Write templates/partials/${name}.hbs, or use head.mjml, masthead.mjml, footer.mjml or footer.txt.`,
        place,
      });
    }
    found.set(name, partial);
    await addPartials(partial, folder, found);
  }
}

async function load(path: string, folder: string): Promise<Template | undefined> {
  const source = read(join(folder, path)) ?? read(join(SHIPPED, path));
  return source === undefined ? undefined : parseTemplate(source, `templates/${path}`);
}

/** At once: a dozen small files, each of which costs a millisecond of waiting otherwise. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
      .replace(/^\ufeff/, "")
      .replaceAll("\r\n", "\n");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw new UserError({
      code: "template-unreadable",
      message: `This template cannot be read: ${whyRefused(error)}.`,
      next: "Mend that, or take it away: then the one that ships with pressrun is used.",
      place: { file },
    });
  }
}

/** @throws UserError for what Handlebars cannot read. */
export async function parseTemplate(source: string, file: string): Promise<Template> {
  const { default: Handlebars } = await import("handlebars");
  try {
    return { file, program: Handlebars.parse(source) };
  } catch (error) {
    throw syntaxError(error as Error & Partial<{ lineNumber: number; column: number }>, file);
  }
}

/** Handlebars tells lines in two ways: as a number, and in the first line of a drawing of the place. */
function syntaxError(
  error: Error & Partial<{ lineNumber: number; column: number }>,
  file: string,
): UserError {
  const [first = "", ...rest] = error.message.split("\n");
  const line = error.lineNumber ?? Number(/line (\d+)/.exec(first)?.[1] ?? 1);
  const detail = /^Parse error/.test(first)
    ? `near "${(rest[0] ?? "").trim()}"`
    : first.replace(/ - \d+:\d+$|\.+$/, "");
  return new UserError({
    code: "template-syntax",
    message: `Handlebars cannot read this template: ${detail}.`,
    next: "Close what was opened, or write \\{{ for the characters themselves.",
    place: { file, line },
  });
}

async function partialsOf({ program, file }: Template): Promise<{ name: string; place: Place }[]> {
  const { default: Handlebars } = await import("handlebars");
  const found: { name: string; place: Place }[] = [];
  class Finder extends Handlebars.Visitor {
    override PartialStatement({ name: node, loc }: hbs.AST.PartialStatement): void {
      const name = partialName(node);
      if (name !== undefined) found.push({ name, place: { file, line: loc.start.line } });
    }
  }
  new Finder().accept(program);
  return found;
}

/** `footer.mjml` of `{{> footer.mjml}}` and `{{> "footer.mjml"}}`; undefined where the data would choose. */
export function partialName(node: hbs.AST.Node): string | undefined {
  if (node.type === "PathExpression") return (node as hbs.AST.PathExpression).original;
  return node.type === "StringLiteral" ? (node as hbs.AST.StringLiteral).value : undefined;
}
