import type { ExitCode } from "../errors.ts";
import type { Command, Io } from "./command.ts";

/** A command's line in the help, and where its code is. Loading is lazy: start-up is a feature. */
export interface CommandEntry {
  /** As yargs reads positionals. */
  readonly usage: string;
  readonly summary: string;
  load(): Promise<{ readonly command: Command<never> }>;
  /** Answers without the libraries that the command line needs, where it can. */
  early?(): Promise<{ early(argv: readonly string[], io: Io): Early | undefined }>;
}

/** An answer that needed no look at the publication. */
export interface Early {
  readonly exit: ExitCode;
  readonly out: string;
}

/** Every command, in the order people meet them. Help is made from this table. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  init: {
    usage: "init [folder]",
    summary: "start a publication: configuration, templates, a sample article",
    load: () => import("./init.ts"),
  },
  import: {
    usage: "import <source>",
    summary:
      "turn a page, an address, a feed, copied text or Markdown into an article (- reads standard input)",
    load: () => import("./import.ts"),
  },
  render: {
    usage: "render <article..>",
    summary: "write the whole edition to out/<slug>/; sends nothing",
    load: () => import("./render.ts"),
  },
  preview: {
    usage: "preview [article..]",
    summary: "show the edition in a browser while you write; sends nothing",
    load: () => import("./preview.ts"),
  },
  check: {
    usage: "check [article..]",
    summary: "every finding about the edition, with its place and what to do",
    load: () => import("./check.ts"),
  },
  publish: {
    usage: "publish <article..>",
    summary: "deliver the edition to every reader and network, once",
    load: () => import("./publish.ts"),
  },
  due: {
    usage: "due",
    summary: "publish what is due now; for cron",
    load: () => import("./due.ts"),
    early: () => import("./due-early.ts"),
  },
  schedule: {
    usage: "schedule <kind>",
    summary: "print the entry that runs due: crontab, systemd, launchd or github",
    load: () => import("./schedule.ts"),
  },
  status: {
    usage: "status [article]",
    summary: "what was delivered, and what was not",
    load: () => import("./status.ts"),
  },
  resolve: {
    usage: "resolve <article>",
    summary: "decide deliveries that are uncertain, or try failed ones again",
    load: () => import("./resolve.ts"),
  },
  subscribers: {
    usage: "subscribers <action> [value]",
    summary: "import, export, add, remove, list, audit, forget or sync the readers",
    load: () => import("./subscribers.ts"),
  },
  serve: {
    usage: "serve",
    summary: "the web endpoint where readers leave with one click, and join with a confirmation",
    load: () => import("./serve.ts"),
  },
  "export-endpoint": {
    usage: "export-endpoint <host> [folder]",
    summary: "the way out as one file for cloudflare, netlify or vercel, where there is no server",
    load: () => import("./export-endpoint.ts"),
  },
  bounces: {
    usage: "bounces <mailbox>",
    summary: "learn from mails that came back, and from complaints: Maildir, mbox or IMAP",
    load: () => import("./bounces.ts"),
  },
  doctor: {
    usage: "doctor",
    summary: "what is wrong before the first mail: logins, DNS, TLS, the list; sends nothing",
    load: () => import("./doctor.ts"),
  },
  backup: {
    usage: "backup <file>",
    summary: "copy the ledger, safe while pressrun runs",
    load: () => import("./backup.ts"),
  },
  restore: {
    usage: "restore <file>",
    summary: "put a backup of the ledger back",
    load: () => import("./restore.ts"),
  },
};

/** The command's name among the words of a command line: the first that is neither an option nor its value. */
export function nameIn(argv: readonly string[]): string | undefined {
  const takesValue = ["--cwd", "--config"];
  return argv.find((word, index) => !word.startsWith("-") && !takesValue.includes(argv[index - 1] ?? ""));
}
