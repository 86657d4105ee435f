import { type App, openApp } from "../app.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import type { Edition } from "../model/edition.ts";
import { type Plan, plannedRow } from "../model/plan.ts";
import { dryRun, makeEdition, publish, type RunReport, sendTest } from "../pipeline.ts";
import { writeEdition } from "../report/folder.ts";
import { count, shortPath, showRun } from "../report/human.ts";
import { runJson } from "../report/json.ts";
import type { Command, Io, Result } from "./command.ts";

export interface PublishArguments {
  readonly article: readonly string[];
  readonly only?: string | undefined;
  readonly dryRun: boolean;
  readonly sandbox: boolean;
  readonly test?: string | undefined;
  readonly yes: boolean;
  readonly now: boolean;
  readonly catchUp: boolean;
}

export const command: Command<PublishArguments> = {
  options: {
    only: { type: "string", requiresArg: true, describe: "Only these channels, comma-separated" },
    "dry-run": { type: "boolean", default: false, describe: "Write the plan and the edition; send nothing" },
    sandbox: { type: "boolean", default: false, describe: "Do everything for real, on this machine only" },
    test: { type: "string", requiresArg: true, describe: "One mail to this address, outside the ledger" },
    yes: { type: "boolean", default: false, describe: "Do not ask before a live run" },
    now: { type: "boolean", default: false, describe: "Do not wait for publish_at" },
    "catch-up": { type: "boolean", default: false, describe: "Also readers who joined since" },
  },
  examples: [
    ["pressrun publish my-article --sandbox", "everything, on this machine"],
    ["pressrun publish my-article --dry-run", "look before you send"],
    ["pressrun publish my-article --only email", "the newsletter alone"],
  ],
  async run(args, io) {
    const app = await openApp(args, io, { sandbox: args.sandbox, dryRun: args.dryRun, now: args.now });
    try {
      const editions: Edition[] = [];
      for (const name of args.article) editions.push(await makeEdition(app, name));
      const reports: RunReport[] = [];
      for (const edition of editions) {
        reports.push(await runOne(app, edition, args, io));
        if (app.run.stop.aborted) break;
      }
      return toResult(app, reports);
    } finally {
      await app.close();
    }
  },
};

function runOne(app: App, edition: Edition, args: PublishArguments, io: Io): Promise<RunReport> {
  if (args.test !== undefined) return sendTest(app, edition, args.test);
  const options = { only: args.only?.split(",").map((name) => name.trim()), catchUp: args.catchUp };
  if (args.dryRun) return rehearse(app, edition, options);
  return publish(app, edition, { ...options, confirm: (plan) => confirm(app, edition, plan, args, io) });
}

/** A live run wants a person's yes: on the terminal, or beforehand as --yes. */
async function confirm(app: App, edition: Edition, plan: Plan, args: PublishArguments, io: Io) {
  if (app.config.sandbox || args.yes) return true;
  if (!io.isTerminal) return false;
  const parts = plan.channels.map((channel) => `${channel.channel}: ${count(plannedRow(channel).pending)}`);
  return io.ask(`Send "${edition.article.title}" now (${parts.join(", ")})?`);
}

/** Writes what would go out, and sends nothing. */
async function rehearse(
  app: App,
  edition: Edition,
  options: { readonly only?: readonly string[] | undefined; readonly catchUp: boolean },
): Promise<RunReport> {
  const plan = await dryRun(app, edition, options);
  await writeEdition(app.outFolder(edition), { edition, plan, ...(await app.sampleMail(edition, plan)) });
  return {
    article: edition.article.slug,
    title: edition.article.title,
    revision: edition.revision,
    edition: edition.hash,
    dryRun: true,
    sandbox: app.config.sandbox,
    channels: plan.channels.map(plannedRow),
    problems: [],
    stopped: false,
  };
}

function toResult(app: App, reports: readonly RunReport[]): Result {
  for (const { problems } of reports) for (const problem of problems) app.reporter.problem(problem);
  return {
    exit: exitOf(reports),
    text: () => reports.map((report) => showRun({ ...report, ...app.whereToLook(report) })).join("\n\n"),
    json: () => (reports.length === 1 && reports[0] ? runJson(reports[0]) : reports.map(runJson)),
  };
}

function exitOf(reports: readonly RunReport[]): ExitCode {
  if (reports.some(({ stopped }) => stopped)) return EXIT.stopped;
  const rows = reports.filter(({ dryRun }) => !dryRun).flatMap(({ channels }) => channels);
  return rows.some((row) => row.failed + row.uncertain + row.pending > 0) ? EXIT.incomplete : EXIT.done;
}
