import { openApp } from "../app.ts";
import { UserError } from "../errors.ts";
import type { Io } from "./command.ts";
import { type Made, madeHere } from "./digest.ts";
import type { Answer, Asked } from "./editions-apart.ts";
import { errorsOf } from "./publish-check.ts";

/** What the process of editions-apart.ts does: it reports nothing itself, all that it notices is in its answer. */
export async function makeAlone({ request, wanted, asSent, at }: Asked): Promise<Answer> {
  const { args, env, options } = request;
  try {
    const app = await openApp(args, silentIo(args.cwd, env, at), { ...options, brief: true });
    try {
      const made: Made[] = [];
      for (const each of await madeHere(app, wanted, asSent))
        made.push({ ...each, errors: await errorsOf(app, each.edition, each.notices) });
      return { kind: "made", made };
    } finally {
      await app.close();
    }
  } catch (error) {
    if (!(error instanceof UserError)) return { kind: "broken", error };
    return { kind: "refused", problems: error.problems, exit: error.exit };
  }
}

function silentIo(cwd: string, env: Io["env"], at: Date): Io {
  return {
    tool: "pressrun",
    node: "",
    cwd,
    env,
    stdin: (async function* () {})(),
    err: () => {},
    isTerminal: false,
    columns: 80,
    ask: async () => false,
    signal: new AbortController().signal,
    hide: () => {},
    now: () => at,
  };
}
