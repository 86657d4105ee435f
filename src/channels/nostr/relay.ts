import type { SignedEvent } from "./event.ts";

/** A conversation with one relay (NIP-01). Nothing in it throws: what went wrong is in the verdict. */
export interface Relay {
  /** Gives it events, one after the other, until one is not taken. */
  publish(events: readonly SignedEvent[]): Promise<Verdict>;
  /** Which of these ids it has; undefined when it did not tell. */
  known(ids: readonly string[]): Promise<ReadonlySet<string> | undefined>;
  close(): void;
}

/** What a relay made of the events it was given. */
export type Verdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected" | "login" | "busy" | "unreachable"; readonly text: string };

export interface RelayOptions {
  readonly url: string;
  /** Of each question, in milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Proves who asks, to a relay that wants to know (NIP-42). */
  authenticate(challenge: string): SignedEvent;
}

type Message = readonly unknown[];

interface Talk {
  say(message: readonly unknown[]): void;
  /** The first message from now on that `isMeant`; undefined when none came in time. */
  hear(isMeant: (message: Message) => boolean): Promise<Message | undefined>;
  challenge(): string | undefined;
  close(): void;
}

/** @returns the relay, or why there is no way to it. */
export async function openRelay(
  options: RelayOptions,
): Promise<Relay | { readonly kind: "unreachable"; readonly text: string }> {
  const talk = await connect(options);
  if (talk === undefined) return { kind: "unreachable", text: "no connection" };
  return {
    async publish(events) {
      for (const event of events) {
        const verdict = await give(event, talk, options);
        if (verdict.kind !== "accepted") return verdict;
      }
      return { kind: "accepted" };
    },
    known: (ids) => ask(ids, talk),
    close: () => talk.close(),
  };
}

async function give(event: SignedEvent, talk: Talk, options: RelayOptions): Promise<Verdict> {
  const first = await offer(event, talk);
  const challenge = talk.challenge();
  if (first.kind !== "login" || challenge === undefined) return first;
  const proof = options.authenticate(challenge);
  const heard = talk.hear(([kind, id]) => kind === "OK" && id === proof.id);
  talk.say(["AUTH", proof]);
  const answer = await heard;
  if (answer?.[2] !== true) return answer === undefined ? SILENT : verdictOf(answer);
  return offer(event, talk);
}

const SILENT: Verdict = { kind: "unreachable", text: "no answer" };

async function offer(event: SignedEvent, talk: Talk): Promise<Verdict> {
  const heard = talk.hear(([kind, id]) => kind === "OK" && id === event.id);
  talk.say(["EVENT", event]);
  const answer = await heard;
  return answer === undefined ? SILENT : verdictOf(answer);
}

/** The words before the colon are NIP-01's and NIP-42's. */
const PREFIXES: readonly (readonly [RegExp, Exclude<Verdict["kind"], "unreachable">])[] = [
  [/^duplicate:/, "accepted"],
  [/^(auth-required|restricted|blocked):/, "login"],
  [/^(rate-limited|error):/, "busy"],
];

function verdictOf([, , accepted, said]: Message): Verdict {
  const text = plain(said);
  const kind =
    accepted === true ? "accepted" : (PREFIXES.find(([start]) => start.test(text))?.[1] ?? "rejected");
  if (kind === "accepted") return { kind };
  return { kind, text: text.startsWith("pow:") ? `${text} (${NO_WORK})` : text };
}

/** NIP-13: minutes of computing for each post, which the relay would have to know beforehand. */
const NO_WORK = "it wants proof of work, which pressrun does not do: name another relay in pressrun.yaml";

const LONGEST_TEXT = 200;
/** One line, as a clause. */
function plain(said: unknown): string {
  const text = typeof said === "string" ? said.replace(/\s+/g, " ").trim() : "";
  return text.slice(0, LONGEST_TEXT).replace(/\.+$/, "") || "refused without a reason";
}

async function ask(ids: readonly string[], talk: Talk): Promise<ReadonlySet<string> | undefined> {
  const name = "pressrun";
  const found = new Set<string>();
  const ended = talk.hear(([kind, subscription, event]) => {
    if (subscription !== name) return false;
    const { id } = Object(event) as { id?: unknown };
    if (kind === "EVENT" && typeof id === "string" && ids.includes(id)) found.add(id);
    return kind === "EOSE" || kind === "CLOSED";
  });
  talk.say(["REQ", name, { ids }]);
  const last = await ended;
  talk.say(["CLOSE", name]);
  return last?.[0] === "EOSE" || found.size === ids.length ? found : undefined;
}

async function connect({ url, deadlineMs, signal }: RelayOptions): Promise<Talk | undefined> {
  if (signal.aborted) return undefined;
  const socket = new WebSocket(url);
  const ears = new Set<(message: Message | undefined) => void>();
  let challenge: string | undefined;
  const over = () => {
    for (const ear of [...ears]) ear(undefined);
  };
  socket.addEventListener("message", ({ data }) => {
    const message = parsed(data);
    if (message[0] === "AUTH" && typeof message[1] === "string") challenge = message[1];
    for (const ear of [...ears]) ear(message);
  });
  socket.addEventListener("close", over);
  socket.addEventListener("error", over);
  signal.addEventListener("abort", over, { once: true });
  const opened = within(deadlineMs, ears, (settle) => {
    socket.addEventListener("open", () => settle([]));
    return () => false;
  });
  const talk: Talk = {
    say(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    hear(isMeant) {
      if (socket.readyState !== WebSocket.OPEN) return Promise.resolve(undefined);
      return within(deadlineMs, ears, () => isMeant);
    },
    challenge: () => challenge,
    close() {
      signal.removeEventListener("abort", over);
      socket.close();
    },
  };
  if ((await opened) !== undefined) return talk;
  talk.close();
  return undefined;
}

/** A promise of one message, or of undefined when the time is over or the connection is. */
function within(
  deadlineMs: number,
  ears: Set<(message: Message | undefined) => void>,
  begin: (settle: (message: Message | undefined) => void) => (message: Message) => boolean,
): Promise<Message | undefined> {
  return new Promise((resolve) => {
    const settle = (message: Message | undefined) => {
      clearTimeout(timer);
      ears.delete(ear);
      resolve(message);
    };
    const isMeant = begin(settle);
    const ear = (message: Message | undefined) => {
      if (message === undefined || isMeant(message)) settle(message);
    };
    const timer = setTimeout(settle, deadlineMs, undefined);
    ears.add(ear);
  });
}

function parsed(data: unknown): Message {
  try {
    const message: unknown = JSON.parse(String(data));
    return Array.isArray(message) ? message : [];
  } catch {
    return [];
  }
}
