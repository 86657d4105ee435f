import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { UserError } from "../errors.ts";
import type { Finding } from "../model/finding.ts";

/** What SpamAssassin's stock rules say of a mail. */
export interface SpamReport {
  readonly score: number;
  /** From here on it counts as spam. */
  readonly required: number;
  /** Those that scored, the worst first. */
  readonly rules: readonly SpamRule[];
}

export interface SpamRule {
  readonly points: number;
  readonly name: string;
  readonly what: string;
}

/** Local tests of the stock rules alone: what this machine has learned or whom it knows leaves no mark, and gets none. */
const ARGUMENTS = ["-L", "-t", "-x", "--cf=use_bayes 0", "--cf=use_auto_whitelist 0"];

/**
 * @param env finds the program by its PATH
 * @throws UserError where SpamAssassin is not installed, or does not do its work.
 */
export async function spamReport(
  message: Uint8Array,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<SpamReport> {
  const child = spawn("spamassassin", ARGUMENTS, { env: { ...env }, signal });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  // A program that ends without reading is told by how it ended.
  child.stdin.on("error", () => undefined).end(message);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    const [code, [stdout, stderr]] = await Promise.all([ended, output]);
    const report = parseSpamReport(stdout);
    if (report !== undefined) return report;
    throw unusable(stderr.trim().split("\n")[0] || `it ended with ${code}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw absent();
  }
}

/** What SpamAssassin takes for spam, others do too. */
export function spamFindings({ score, required }: SpamReport): readonly Finding[] {
  if (score < required) return [];
  return [
    {
      id: "spam-score",
      severity: "error",
      part: "newsletter",
      message: `SpamAssassin gives the mail ${score} points and takes it for spam from ${required} on.`,
      next: "Mend what scored most, from the top of its list.",
    },
  ];
}

function absent(): UserError {
  return new UserError({
    code: "spamassassin-absent",
    message: "SpamAssassin is not installed, so --spam cannot score the mail.",
    next: "Install it (Debian, Ubuntu: apt install spamassassin; macOS: brew install spamassassin), or leave --spam out.",
  });
}

function unusable(why: string): UserError {
  return new UserError({
    code: "spamassassin-failed",
    message: `SpamAssassin did not score the mail: ${why.replace(/\.?$/, ".")}`,
    next: "Run `spamassassin -L -t < newsletter.eml` to see more.",
  });
}

/** Reads what `spamassassin -t` adds to a mail; undefined where it added nothing. */
export function parseSpamReport(output: string): SpamReport | undefined {
  const found = /^Content analysis details:\s*\((-?[\d.]+) points, (-?[\d.]+) required\)\s*$/m.exec(output);
  if (found === null) return undefined;
  const [line, score, required] = found;
  const table = output.slice(found.index + line.length);
  // A description that is too long for its line goes on in the next one, below itself.
  const rows = table.replace(/\n {20,}(?=\S)/g, " ").matchAll(/^ *(-?\d+\.\d+) +(\w+) +(.*)$/gm);
  const rules = Array.from(rows, ([, points, name = "", what = ""]) => ({
    points: Number(points),
    name,
    what: what.replace(/\s+/g, " ").trim(),
  }));
  return {
    score: Number(score),
    required: Number(required),
    rules: rules.filter(({ points }) => points !== 0).toSorted((a, b) => b.points - a.points),
  };
}
