import { join } from "node:path";
import type { App } from "../app.ts";
import { digestSlug } from "../compose/digest.ts";
import { type Problem, UserError } from "../errors.ts";
import type { Ledger, QueuePlace } from "../model/ledger.ts";
import { readTimings } from "../read/timing.ts";
import { type Appointment, calendar } from "../schedule/calendar.ts";
import { refuseOldLedger } from "../schedule/contradiction.ts";
import { type Digests, gatherDigests, timedDigests } from "../schedule/digest.ts";
import { Patience } from "../schedule/patience.ts";
import { dealSlots } from "../schedule/queue.ts";
import { slotClock } from "../schedule/slots.ts";
import { type Agendum, findWork, knower } from "../schedule/work.ts";
import { namesIn } from "./only.ts";

export interface SurveyOptions {
  /** Channel names; undefined = all of the publication. */
  readonly only?: readonly string[] | undefined;
  readonly maxLateMs: number;
  /** The moment in question. */
  readonly at: Date;
  /** The time by the clock: slots before it are past. */
  readonly now: Date;
  /** Leaves every byte of the state folder as it is. */
  readonly isLook: boolean;
}

/** What the schedule comes to at one moment. */
export interface Survey extends Agendum {
  readonly appointments: readonly Appointment[];
  /** The queue as it is, and as it is to be. */
  readonly queue: readonly QueuePlace[];
  readonly dealt: readonly QueuePlace[];
  /** Digests that were made before, and those whose slot has come. */
  readonly digests: Digests;
  /** Articles whose time cannot be understood. */
  readonly problems: readonly Problem[];
}

/** Posts that lost their answer are asked about this long after: a network that cannot tell by then never will. */
const ASK_MS = 3_600_000;

/**
 * Front matter, ledger and published.jsonl → what is due.
 * @throws UserError where the ledger is older than published.jsonl.
 */
export async function survey(app: App, ledger: Ledger, options: SurveyOptions): Promise<Survey> {
  const { at, now, maxLateMs } = options;
  const channels = options.only ?? channelNames(app);
  const { timezone } = app.config.publication;
  const cache = options.isLook ? undefined : join(app.paths.state, "cache/timings.json");
  const { articles, problems } = await readTimings({ ...app.paths, timezone, cache });
  const rows = await ledger.rows();
  const published = app.published.read();
  refuseOldLedger(ledger.id, rows, published);
  const known = [...rows, ...published, ...(await ledger.agenda.unattended())];
  const isKnown = knower(known);
  const made = await ledger.agenda.digests();
  const gone = new Set([...known.map(({ slug }) => slug), ...[...made.values()].flat()]);
  const queued = articles.filter(({ queue, draft, slug }) => queue && !draft && !gone.has(slug));
  const startedAt = await ledger.agenda.startedAt();
  const queue = await ledger.agenda.queue();
  const dealt = dealSlots({
    queued,
    places: queue,
    nextSlot: await slotClock(app.config.schedule.slots, timezone),
    startedAt,
    now,
    isShared: app.config.schedule.digest,
  });
  const places = new Map(dealt.map(({ slug, slot }) => [slug, slot]));
  const waitingHere = new Set(queued.map(({ slug }) => slug));
  const fresh = app.config.schedule.digest
    ? gatherDigests({ places: dealt, waiting: waitingHere, at, slugOf: digestSlug })
    : new Map<string, string[]>();
  const digests: Digests = new Map([...made, ...fresh]);
  const members = new Set([...digests.values()].flat());
  const together = timedDigests(digests, places);
  const appointments = calendar({
    articles: [...articles.filter(({ slug }) => !members.has(slug)), ...together.timed],
    channels,
    places: together.places,
    startedAt,
    isKnown,
  });
  const waiting = await ledger.agenda.waiting(new Date(at.getTime() - ASK_MS));
  const patience = new Patience(patienceFile(app));
  const found = findWork({
    appointments,
    waiting: waiting.filter(({ channel }) => channels.includes(channel)),
    known,
    now: at,
    maxLateMs,
    heldUntil: (scope) => patience.heldUntil(scope, at),
  });
  return { ...found, appointments, queue, dealt, digests, problems };
}

export const patienceFile = ({ paths }: App) => join(paths.state, "cache/patience.json");

/** Of the publication, mail first; no channel's code is loaded for it. */
function channelNames({ config }: App): readonly string[] {
  return [...(config.email === undefined ? [] : ["email"]), ...config.channels.map(({ name }) => name)];
}

/** @throws UserError for a name that is no channel. */
export function chooseChannels(app: App, only: string | undefined): readonly string[] | undefined {
  const names = namesIn(only);
  if (names === undefined) return undefined;
  const known = channelNames(app);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return names;
  throw new UserError({
    code: "unknown-channel",
    message: `--only names "${unknown.join('", "')}", which is not a channel of this publication.`,
    next: known.length > 0 ? `Choose from: ${known.join(", ")}.` : "Add it to pressrun.yaml first.",
  });
}
