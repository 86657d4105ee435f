import { createHmac } from "node:crypto";
import { UserError } from "../errors.ts";
import { request } from "../http.ts";

/** A reader who left at an endpoint elsewhere, as its log says: nothing of it is trusted before the token is. */
export interface Left {
  readonly token: string;
  readonly at: Date;
}

export interface LogOptions {
  /** email.unsubscribe_url */
  readonly url: URL;
  /** Keys of the publication, newest first: the endpoint may not know the newest yet. */
  readonly keys: readonly string[];
  /** When the log was last read to its end; undefined reads all of it. */
  readonly since?: Date | undefined;
  readonly now: Date;
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;
/** The hosts' stores show an entry everywhere within minutes; a clock may be off by more. */
const OVERLAP_MS = DAY_MS;
/** From then on one long list costs less than a question for each day. */
const MOST_DAYS = 40;

/**
 * Reads the log of an exported endpoint, by days, from a day before it was last read.
 * @throws UserError where the endpoint cannot be reached, does not know our key, or is none.
 */
export async function* readLog(options: LogOptions): AsyncGenerator<Left> {
  const bearer = await acceptedBearer(options);
  for (const prefix of prefixes(options)) {
    let cursor = "";
    do {
      const answer = await ask(options, bearer, prefix, cursor);
      yield* answer.left;
      cursor = answer.next;
    } while (cursor !== "");
  }
}

/** Beginnings of "20260504T0900Z". */
function prefixes({ since, now }: LogOptions): string[] {
  if (since === undefined) return [""];
  const first = Math.floor((since.getTime() - OVERLAP_MS) / DAY_MS);
  const days = Math.floor(now.getTime() / DAY_MS) + 1 - first;
  // Fewer than one: the clock was put back.
  if (days > MOST_DAYS || days < 1) return [""];
  return Array.from({ length: days }, (_, index) =>
    new Date((first + index) * DAY_MS).toISOString().slice(0, 10).replaceAll("-", ""),
  );
}

/** Shows that we have the key, and cannot be turned back into it. A space is in no token, so it signs none. */
const bearerOf = (key: string) => createHmac("sha256", key).update("pressrun log").digest("base64url");

/** That of the newest key which the endpoint knows. */
async function acceptedBearer(options: LogOptions): Promise<string> {
  for (const key of options.keys) {
    const bearer = bearerOf(key);
    // A day before all days: the answer is short.
    const { status } = await fetchLog(options, bearer, "0", "");
    if (status !== 401) return bearer;
  }
  throw new UserError({
    code: "sync-key",
    message: `The endpoint at ${options.url.host} does not know our unsubscribe key.`,
    next: "Set its secret UNSUBSCRIBE_KEY to the key; docs/serverless.md says how.",
  });
}

interface Answer {
  readonly left: readonly Left[];
  /** "" at the end. */
  readonly next: string;
}

async function ask(options: LogOptions, bearer: string, prefix: string, cursor: string): Promise<Answer> {
  const response = await fetchLog(options, bearer, prefix, cursor);
  const answer = response.ok ? understood(await response.json().catch(() => undefined)) : undefined;
  // The same page for ever would be read for ever.
  if (answer !== undefined && (cursor === "" || answer.next !== cursor)) return answer;
  throw new UserError({
    code: "sync-answer",
    message: `What answers at ${options.url.host} (status ${response.status}) is no exported endpoint with a log.`,
    next: "Check email.unsubscribe_url, and that the handler that `export-endpoint` wrote is deployed there.",
  });
}

async function fetchLog(
  { url, signal }: LogOptions,
  bearer: string,
  prefix: string,
  cursor: string,
): Promise<Response> {
  const target = new URL(url);
  target.searchParams.set("log", prefix);
  if (cursor !== "") target.searchParams.set("cursor", cursor);
  try {
    return await request(target, {
      signal,
      headers: { authorization: `Bearer ${bearer}`, accept: "application/json" },
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const { message, cause } = error as Error;
    throw new UserError({
      code: "sync",
      message: `The endpoint at ${url.host} does not answer: ${cause instanceof Error ? cause.message : message}.`,
      next: "Run it again later: nothing is lost.",
    });
  }
}

function understood(body: unknown): Answer | undefined {
  const { left, next } = Object(body) as { left?: unknown; next?: unknown };
  if (!Array.isArray(left)) return undefined;
  return { left: left.flatMap(entry), next: typeof next === "string" ? next : "" };
}

function entry(written: unknown): Left[] {
  const { at, token } = Object(written) as { at?: unknown; token?: unknown };
  const [, year, month, day, hours, minutes] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/.exec(String(at)) ?? [];
  const date = new Date(`${year}-${month}-${day}T${hours}:${minutes}:00Z`);
  return typeof token === "string" && !Number.isNaN(date.getTime()) ? [{ token, at: date }] : [];
}
