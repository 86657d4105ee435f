import { resolve } from "node:path";
import { openApp } from "../app.ts";
import { mailboxAt } from "../bounces/imap.ts";
import { type BouncesRead, readBounces } from "../bounces/index.ts";
import { openMailbox } from "../bounces/source.ts";
import { EXIT } from "../errors.ts";
import { count } from "../report/human.ts";
import { recordsOf } from "./bounces-records.ts";
import type { Command } from "./command.ts";

export interface BouncesArguments {
  readonly mailbox: string;
  readonly move: string;
  readonly sandbox: boolean;
}

export const command: Command<BouncesArguments> = {
  options: {
    move: {
      type: "string",
      default: "Pressrun",
      requiresArg: true,
      describe: "On an IMAP server: folder for what was understood",
    },
    sandbox: { type: "boolean", default: false, describe: "The sandbox's readers" },
  },
  examples: [
    ["pressrun bounces ~/Maildir", "also an mbox file, or a folder of .eml files"],
    [
      'pressrun bounces "$BOUNCES_URL"',
      "imaps://user:password@mail.example.org/INBOX, kept in the environment",
    ],
  ],
  async run({ mailbox: where, move, sandbox, ...args }, io) {
    if (/^imaps?:/i.test(where)) hidePassword(where, io.hide);
    const app = await openApp(args, io, { sandbox, reach: "change" });
    try {
      const mailbox = await openMailbox(where, resolve(args.cwd, where), { move, signal: io.signal });
      const ledger = await app.ledger();
      const records = await recordsOf(app, ledger);
      const read = await readBounces(mailbox, records, (bounce) => ledger.bounced(bounce, io.now()));
      return { exit: EXIT.done, json: () => read, text: () => showRead(read) };
    } finally {
      await app.close();
    }
  },
};

/** A shorter one would be masked all over the output. */
const SHORTEST_PASSWORD = 3;

function hidePassword(url: string, hide: (secret: string) => void): void {
  const { password } = mailboxAt(url);
  for (const secret of [password, encodeURIComponent(password)])
    if (secret.length >= SHORTEST_PASSWORD) hide(secret);
}

function showRead({ read, found, known, suppressed, unmatched }: BouncesRead): string {
  const parts = [
    [found.hard, "gone for good"],
    [found.soft, "not reached this time"],
    [found.complaint, "called it spam"],
    [known, "known already"],
    [unmatched, "about no mail of ours"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, words]) => `${count(number)} ${words}`);
  return [
    `${count(read)} ${read === 1 ? "mail" : "mails"} read${told.length > 0 ? `: ${told.join(", ")}` : ", no report among them"}.`,
    ...(suppressed > 0
      ? [`${count(suppressed)} ${suppressed === 1 ? "address is" : "addresses are"} never written to again.`]
      : []),
  ].join("\n");
}
