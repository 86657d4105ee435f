import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { noAnswer, refusalOutcome, request } from "../src/http.ts";

const NOW = new Date("2026-05-04T09:00:00Z");
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** An address where nobody listens. */
async function deserted(): Promise<string> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}/`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const outcomeOf = (asked: Promise<Response>) =>
  asked.then(
    (response) => ({ answered: response.status }),
    (error: unknown) => noAnswer(error, NOW),
  );

describe("request", () => {
  it("gives the answer, read", async () => {
    const url = await serve((_, response) => response.writeHead(201, { "x-id": "7" }).end("made"));
    const response = await request(url, { method: "POST", body: "{}" });
    expect([response.status, response.headers.get("x-id"), await response.text()]).toEqual([
      201,
      "7",
      "made",
    ]);
  });

  it("takes an answer without a body", async () => {
    const url = await serve((_, response) => response.writeHead(204).end());
    expect((await request(url)).status).toBe(204);
  });

  it("follows no redirect: the token would go along", async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(307, { location: "http://elsewhere.example/" }).end();
    });
    const { status, headers } = await request(url, { headers: { authorization: "Bearer x" } });
    expect(asked).toBe(1);
    expect(refusalOutcome({ status, headers, text: "HTTP 307" }, NOW)).toEqual({
      state: "failed",
      reason: { kind: "rejected", code: 307, text: "the server sends us on to http://elsewhere.example/" },
    });
  });

  it("stops reading an answer that does not end", async () => {
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    });
    expect(await outcomeOf(request(url))).toEqual({
      state: "uncertain",
      reason: { kind: "silence", text: "no answer (Error: the answer is longer than 1000000 bytes)" },
    });
  });

  it("ends with the caller's signal, also in the middle of an answer", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      response.write("beginning");
    });
    expect(await outcomeOf(request(url, { signal: AbortSignal.timeout(50) }))).toEqual({
      state: "uncertain",
      reason: { kind: "silence", text: "no answer (TimeoutError: The operation was aborted due to timeout)" },
    });
  });
});

describe("no answer", () => {
  it("from an address where nobody listens: surely not sent", async () => {
    expect(await outcomeOf(request(await deserted()))).toEqual({
      state: "failed",
      reason: { kind: "unreachable", text: "no connection (ECONNREFUSED)" },
      retryAt: NOW,
    });
  });

  const failedWith = (code: string) =>
    new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) });

  it.each([
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "CERT_HAS_EXPIRED",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
  ])("because of %s: surely not sent", (code) => {
    expect(noAnswer(failedWith(code), NOW)).toEqual({
      state: "failed",
      reason: { kind: "unreachable", text: `no connection (${code})` },
      retryAt: NOW,
    });
  });

  it.each([
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ECONNRESET",
    "ETIMEDOUT",
    "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR",
    "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
  ])("because of %s, which may come after the request: nobody knows", (code) => {
    expect(noAnswer(failedWith(code), NOW)).toEqual({
      state: "uncertain",
      reason: { kind: "silence", text: `no answer (${code})` },
    });
  });

  it("from a server that took the request and hung up: nobody knows", async () => {
    const url = await serve((asked) => asked.socket.destroy());
    expect(await outcomeOf(request(url, { method: "POST", body: "{}" }))).toEqual({
      state: "uncertain",
      reason: { kind: "silence", text: "no answer (UND_ERR_SOCKET)" },
    });
  });
});

describe("what an answer means", () => {
  const meaning = (status: number, headers: Record<string, string> = {}) =>
    refusalOutcome({ status, headers: new Headers(headers), text: "No" }, NOW);

  it.each([
    [400, "rejected"],
    [404, "rejected"],
    [422, "rejected"],
    [401, "login"],
    [403, "login"],
  ])("%i is %s, for good", (code, kind) => {
    expect(meaning(code)).toEqual({ state: "failed", reason: { kind, code, text: "No" } });
  });

  it.each([408, 425, 429, 500, 503])("%i passes: try again", (code) => {
    expect(meaning(code)).toEqual({
      state: "failed",
      reason: { kind: "busy", code, text: "No" },
      retryAt: NOW,
    });
  });

  it.each([
    ["seconds", { "retry-after": "90" }, "2026-05-04T09:01:30.000Z"],
    ["fractions of seconds", { "retry-after": "0.5" }, "2026-05-04T09:00:00.500Z"],
    ["an HTTP date", { "retry-after": "Mon, 04 May 2026 10:00:00 GMT" }, "2026-05-04T10:00:00.000Z"],
    ["epoch seconds", { "ratelimit-reset": "1777888800" }, "2026-05-04T10:00:00.000Z"],
    ["an ISO time", { "ratelimit-reset": "2026-05-04T11:00:00Z" }, "2026-05-04T11:00:00.000Z"],
    [
      "Retry-After before the reset",
      { "retry-after": "1", "ratelimit-reset": "1777888800" },
      "2026-05-04T09:00:01.000Z",
    ],
    ["a time that is past", { "ratelimit-reset": "1600000000" }, NOW.toISOString()],
    ["nonsense", { "retry-after": "soon" }, NOW.toISOString()],
    ["a number beyond time", { "retry-after": "1e30" }, NOW.toISOString()],
  ])("429 names its time as %s", (_, headers, expected) => {
    expect(meaning(429, headers as Record<string, string>)).toMatchObject({ retryAt: new Date(expected) });
  });

  it("a reset time says nothing when the server itself is in trouble", () => {
    expect(meaning(503, { "ratelimit-reset": "1777888800" })).toMatchObject({ retryAt: NOW });
  });
});
