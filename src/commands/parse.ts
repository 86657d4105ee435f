import { resolve } from "node:path";
import type { Options } from "yargs";
import { type Problem, UserError } from "../errors.ts";
import { nearest } from "../model/nearest.ts";
import type { Command, GlobalArguments, Io } from "./command.ts";
import { EXIT_CODES } from "./help.ts";
import { COMMANDS, type CommandEntry, nameIn } from "./index.ts";

const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  json: { type: "boolean", default: false, describe: "One JSON document on standard output" },
  cwd: { type: "string", requiresArg: true, describe: "Run as if started in this folder" },
  config: { type: "string", requiresArg: true, describe: "Configuration file [pressrun.yaml]" },
};

/** A command line, understood. */
export type Invocation =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "run"; readonly command: Command<never>; readonly args: GlobalArguments };

/**
 * Loads the command that `argv` names and reads its arguments.
 * @throws UserError for anything that the command does not accept.
 */
export async function parse(argv: readonly string[], io: Pick<Io, "cwd" | "columns">): Promise<Invocation> {
  const { name, entry } = findCommand(argv);
  const { command } = await entry.load();
  const { default: yargs } = await import("yargs");
  // yargs lays out the help of every command that runs, in case it is asked for: 5 ms for what nobody reads.
  const isAsked = argv.some((word) => /^(-h|(--)?help\b)/.test(word));
  const parser = yargs()
    .scriptName("pressrun")
    .locale("en")
    .parserConfiguration({
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "dot-notation": false,
      "boolean-negation": false,
    })
    .command(entry.usage, entry.summary, (builder) => {
      builder.options({ ...command.options, ...GLOBAL_OPTIONS });
      for (const [line, what] of (isAsked && command.examples) || []) builder.example(line, what);
      return builder.epilogue(isAsked ? EXIT_CODES : "");
    })
    .strict()
    .version(false)
    .help()
    .alias("help", "h")
    .wrap(isAsked ? Math.min(io.columns, 110) : null)
    .exitProcess(false)
    .fail(false);

  let help = "";
  const options = Object.keys({ ...command.options, ...GLOBAL_OPTIONS });
  const args = await understand({ name, usage: entry.usage, argv, options }, () =>
    parser.parseAsync(argv.map(hideDash), {}, (_error, _args, output) => {
      help = output;
    }),
  );
  if (help !== "") return { kind: "help", text: help };
  refuseTwice(args, { ...command.options, ...GLOBAL_OPTIONS }, name);
  const cwd = args.cwd === undefined ? io.cwd : resolve(io.cwd, String(args.cwd));
  return { kind: "run", command, args: { ...showDashes(args), json: args.json === true, cwd } };
}

/** yargs collects an option that is given twice; none of ours is a list, and choosing one would be a guess. */
function refuseTwice(args: Readonly<Record<string, unknown>>, options: object, command: string): void {
  const twice = Object.keys(options).find((option) => Array.isArray(args[option]));
  if (twice === undefined) return;
  throw new UserError({
    code: "usage",
    message: `--${twice} is given more than once.`,
    next: `Give it once; see \`pressrun ${command} --help\`.`,
  });
}

/** yargs makes `true` of a lone "-", which stands for standard input. */
const DASH = "\0-";
const hideDash = (word: string) => (word === "-" ? DASH : word);

function showDashes(args: object): object {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, value === DASH ? "-" : value]),
  );
}

function findCommand(argv: readonly string[]): { name: string; entry: CommandEntry } {
  const name = nameIn(argv);
  const entry = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (name !== undefined && entry !== undefined) return { name, entry };
  throw new UserError({
    code: "unknown-command",
    message: name === undefined ? "No command was given." : `There is no command "${name}".`,
    next: "Run `pressrun --help` for the list.",
  });
}

interface Typed {
  readonly name: string;
  readonly usage: string;
  readonly argv: readonly string[];
  /** Those that the command takes. */
  readonly options: readonly string[];
}

/** yargs reports what it does not accept by throwing a message meant for people, as a YError or a plain Error. */
async function understand<T>(typed: Typed, parsing: () => T): Promise<Awaited<T>> {
  const { name, usage } = typed;
  try {
    return await parsing();
  } catch (error) {
    if (!(error instanceof Error) || !["YError", "Error"].includes(error.name)) throw error;
    const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(error.message) ?? [];
    if (unknown !== undefined) throw new UserError(unknownWord(unknown, typed));
    const [, bare] = /^Not enough arguments following: (\S+)/.exec(error.message) ?? [];
    const isShort = error.message.startsWith("Not enough non-option arguments");
    throw new UserError({
      code: "usage",
      message: isShort
        ? `Something is missing after "${name}": pressrun ${usage}.`
        : bare !== undefined
          ? `--${bare} needs a value.`
          : error.message.replaceAll("\n", " ").replace(/\.?$/, "."),
      next: `Run \`pressrun ${name} --help\`.`,
    });
  }
}

/** yargs names an option without its dashes, and so like any other word. */
function unknownWord(unknown: string, { name, argv, options }: Typed): Problem {
  const typed = argv.find((word) => word.startsWith("-") && word.replace(/^-+|=.*$/gs, "") === unknown);
  const meant = typed === undefined ? undefined : nearest(unknown, options);
  return {
    code: "usage",
    message:
      typed === undefined
        ? `"${unknown}" is one word too many for "${name}".`
        : `"${name}" has no option ${typed.replace(/=.*$/s, "")}.`,
    next: meant === undefined ? `Run \`pressrun ${name} --help\`.` : `Did you mean --${meant}?`,
  };
}
