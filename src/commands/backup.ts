import { resolve } from "node:path";
import { openApp } from "../app.ts";
import { EXIT } from "../errors.ts";
import { backup } from "../ledger/backup.ts";
import { shortPath } from "../report/human.ts";
import type { Command } from "./command.ts";

export interface BackupArguments {
  readonly file: string;
  readonly sandbox: boolean;
}

export const command: Command<BackupArguments> = {
  options: { sandbox: { type: "boolean", default: false, describe: "The sandbox's ledger" } },
  examples: [["pressrun backup ~/ledger-2026-11-23.db", "readers' addresses are in it: keep it private"]],
  async run(args, io) {
    const app = await openApp(args, io, { sandbox: args.sandbox, reach: "look" });
    try {
      const file = resolve(args.cwd, args.file);
      backup({ ledger: app.paths.ledger, file });
      return {
        exit: EXIT.done,
        json: () => ({ file }),
        text: () =>
          `The ledger is copied to ${shortPath(file, args.cwd)}. Keep it private: it holds your readers' addresses.`,
      };
    } finally {
      await app.close();
    }
  },
};
