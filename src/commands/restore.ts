import { resolve } from "node:path";
import { openApp } from "../app.ts";
import { EXIT } from "../errors.ts";
import { restore } from "../ledger/backup.ts";
import { shortPath } from "../report/human.ts";
import type { Command } from "./command.ts";

export interface RestoreArguments {
  readonly file: string;
  readonly sandbox: boolean;
}

export const command: Command<RestoreArguments> = {
  options: { sandbox: { type: "boolean", default: false, describe: "Into the sandbox" } },
  examples: [["pressrun restore ~/ledger-2026-11-23.db", "the ledger of now is kept beside it"]],
  async run(args, io) {
    const app = await openApp(args, io, { sandbox: args.sandbox, reach: "look" });
    try {
      const { ledger } = app.paths;
      const from = resolve(args.cwd, args.file);
      const kept = restore({ from, ledger, at: io.now() });
      return {
        exit: EXIT.done,
        json: () => ({ file: from, ledger, kept: kept ?? null }),
        text: () => showRestored(shortPath(from, args.cwd), kept && shortPath(kept, args.cwd)),
      };
    } finally {
      await app.close();
    }
  },
};

function showRestored(from: string, kept: string | undefined): string {
  return [
    `The ledger is now the backup ${from}.`,
    ...(kept ? [`The one before is kept as ${kept}.`] : []),
    "What was delivered since that backup is not in it and would go out again: look with `pressrun status` first.",
  ].join("\n");
}
