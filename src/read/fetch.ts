import { type LookupAddress, lookup as systemLookup } from "node:dns";
import type { IncomingMessage, RequestOptions } from "node:http";
import { isIP, type LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { UserError } from "../errors.ts";
import { showVersion } from "../package.ts";
import { isPublic } from "./address.ts";

/** The whole exchange, redirects included. */
const DEADLINE_MS = 20_000;
/** After decompression. */
const LARGEST_BYTES = 10 * 1024 * 1024;
const MOST_REDIRECTS = 10;

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Allow addresses of this machine and its own network too. */
  readonly allowPrivate?: boolean | undefined;
  /** How names become addresses; the system's way unless a test says otherwise. */
  readonly lookup?: typeof systemLookup | undefined;
  readonly deadlineMs?: number | undefined;
}

export interface Fetched {
  /** Address of the answer, after redirects. */
  readonly url: string;
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Fetches a page, a feed or an image: http and https alone, no address of this machine or its network, at most 10 MB
 * and 20 seconds. What is checked is the very address that is connected to, so that a name that changes its mind
 * between check and connection gains nothing.
 * @throws UserError that says why it could not be had.
 */
export async function fetchPublic(address: string, options: FetchOptions): Promise<Fetched> {
  const deadline = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS);
  const signal = AbortSignal.any([deadline, options.signal]);
  try {
    return await follow(address, { ...options, signal });
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (deadline.aborted)
      throw failed(address, `no whole answer within ${(options.deadlineMs ?? DEADLINE_MS) / 1000} seconds`);
    throw failed(address, reasonOf(error));
  }
}

async function follow(address: string, options: FetchOptions): Promise<Fetched> {
  let url = checkAddress(address, options);
  for (let step = 0; step <= MOST_REDIRECTS; step++) {
    const response = await ask(url, options);
    const { statusCode = 0, headers } = response;
    const location = statusCode >= 300 && statusCode < 400 ? headers.location : undefined;
    if (location === undefined) return answer(url, response);
    response.destroy();
    if (!URL.canParse(location, url.href)) throw failed(address, "it redirects to what is no address");
    url = checkAddress(withLogin(new URL(location, url), url).href, options);
  }
  throw failed(address, `it redirects more than ${MOST_REDIRECTS} times`);
}

/** A redirect inside one site keeps the name and password of the address; another site never learns them. */
function withLogin(next: URL, before: URL): URL {
  if (next.origin !== before.origin || next.username !== "") return next;
  next.username = before.username;
  next.password = before.password;
  return next;
}

/** Names are checked once they are addresses; an address that stands in the URL itself is never looked up. */
function checkAddress(address: string, { allowPrivate }: FetchOptions): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UserError({
      code: "not-a-web-address",
      message: `${shortened(address)} is not a web address that starts with https:// or http://.`,
      next: "Check it.",
    });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !allowPrivate && !isPublic(host)) throw isPrivate(url.hostname);
  return url;
}

async function ask(url: URL, options: FetchOptions): Promise<IncomingMessage> {
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const settings: RequestOptions = {
    signal: options.signal,
    lookup: publicLookup(options),
    // A connection that an earlier lookup opened must not be used again.
    agent: false,
    headers: {
      "user-agent": `pressrun/${showVersion()} (article import; one page at a time)`,
      accept: "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
      "accept-encoding": "gzip, deflate, br",
    },
  };
  return new Promise((resolve, reject) => {
    request(url, settings, resolve).on("error", reject).end();
  });
}

/** Answers with public addresses alone, or not at all: the socket connects to exactly what comes out here. */
function publicLookup({ allowPrivate, lookup = systemLookup }: FetchOptions): LookupFunction {
  return (hostname, settings, callback) => {
    lookup(hostname, { ...settings, all: true }, (error, found) => {
      if (error) return callback(error, "", 0);
      const addresses: readonly LookupAddress[] = found;
      const [first] = addresses;
      if (first === undefined || (!allowPrivate && !addresses.every(({ address }) => isPublic(address))))
        return callback(isPrivate(hostname), "", 0);
      if (settings.all) return callback(null, [...addresses]);
      return callback(null, first.address, first.family);
    });
  };
}

async function answer(url: URL, response: IncomingMessage): Promise<Fetched> {
  const { statusCode = 0, headers } = response;
  if (statusCode < 200 || statusCode >= 300) {
    response.destroy();
    throw failed(
      url.href,
      `the server answered ${statusCode}${response.statusMessage ? ` ${response.statusMessage}` : ""}`,
    );
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of decompressed(response)) {
    length += chunk.length;
    if (length > LARGEST_BYTES) {
      response.destroy();
      throw failed(
        url.href,
        `it is larger than ${LARGEST_BYTES / 1024 / 1024} MB, more than any article`,
        "Check that it is the address you meant, or copy the article's text into a .txt file and import that.",
      );
    }
    chunks.push(chunk);
  }
  return { url: maskedAddress(url.href), contentType: headers["content-type"], bytes: Buffer.concat(chunks) };
}

function decompressed(response: IncomingMessage): AsyncIterable<Uint8Array> {
  const coding = response.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  const stream =
    coding === "gzip" || coding === "x-gzip"
      ? createGunzip()
      : coding === "deflate"
        ? createInflate()
        : coding === "br"
          ? createBrotliDecompress()
          : undefined;
  if (stream === undefined) return response;
  response.on("error", (error) => stream.destroy(error));
  return Readable.from(response.pipe(stream));
}

function isPrivate(host: string): UserError {
  return new UserError({
    code: "private-address",
    message: `${host} is an address of this machine or its own network, not of the web.`,
    next: "If you mean it, say --allow-private.",
  });
}

const LATER = "Try again later, or save the page in a browser and import the file.";

function failed(address: string, why: string, next = LATER): UserError {
  return new UserError({
    code: "fetch-failed",
    message: `${shortened(address)} could not be fetched: ${why}.`,
    next,
  });
}

function shortened(address: string): string {
  const shown = maskedAddress(address);
  return shown.length > 200 ? `${shown.slice(0, 199)}…` : shown;
}

/** An address without the name and password in it: they go to the server alone, never into a file or a message. */
export function maskedAddress(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:[/\\]{2})[^/\\?#]*@/i, "$1");
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke",
  ETIMEDOUT: "the connection timed out",
  ABORT_ERR: "it was stopped",
};

function reasonOf(error: unknown): string {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  return (
    REASONS[code] ??
    `${message}${code === "" || message.includes(code) ? "" : ` (${code})`}`.replace(/\.$/, "")
  );
}
