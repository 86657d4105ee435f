import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionOptions, MailConnection } from "./connection.ts";
import { type Endpoint, endpointOf, type MailServer } from "./endpoint.ts";
import { MailFailure } from "./failure.ts";

/** One configured server and how it fares. */
interface Place {
  readonly endpoint: Endpoint;
  readonly weight: number;
  open: number;
  /** The last attempt to connect failed: others are asked first. */
  isDown: boolean;
  /** It refused the login. Asking again for each mail would lock the account. */
  refusal?: MailFailure;
  /** 421s in a row. */
  tooMany: number;
  /** It said 421: until then nobody speaks to it. By the monotonic clock, milliseconds. */
  restsUntil: number;
  /** Greetings in a row that said 421 while other connections to it were open, or being opened. */
  fullTimes: number;
  /** Until then no connection to it is opened; those it has go on. By the monotonic clock, milliseconds. */
  fullUntil: number;
}

/** After the first 421 in a row; twice as long after each further one. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;

/** Connections to the configured servers: opened when needed, used again, at most `size` at once. */
export class MailPool {
  readonly #places: readonly Place[];
  readonly #size: number;
  readonly #options: ConnectionOptions;
  readonly #idle: MailConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Those who may not open a connection now: one that is free before wakes them. */
  readonly #asleep = new Set<AbortController>();
  #busy = 0;
  #resting = false;

  /** @throws UserError for a server that is not an SMTP address. */
  constructor(servers: readonly MailServer[], size: number, options: ConnectionOptions) {
    this.#places = servers.map((server) => ({
      endpoint: endpointOf(server),
      weight: server.weight,
      open: 0,
      isDown: false,
      tooMany: 0,
      restsUntil: 0,
      fullTimes: 0,
      fullUntil: 0,
    }));
    this.#size = size;
    this.#options = options;
  }

  /**
   * Runs `work` on a connection of its own. A used connection that turns out to be dead before the server has said
   * anything is replaced by a new one, once: servers hang up on idle clients without it being a fault.
   * @throws MailFailure
   */
  async use<Value>(
    signal: AbortSignal,
    work: (connection: MailConnection) => Promise<Value>,
  ): Promise<Value> {
    this.#resting = false;
    await this.#enter();
    try {
      const { connection, isKept } = await this.#acquire(signal);
      try {
        return await this.#run(connection, signal, work);
      } catch (error) {
        if (!isKept || !isStale(error)) throw error;
        return await this.#run(await this.#open(signal), signal, work);
      }
    } finally {
      this.#leave();
    }
  }

  /** Takes leave of every server; a connection at work does so when its mail is done. The next mail opens anew. */
  async close(): Promise<void> {
    this.#resting = true;
    await Promise.all(this.#idle.splice(0).map((connection) => this.#drop(connection)));
  }

  async #run<Value>(
    connection: MailConnection,
    signal: AbortSignal,
    work: (connection: MailConnection) => Promise<Value>,
  ): Promise<Value> {
    let keep = true;
    try {
      const value = await work(connection);
      const place = this.#placeOf(connection);
      if (place) place.tooMany = 0;
      return value;
    } catch (error) {
      if (isTooMany(error)) rest(this.#placeOf(connection));
      keep = await connection.reset(signal);
      throw error;
    } finally {
      if (keep && !this.#resting) this.#keep(connection);
      else await this.#drop(connection);
    }
  }

  #keep(connection: MailConnection): void {
    this.#idle.push(connection);
    this.#wakeOne();
  }

  #wakeOne(): void {
    const [first] = this.#asleep;
    if (first === undefined) return;
    this.#asleep.delete(first);
    first.abort();
  }

  /** A kept connection, else a new one. Where the server has no room for one more, the next that is free will do. */
  async #acquire(signal: AbortSignal): Promise<{ connection: MailConnection; isKept: boolean }> {
    for (;;) {
      const kept = this.#takeIdle();
      if (kept) return { connection: kept, isKept: true };
      if (await this.#mayOpen(signal)) {
        try {
          return { connection: await this.#open(signal), isKept: false };
        } catch (error) {
          if (!isTooMany(error) || !this.#places.some(({ open }) => open > 0)) throw error;
        }
      }
    }
  }

  async #open(signal: AbortSignal): Promise<MailConnection> {
    const failures: MailFailure[] = [];
    await this.#makeRoom();
    while (!(await this.#mayOpen(signal)));
    for (const place of this.#byLoad()) {
      try {
        return await this.#connect(place, signal);
      } catch (error) {
        if (!(error instanceof MailFailure) || error.phase === "stopped") throw error;
        failures.push(error);
      }
    }
    // While one server may yet answer, the login that another refused does not decide.
    throw (
      failures.find((failure) => !isRefusedLogin(failure)) ??
      failures[0] ??
      new MailFailure("connect", "no SMTP server is configured")
    );
  }

  async #connect(place: Place, signal: AbortSignal): Promise<MailConnection> {
    if (place.refusal) throw place.refusal;
    place.open += 1;
    const { fullTimes } = place;
    // Where there was no room, one asks whether there is, not all at once.
    if (fullTimes > 0) holdOpening(place);
    try {
      const connection = await MailConnection.open(place.endpoint, this.#options, signal);
      place.isDown = false;
      place.fullTimes = 0;
      place.fullUntil = 0;
      return connection;
    } catch (error) {
      place.open -= 1;
      place.isDown = true;
      if (error instanceof MailFailure && isRefusedLogin(error)) place.refusal = error;
      if (isTooMany(error)) turnedAway(place, fullTimes);
      throw error;
    }
  }

  /**
   * Where every server said 421, waits until the first may be asked again or a kept connection is free.
   * @returns whether a server may be asked: another connection may hear 421 meanwhile, and a timer may ring early.
   */
  async #mayOpen(signal: AbortSignal): Promise<boolean> {
    if (this.#places.length === 0 || this.#byLoad().length > 0) return true;
    const until = Math.min(...this.#places.map((place) => Math.max(place.restsUntil, place.fullUntil)));
    const alarm = new AbortController();
    this.#asleep.add(alarm);
    await sleep(Math.max(until - performance.now(), 1), undefined, {
      signal: AbortSignal.any([signal, alarm.signal]),
    }).catch(() => undefined);
    this.#asleep.delete(alarm);
    if (signal.aborted)
      throw new MailFailure("stopped", "the run was stopped before the mail was handed over");
    return this.#byLoad().length > 0;
  }

  /** Connections to a server that rests are kept for later, unless there would be too many in all. */
  async #makeRoom(): Promise<void> {
    if (this.#busy + this.#idle.length <= this.#size) return;
    const [resting] = this.#idle.splice(0, 1);
    if (resting) await this.#drop(resting);
  }

  /** Servers that answer first; among them the one furthest below its share. One that rests or is full is passed over. */
  #byLoad(): readonly Place[] {
    const now = performance.now();
    const load = ({ open, weight }: Place): number => (open + 1) / weight;
    return this.#places
      .filter(({ restsUntil, fullUntil }) => restsUntil <= now && fullUntil <= now)
      .toSorted((a, b) => Number(a.isDown) - Number(b.isDown) || load(a) - load(b));
  }

  #takeIdle(): MailConnection | undefined {
    const now = performance.now();
    for (let index = this.#idle.length - 1; index >= 0; index--) {
      const kept = this.#idle[index] as MailConnection;
      const place = this.#placeOf(kept);
      if (kept.isAlive && place && place.restsUntil > now) continue;
      this.#idle.splice(index, 1);
      if (kept.isAlive) return kept;
      void this.#drop(kept);
    }
    return undefined;
  }

  #placeOf({ endpoint }: MailConnection): Place | undefined {
    return this.#places.find((place) => place.endpoint === endpoint);
  }

  async #drop(connection: MailConnection): Promise<void> {
    const place = this.#placeOf(connection);
    if (place) {
      place.open -= 1;
      place.fullUntil = 0;
    }
    await connection.quit();
    this.#wakeOne();
  }

  async #enter(): Promise<void> {
    if (this.#busy < this.#size) {
      this.#busy += 1;
      return;
    }
    // The one that leaves hands its place over, so nobody else can slip in.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#busy -= 1;
  }
}

/** 5xx to AUTH, or credentials kept back; a 4xx (RFC 4954: 454) passes. */
function isRefusedLogin({ phase, code }: MailFailure): boolean {
  return phase === "login" && (code === undefined || code >= 500);
}

/** RFC 5321, 3.8: the server closes the channel; of bulk senders it means "slow down". */
function isTooMany(error: unknown): boolean {
  return error instanceof MailFailure && error.code === 421;
}

/**
 * 421 for a greeting, while it serves other connections: it takes no more of them (postfix:
 * smtpd_client_connection_count_limit), and those go on. Without others it wants to be left alone.
 */
function turnedAway(place: Place, timesBefore: number): void {
  if (place.open === 0) rest(place);
  // Connections that were opened together count once.
  if (place.open === 0 || place.fullTimes > timesBefore) return;
  place.fullTimes += 1;
  holdOpening(place);
}

function holdOpening(place: Place): void {
  place.fullUntil = performance.now() + restAfter(place.fullTimes - 1);
}

const restAfter = (times: number): number => Math.min(FIRST_REST_MS * 2 ** times, LONGEST_REST_MS);

/** Connections that hear 421 together count once. */
function rest(place: Place | undefined): void {
  const now = performance.now();
  if (place === undefined || place.restsUntil > now) return;
  place.restsUntil = now + restAfter(place.tooMany);
  place.tooMany += 1;
}

function isStale(error: unknown): boolean {
  return error instanceof MailFailure && error.phase === "connect" && error.code === undefined;
}
