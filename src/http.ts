import type { Outcome } from "./model/delivery.ts";

/** A remote answer that is not a success. */
export type Failure = Exclude<Outcome, { state: "sent" }>;

/** For a small request to a healthy API, with room for a megabyte of image on a slow line. */
const DEADLINE_MS = 30_000;
/** No API in use answers a post with more; a page of HTML from a proxy may. */
const LONGEST_ANSWER_BYTES = 1_000_000;

/**
 * `fetch`, bounded: a deadline over the whole exchange, an answer that is read here and limited in size, and no
 * redirect followed, since it could carry a token to another host. A 3xx comes back as an answer.
 * @throws whatever fetch throws, and an Error for an answer that is too long: see `noAnswer`.
 */
export async function request(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const signals = [AbortSignal.timeout(DEADLINE_MS)];
  if (init.signal) signals.push(init.signal);
  const response = await fetch(input, { ...init, redirect: "manual", signal: AbortSignal.any(signals) });
  const { status, statusText, headers } = response;
  const body = await readAll(response, LONGEST_ANSWER_BYTES);
  return new Response(body, { status, statusText, headers });
}

/** The largest picture that is worth fetching for a thumbnail. */
const LARGEST_IMAGE_BYTES = 20_000_000;

/** A picture on the web, redirects followed: nothing secret is sent along. undefined where it cannot be had. */
export async function fetchImage(url: string, stop: AbortSignal): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), stop]) });
    return response.ok ? ((await readAll(response, LARGEST_IMAGE_BYTES)) ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

async function readAll(response: Response, longest: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > longest) throw new Error(`the answer is longer than ${longest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** What the server said, for a person. */
  readonly text: string;
}

/**
 * What an answer other than 2xx means. 401 and 403 are about the account; 408, 425, 429 and 5xx pass, and may be
 * tried again from the time the server names; everything else is about this request and stays so (RFC 9110).
 */
export function refusalOutcome({ status, headers, text }: Refusal, now: Date): Failure {
  const reason = { code: status, text: redirectText(headers) ?? text };
  if (status === 401 || status === 403) return { state: "failed", reason: { kind: "login", ...reason } };
  if (status >= 500 || [408, 425, 429].includes(status)) {
    return { state: "failed", reason: { kind: "busy", ...reason }, retryAt: retryTime(headers, status, now) };
  }
  return { state: "failed", reason: { kind: "rejected", ...reason } };
}

function redirectText(headers: Headers): string | undefined {
  const location = headers.get("location");
  return location === null ? undefined : `the server sends us on to ${location}`;
}

/** `RateLimit-Reset` tells when the whole allowance is back: it matters only to who has used it up. */
function retryTime(headers: Headers, status: number, now: Date): Date {
  const after = headers.get("retry-after") ?? (status === 429 ? headers.get("ratelimit-reset") : null);
  const at = after === null ? now : instant(after.trim(), now);
  return at > now ? at : now;
}

/** Smaller numbers are seconds from now (Retry-After), greater ones seconds since 1970 (RateLimit-Reset). */
const FIRST_EPOCH_SECOND = 1_000_000_000;

/** Seconds, epoch seconds, an HTTP date or an ISO time; `now` where it is none of them. */
function instant(text: string, now: Date): Date {
  const seconds = Number(text);
  if (Number.isFinite(seconds)) {
    return new Date(seconds < FIRST_EPOCH_SECOND ? now.getTime() + seconds * 1000 : seconds * 1000);
  }
  const parsed = new Date(text);
  return Number.isNaN(parsed.getTime()) ? now : parsed;
}

/**
 * Errors of name lookup, of connecting and of the certificate, which only ever come before the first byte of the
 * request. A route that is lost (EHOSTUNREACH) or a TLS alert (ERR_SSL_*) may come after the last one.
 */
const BEFORE_SPEAKING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_ALTNAME_INVALID|(CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)_.*)$/;

/**
 * What it means that no answer came. Where the request cannot have gone out it failed and may be tried again; where
 * it may have, nobody knows what became of it.
 */
export function noAnswer(error: unknown, now: Date): Failure {
  const code = codeOf(error);
  if (code !== undefined && BEFORE_SPEAKING.test(code)) {
    return {
      state: "failed",
      reason: { kind: "unreachable", text: `no connection (${code})` },
      retryAt: now,
    };
  }
  return { state: "uncertain", reason: { kind: "silence", text: `no answer (${code ?? String(error)})` } };
}

/** The system's or undici's code, which fetch hides one or two causes deep, or in the first of several tries. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, errors, cause } = error as { code?: unknown; errors?: readonly unknown[]; cause?: unknown };
  return typeof code === "string" ? code : codeOf(errors?.[0] ?? cause);
}
