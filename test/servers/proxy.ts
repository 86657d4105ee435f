import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

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
  /** It is not forwarded; this is the answer. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };

export interface RecordingProxy {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Asked for each request; undefined lets it pass. */
  meddle(fate: (request: Seen) => Fate | undefined): void;
  /** From now on nothing was seen, and nothing is meddled with. */
  forget(): void;
  close(): Promise<void>;
}

/** Stands between a client and a real server on loopback: records, and fails where it is told to. */
export async function startProxy(target: string): Promise<RecordingProxy> {
  const seen: Seen[] = [];
  let decide: (request: Seen) => Fate | undefined = () => undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = request;
    const body = await buffer(request);
    const passing = { method, path, headers, body };
    seen.push(passing);
    const fate = decide(passing);
    if (typeof fate === "object") {
      response.writeHead(fate.status, { "content-type": "application/json", ...fate.headers });
      response.end(JSON.stringify(fate.body ?? {}));
      return;
    }
    const answer = await forward(target, passing);
    if (fate === "lose the answer") {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(Buffer.from(await answer.arrayBuffer()));
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

function forward(target: string, { method, path, headers, body }: Seen): Promise<Response> {
  const kept = Object.entries(headers).filter(([name]) => ["authorization", "content-type"].includes(name));
  return fetch(new URL(path, target), {
    method,
    headers: kept.map(([name, value]) => [name, String(value)]),
    ...(method === "GET" ? {} : { body }),
  });
}
