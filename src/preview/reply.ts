import type { ServerResponse } from "node:http";

/** What is answered to one request. */
export interface Reply {
  readonly status: number;
  /** Media type. */
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Content-Security-Policy: what the answer may do once a browser shows it. */
  readonly policy: string;
  /** "frame": also documents without an origin of their own, as the sandboxed frame is, may load it. */
  readonly for: "page" | "frame";
}

/** Nothing may be loaded, run, framed or sent from it. */
export const INERT =
  "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Scripts, styles, images and connections of our own only, and no way to turn text into markup. */
export const PAGE_POLICY = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

export function text(status: number, body: string): Reply {
  return { status, type: "text/plain; charset=utf-8", body, policy: INERT, for: "page" };
}

export function json(value: unknown, status = 200): Reply {
  const body = JSON.stringify(value);
  return { status, type: "application/json; charset=utf-8", body, policy: INERT, for: "page" };
}

export const NOT_FOUND = text(404, "There is nothing here.\n");

/** Headers of every answer: nothing is stored, guessed at, or told to other sites. */
export function headersOf({
  type,
  policy,
  for: whom,
}: Omit<Reply, "status" | "body">): Record<string, string> {
  return {
    "Content-Type": type,
    "Content-Security-Policy": policy,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": whom === "page" ? "same-origin" : "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-DNS-Prefetch-Control": "off",
    "X-Content-Type-Options": "nosniff",
  };
}

export function send(response: ServerResponse, reply: Reply, withBody: boolean): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...headersOf(reply), "Content-Length": body.length });
  response.end(withBody ? body : undefined);
}
