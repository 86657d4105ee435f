import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "../../src/commands/command.ts";
import { main } from "../../src/commands/main.ts";

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as the one JSON document that --json promises. */
  json(): any;
}

/** The outside world of a run that nobody watches. */
export const QUIET: Io = {
  tool: "pressrun",
  node: process.execPath,
  cwd: "/",
  env: {},
  stdin: (async function* () {})(),
  err: () => {},
  isTerminal: false,
  columns: 100,
  ask: async () => false,
  signal: new AbortController().signal,
  hide: () => {},
  now: () => new Date(),
};

/** The whole command line, without a process: what a person typed, in `cwd`. */
export async function run(cwd: string, argv: readonly string[], io: Partial<Io> = {}): Promise<Ran> {
  let err = "";
  const secrets = new Set<string>();
  const masked = (text: string) =>
    [...secrets].reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  const { exit, out } = await main(argv, {
    ...QUIET,
    cwd,
    stdin: (async function* () {})(),
    err: (text) => {
      err += masked(text);
    },
    signal: new AbortController().signal,
    hide: (secret) => void secrets.add(secret),
    ...io,
  });
  return { exit, out: masked(out), err, json: () => JSON.parse(out) };
}

/** A new publication, as `init` makes it. */
export async function newPublication(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pressrun-paper-"));
  const { exit, err } = await run(folder, ["init"]);
  if (exit !== 0) throw new Error(err);
  return folder;
}

export const copyOf = (folder: string): string => {
  const copy = mkdtempSync(join(tmpdir(), "pressrun-copy-"));
  cpSync(folder, copy, { recursive: true });
  return copy;
};
