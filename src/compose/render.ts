import { type Place, UserError } from "../errors.ts";
import type { Shape } from "./shape.ts";
import { parseTemplate, type Template, type TemplateSet } from "./templates.ts";
import { unknownVariables } from "./variables.ts";

export interface Rendering {
  readonly text: string;
  /** The line of which template made this line (1-based) of `text`, or that part of it which starts with `what`. */
  placeOf(line: number, what?: string): Promise<Place>;
}

/**
 * Fills in a template. Values go in as they are.
 * @throws UserError with every name that the template uses and `shape` does not have.
 */
export async function render(templates: TemplateSet, shape: Shape, data: object): Promise<Rendering> {
  const problems = unknownVariables(templates, shape);
  if (problems.length > 0) throw new UserError(problems);
  const text = await run(templates, data);
  return { text, placeOf: (line, what) => placeOf(templates, data, line, what) };
}

/** Fills in one line of text, such as a setting. */
export async function renderText(source: string, file: string, shape: Shape, data: object): Promise<string> {
  const main = await parseTemplate(source, file);
  return (await render({ main, partials: new Map() }, shape, data)).text;
}

/**
 * No helper but these. Handlebars' own strict mode is off: it would find unknown names only in branches that are
 * taken, and it refuses `{{#if article.image.credit}}` where there is no image. `unknownVariables` does neither.
 */
const OPTIONS = {
  noEscape: true,
  preventIndent: true,
  knownHelpersOnly: true,
  knownHelpers: { if: true, unless: true, each: true, with: true },
} as const satisfies CompileOptions & { knownHelpers: object };

async function run({ main, partials }: TemplateSet, data: object): Promise<string> {
  const { default: Handlebars } = await import("handlebars");
  const own = Handlebars.create();
  const compile = ({ program }: Template) =>
    own.compile<object>(program, OPTIONS as unknown as CompileOptions);
  for (const [name, partial] of partials) own.registerPartial(name, compile(partial));
  return compile(main)(data);
}

const MARK = /\ue000(\d+):(\d+)\ue001/g;

/** Renders once more with each line's origin written into it; only errors need it. */
async function placeOf(templates: TemplateSet, data: object, line: number, what = "\n"): Promise<Place> {
  const files = [templates.main, ...templates.partials.values()];
  const [main, ...partials] = await Promise.all(files.map(marked));
  if (main === undefined) throw new Error("a template without a main file");
  const names = [...templates.partials.keys()];
  const text = await run(
    { main, partials: new Map(names.map((name, i) => [name, partials[i] ?? main])) },
    data,
  );
  const lines = text.split("\n");
  const last = lines[line - 1] ?? "";
  const at = last.indexOf(what);
  const before = [...lines.slice(0, line - 1), at < 0 ? last : last.slice(0, at)].join("\n");
  const [, index = "0", origin = "1"] = [...before.matchAll(MARK)].at(-1) ?? [];
  return { file: files[Number(index)]?.file ?? main.file, line: Number(origin) };
}

async function marked({ file, program }: Template, index: number): Promise<Template> {
  const { default: Handlebars } = await import("handlebars");
  class Marker extends Handlebars.Visitor {
    override ContentStatement(content: hbs.AST.ContentStatement): void {
      if (content.value === "") return;
      // Handlebars has cut away the line ends of tags that stand alone; the node's place still counts them.
      const cut = String(content.original).split(content.value)[0] ?? "";
      let line = content.loc.start.line + cut.split("\n").length - 1;
      const mark = () => `\ue000${index}:${line++}\ue001`;
      content.value = mark() + content.value.replace(/\n/g, () => `\n${mark()}`);
    }
  }
  const copy = structuredClone(program);
  new Marker().accept(copy);
  return { file, program: copy };
}
