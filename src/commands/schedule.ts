import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { parse } from "yaml";
import { type App, openApp } from "../app.ts";
import { EXIT, UserError } from "../errors.ts";
import { programOfCode, showVersion } from "../package.ts";
import { crontab, type EntryOptions, launchd, systemd } from "../schedule/entries.ts";
import { github } from "../schedule/github.ts";
import type { Command, Io } from "./command.ts";

const KINDS = ["crontab", "systemd", "launchd", "github"] as const;
type Kind = (typeof KINDS)[number];

export interface ScheduleArguments {
  readonly kind: string;
  readonly sandbox: boolean;
}

export const command: Command<ScheduleArguments> = {
  options: {
    sandbox: { type: "boolean", default: false, describe: "An entry that rehearses" },
  },
  examples: [
    ["pressrun schedule crontab", "then add the line with crontab -e"],
    ["pressrun schedule github > .github/workflows/pressrun.yml", "posts from GitHub Actions"],
  ],
  async run(args, io) {
    const kind = KINDS.find((each) => each === args.kind);
    if (kind === undefined) throw unknownKind(args.kind);
    const app = await openApp(args, io, { sandbox: args.sandbox, reach: "look" });
    try {
      const text = await entry(kind, app, args.sandbox, io);
      return { exit: EXIT.done, text: () => text, json: () => ({ kind, entry: text }) };
    } finally {
      await app.close();
    }
  },
};

async function entry(kind: Kind, app: App, sandbox: boolean, io: Io): Promise<string> {
  if (kind === "github") return workflow(app);
  const { config, paths } = app;
  const options: EntryOptions = {
    node: io.node,
    cli: cliFile(),
    config: config.file,
    root: paths.root,
    timezone: config.publication.timezone,
    flags: sandbox ? ["--sandbox"] : [],
    name: config.publication.name,
  };
  for (const path of [options.node, options.cli, options.config]) refuseControls(path);
  if (kind === "crontab") return crontab(options);
  return kind === "systemd" ? systemd(options) : launchd(options);
}

/** Of the tool that runs now: compiled where it was installed, the source in its repository. */
function cliFile(): string {
  return programOfCode("cli");
}

/** No entry can hold a line end in a path. */
function refuseControls(path: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (!/[\u0000-\u001f\u007f]/.test(path)) return;
  throw new UserError({
    code: "path",
    message: `A path holds a control character, which no entry can hold: ${JSON.stringify(path)}.`,
    next: "Move the publication to a folder without one.",
  });
}

async function workflow({ config, paths }: App): Promise<string> {
  const channels = config.channels.map(({ name }) => name);
  if (channels.length === 0)
    throw new UserError({
      code: "no-channels",
      message: "GitHub Actions publishes to networks and feeds only, and this publication has none.",
      next: "Configure one under channels, or run due on a machine of your own: `pressrun schedule crontab`.",
    });
  return github({
    channels,
    secrets: await variablesOf(config.file),
    timezone: config.publication.timezone,
    version: showVersion(),
    config: relative(repositoryOf(paths.root), config.file),
  });
}

/** Every `${NAME}` but those of the newsletter, which does not go out there, and of what comes back of it. */
async function variablesOf(file: string): Promise<string[]> {
  const { email: _, bounces: __, ...others } = parse(await readFile(file, "utf8"));
  const names = JSON.stringify(others).matchAll(/\$\{([A-Za-z_]\w*)\}/g);
  return [...new Set(Array.from(names, ([, name = ""]) => name))].sort();
}

/** The nearest folder above that git knows; the publication's own where there is none. */
function repositoryOf(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return root;
  }
}

function unknownKind(written: string): UserError {
  return new UserError({
    code: "usage",
    message: `schedule does not know "${written}".`,
    next: `Choose from: ${KINDS.join(", ")}.`,
  });
}
