import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { isIPv6 } from "node:net";
import { type Departures, departures } from "./departures.ts";
import { confirmPage, joinPage } from "./join.ts";
import { leavePage } from "./leave.ts";
import { HEADERS, page, paragraph } from "./page.ts";
import type { Reply, Site, Visit } from "./site.ts";

/** More than any form here has, with room for a long name in any script. */
const LONGEST_BODY = 16_384;
/** SendGrid posts many events at once, Amazon and Postmark whole mails. */
const LONGEST_REPORT = 4_000_000;

export interface EndpointOptions {
  readonly site: Site;
  readonly port: number;
  readonly host: string;
  /** A proxy stands before us and says in X-Forwarded-For who calls. */
  readonly trustProxy: boolean;
  /** Mail services that post what came back, by the name in the address. */
  readonly hooks: ReadonlyMap<string, Hook>;
}

/** @returns the status: 200, or 401 for what the service did not sign. */
export type Hook = (headers: IncomingHttpHeaders, body: Buffer) => Promise<200 | 401>;

export interface Endpoint {
  readonly port: number;
  /** Takes no new requests, answers those under way, and ends. */
  close(): Promise<void>;
}

type Page = (visit: Visit) => Promise<Reply>;

/** The web endpoint of a publication. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { site, port, host } = options;
  const leaving = departures(site);
  const pages = pagesOf(site, leaving);
  const hooks = hooksOf(options);
  const server = createServer((request, response) => {
    answer(request, response, { pages, hooks }, options).catch((error) => {
      options.site.report(error);
      send(request, response, site, { status: 500, title: "500", text: "500" });
    });
  });
  // Slow callers hold a connection for this long and no longer.
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 5_000;
  server.maxConnections = 2_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    async close() {
      await close(server);
      leaving.close();
    },
  };
}

function pagesOf(site: Site, leaving: Departures): ReadonlyMap<string, Page> {
  return new Map([
    [site.url.pathname, leavePage(site, leaving)],
    [beside(site, "subscribe"), joinPage(site)],
    [beside(site, "confirm"), confirmPage(site)],
  ]);
}

const hooksOf = ({ site, hooks }: EndpointOptions): ReadonlyMap<string, Hook> =>
  new Map([...hooks].map(([name, hook]) => [beside(site, `bounces/${name}`), hook]));

const beside = ({ url }: Site, name: string) => new URL(name, url).pathname;

const METHODS = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { pages, hooks }: { pages: ReadonlyMap<string, Page>; hooks: ReadonlyMap<string, Hook> },
  { site, trustProxy }: EndpointOptions,
): Promise<void> {
  const method = request.method ?? "GET";
  const target = request.url ?? "/";
  const url = URL.parse(target, "http://local");
  if (url === null) return send(request, response, site, plain(400));
  const hook = hooks.get(url.pathname);
  if (hook !== undefined) return send(request, response, site, await hear(request, method, hook));
  const shown = pages.get(url.pathname);
  if (shown === undefined) return send(request, response, site, plain(404));
  if (!METHODS.has(method))
    return send(request, response, site, { ...plain(405), headers: { allow: "GET, HEAD, POST" } });
  const body = method === "POST" ? (await readBody(request, LONGEST_BODY))?.toString() : "";
  if (body === undefined) return send(request, response, site, TOO_LONG);
  const type = request.headers["content-type"] ?? "";
  const visit: Visit = {
    method: method === "HEAD" ? "GET" : method,
    url,
    fields: fieldsOf(body, type),
    wantsJson: wantsJson(request),
    caller: () => site.hash(callerOf(request, trustProxy)),
  };
  send(request, response, site, await shown(visit));
}

async function hear(request: IncomingMessage, method: string, hook: Hook): Promise<Reply> {
  if (method !== "POST") return { ...plain(405), headers: { allow: "POST" } };
  const body = await readBody(request, LONGEST_REPORT);
  return body === undefined ? TOO_LONG : plain(await hook(request.headers, body));
}

const plain = (status: number): Reply => ({ status, title: String(status), text: String(status) });

const TOO_LONG: Reply = { ...plain(413), headers: { connection: "close" } };

const wantsJson = ({ headers }: IncomingMessage) =>
  /\bapplication\/json\b/.test(headers.accept ?? headers["content-type"] ?? "");

/** The last hop is the one that our own proxy saw; what stands before it, anybody can write. */
function callerOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? String(request.headers["x-forwarded-for"] ?? "")
        .split(",")
        .at(-1)
        ?.trim()
    : "";
  return networkOf(forwarded || request.socket.remoteAddress || "");
}

/** One host has a /64 of IPv6 to call from: its first four groups. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [head = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  return [...head.split(":"), "0", "0", "0", "0"].slice(0, 4).join(":");
}

/** undefined for one that is too long. */
function readBody(request: IncomingMessage, longest: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    // Who hangs up halfway waits for no answer.
    request.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(undefined) : reject(error),
    );
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= longest) return void chunks.push(chunk);
      request.pause();
      resolve(undefined);
    });
  });
}

function fieldsOf(body: string, type: string): Visit["fields"] {
  const fields = new Map<string, string[]>();
  const add = (name: string, value: unknown) => {
    if (typeof value === "string" || typeof value === "number")
      fields.set(name, [...(fields.get(name) ?? []), String(value)]);
  };
  if (/^application\/json\b/i.test(type)) {
    for (const [name, value] of Object.entries(parseObject(body)))
      for (const each of [value].flat()) add(name, each);
  } else for (const [name, value] of new URLSearchParams(body)) add(name, value);
  return fields;
}

function parseObject(body: string): object {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}

function send(request: IncomingMessage, response: ServerResponse, site: Site, reply: Reply): void {
  if (response.headersSent) return void response.destroy();
  const { status, title, text, headers = {} } = reply;
  const isJson = wantsJson(request);
  const content = isJson
    ? `${JSON.stringify(reply.json ?? { ok: status < 400, message: text })}\n`
    : page({ name: site.name, language: site.language, title, body: reply.body ?? paragraph(text) });
  const type = isJson ? "application/json" : "text/html; charset=utf-8";
  response.writeHead(status, {
    ...HEADERS,
    "content-type": type,
    "content-length": Buffer.byteLength(content),
    ...headers,
  });
  response.end(request.method === "HEAD" || status === 204 ? undefined : content);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await closed;
}
