import type { Problem } from "../errors.ts";
import { namesIn, type Shape } from "./shape.ts";
import { partialName, type Template, type TemplateSet } from "./templates.ts";

/** What names mean at one place of a template. */
interface Scope {
  readonly shape: Shape;
  /** What `../` leads to. */
  readonly outer?: Scope | undefined;
  /** `{{#each footer.links as |link|}}` */
  readonly named: Readonly<Record<string, Shape>>;
}

interface Walk {
  readonly templates: TemplateSet;
  readonly root: Shape;
  /** Whose lines these are. */
  readonly template: Template;
  /** Partials around this place: one that uses itself is walked once. */
  readonly within: readonly string[];
  readonly problems: Problem[];
}

/** The whole of what templates can do besides showing a value. */
const BLOCKS = ["if", "unless", "each", "with"];

/**
 * Everything that a template uses and that is not there: also in branches that this article does not take, so a
 * mistake is found on the first run and not on the first article without an image.
 */
export function unknownVariables(templates: TemplateSet, root: Shape): readonly Problem[] {
  const walk: Walk = { templates, root, template: templates.main, within: [], problems: [] };
  walkProgram(templates.main.program, { shape: root, named: {} }, walk);
  return walk.problems;
}

function walkProgram(program: hbs.AST.Program | undefined, scope: Scope, walk: Walk): void {
  for (const statement of program?.body ?? []) walkStatement(statement, scope, walk);
}

function walkStatement(statement: hbs.AST.Statement, scope: Scope, walk: Walk): void {
  switch (statement.type) {
    case "ContentStatement":
    case "CommentStatement":
      break;
    case "MustacheStatement":
      walkValue(statement as hbs.AST.MustacheStatement, scope, walk);
      break;
    case "BlockStatement":
      walkBlock(statement as hbs.AST.BlockStatement, scope, walk);
      break;
    case "PartialStatement":
      walkPartial(statement as hbs.AST.PartialStatement, scope, walk);
      break;
    default:
      unsupported(statement, walk);
  }
}

function walkValue({ path, params }: hbs.AST.MustacheStatement, scope: Scope, walk: Walk): void {
  if (!isPath(path)) return;
  if (params.length > 0) {
    unsupported(path, walk, path.original);
    return;
  }
  const shape = resolve(path, scope, walk);
  if (shape === undefined || typeof shape === "string") return;
  const how = isList(shape) ? `{{#each ${path.original}}}` : `{{${namesIn(shape, path.original)[0]}}}`;
  report(path, walk, `"${path.original}" is not a piece of text.`, `Use ${how}.`);
}

function walkBlock(block: hbs.AST.BlockStatement, scope: Scope, walk: Walk): void {
  const { path, params, program, inverse } = block;
  const [subject] = params;
  if (!BLOCKS.includes(path.original) || params.length !== 1 || subject === undefined || !isPath(subject)) {
    unsupported(block, walk, `#${path.original}`);
    return;
  }
  const shape = resolve(subject, scope, walk);
  if (shape === "reader") {
    const next = "Show it as it is; {{subscriber.greeting}} fits readers with and without a name.";
    report(subject, walk, `"${subject.original}" is each reader's own: nothing can depend on it here.`, next);
  }
  if (shape !== undefined) walkProgram(program, innerScope(block, shape, scope, walk), walk);
  walkProgram(inverse, scope, walk);
}

function innerScope(block: hbs.AST.BlockStatement, shape: Shape, scope: Scope, walk: Walk): Scope {
  const helper = block.path.original;
  if (helper === "if" || helper === "unless") return scope;
  if (isList(shape) !== (helper === "each")) {
    const [what, fit] = isList(shape) ? ["a list", "each"] : ["not a list", "with"];
    report(block, walk, `#${helper} is given what is ${what}.`, `Use #${fit}.`);
  }
  const inner = isList(shape) ? shape[0] : shape;
  const [name, index] = block.program.blockParams ?? [];
  const named = {
    ...scope.named,
    ...(name && { [name]: inner }),
    ...(index && { [index]: "text" as const }),
  };
  return { shape: inner, outer: scope, named };
}

function walkPartial({ name, params, hash }: hbs.AST.PartialStatement, scope: Scope, walk: Walk): void {
  const called = partialName(name);
  const partial = called === undefined ? undefined : walk.templates.partials.get(called);
  if (called === undefined || partial === undefined) {
    unsupported(name, walk);
  } else if (walk.within.includes(called)) {
    report(name, walk, `The partial "${called}" uses itself.`, "Take one of the two out.");
  } else {
    const shape = partialShape(params, hash, scope, walk);
    const within = [...walk.within, called];
    if (shape !== undefined) {
      walkProgram(partial.program, { shape, named: {} }, { ...walk, template: partial, within });
    }
  }
}

/** What a partial sees: the caller's own names, or those of the one thing that it is given, and `name=value`s. */
function partialShape(
  [context]: readonly hbs.AST.Expression[],
  hash: hbs.AST.Hash | undefined,
  scope: Scope,
  walk: Walk,
): Shape | undefined {
  const base = context !== undefined && isPath(context) ? resolve(context, scope, walk) : scope.shape;
  if (base === undefined || typeof base === "string" || isList(base)) return base;
  const extra = (hash?.pairs ?? []).map(({ key, value }) => [
    key,
    (isPath(value) ? resolve(value, scope, walk) : undefined) ?? "text",
  ]);
  return { ...base, ...Object.fromEntries(extra) };
}

/** What a path leads to; reported and undefined where it leads nowhere. */
function resolve(path: hbs.AST.PathExpression, scope: Scope, walk: Walk): Shape | undefined {
  const [start, parts] = origin(path, scope, walk);
  let shape = start;
  for (const part of parts) {
    const next = shape === undefined ? undefined : memberOf(shape, part);
    if (next === undefined) {
      const known = namesIn(shape ?? walk.root).join(", ");
      report(path, walk, `There is no variable "${path.original}".`, `Here you can use: ${known}.`);
      return undefined;
    }
    shape = next;
  }
  if (shape === undefined) report(path, walk, `"${path.original}" leads out of the template.`, "Use @root.");
  return shape;
}

function origin(
  path: hbs.AST.PathExpression,
  scope: Scope,
  walk: Walk,
): [Shape | undefined, readonly string[]] {
  const [first = "", ...rest] = path.parts;
  if (path.data) {
    if (first === "root") return [walk.root, rest];
    return ["index", "key", "first", "last"].includes(first) ? ["text", rest] : [{}, path.parts];
  }
  if (path.depth === 0 && Object.hasOwn(scope.named, first)) return [scope.named[first], rest];
  let at: Scope | undefined = scope;
  for (let depth = path.depth; depth > 0; depth -= 1) at = at?.outer;
  return [at?.shape, at === undefined ? [] : path.parts];
}

function memberOf(shape: Shape, name: string): Shape | undefined {
  if (typeof shape === "string" || isList(shape) || !Object.hasOwn(shape, name)) return undefined;
  return shape[name];
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

const isPath = (node: { readonly type: string }): node is hbs.AST.PathExpression =>
  node.type === "PathExpression";

function unsupported(node: hbs.AST.Node, walk: Walk, what?: string): void {
  const shown = what === undefined ? "This kind of tag" : `"${what}"`;
  const blocks = BLOCKS.map((name) => `#${name}`).join(", ");
  report(node, walk, `${shown} is not part of templates.`, `Use a variable, ${blocks} or a partial.`);
}

function report(node: hbs.AST.Node, { template, problems }: Walk, message: string, next: string): void {
  const { line, column } = node.loc.start;
  problems.push({
    code: "template-variable",
    message,
    next,
    place: { file: template.file, line, column: column + 1 },
  });
}
