import { createServer } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { examineTls } from "../../src/doctor/tls.ts";
import type { Endpoint } from "../../src/mail/endpoint.ts";
import { ownAuthority } from "../servers/authority.ts";
import { type Certificate, selfSigned, startSmtp, type TestServer } from "../servers/smtp.ts";

let certificate: Certificate;
let server: TestServer | undefined;
beforeAll(async () => {
  certificate = await selfSigned();
});
afterEach(() => server?.stop());

const endpoint = (port: number, change: Partial<Endpoint> = {}): Endpoint => ({
  host: "localhost",
  port,
  implicitTls: false,
  tls: "required",
  name: "localhost:25",
  ...change,
});
const verdict = async (port: number, change: Partial<Endpoint> = {}) => {
  const { severity, id, found } = await examineTls(
    endpoint(port, change),
    new Date(),
    new AbortController().signal,
  );
  return `${severity} ${id}: ${found}`;
};

describe("the connection to an SMTP server", () => {
  it("is not trusted with a certificate that nobody vouches for, by STARTTLS or from the first byte", async () => {
    server = await startSmtp({ ...certificate, disabledCommands: ["AUTH"] });
    expect(await verdict(server.port)).toMatch(
      /^error tls-untrusted: The certificate of localhost:25 cannot be trusted: /,
    );
    expect(await verdict(server.port, { tls: "opportunistic" })).toMatch(/^warning tls-untrusted/);
    await server.stop();
    server = await startSmtp({ ...certificate, secure: true, disabledCommands: ["AUTH"] });
    expect(await verdict(server.port, { implicitTls: true })).toMatch(/^error tls-untrusted/);
  });

  it("may be in clear on this machine", async () => {
    server = await startSmtp();
    const clear = "ok tls: localhost:25 is on this machine, and is spoken to in clear.";
    expect(await verdict(server.port)).toBe(clear);
    expect(await verdict(server.port, { tls: "none" })).toBe(clear);
  });

  it("tells who does not answer", async () => {
    const deaf = createServer((socket) => void socket.end()).listen(0, "127.0.0.1");
    await new Promise((resolve) => deaf.once("listening", resolve));
    const { port } = deaf.address() as { port: number };
    expect(await verdict(port, { host: "127.0.0.1" })).toMatch(
      /^error server-unreachable: .* cannot be reached: /,
    );
    await new Promise((resolve) => deaf.close(resolve));
    expect(await verdict(port, { host: "127.0.0.1" })).toBe(
      "error server-unreachable: The SMTP server localhost:25 cannot be reached: it refuses connections.",
    );
  });

  describe("with a certificate of an authority that this machine trusts", () => {
    const authority = ownAuthority();
    const trusted = getCACertificates("default");
    beforeAll(() => setDefaultCACertificates([...trusted, authority.ca]));
    afterAll(() => setDefaultCACertificates(trusted));

    it.each([
      ["ok tls: localhost:25 speaks TLSv1.3, its certificate is good for 60 days.", 60.5, 30],
      ["ok tls: localhost:25 speaks TLSv1.3, its certificate is good for 23 days.", 23.5, 67],
      ["warning tls-expiring: localhost:25 speaks TLSv1.3, its certificate is good for 20 days.", 20.5, 70],
      ["warning tls-expiring: localhost:25 speaks TLSv1.3, its certificate is good for 20 days.", 20.5, 345],
      ["warning tls-expiring: localhost:25 speaks TLSv1.3, its certificate is good for 1 day.", 1.5, 89],
      // Short-lived ones are meant to be so.
      ["ok tls: localhost:25 speaks TLSv1.3, its certificate is good for 3 days.", 3.5, 3],
      ["warning tls-expiring: localhost:25 speaks TLSv1.3, its certificate is good for 0 days.", 0.5, 5.5],
    ])("it says: %s", async (said, days, age) => {
      const certificate = authority.issue("DNS:localhost", days, age);
      server = await startSmtp({ ...certificate, disabledCommands: ["AUTH"] });
      expect(await verdict(server.port)).toBe(said);
      await server.stop();
      server = await startSmtp({ ...certificate, secure: true, disabledCommands: ["AUTH"] });
      expect(await verdict(server.port, { implicitTls: true })).toBe(said);
    });

    it("it tells one that has ended, one for other names, and one of its own making apart", async () => {
      const bad = "error tls-untrusted: The certificate of localhost:25 cannot be trusted: ";
      const ended = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
      for (const [given, reason] of [
        [authority.issue("DNS:localhost", -2, 90), `it ended on ${ended}.`],
        [
          authority.issue("DNS:mail.example.org,DNS:smtp.example.org", 60),
          "it is for mail.example.org, smtp.example.org, and not for localhost.",
        ],
        [certificate, "nobody that this machine trusts vouches for it (DEPTH_ZERO_SELF_SIGNED_CERT)."],
        [
          ownAuthority().issue("DNS:localhost", 60),
          "nobody that this machine trusts vouches for it (UNABLE_TO_VERIFY_LEAF_SIGNATURE).",
        ],
      ] as const) {
        server = await startSmtp({ ...given, disabledCommands: ["AUTH"] });
        expect(await verdict(server.port)).toBe(bad + reason);
        await server.stop();
      }
    });
  });

  it("is missed where the server offers none", async () => {
    server = await startSmtp();
    // An address that leads here and is not known to be this machine's own.
    const elsewhere = { host: "0.0.0.0", name: "mail.example.org:25" };
    const missing = "tls-missing: mail.example.org:25 offers no encryption (STARTTLS).";
    expect(await verdict(server.port, elsewhere)).toBe(`error ${missing}`);
    expect(await verdict(server.port, { ...elsewhere, tls: "opportunistic" })).toBe(`warning ${missing}`);
  });
});
