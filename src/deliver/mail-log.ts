/** Postfix looks at its incoming queue at least so often (queue_run_delay): what it took is logged by then. */
const QUEUED_WITHIN_MS = 300_000;

/** What a mail server's log says of one message. */
export type Fate =
  /** It was taken. */
  | { readonly kind: "taken"; readonly messageId: string }
  /** It surely was not. */
  | { readonly kind: "absent" }
  /** The log does not tell. */
  | { readonly kind: "unknown" };

/** A message that may be in the log. */
export interface Sought {
  /** What stands before the @ of its Message-ID. */
  readonly name: string;
  /** When it was first tried, and when the try was last heard of. */
  readonly from: Date;
  readonly to: Date;
}

interface Seen {
  readonly messageId: string;
  at: number | undefined;
  isQueued: boolean;
  isRefused: boolean;
}

export interface MailLog {
  fateOf(message: Sought): Fate;
  /** Of the first and the last line with a time, milliseconds since 1970; undefined where there is none. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * Reads a log as postfix writes it (syslog or RFC 3339 times), line by line, keeping only what concerns `names`.
 *
 * `cleanup` names a Message-ID while the message still arrives; only `qmgr`, or a delivery, says that it was taken. In
 * a log without a line of `qmgr` the first is all there is, and is believed.
 * @param now tells which year a syslog time belongs to; such times are of this machine's zone.
 */
export async function readMailLog(
  lines: AsyncIterable<string>,
  names: ReadonlySet<string>,
  now: Date,
): Promise<MailLog> {
  const seen = new Map<string, Seen>();
  const byQueueId = new Map<string, Seen>();
  let hasQueue = false;
  let from: number | undefined;
  let last = "";
  for await (const line of lines) {
    from ??= timeOf(line, now)?.start;
    if (isDated(line)) last = line;
    const [, queueId = "", messageId = "", name = ""] = MESSAGE.exec(line) ?? [];
    if (names.has(name)) {
      const found = seen.get(name) ?? { messageId, at: undefined, isQueued: false, isRefused: false };
      found.at = timeOf(line, now)?.end;
      seen.set(name, found);
      if (queueId !== "") byQueueId.set(queueId, found);
      continue;
    }
    const queued = QUEUED.exec(line)?.[1];
    hasQueue ||= queued !== undefined;
    note(byQueueId.get(queued ?? deliveredIn(line) ?? ""), "isQueued");
    note(byQueueId.get(REFUSED.exec(line)?.[1] ?? ""), "isRefused");
  }
  const to = timeOf(last, now)?.end;
  return { from, to, fateOf: (message) => fateOf(message, seen.get(message.name), { hasQueue, from, to }) };
}

/** "postfix/cleanup[71]: 4Xk2Z: message-id=<0123…@example.org>" */
const MESSAGE = /(?:\s([0-9A-Za-z]+): )?message-id=(<([0-9a-f]{32})@[^>]{1,255}>)/;
/** "postfix/qmgr[7]: 4Xk2Z: from=<…>, size=…" */
const QUEUED = /\/qmgr\[\d+\]: ([0-9A-Za-z]+): from=/;
/** "postfix/smtp[9]: 4Xk2Z: to=<…>, …, status=sent" */
const DELIVERED = /\s([0-9A-Za-z]+): to=</;
/** A filter or a header check turned the message away before it was taken. */
const REFUSED = /\s([0-9A-Za-z]+): (?:milter-)?reject: /;

/** In two steps, since a line may be a megabyte long: one expression for both would take the square of its length. */
function deliveredIn(line: string): string | undefined {
  const found = DELIVERED.exec(line);
  return found !== null && /\bstatus=/.test(line.slice(found.index)) ? found[1] : undefined;
}

function note(seen: Seen | undefined, what: "isQueued" | "isRefused"): void {
  if (seen !== undefined) seen[what] = true;
}

function fateOf(
  { from: tried, to: heard }: Sought,
  seen: Seen | undefined,
  log: { readonly hasQueue: boolean; readonly from: number | undefined; readonly to: number | undefined },
): Fate {
  const { hasQueue, from = Number.POSITIVE_INFINITY, to = Number.NEGATIVE_INFINITY } = log;
  if (seen?.isQueued || (seen && !hasQueue && !seen.isRefused))
    return { kind: "taken", messageId: seen.messageId };
  if (seen?.isRefused) return { kind: "absent" };
  if (seen) return { kind: to >= (seen.at ?? to) + QUEUED_WITHIN_MS ? "absent" : "unknown" };
  return { kind: from <= tried.getTime() && to >= heard.getTime() ? "absent" : "unknown" };
}

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)\s/;
const SYSLOG = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)\s/;

function isDated(line: string): boolean {
  return RFC3339.test(line) || SYSLOG.test(line);
}

/** The first and the last millisecond that a line's time may mean. */
function timeOf(line: string, now: Date): { readonly start: number; readonly end: number } | undefined {
  const [iso, date = "", fraction, zone = ""] = RFC3339.exec(line) ?? [];
  if (iso !== undefined) return span(Date.parse(`${date}${fraction ?? ""}${zone}`), fraction === undefined);
  const [syslog, month = "", day = "", time = ""] = SYSLOG.exec(line) ?? [];
  if (syslog === undefined) return undefined;
  const inYear = (year: number) => Date.parse(`${month} ${day} ${year} ${time}`);
  const thisYear = inYear(now.getFullYear());
  // A log is of the past: a day after tomorrow is one of last year.
  return span(thisYear > now.getTime() + 86_400_000 ? inYear(now.getFullYear() - 1) : thisYear, true);
}

function span(start: number, isWholeSecond: boolean) {
  return Number.isNaN(start) ? undefined : { start, end: start + (isWholeSecond ? 999 : 0) };
}
