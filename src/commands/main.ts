import { EXIT, type ExitCode, printable, UserError } from "../errors.ts";
import { codeOf, refusalOf } from "../model/disk.ts";
import { showVersion } from "../package.ts";
import type { Io } from "./command.ts";
import { topHelp } from "./help.ts";
import { COMMANDS, nameIn } from "./index.ts";

/** What the process prints to stdout and ends with. */
export interface Ending {
  readonly exit: ExitCode;
  readonly out: string;
  /** What is printed is printed at once; the process stays until then. */
  readonly ended?: Promise<void> | undefined;
}

/** The whole command line as a function: the edge (src/cli.ts) adds only the process. */
export async function main(typed: readonly string[], io: Io): Promise<Ending> {
  const argv = nameIn(typed) === "help" ? helpFor(typed) : typed;
  const name = nameIn(argv);
  if (name === undefined && (argv.includes("--help") || argv.includes("-h")))
    return { exit: EXIT.done, out: topHelp() };
  if (name === undefined && argv.includes("--version"))
    return { exit: EXIT.done, out: argv.includes("--json") ? versionJson() : showVersion() };
  if (name === undefined && argv.length === 0) return { exit: EXIT.refused, out: topHelp() };
  try {
    return (await answerEarly(name, argv, io)) ?? (await run(argv, io));
  } catch (error) {
    return fail(error, argv.includes("--json"), io);
  }
}

/** "help publish" is "publish --help", as with git and npm. */
function helpFor(typed: readonly string[]): readonly string[] {
  const words = typed.filter((word) => word !== "help" && !word.startsWith("-"));
  return [...words.slice(0, 1), "--help"];
}

function versionJson(): string {
  return JSON.stringify({ version: showVersion() }, null, 2);
}

async function answerEarly(name: string | undefined, argv: readonly string[], io: Io) {
  const entry = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return (await entry?.early?.())?.early(argv, io);
}

async function run(argv: readonly string[], io: Io): Promise<Ending> {
  const { parse } = await import("./parse.ts");
  const invocation = await parse(argv, io);
  if (invocation.kind === "help") return { exit: EXIT.done, out: invocation.text };
  const { command, args } = invocation;
  const running = command.run(args as never, io);
  const result = await (command.heedsSignal ? running : Promise.race([running, stopped(io)]));
  const out = args.json ? JSON.stringify(result.json(), null, 2) : printable(result.text());
  return { exit: result.exit, out, ended: result.ended };
}

function stopped({ signal }: Io): Promise<never> {
  const error = () =>
    new UserError(
      { code: "stopped", message: "Stopped.", next: "Run the same command again." },
      EXIT.stopped,
    );
  return new Promise((_, reject) => {
    if (signal.aborted) reject(error());
    signal.addEventListener("abort", () => reject(error()), { once: true });
  });
}

/** A file that is not there may be our own mistake; what the disk and its owner do not allow is not. */
const OURS = ["", "ENOENT", "EEXIST", "ENOTEMPTY"];

/** What the disk refused where no step foresaw it, as a UserError; any other error comes back as it is. */
function explain(error: unknown): unknown {
  const { path, syscall } = error as NodeJS.ErrnoException;
  const why = OURS.includes(codeOf(error)) || syscall === "listen" ? undefined : refusalOf(error);
  if (error instanceof UserError || why === undefined) return error;
  return new UserError({
    code: "disk",
    message:
      path === undefined ? `A file cannot be written or read: ${why}.` : `This cannot be used: ${why}.`,
    next: "Mend that, then run the same command again.",
    place: path === undefined ? undefined : { file: path },
  });
}

/** A person reads sentences on stderr; a script that asked for JSON also gets them as one document. */
function fail(thrown: unknown, json: boolean, io: Io): Ending {
  const error = explain(thrown);
  if (error instanceof UserError) {
    for (const line of error.message.split("\n")) io.err(`pressrun: ${printable(line)}\n`);
    return { exit: error.exit, out: json ? JSON.stringify({ errors: error.problems }, null, 2) : "" };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(
    `pressrun: this is a bug in pressrun, not in your files. Please report it with these lines.\n${stack}\n`,
  );
  return {
    exit: EXIT.bug,
    out: json ? JSON.stringify({ errors: [{ code: "bug", message: String(error) }] }) : "",
  };
}
