import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is refused, as the network puts it. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export interface Told {
  readonly status: number;
  /** Text as it is; all else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Loopback {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server on 127.0.0.1 that answers by `answer`; what that throws, but for Refused, is a 500. */
export async function startLoopback(answer: (asked: Asked) => Promise<Told> | Told): Promise<Loopback> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const { method = "GET", headers } = request;
    const give = (status: number, body: unknown, more: Readonly<Record<string, string>> = {}) => {
      const type = typeof body === "string" ? "text/plain" : "application/json";
      response.writeHead(status, { "content-type": type, ...more });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    try {
      const asked = { method, path: pathname, query: searchParams, headers, body: await buffer(request) };
      const { status, body, headers: more } = await answer(asked);
      give(status, body, more);
    } catch (error) {
      if (error instanceof Refused) give(error.status, error.body, error.headers);
      else give(500, { message: String(error) });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Its body is said to be JSON. */
export function isJson({ headers }: Pick<Asked, "headers">): boolean {
  return /^application\/json(;|$)/i.test(headers["content-type"] ?? "");
}

/** The fields of a multipart/form-data body. */
export function formOf({ headers, body }: Asked): Promise<FormData> {
  const type = headers["content-type"] ?? "";
  return new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
}

/** Whether these are the bytes of a picture of this media type. */
export async function isPicture(bytes: Buffer, type: string): Promise<boolean> {
  const found = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  return found !== undefined && `image/${found.format}` === type;
}
