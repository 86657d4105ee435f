import { type App, openApp } from "../app.ts";
import { EXIT, type Notice, UserError } from "../errors.ts";
import type { Ledger } from "../model/ledger.ts";
import { requireAddress } from "../model/subscriber.ts";
import { count } from "../report/human.ts";
import type { Command, GlobalArguments, Io, Result } from "./command.ts";
import { exportList, importList } from "./subscribers-files.ts";
import { audit, exportPerson, forgetPerson } from "./subscribers-person.ts";
import { syncList } from "./subscribers-sync.ts";

export interface SubscribersArguments {
  readonly action: string;
  /** A file for import and export, else an address. */
  readonly value?: string | undefined;
  readonly name?: string | undefined;
  readonly tag?: string | undefined;
  readonly person?: string | undefined;
  readonly sandbox: boolean;
}

type Arguments = SubscribersArguments & GlobalArguments;
type Action = (app: App, args: Arguments, io: Io) => Promise<Result>;

const ACTIONS: Readonly<Record<string, Action>> = {
  async import(app, args, io) {
    return importList(
      await app.ledger(),
      { ...args, value: needed(args, "a file, or - for standard input") },
      io,
    );
  },
  async export(app, args) {
    const ledger = await app.ledger("readOnly");
    if (args.person !== undefined) return exportPerson(ledger, args.person, args.value, args.cwd);
    return exportList(ledger, args);
  },
  async add(app, args, io) {
    const written = needed(args, "an address");
    return addSubscriber(await app.ledger(), { ...args, written, at: io.now() });
  },
  async remove(app, args) {
    return removeSubscriber(await app.ledger(), needed(args, "an address"));
  },
  async list(app) {
    return listSubscribers(await app.ledger("readOnly"));
  },
  async audit(app, args) {
    return audit(await app.ledger("readOnly"), needed(args, "an address"));
  },
  forget: (_app, args, io) => forgetPerson(args, io, needed(args, "an address")),
  sync: (app, _args, io) => syncList(app, io),
};

export const command: Command<SubscribersArguments> = {
  options: {
    name: { type: "string", requiresArg: true, describe: "With add: the reader's name" },
    tag: { type: "string", requiresArg: true, describe: "With add: tags, comma-separated" },
    person: {
      type: "string",
      requiresArg: true,
      describe: "With export: all that is kept about one address",
    },
    sandbox: { type: "boolean", default: false, describe: "The sandbox's readers" },
  },
  examples: [
    [
      "pressrun subscribers import readers.csv",
      "CSV with a header row, or JSON lines; - reads standard input",
    ],
    ["pressrun subscribers export readers.csv", "or .jsonl; without a file: to standard output"],
    [
      'pressrun subscribers add ada@example.org --name "Ada" --tag uk,weekly',
      "also remove ADDRESS, and list",
    ],
    ["pressrun subscribers audit ada@example.org", "all that was ever sent to it, and what the server said"],
    [
      "pressrun subscribers forget ada@example.org",
      "erases it everywhere; a keyed hash keeps it from coming back",
    ],
    ["pressrun subscribers sync", "takes off the list who left at an endpoint of `export-endpoint`"],
  ],
  async run(args, io) {
    const action = Object.hasOwn(ACTIONS, args.action) ? ACTIONS[args.action] : undefined;
    if (action === undefined)
      throw new UserError({
        code: "usage",
        message: `\`subscribers\` cannot ${args.action}.`,
        next: `It knows ${Object.keys(ACTIONS).join(", ")}.`,
      });
    refuseStray(args);
    const app = await openApp(args, io, { sandbox: args.sandbox, reach: "change" });
    try {
      const result = await action(app, args, io);
      if (app.config.sandbox && ["import", "add"].includes(args.action)) app.reporter.notice(SANDBOX_LIST);
      return result;
    } finally {
      await app.close();
    }
  },
};

/** What an action takes no notice of must not look as if it did. */
function refuseStray({ action, value, name, tag, person }: SubscribersArguments): void {
  const given: readonly (readonly [stray: string, isGiven: boolean, actions: readonly string[]])[] = [
    [
      `"${value}"`,
      value !== undefined,
      Object.keys(ACTIONS).filter((each) => !["list", "sync"].includes(each)),
    ],
    ["--name", name !== undefined, ["add"]],
    ["--tag", tag !== undefined, ["add"]],
    ["--person", person !== undefined, ["export"]],
  ];
  const [stray] = given.find(([, isGiven, actions]) => isGiven && !actions.includes(action)) ?? [];
  if (stray === undefined) return;
  throw new UserError({
    code: "usage",
    message: `\`subscribers ${action}\` does not take ${stray}.`,
    next: "Run `pressrun subscribers --help`.",
  });
}

/** A list that nobody is mailed from must not be taken for the real one. */
const SANDBOX_LIST: Notice = {
  code: "sandbox-list",
  message: "This is the sandbox's list.",
  next: "With mode: live in pressrun.yaml the publication has its own.",
};

function needed({ action, value }: SubscribersArguments, what: string): string {
  if (value !== undefined) return value;
  throw new UserError({
    code: "usage",
    message: `\`subscribers ${action}\` needs ${what}.`,
    next: "Run `pressrun subscribers --help`.",
  });
}

/** @throws UserError for what is no address, and for a suppressed one: it stays so. */
async function addSubscriber(
  ledger: Ledger,
  options: { written: string; name?: string | undefined; tag?: string | undefined; at: Date },
): Promise<Result> {
  const { written, name, tag = "", at } = options;
  const address = requireAddress(written);
  const tags = tag
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const { added, updated, suppressed } = await ledger.subscribers.add(
    [{ address, name, tags, fields: {} }],
    at,
  );
  if (suppressed > 0)
    throw new UserError({
      code: "suppressed",
      message: `${address} is suppressed: it must never be written to again.`,
      next: "Add another address of this reader.",
    });
  const outcome = added > 0 ? "added" : updated > 0 ? "updated" : "unchanged";
  const words = {
    added: "is on the list",
    updated: "was on the list, and is updated",
    unchanged: "was on the list",
  };
  return {
    exit: EXIT.done,
    json: () => ({ address, outcome }),
    text: () => `${address} ${words[outcome]}.`,
  };
}

/** Someone who is not there is removed already. */
async function removeSubscriber(ledger: Ledger, written: string): Promise<Result> {
  const address = requireAddress(written);
  const removed = await ledger.subscribers.remove(address);
  return {
    exit: EXIT.done,
    json: () => ({ address, removed }),
    text: () => (removed ? `${address} is off the list.` : `${address} was not on the list.`),
  };
}

function listSubscribers(ledger: Ledger): Result {
  const people = [...ledger.subscribers.list()];
  return {
    exit: EXIT.done,
    json: () => people,
    text: () =>
      people.length === 0
        ? "Nobody is on the list. Add someone with `pressrun subscribers add ADDRESS`, or import a list."
        : [
            ...people.map(({ address, name, tags }) =>
              [address, ...(name ? [name] : []), ...(tags.length > 0 ? [`[${tags.join(", ")}]`] : [])].join(
                "  ",
              ),
            ),
            `${count(people.length)} on the list.`,
          ].join("\n"),
  };
}
