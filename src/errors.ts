/** Exit codes, everywhere and in `--help`. */
export const EXIT = {
  /** Done, or nothing to do. */
  done: 0,
  /** A delivery failed in this run, or anything is uncertain or still to retry. */
  incomplete: 1,
  /** Could not start; nothing was sent. */
  refused: 2,
  /** A bug in pressrun. */
  bug: 70,
  /** Stopped early; run again. */
  stopped: 75,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where a problem stands: a file (as the user would type it), and 1-based line and column where known. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** One thing that is wrong, in the user's words: what, where, and what to do next. */
export interface Problem {
  /** Stable, kebab-case: scripts and tests may rely on it. */
  readonly code: string;
  /** What is wrong: one sentence, without secrets. */
  readonly message: string;
  /** What to do about it: one sentence in the imperative. */
  readonly next?: string | undefined;
  readonly place?: Place | undefined;
}

/** Something worth telling that stops nothing. */
export type Notice = Problem;

/** "content/a.md:3:1" */
export function showPlace({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** "content/a.md:3:1: The title is empty. Write one." */
export function showProblem({ message, next, place }: Problem): string {
  return `${place ? `${showPlace(place)}: ` : ""}${message}${next ? ` ${next}` : ""}`;
}

/** Text for a terminal: what a title or a server's answer holds must not move the cursor or set the window's name. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\r(?!\n)/g, "");
}

/**
 * Everything that is the user's to mend. It is shown without a stack and ends the run with its exit code;
 * any other error is a bug in pressrun (exit 70).
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly problems: readonly Problem[];
  readonly exit: ExitCode;

  constructor(problems: Problem | readonly Problem[], exit: ExitCode = EXIT.refused) {
    const all = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(all.map(showProblem).join("\n"));
    this.problems = all;
    this.exit = exit;
  }
}
