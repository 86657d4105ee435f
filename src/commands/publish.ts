import { join } from "node:path";
import { type App, openApp } from "../app.ts";
import * as refuse from "../deliver/refuse.ts";
import { EXIT, type ExitCode, UserError } from "../errors.ts";
import { showCost } from "../model/cost.ts";
import type { Edition } from "../model/edition.ts";
import { joinRows, type Plan, plannedRow } from "../model/plan.ts";
import {
  makePlan,
  type PlanOptions,
  publish,
  type RunReport,
  refuseUnready,
  revisionsOf,
  sendTest,
} from "../pipeline.ts";
import { count, type RunView, shortPath, showRun } from "../report/human.ts";
import { runJson } from "../report/json.ts";
import type { Command, Io, Result } from "./command.ts";
import {
  DIGEST_OPTIONS,
  type DigestArguments,
  type Made,
  makeEditions,
  namesOf,
  refuseDigest,
} from "./digest.ts";
import { namesIn } from "./only.ts";
import { unlessFaulty, warnOfFaults } from "./publish-check.ts";
import { writeOut } from "./render.ts";
import { syncBeforeMail } from "./subscribers-sync.ts";

export interface PublishArguments extends DigestArguments {
  readonly only?: string | undefined;
  readonly dryRun: boolean;
  readonly sandbox: boolean;
  readonly test?: string | undefined;
  readonly yes: boolean;
  readonly now: boolean;
  readonly force: boolean;
  readonly catchUp: boolean;
  readonly correction: boolean;
  readonly resume: boolean;
}

/** Of a run that another command makes: that was the person's yes, and the time has come. */
export const UNASKED: PublishArguments = {
  article: [],
  digest: false,
  dryRun: false,
  sandbox: false,
  yes: true,
  now: true,
  force: false,
  catchUp: false,
  correction: false,
  resume: false,
};

export const command: Command<PublishArguments> = {
  options: {
    only: { type: "string", requiresArg: true, describe: "Only these channels, comma-separated" },
    "dry-run": { type: "boolean", default: false, describe: "Write the plan and the edition; send nothing" },
    sandbox: { type: "boolean", default: false, describe: "Do everything for real, on this machine only" },
    test: { type: "string", requiresArg: true, describe: "One mail to this address, outside the ledger" },
    yes: { type: "boolean", default: false, describe: "Do not ask before a live run" },
    now: { type: "boolean", default: false, describe: "Do not wait for publish_at" },
    force: { type: "boolean", default: false, describe: "Publish although check finds errors" },
    "catch-up": { type: "boolean", default: false, describe: "Also readers who joined since" },
    resume: { type: "boolean", default: false, describe: "Go on after the run paused itself" },
    correction: { type: "boolean", default: false, describe: "Mail what was changed to those who have it" },
    ...DIGEST_OPTIONS,
  },
  examples: [
    ["pressrun publish my-article --sandbox", "everything, on this machine"],
    ["pressrun publish my-article --dry-run", "look before you send"],
    ["pressrun publish my-article --only email", "the newsletter alone"],
    ["pressrun publish one two three --digest", "several articles in one newsletter"],
  ],
  heedsSignal: true,
  async run(args, io) {
    refusePairs(args);
    refuseDigest(args);
    const reach = args.dryRun ? "look" : "send";
    const only = args.test !== undefined || args.correction ? ["email"] : namesIn(args.only);
    const app = await openApp(args, io, { sandbox: args.sandbox, reach, only, now: args.now });
    try {
      const made = await makeEditions(app, args, !args.correction && args.test === undefined);
      const editions = made.map(({ edition }) => edition);
      // A draft among several is found before the first of them is sent.
      if (args.test === undefined && !args.dryRun)
        for (const edition of editions) refuseUnready(app, edition);
      if (args.test === undefined && !args.dryRun) await syncBeforeMail(app, only, io);
      const reports: RunReport[] = [];
      for (const each of made) {
        if (app.run.stop.aborted) break;
        reports.push(
          await runOne(app, each, args, io).catch((error) => refusedLater(app, each.edition, reports, error)),
        );
      }
      if (reports.length === 0) throw refuse.stoppedEarly();
      return toResult(app, args, io, reports);
    } finally {
      await app.close();
    }
  },
};

function refusePairs({ test, dryRun, only, correction, catchUp }: PublishArguments): void {
  if (correction && catchUp)
    throw new UserError({
      code: "usage",
      message: "--correction is for those who have the article, --catch-up for those who do not.",
      next: "Give one of the two, then the other.",
    });
  const other = dryRun ? "--dry-run" : only === undefined ? undefined : "--only";
  if (test === undefined || other === undefined) return;
  throw new UserError({
    code: "usage",
    message: `--test and ${other} do not go together: --test sends one mail and nothing else.`,
    next: "Give one of the two.",
  });
}

/** After the first article was published its report is worth more than an error: the refusal becomes a report, too. */
function refusedLater(app: App, edition: Edition, earlier: readonly RunReport[], error: unknown): RunReport {
  if (!(error instanceof UserError) || earlier.length === 0) throw error;
  const { sandbox } = app.config;
  return { edition, dryRun: false, sandbox, channels: [], problems: error.problems, stopped: false };
}

export async function runOne(app: App, made: Made, args: PublishArguments, io: Io): Promise<RunReport> {
  const { edition, notices } = made;
  const only = namesIn(args.only);
  const { catchUp } = args;
  const names = namesOf(edition.article, args);
  const lenient = (each: Edition) => ({
    force: args.force,
    notices,
    names,
    errors: each === edition ? made.errors : undefined,
  });
  const [first = edition, ...others] = await revisionsOf(app, edition, args.correction);
  if (args.dryRun || args.test !== undefined) await warnOfFaults(app, first, lenient(first));
  if (args.dryRun) return rehearse(app, first, { only, catchUp });
  if (args.test !== undefined) return sendTest(app, first, args.test);
  const run = (each: Edition) =>
    publish(app, each, {
      only,
      catchUp,
      resume: args.resume,
      confirm: unlessFaulty(app, each, lenient(each), (plan) => confirm(app, each, plan, args, io)),
    });
  let report = await run(first);
  for (const other of report.stopped ? [] : others) report = joinReports(report, await run(other));
  return report;
}

function joinReports(a: RunReport, b: RunReport): RunReport {
  return {
    ...a,
    channels: joinRows([...a.channels, ...b.channels]),
    problems: [...a.problems, ...b.problems],
    stopped: a.stopped || b.stopped,
  };
}

/** A live run wants a person's yes: on the terminal, or beforehand as --yes. */
async function confirm(app: App, edition: Edition, plan: Plan, args: PublishArguments, io: Io) {
  if (app.config.sandbox || args.yes) return true;
  if (!io.isTerminal) return false;
  const parts = plan.channels.map(plannedRow).map(({ channel, pending, cost }) => {
    const price = cost === undefined ? "" : ` for ${showCost(cost)}`;
    return `${channel}: ${count(pending)}${price}`;
  });
  return io.ask(`Send "${edition.article.title}" now (${parts.join(", ")})?`);
}

/** Writes what would go out, and sends nothing. */
async function rehearse(app: App, edition: Edition, options: PlanOptions): Promise<RunReport> {
  const plan = await makePlan(app, edition, options);
  await writeOut(app, edition, plan);
  const channels = plan.channels.map(plannedRow);
  return { edition, dryRun: true, sandbox: app.config.sandbox, channels, problems: [], stopped: false };
}

function toResult(app: App, args: PublishArguments, io: Io, reports: readonly RunReport[]): Result {
  for (const { problems } of reports) for (const problem of problems) app.reporter.problem(problem);
  const wanted = args.digest ? 1 : args.article.length;
  const left = reports.length < wanted;
  return {
    exit: left ? EXIT.stopped : exitOf(reports),
    text: () => reports.map((report) => showRun(view(app, report, args, io.tool))).join("\n\n"),
    json: () => (wanted === 1 && reports[0] ? runJson(reports[0]) : reports.map(runJson)),
  };
}

export function exitOf(reports: readonly RunReport[]): ExitCode {
  if (reports.some(({ stopped }) => stopped)) return EXIT.stopped;
  const rows = reports.filter(({ dryRun }) => !dryRun).flatMap(({ channels }) => channels);
  const isRefused = reports.some(({ problems }) => problems.length > 0);
  const isOpen = rows.some((row) => row.failed + row.uncertain + row.pending > 0);
  return isRefused || isOpen ? EXIT.incomplete : EXIT.done;
}

/** Where to look at what this run made, and what to try next. */
export function view(
  app: App,
  report: RunReport,
  args: Pick<PublishArguments, "article" | "digest" | "slug" | "title"> &
    Partial<Pick<PublishArguments, "test">>,
  tool: string,
): RunView {
  const names = namesOf(report.edition.article, args);
  const { slug } = report.edition.article;
  const folder = (...parts: string[]) => shortPath(join(...parts), app.paths.cwd);
  const where: Record<string, string> = {};
  if (report.sandbox && !report.dryRun) {
    for (const { channel } of report.channels) {
      where[channel] =
        channel === "email"
          ? `${folder(app.paths.state, "inbox", slug)}/`
          : folder(app.paths.state, "outbox", channel, `${slug}.json`);
    }
  }
  const next = report.dryRun
    ? [
        `Look at it: ${folder(app.paths.out, slug, "newsletter.html")}`,
        `Next: ${tool} publish ${names}${report.sandbox ? " --sandbox" : ""}`,
      ]
    : args.test === undefined
      ? nextSteps(report, slug, names, tool)
      : afterTest(report, names, tool);
  return { ...report, title: report.edition.article.title, where, next };
}

/** The ledger knows nothing of a test mail. */
function afterTest({ channels }: RunReport, names: string, tool: string): string[] {
  return channels.every((row) => row.sent > 0) ? [`Next: ${tool} publish ${names}`] : [];
}

function nextSteps({ sandbox, channels }: RunReport, slug: string, names: string, tool: string): string[] {
  if (channels.some((row) => row.uncertain > 0)) return [`Next: ${tool} status ${slug} --uncertain`];
  if (channels.some((row) => row.pending > 0))
    return [`Next: ${tool} publish ${names} again, for what is left`];
  if (channels.some((row) => row.failed + row.failedEarlier > 0))
    return [`Next: ${tool} status ${slug} --failed`];
  if (channels.every((row) => row.planned + row.failedEarlier === 0))
    return [`Next: ${tool} subscribers import FILE`];
  return [sandbox ? `Next: ${tool} render ${names}, and look at the page` : `Next: ${tool} status ${slug}`];
}
