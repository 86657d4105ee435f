import { deserialize, serialize } from "node:v8";
import type { App, AppRequest } from "../app.ts";
import * as refuse from "../deliver/refuse.ts";
import { type ExitCode, type Problem, UserError } from "../errors.ts";
import { runApart } from "../own-process.ts";
import type { DigestArguments, Made } from "./digest.ts";

/** What the process is told, as v8 serialises it, on standard input. */
export interface Asked {
  readonly request: AppRequest;
  readonly wanted: DigestArguments;
  readonly asSent: boolean;
  /** The moment that the run began with. */
  readonly at: Date;
}

/** What it answers on standard output. */
export type Answer =
  | { readonly kind: "made"; readonly made: readonly Made[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[]; readonly exit: ExitCode }
  | { readonly kind: "broken"; readonly error: unknown };

/**
 * Editions made, and looked over by check's rules, in a process that ends: what that loads takes 50 MB, which a run of
 * hours would hold from its first second on.
 */
export async function makeEditionsApart(
  app: App,
  { article, digest, slug, title }: DigestArguments,
  asSent: boolean,
): Promise<readonly Made[]> {
  const { stop, now } = app.run;
  const wanted: DigestArguments = { article, digest, slug, title };
  const answer = await ask({ request: app.request, wanted, asSent, at: now() }, stop);
  if (answer.kind === "broken") throw answer.error;
  if (answer.kind === "refused") throw new UserError(answer.problems, answer.exit);
  for (const { notices } of answer.made) for (const notice of notices) app.reporter.notice(notice);
  return answer.made;
}

async function ask(asked: Asked, stop: AbortSignal): Promise<Answer> {
  const answer = await runApart("commands/editions-process", serialize(asked), stop).catch(
    (error: unknown) => {
      throw stop.aborted ? refuse.stoppedEarly() : error;
    },
  );
  return deserialize(answer) as Answer;
}
