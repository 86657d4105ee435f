import { fork } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { programOfCode } from "./package.ts";

/**
 * Runs a program of ours in a process that ends: the memory that it takes is given back then.
 * @param program its place below src/, without ending.
 * @param input what it reads on standard input.
 * @param stop ends it.
 * @returns what it wrote on standard output.
 * @throws Error where it ends otherwise than well; an AbortError where it was stopped.
 */
export async function runApart(
  program: string,
  input: string | Uint8Array,
  stop?: AbortSignal,
): Promise<Buffer> {
  const child = fork(programOfCode(program), {
    execArgv: [],
    stdio: ["pipe", "pipe", "inherit", "ipc"],
    signal: stop,
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("a process was started without its pipes");
  stdin.on("error", () => {});
  stdin.end(input);
  const [answer, [code]] = await Promise.all([buffer(stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return answer;
}
