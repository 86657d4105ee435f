import { type App, openApp } from "../app.ts";
import * as refuse from "../deliver/refuse.ts";
import { EXIT, type ExitCode, type Notice, UserError } from "../errors.ts";
import { durationMs } from "../model/duration.ts";
import type { LockHolder } from "../model/ledger.ts";
import type { RunReport } from "../pipeline.ts";
import { readInstant } from "../read/time.ts";
import { showRun } from "../report/human.ts";
import { runJson } from "../report/json.ts";
import { look, sleepUntil } from "../schedule/alarm.ts";
import { contradictions } from "../schedule/contradiction.ts";
import { ping } from "../schedule/heartbeat.ts";
import { Patience } from "../schedule/patience.ts";
import { isSameQueue } from "../schedule/queue.ts";
import type { Command, Io, Result } from "./command.ts";
import { watchOf } from "./due-early.ts";
import { dueFeeds, type FeedsRead, readFeeds } from "./due-feeds.ts";
import { chooseChannels, patienceFile, type Survey, type SurveyOptions, survey } from "./due-survey.ts";
import { carryOut, type Done, rehearse } from "./due-work.ts";
import { namesIn } from "./only.ts";
import { exitOf, view } from "./publish.ts";
import { syncBeforeMail } from "./subscribers-sync.ts";

export interface DueArguments {
  readonly only?: string | undefined;
  readonly maxLate?: string | undefined;
  readonly at?: string | undefined;
  readonly quiet: boolean;
  readonly sandbox: boolean;
  readonly trustPublished: boolean;
}

type Arguments = Parameters<Command<DueArguments>["run"]>[0];

export const command: Command<DueArguments> = {
  options: {
    "max-late": { type: "string", requiresArg: true, describe: "What is later is missed, not sent [6h]" },
    only: { type: "string", requiresArg: true, describe: "Only these channels, comma-separated" },
    at: { type: "string", requiresArg: true, describe: "Show what that moment would do; sends nothing" },
    quiet: { type: "boolean", default: false, describe: "Say nothing unless something is wrong" },
    sandbox: { type: "boolean", default: false, describe: "Do everything for real, on this machine only" },
    "trust-published": {
      type: "boolean",
      default: false,
      describe: "The ledger is an old copy: take published.jsonl's word",
    },
  },
  examples: [
    ["pressrun due", "what cron runs; nothing due, nothing said"],
    ['pressrun due --at "2026-12-01 09:00"', "what that moment would do"],
  ],
  heedsSignal: true,
  async run(args, io) {
    const watch = watchOf(args, io);
    const seen = look(watch);
    const speech = holdBack(io, args.quiet);
    const clock = { shiftMs: 0 };
    const now = () => new Date(io.now().getTime() + clock.shiftMs);
    const app = await openDue(args, { ...io, err: speech.err, now });
    try {
      const isLook = args.at !== undefined && !app.config.sandbox;
      const options = optionsOf(args, app, io, isLook);
      clock.shiftMs = options.at.getTime() - options.now.getTime();
      const run: Run = { app, args, io, options, speech };
      const result = isLook ? await lookAhead(run) : await withHeartbeat(run, () => dueNow(run));
      if (result.wakeAt !== "none" && args.at === undefined && seen !== undefined)
        sleepUntil(watch.config, seen, options.now, result.wakeAt);
      return result.result;
    } finally {
      await app.close();
    }
  },
};

/** A look ahead sends nothing, but in the sandbox. */
async function openDue(args: Arguments, io: Io): Promise<App> {
  const only = namesIn(args.only);
  const open = (sandbox: boolean, reach: "look" | "send") =>
    openApp(args, io, { sandbox, reach, only, also: ["schedule", "feeds"], now: true });
  if (args.at === undefined) return open(args.sandbox, "send");
  const app = await open(args.sandbox, "look");
  if (!app.config.sandbox) return app;
  await app.close();
  return open(true, "send");
}

interface Run {
  readonly app: App;
  readonly args: Arguments;
  readonly io: Io;
  readonly options: SurveyOptions;
  readonly speech: ReturnType<typeof holdBack>;
}

interface Ended {
  readonly result: Result;
  /** The next time that something is due; "none": something was, look again at once. */
  readonly wakeAt: Date | undefined | "none";
}

/** Notices wait until there is something to do: cron mails whatever is said. */
function holdBack(io: Io, quiet: boolean) {
  const held: string[] = [];
  let isOpen = false;
  return {
    err: (text: string) => void (isOpen ? io.err(text) : held.push(text)),
    open() {
      if (!quiet) for (const text of held.splice(0)) io.err(text);
      isOpen = true;
    },
  };
}

function optionsOf(args: Arguments, app: App, io: Io, isLook: boolean): SurveyOptions {
  const now = io.now();
  return {
    only: chooseChannels(app, args.only),
    maxLateMs: args.maxLate === undefined ? app.config.schedule.maxLateMs : maxLateMs(args.maxLate),
    at: args.at === undefined ? now : momentOf(args.at, app.config.publication.timezone),
    now,
    isLook,
  };
}

function maxLateMs(written: string): number {
  const ms = durationMs(written);
  if (ms !== undefined) return ms;
  throw new UserError({
    code: "usage",
    message: `--max-late is "${written}", which is no duration.`,
    next: "Write it such as 6h, 90m or 2d.",
  });
}

function momentOf(written: string, zone: string): Date {
  const instant = readInstant(written, zone, "strict");
  if ("iso" in instant) return new Date(instant.iso);
  throw new UserError({
    code: "usage",
    message: `--at is "${written}", which ${instant.problem}.`,
    next: 'Write local time such as "2026-12-01 09:00", or add an offset.',
  });
}

/** Only a live run tells the monitor: a rehearsal says nothing about the next one. */
async function withHeartbeat({ app }: Run, work: () => Promise<Ended>): Promise<Ended> {
  const url = app.config.sandbox ? undefined : app.config.schedule.heartbeatUrl;
  if (url === undefined) return work();
  await ping(url, "start");
  try {
    const ended = await work();
    await ping(url, ended.result.exit);
    // The monitor wants to hear of every run, so that none may end early.
    return { ...ended, wakeAt: "none" };
  } catch (error) {
    await ping(url, error instanceof UserError ? error.exit : EXIT.bug);
    throw error;
  }
}

async function dueNow(run: Run): Promise<Ended> {
  const { app, args, options } = run;
  const { feeds, wakeAt } = dueFeeds(app, options.at);
  if (!args.trustPublished && feeds.length === 0) {
    const first = await survey(app, await app.ledger("readOnly"), options);
    if (isQuiet(first)) return { result: nothing(), wakeAt: earlier(first.wakeAt, wakeAt) };
  }
  const ledger = await app.ledger();
  const lock = await ledger.lock(DUE, options.now);
  if ("heldBy" in lock) return { result: heldResult(lock.heldBy, args.quiet), wakeAt: "none" };
  try {
    if (args.trustPublished) await trustPublished(app);
    const read = await readFeeds(app, feeds);
    // What a feed just brought is due from this moment on, which is later than the one this run began at.
    const at = read.imported.length > 0 ? app.run.now() : options.at;
    const surveyed = await survey(app, ledger, { ...options, at });
    const found = { ...surveyed, problems: [...read.problems, ...surveyed.problems] };
    if (!isSameQueue(found.queue, found.dealt)) await ledger.agenda.setQueue(found.dealt);
    if (found.work.length + found.problems.length + read.imported.length === 0)
      return { result: nothing(), wakeAt: "none" };
    run.speech.open();
    if (!args.quiet) for (const notice of [...read.notices, ...arrivals(read)]) app.reporter.notice(notice);
    return { result: await workOff(run, found), wakeAt: "none" };
  } finally {
    lock.release();
  }
}

const earlier = (a: Date | undefined, b: Date | undefined) => (a === undefined || (b && b < a) ? b : a);

const FATE = { draft: "as a draft", queue: "into the queue", publish: "and is due" } as const;

function arrivals({ imported }: FeedsRead): Notice[] {
  return imported.map(({ slug, policy }) => ({
    code: "feed-item",
    message: `A feed brought "${slug}" ${FATE[policy]}.`,
  }));
}

/** No article's slug has a low line. */
const DUE = "_due";

function isQuiet({ work, problems, queue, dealt }: Survey): boolean {
  return work.length === 0 && problems.length === 0 && isSameQueue(queue, dealt);
}

async function workOff({ app, args, io }: Run, found: Survey): Promise<Result> {
  const reporter = args.quiet ? { ...app.reporter, notice: () => undefined } : app.reporter;
  const quietly = { ...app, reporter };
  const patience = new Patience(patienceFile(app));
  await syncBeforeMail(
    app,
    found.work.flatMap(({ send }) => send),
    io,
  );
  const done: Done[] = [];
  for (const work of found.work) {
    if (app.run.stop.aborted) break;
    const each = await carryOut(quietly, work, found.digests, io);
    patience.note(each.tried, each.refused, app.run.now());
    done.push(each);
  }
  const left = done.length < found.work.length;
  if (left && done.length === 0) throw refuse.stoppedEarly();
  for (const problem of found.problems) app.reporter.problem(problem);
  const exit = left ? EXIT.stopped : worst(done, found);
  return toResult(
    app,
    done.flatMap(({ reports }) => reports),
    { exit, quiet: args.quiet, tool: io.tool },
  );
}

function worst(done: readonly Done[], { problems }: Survey): ExitCode {
  const reports = done.flatMap((each) => each.reports);
  const isAnything = reports.some(({ channels }) => channels.length > 0);
  const isRefused = problems.length > 0 || done.some(({ refused }) => refused.length > 0);
  if (!isAnything) return isRefused ? EXIT.refused : EXIT.done;
  if (isRefused || reports.some(({ channels }) => channels.some(({ missed }) => missed > 0)))
    return EXIT.incomplete;
  return exitOf(reports);
}

async function lookAhead({ app, options, args, io, speech }: Run): Promise<Ended> {
  const found = await survey(app, await app.ledger("readOnly"), options);
  if (found.work.length > 0 || found.problems.length > 0) speech.open();
  const reports: RunReport[] = [];
  for (const work of found.work) reports.push(...(await rehearse(app, work, found.digests)));
  for (const problem of found.problems) app.reporter.problem(problem);
  const exit = found.problems.length > 0 ? EXIT.refused : EXIT.done;
  return { result: toResult(app, reports, { exit, quiet: args.quiet, tool: io.tool }), wakeAt: "none" };
}

/** A person says so: this ledger is an old copy, and what published.jsonl names is done. */
async function trustPublished(app: App): Promise<void> {
  const ledger = await app.ledger();
  const forgotten = contradictions(ledger.id, await ledger.rows(), app.published.read());
  for (const scope of forgotten) await ledger.agenda.skip(scope, app.run.now());
  await ledger.agenda.renew();
}

function nothing(): Result {
  return { exit: EXIT.done, text: () => "", json: () => [] };
}

function heldResult({ since, pid, host }: LockHolder, quiet: boolean): Result {
  const words = `Another due has been at work since ${since} (process ${pid} on ${host}); this one leaves it to that.`;
  return { exit: EXIT.done, text: () => (quiet ? "" : words), json: () => [] };
}

/** Each article by itself. */
const ALONE = { article: [], digest: false };

function toResult(
  app: App,
  reports: readonly RunReport[],
  { exit, quiet, tool }: { exit: ExitCode; quiet: boolean; tool: string },
): Result {
  const shown = reports.filter(({ channels }) => channels.length > 0);
  return {
    exit,
    text: () =>
      quiet && exit === EXIT.done
        ? ""
        : shown.map((report) => showRun(view(app, report, ALONE, tool))).join("\n\n"),
    json: () => reports.map(runJson),
  };
}
