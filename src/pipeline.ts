// The whole tool on one page: read → compose → plan → deliver. A command is a prefix of it.
import { statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { App } from "./app.ts";
import { type DigestOptions, makeDigest } from "./compose/digest.ts";
import { digestAsSent } from "./compose/digest-order.ts";
import { compose } from "./compose/index.ts";
import { createFirstMail, type FirstMail } from "./deliver/first.ts";
import { passPaused } from "./deliver/paused.ts";
import { plan } from "./deliver/plan.ts";
import * as refuse from "./deliver/refuse.ts";
import { correctionOf, deliveriesOf, newestDelivered, revisionsToPublish } from "./deliver/revision.ts";
import { runInTurn } from "./deliver/run.ts";
import { selectChannels, unknownPosts } from "./deliver/select.ts";
import { EXIT, type Problem, UserError } from "./errors.ts";
import type { Article, ReadArticle } from "./model/article.ts";
import type { Channel } from "./model/channel.ts";
import type { Outcome } from "./model/delivery.ts";
import type { Edition } from "./model/edition.ts";
import { isSameScope, type Ledger, type LedgerRow } from "./model/ledger.ts";
import { allFresh, type ChannelPlan, NO_COUNTS, type Plan, type RunRow, runRow } from "./model/plan.ts";
import { parseSegment, type Segment } from "./model/segment.ts";
import { NOBODY, requireAddress } from "./model/subscriber.ts";
import { refuseTaken } from "./read/find.ts";
import { readArticle } from "./read/index.ts";
import { queueNotices, readyChannels } from "./schedule/by-hand.ts";
import { refuseOldLedger } from "./schedule/contradiction.ts";

/** The newsletter's channel, in every publication. */
const MAIL = "email";

export interface PlanOptions {
  /** Channel names; all that the article goes to when absent. */
  readonly only?: readonly string[] | undefined;
  /** Also readers who joined since the article was first planned. */
  readonly catchUp: boolean;
}

export interface PublishOptions extends PlanOptions {
  /** Channels that paused themselves go on. */
  readonly resume: boolean;
  /** A person's yes to the plan. */
  confirm(plan: Plan): Promise<boolean>;
}

/** What a run came to. */
export interface RunReport {
  readonly edition: Edition;
  readonly dryRun: boolean;
  readonly sandbox: boolean;
  readonly channels: readonly RunRow[];
  /** Channels whose server or account turned everything away; their deliveries stay pending. */
  readonly problems: readonly Problem[];
  /** A signal or a pause ended the run before its time. */
  readonly stopped: boolean;
}

/** read → compose. */
export async function makeEdition(app: App, name: string): Promise<Edition> {
  return composeEdition(app, await read(app, name), 0);
}

/**
 * Several articles as one edition, under a slug of its own.
 * @param wanted.asSent one that went out goes on in the order in which it did, however its articles are named now.
 */
export async function makeDigestEdition(
  app: App,
  names: readonly string[],
  { asSent, ...wanted }: Pick<DigestOptions, "slug" | "title"> & { readonly asSent?: boolean },
): Promise<Edition> {
  const members: ReadArticle[] = [];
  for (const name of names) members.push(await read(app, name));
  const articles = members.map(({ article }) => article);
  refuse.twins(articles);
  const options = { ...wanted, root: app.paths.root, url: app.config.publication.url };
  const named = makeDigest(articles, options);
  await refuseTaken(named.slug, app.paths);
  const sent = asSent ? await newestOf(await app.ledger("readOnly"), named.slug) : undefined;
  const article = (sent && digestAsSent(articles, options, sent.bodyHash)) ?? named;
  return composeEdition(app, { article, notices: members.flatMap(({ notices }) => notices) }, 0);
}

function read(app: App, name: string): Promise<ReadArticle> {
  return readArticle(name, { ...app.paths, timezone: app.config.publication.timezone });
}

/** The same article at the revisions that a run is about: one, or a correction under way and the article itself. */
export async function revisionsOf(
  app: App,
  edition: Edition,
  correction: boolean,
): Promise<readonly Edition[]> {
  const { article } = edition;
  const { slug } = article;
  const ledger = await app.ledger("readOnly");
  const rows = await ledger.rows(slug);
  const revisions = correction
    ? [correctionOf(edition, await newestOf(ledger, slug))]
    : revisionsToPublish(edition, await ledger.edition(slug), rows);
  return Promise.all(
    revisions.map((revision) =>
      revision === 0 ? edition : composeEdition(app, { article, notices: [] }, revision),
    ),
  );
}

/** What readers have of an article. */
async function newestOf(ledger: Ledger, slug: string) {
  const rows = await ledger.rows(slug);
  const newest = newestDelivered(rows);
  const record = newest && (await ledger.edition(slug, newest.revision));
  return record && { ...record, deliveries: deliveriesOf(rows, record.revision) };
}

async function composeEdition(
  app: App,
  { article, notices }: ReadArticle,
  revision: number,
): Promise<Edition> {
  const { publication, email } = app.config;
  const channels = await app.channels();
  const wishes = new Map(app.config.channels.map((each) => [each.name, each]));
  const edition = await compose({
    article,
    publication,
    root: app.paths.root,
    templates: app.paths.templates,
    revision,
    at: app.run.now(),
    targets: channels.flatMap(({ name, limits }) => (limits ? [{ ...wishes.get(name), name, limits }] : [])),
    images: email?.images,
    template: email?.template,
    fit: email?.fit,
    apart: !app.request.options.brief && isLarge(app.paths.ledger),
    readImage: app.readImage,
  });
  // What there is to say was said of the article itself.
  if (revision > 0) return edition;
  const vain = [...queueNotices(article, app.config.schedule.slots), ...unknownPosts(article, channels)];
  for (const notice of [...notices, ...vain, ...edition.notices]) app.reporter.notice(notice);
  return edition;
}

/** Of some 100,000 readers and more: then memory counts for more than time, such as the 50 ms of another process. */
export function isLarge(ledger: string): boolean {
  return (statSync(ledger, { throwIfNoEntry: false })?.size ?? 0) > 30_000_000;
}

/** → plan. What a run would do, without doing it: the state folder keeps every byte. */
export async function makePlan(app: App, edition: Edition, options: PlanOptions): Promise<Plan> {
  const channels = channelsFor(edition, await app.channels(), options);
  return planWith(app, await app.ledger("readOnly"), edition, channels, options);
}

/** @throws UserError for a draft, and for a time that has not come. */
export function refuseUnready(app: App, { article }: Edition): void {
  refuse.unready(article, app.run.now(), app.allowed);
}

/** → deliver. Whatever stops it before the first delivery is thrown, and nothing was sent. */
export async function publish(app: App, edition: Edition, options: PublishOptions): Promise<RunReport> {
  const { article } = edition;
  refuseUnready(app, edition);
  const chosen = channelsFor(edition, await app.channels(), options);
  const ledger = await app.ledger();
  const lock = await ledger.lock(article.slug, app.run.now());
  if ("heldBy" in lock) throw refuse.held(article.slug, lock.heldBy);
  try {
    refuseOldLedger(ledger.id, await ledger.rows(), app.published.read());
    const channels = await channelsNow(app, ledger, article, chosen, options);
    const newest = await newestOf(ledger, article.slug);
    refuse.changedBody(edition, newest, app.allowed);
    const planned = await planWith(app, ledger, edition, channels, options);
    const busy = channels.filter((channel) => isAnythingLeft(channel, planOf(planned, channel)));
    if (busy.length > 0 && !(await options.confirm(planned))) throw refuse.unconfirmed();
    const { going, paused } = await passPaused(ledger, busy, {
      resume: options.resume,
      at: app.run.now(),
      scopeOf: (channel) => planOf(planned, channel),
    });
    // What earlier runs and people's decisions came to goes on record also where nothing is left to send.
    await notePublished(app, ledger, planned);
    const problems = [
      ...paused,
      ...(await deliverAll(app, ledger, planned, going, await firstMail(app, ledger, edition, planned))),
    ];
    return report(app, edition, planned, await ledger.rows(article.slug), problems);
  } finally {
    lock.release();
  }
}

/** What posts wait for: nothing, unless `email.first` is set and the article goes out by mail. */
async function firstMail(app: App, ledger: Ledger, edition: Edition, planned: Plan): Promise<FirstMail> {
  const mail = planned.channels.find(isMail);
  if (!app.config.email?.first) return createFirstMail(undefined);
  if (mail !== undefined) return createFirstMail(mail);
  // --only named the posts: the mail may have gone out before.
  const everywhere = selectChannels(await app.channels(), edition.article, undefined);
  const all = await planWith(app, ledger, edition, everywhere, { catchUp: false });
  return createFirstMail(all.channels.find(isMail));
}

/** Whoever names the channels, or says --now, has chosen the time; a rehearsal waits for nothing. */
async function channelsNow(
  app: App,
  ledger: Ledger,
  article: Article,
  channels: readonly Channel[],
  { only }: PublishOptions,
): Promise<readonly Channel[]> {
  if (only !== undefined || app.allowed.now || app.allowed.sandbox) return channels;
  const { slots } = app.config.schedule;
  const options = { agenda: ledger.agenda, slots, now: app.run.now() };
  const { ready, notices } = await readyChannels(article, channels, options);
  for (const notice of notices) app.reporter.notice(notice);
  return ready;
}

/** One mail to one address, outside plan and ledger; its unsubscribe link leads nowhere. */
export async function sendTest(app: App, edition: Edition, to: string): Promise<RunReport> {
  const email = await app.mail();
  if (email === undefined) throw refuse.noMail();
  const recipient = { ...NOBODY, address: requireAddress(to) };
  const key = { channel: email.name, slug: edition.article.slug, revision: edition.revision, recipient: to };
  const subject = `[Test] ${edition.newsletter.subject}`;
  const draft = email.compose({ ...edition, newsletter: { ...edition.newsletter, subject } });
  const outcome = await email.send({ key, recipient, draft, attempt: 1 }, app.run.stop);
  await email.close();
  const row = { ...NO_COUNTS, channel: email.name, planned: 1, failedEarlier: 0, [outcome.state]: 1 };
  const problems = outcome.state === "sent" ? [] : [refuse.testFailed(recipient.address, outcome.reason)];
  return { edition, dryRun: false, sandbox: app.config.sandbox, channels: [row], problems, stopped: false };
}

/** A correction goes by mail, and to what can be changed where it stands: posts stay as they are. */
function channelsFor(edition: Edition, all: readonly Channel[], { only }: PlanOptions): readonly Channel[] {
  const channels = selectChannels(all, edition.article, only);
  return edition.revision === 0
    ? channels
    : channels.filter((channel) => channel.corrects || channel.compose(edition).kind === "mail");
}

async function planWith(
  app: App,
  ledger: Ledger,
  edition: Edition,
  channels: readonly Channel[],
  { catchUp }: PlanOptions,
): Promise<Plan> {
  const { slug } = edition.article;
  const rows = await ledger.rows(slug);
  const published = app.published.read();
  const { revision } = edition;
  const scope = { slug, revision, channel: MAIL };
  const isAmong = segmentOf(edition.article, app.config.email?.to);
  const subscribers = await counted(() =>
    revision > 0 ? ledger.readers(scope) : ledger.strangers(scope).filter(isAmong),
  );
  return plan(edition, channels, { rows, published, subscribers, catchUp: catchUp || revision > 0 });
}

/** Other work goes on meanwhile: a million readers take seconds. */
async function counted<T>(list: () => IteratorObject<T>): Promise<Iterable<T> & { readonly length: number }> {
  let length = 0;
  for (const _ of list()) if (++length % 1_000 === 0) await setImmediate();
  return { length, [Symbol.iterator]: list };
}

/** The readers an article is for: its own choice, else the publication's, else all. Both were checked when read. */
function segmentOf(article: Article, usual = "all"): Segment {
  const result = parseSegment(article.email.to ?? usual);
  if ("reason" in result) throw new Error(`a segment was let through that cannot be read: ${result.reason}`);
  return result.segment;
}

const isMail = ({ draft }: ChannelPlan) => draft.kind === "mail";

function planOf(planned: Plan, channel: Channel): ChannelPlan {
  const found = planned.channels.find((each) => each.channel === channel.name);
  if (found === undefined) throw new Error(`no plan for ${channel.name}`);
  return found;
}

/** An uncertain delivery is something to do only where the network can be asked about it. */
function isAnythingLeft({ find }: Channel, { fresh, before }: ChannelPlan): boolean {
  return fresh.length + before.pending + (find ? before.uncertain : 0) > 0;
}

/** Channels run side by side: what happens to one neither stops nor repeats another. */
async function deliverAll(
  app: App,
  ledger: Ledger,
  planned: Plan,
  channels: readonly Channel[],
  first: FirstMail,
): Promise<readonly Problem[]> {
  const verified = await Promise.all(
    channels.map(async (channel) => ({ channel, problems: await channel.verify(app.run.stop) })),
  );
  const open = verified.filter(({ problems }) => problems.length === 0).map(({ channel }) => channel);
  const problems = app.run.stop.aborted ? [] : verified.flatMap((each) => each.problems);
  if (open.length === 0 && problems.length > 0) throw new UserError(problems);

  await ledger.plan(planned.edition, allFresh(planned), app.run.now());
  const waiting = planned.channels.reduce((sum, { before, fresh }) => sum + before.pending + fresh.length, 0);
  const progress = app.reporter.progress(planned.edition.slug, waiting);
  if (!open.some((channel) => isMail(planOf(planned, channel)))) first.end();
  let isAnythingOut = false;
  const onSettled = (outcome: Outcome) => {
    isAnythingOut ||= outcome.state !== "failed";
    progress.advance(outcome);
  };
  const runs = await Promise.all(
    open.map(async (channel) => {
      const scope = planOf(planned, channel);
      const part = { channel, ledger, scope, first, run: app.run, onSettled, ...termsOf(app, channel) };
      const [ran] = await Promise.allSettled([runInTurn(part)]);
      // One that ends early is on record although another goes on for hours, or breaks.
      const [noted] = await Promise.allSettled([notePublished(app, ledger, planned)]);
      return [ran, noted];
    }),
  );
  progress.done();
  return [...problems, ...runs.flat().flatMap((run) => problemsOf(run, isAnythingOut))];
}

/** The sandbox's posts cost nothing. */
function termsOf({ config }: App, { name }: Channel) {
  const maxCost = config.sandbox ? undefined : config.channels.find((each) => each.name === name)?.maxCost;
  return { rules: config.email?.pace, maxCost };
}

/** @throws what ended the channel, unless it says that nothing was sent and messages are out: then the report counts. */
function problemsOf(
  run: PromiseSettledResult<Problem | undefined>,
  isAnythingOut: boolean,
): readonly Problem[] {
  if (run.status === "fulfilled") return run.value ? [run.value] : [];
  if (isAnythingOut && run.reason instanceof UserError && run.reason.exit === EXIT.refused)
    return run.reason.problems;
  throw run.reason;
}

async function notePublished(app: App, ledger: Ledger, planned: Plan): Promise<undefined> {
  const { slug, revision, hash } = planned.edition;
  const sent = await ledger.edition(slug, revision);
  for (const row of donePart(planned, await ledger.rows(slug))) {
    const at = app.run.now().toISOString();
    app.published.add({ ...row, edition: sent?.hash ?? hash, ledger: ledger.id, at });
  }
}

/** What published.jsonl is to say: channels of this plan whose every delivery is settled. */
function donePart({ channels }: Plan, rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const planned = rows.filter((row) => channels.some((each) => isSameScope(each, row)));
  return planned.filter(({ counts }) => counts.pending + counts.uncertain === 0 && counts.sent > 0);
}

function report(
  app: App,
  edition: Edition,
  planned: Plan,
  rows: readonly LedgerRow[],
  problems: readonly Problem[],
): RunReport {
  const channels = planned.channels.map((each) => {
    const after = rows.find((row) => isSameScope(each, row));
    return runRow(each, after?.counts ?? NO_COUNTS, after?.url ?? each.url);
  });
  const isPaused = problems.some(({ code }) => code === "paused");
  const stopped = (app.run.stop.aborted || isPaused) && channels.some((row) => row.pending > 0);
  return { edition, dryRun: false, sandbox: app.config.sandbox, channels, problems, stopped };
}
