import type { App } from "../app.ts";
import { readUnsubscribeToken } from "../audience/unsubscribe.ts";
import { EXIT, UserError } from "../errors.ts";
import { isLoopback } from "../mail/endpoint.ts";
import { count } from "../report/human.ts";
import { type Left, readLog } from "../serve/sync.ts";
import type { Io, Result } from "./command.ts";

/** What the log of an exported endpoint came to. */
interface Synced {
  /** Entries read. */
  readonly read: number;
  /** Readers who are off the list from now on. */
  readonly left: number;
  /** Tokens that none of our keys signed: they change nothing. */
  readonly invalid: number;
}

/** Takes everybody off the list who left at the endpoint that `export-endpoint` wrote. Again and again does no harm. */
export async function syncList(app: App, io: Io): Promise<Result> {
  const synced = await sync(app, endpointOf(app), io);
  return { exit: EXIT.done, json: () => synced, text: () => showSynced(synced) };
}

/**
 * The same before a mail, where it was done before: `publish` and `due` write to nobody who has left. An endpoint that
 * does not answer keeps no mail back, and is told of: mailbox providers give a sender two days.
 * @param channels of the run; all unless given.
 */
export async function syncBeforeMail(
  app: App,
  channels: readonly string[] | undefined,
  io: Io,
): Promise<void> {
  const { sandbox, email } = app.config;
  const isMail = channels?.includes("email") ?? true;
  if (sandbox || !isMail || email?.unsubscribeUrl === undefined) return;
  const since = (await app.ledger()).consents.syncedAt(nameOf(new URL(email.unsubscribeUrl)));
  if (since === undefined) return;
  try {
    await sync(app, endpointOf(app), io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const problem of error.problems)
      app.reporter.problem({
        ...problem,
        message: `Who left since ${since.toISOString()} is not known: ${problem.message}`,
        next: "Run `pressrun subscribers sync` for more; readers who left there are still written to.",
      });
  }
}

const nameOf = ({ origin, pathname }: URL) => `${origin}${pathname}`;
/** Of one transaction. */
const SOME = 1_000;

async function sync(app: App, url: URL, io: Io): Promise<Synced> {
  const keys = await app.unsubscribeKeys();
  const { consents, subscribers } = await app.ledger();
  const now = io.now();
  const since = consents.syncedAt(nameOf(url));
  const entries: Left[] = [];
  for await (const each of readLog({ url, keys, since, now, signal: io.signal })) entries.push(each);
  const leaving = new Map<string, number>();
  let invalid = 0;
  for (const { token, at } of entries) {
    const id = readUnsubscribeToken(keys, token)?.id;
    if (id === undefined) invalid += 1;
    else if (subscribers.addressOf(id) !== undefined)
      leaving.set(id, Math.min(leaving.get(id) ?? now.getTime(), at.getTime()));
  }
  const times = Map.groupBy(leaving.keys(), (id) => leaving.get(id) ?? now.getTime());
  for (const [at, ids] of times) consents.leave(ids, new Date(at));
  while (consents.takeOff(SOME));
  consents.noteSynced(nameOf(url), now);
  return { read: entries.length, left: leaving.size, invalid };
}

function endpointOf({ config }: App): URL {
  const written = config.email?.unsubscribeUrl;
  if (written === undefined)
    throw new UserError({
      code: "no-endpoint",
      message: "This publication names no unsubscribe endpoint.",
      next: "Set email.unsubscribe_url to where the handler that `export-endpoint` wrote is deployed.",
    });
  const url = new URL(written);
  if (url.protocol === "https:" || isLoopback(url.hostname)) return url;
  throw new UserError({
    code: "endpoint-https",
    message: "The log of an endpoint is read over https alone.",
    next: "Write email.unsubscribe_url with https://.",
  });
}

function showSynced({ read, left, invalid }: Synced): string {
  const off =
    left === 0
      ? "nobody new left"
      : `${count(left)} ${left === 1 ? "reader is" : "readers are"} off the list`;
  const forged = invalid > 0 ? `, ${count(invalid)} not signed by us` : "";
  return `${count(read)} ${read === 1 ? "entry" : "entries"} read${forged}: ${off}.`;
}
