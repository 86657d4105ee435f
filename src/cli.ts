#!/usr/bin/env node
// The only file that touches the process: argv in, exit code out, secrets masked. All else is imported after the
// version check and the compile cache: an older Node gets a sentence instead of a syntax error, and a warm start
// costs a third.
import module from "node:module";
import type { Io } from "./commands/command.ts";

const OLDEST_NODE = [24, 15] as const;

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  process.stderr.write(
    `pressrun: this is Node ${process.versions.node}, and pressrun needs ${OLDEST_NODE.join(".")} or newer. Install it from nodejs.org, then run the same command again.\n`,
  );
  process.exit(2);
}

const secrets = new Set<string>();
const masked = (text: string) => [...secrets].reduce((rest, secret) => rest.replaceAll(secret, "***"), text);

/** The first signal stops the run in good order; a second one ends it at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(75);
      controller.abort(name);
    });
  }
  return controller.signal;
}

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D end the question without an answer.
  const answer = await lines
    .question(`${masked(question)} [y/N] `)
    .catch(() => "")
    .finally(() => lines.close());
  return /^y(es)?$/i.test(answer.trim());
}

/** Under `npm run pressrun` npm moves to the package's folder; INIT_CWD is where the person stands. */
const isNpmScript = ["pressrun", "start"].includes(process.env.npm_lifecycle_event ?? "");

function processIo(): Io {
  return {
    tool: isNpmScript ? "npm run -s pressrun --" : "pressrun",
    node: process.execPath,
    cwd: (isNpmScript && process.env.INIT_CWD) || process.cwd(),
    env: process.env,
    stdin: process.stdin,
    err: (text) => void process.stderr.write(masked(text)),
    isTerminal: Boolean(process.stderr.isTTY && process.stdin.isTTY),
    columns: process.stderr.columns ?? 100,
    ask,
    signal: stopSignal(),
    hide: (secret) => void secrets.add(secret),
    now: () => new Date(),
  };
}

checkNode();
module.enableCompileCache();
// Who stopped listening, as `| head` does, must not end a run that is under way.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
const { main } = await import("./commands/main.ts");
const { exit, out, ended } = await main(process.argv.slice(2), processIo());
await new Promise((written) => process.stdout.write(out === "" ? "" : `${masked(out)}\n`, written));
await ended;
process.exit(exit);
