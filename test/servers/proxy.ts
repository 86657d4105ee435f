import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** What passed through, as it was on the wire. */
export interface Seen {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** What happens to a request instead of being forwarded and answered. */
export type Fate =
  /** It is forwarded, and the connection breaks before the answer. */
  | "lose the answer"
  /** It is not forwarded, and the connection breaks. */
  | "break"
  /** It is forwarded, and then no answer comes. */
  | "hang"
  /** The connection breaks; it is forwarded only then. */
  | { readonly late: Promise<unknown> }
  /** It is forwarded, and the answer never ends. */
  | "endless"
  /** It is forwarded, and this is the answer instead of the server's own. */
  | { readonly after: Answer }
  /** It is not forwarded; this is the answer. */
  | Answer;

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes as they are; all else as JSON. */
  readonly body?: unknown;
}

export interface RecordingProxy {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Asked for each request; undefined lets it pass. */
  meddle(fate: (request: Seen) => Fate | Promise<Fate | undefined> | undefined): void;
  /** Nothing that came in is still on its way to the server: what it has now is what it will have. */
  quiet(): Promise<void>;
  /** From now on nothing was seen, and nothing is meddled with. */
  forget(): void;
  close(): Promise<void>;
}

/** Stands between a client and a real server on loopback: records, and fails where it is told to. */
export async function startProxy(target: string): Promise<RecordingProxy> {
  const seen: Seen[] = [];
  let decide: (request: Seen) => Fate | Promise<Fate | undefined> | undefined = () => undefined;
  let underWay = 0;

  async function pass(passing: Seen): Promise<Response> {
    underWay += 1;
    try {
      return await forward(target, passing);
    } finally {
      underWay -= 1;
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = request;
    const body = await buffer(request);
    const passing = { method, path, headers, body };
    seen.push(passing);
    const fate = await decide(passing);
    if (fate === "break") return void response.destroy();
    if (typeof fate === "object" && "late" in fate) return carryOutLate(passing, response, fate.late);
    if (typeof fate === "object" && "status" in fate) return give(fate, response);
    await answerAs(fate, await pass(passing), response);
  }

  async function carryOutLate(
    passing: Seen,
    response: ServerResponse,
    late: Promise<unknown>,
  ): Promise<void> {
    response.destroy();
    await late;
    await pass(passing);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    meddle(fate) {
      decide = fate;
    },
    async quiet() {
      // What has come in, and was not read yet, is read by then: the proxy lives in this process.
      do await sleep(20);
      while (underWay > 0);
    },
    forget() {
      seen.length = 0;
      decide = () => undefined;
    },
    async close() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answerAs(
  fate: Exclude<Fate, Answer> | undefined,
  answer: Response,
  response: ServerResponse,
): Promise<void> {
  if (fate === "lose the answer") return void response.destroy();
  if (fate === "hang") return;
  if (fate === "endless") return pour(response);
  if (typeof fate === "object" && "after" in fate) return give(fate.after, response);
  const kept = [...answer.headers].filter(([name]) => !OF_ONE_HOP.includes(name));
  response.writeHead(answer.status, Object.fromEntries(kept));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

/** What belongs to one connection, or no longer fits a body that fetch has unpacked. */
const OF_ONE_HOP = [
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
];

function forward(target: string, { method, path, headers, body }: Seen): Promise<Response> {
  const kept = Object.entries(headers).filter(([name]) => !OF_ONE_HOP.includes(name));
  return fetch(new URL(path, target), {
    method,
    headers: kept.map(([name, value]) => [name, String(value)]),
    ...(method === "GET" ? {} : { body: new Uint8Array(body) }),
    redirect: "manual",
  });
}

function give({ status, headers, body = {} }: Answer, response: ServerResponse): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body instanceof Uint8Array ? body : JSON.stringify(body));
}

function pour(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const more = () => {
    while (!response.destroyed && response.write(" ".repeat(65_536)));
  };
  response.on("drain", more);
  more();
}
