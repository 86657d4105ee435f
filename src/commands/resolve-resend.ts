import type { App } from "../app.ts";
import { held, unconfirmed } from "../deliver/refuse.ts";
import { EXIT, type ExitCode, UserError } from "../errors.ts";
import type { DeliveryKey } from "../model/delivery.ts";
import type { Ledger } from "../model/ledger.ts";
import type { RunReport } from "../pipeline.ts";
import { count, showRun } from "../report/human.ts";
import { runJson } from "../report/json.ts";
import type { Io, Result } from "./command.ts";
import { type Made, makeEditions } from "./digest.ts";
import { exitOf, runOne, UNASKED, view } from "./publish.ts";
import type { Decision, ResolveArguments } from "./resolve-decision.ts";
import { syncBeforeMail } from "./subscribers-sync.ts";

interface Resend {
  readonly slug: string;
  readonly channels: readonly string[];
  readonly decision: Extract<Decision, { name: "resend" }>;
  readonly args: ResolveArguments;
}

/**
 * Puts the article's deliveries in one state back to pending, and publishes what is pending in their channels. What
 * keeps the article from being published keeps them as they were, as far as it is known beforehand.
 * @throws UserError where a person does not confirm it, or while a run holds the article.
 */
export async function resendNow(app: App, resend: Resend, io: Io): Promise<Result> {
  const { slug, args } = resend;
  const ledger = await app.ledger();
  const first = await chosen(ledger, resend);
  if (first.length === 0) return nothing(resend);
  await refuseStrangers(app, slug, first);
  const made = await makeAgain(app, slug, args.article);
  if (!(app.config.sandbox || args.yes || (io.isTerminal && (await io.ask(question(resend, first))))))
    throw unconfirmed();
  const keys = await putBack(ledger, resend, io.now());
  const { json, counts } = decided(resend, keys);
  if (made === undefined) {
    return {
      exit: EXIT.incomplete,
      json: () => json,
      text: () =>
        `${counts} are to be sent again. There is no article of this name in content/ now: they go out once it is published again.`,
    };
  }
  const only = [...new Set(keys.map(({ channel }) => channel))];
  await syncBeforeMail(app, only, io);
  const { report, exit } = await runOne(app, made, { ...UNASKED, only: only.join(",") }, io).then(
    (report) => ({ report, exit: exitOf([report]) }),
    (error: unknown) => refused(app, made, error),
  );
  for (const problem of report.problems) app.reporter.problem(problem);
  const names = { article: [slug], digest: false };
  return {
    exit,
    json: () => ({ ...json, run: runJson(report) }),
    text: () => `${counts}: sent again.\n\n${showRun(view(app, report, names, io.tool))}`,
  };
}

/** What was put back stays pending, so the refusal is told as what this run came to. */
function refused(
  app: App,
  { edition }: Made,
  error: unknown,
): { readonly report: RunReport; readonly exit: ExitCode } {
  if (!(error instanceof UserError)) throw error;
  const { sandbox } = app.config;
  const { exit, problems } = error;
  const report = { edition, dryRun: false, sandbox, channels: [], problems, stopped: false };
  return { report, exit };
}

async function chosen(ledger: Ledger, { slug, channels, decision }: Resend): Promise<readonly DeliveryKey[]> {
  const open = await ledger.deliveries({ slug, states: [decision.state] });
  return open.map(({ key }) => key).filter(({ channel }) => channels.includes(channel));
}

async function putBack(ledger: Ledger, resend: Resend, at: Date): Promise<readonly DeliveryKey[]> {
  const lock = await ledger.lock(resend.slug, at);
  if ("heldBy" in lock) throw held(resend.slug, lock.heldBy);
  try {
    const keys = await chosen(ledger, resend);
    if (resend.decision.state !== "uncertain") await ledger.resend(keys, at);
    else for (const key of keys) await ledger.decide(key, "absent", at);
    return keys;
  } finally {
    lock.release();
  }
}

/** A channel that was taken out of the configuration has no way to send them. */
async function refuseStrangers(app: App, slug: string, keys: readonly DeliveryKey[]): Promise<void> {
  const known = (await app.channels()).map(({ name }) => name);
  const gone = [...new Set(keys.map(({ channel }) => channel))].filter((name) => !known.includes(name));
  if (gone.length === 0) return;
  throw new UserError({
    code: "unknown-channel",
    message: `"${slug}" went to ${gone.join(", ")}, which is no channel of this publication any more.`,
    next: "Add it to pressrun.yaml again, or name the others with --only.",
  });
}

/** The article, or the digest that `due` made under this slug; undefined where its file is gone. */
async function makeAgain(app: App, slug: string, name: string): Promise<Made | undefined> {
  const members = (await (await app.ledger()).agenda.digests()).get(slug);
  const wanted = members ? { article: members, digest: true, slug } : { article: [name], digest: false };
  try {
    return (await makeEditions(app, wanted))[0];
  } catch (error) {
    if (error instanceof UserError && error.problems.every(({ code }) => code === "unknown-article"))
      return undefined;
    throw error;
  }
}

function decided({ slug, decision }: Resend, keys: readonly DeliveryKey[]) {
  const byChannel = [...Map.groupBy(keys, ({ channel }) => channel)];
  const channels = byChannel.map(([channel, { length }]) => ({ channel, deliveries: length }));
  return {
    json: { article: slug, state: decision.state, decision: decision.name, channels },
    counts: channels.map((each) => `${each.channel}: ${count(each.deliveries)}`).join(", "),
  };
}

function question(resend: Resend, keys: readonly DeliveryKey[]): string {
  return `Send "${resend.slug}" again now (${decided(resend, keys).counts})?`;
}

const NOTHING = { failed: "has failed", missed: "was missed", uncertain: "is uncertain" } as const;

function nothing(resend: Resend): Result {
  return {
    exit: EXIT.done,
    json: () => decided(resend, []).json,
    text: () => `Nothing of "${resend.slug}" ${NOTHING[resend.decision.state]}.`,
  };
}
