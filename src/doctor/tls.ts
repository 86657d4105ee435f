import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { type PeerCertificate, connect as secure, type TLSSocket } from "node:tls";
import { type Endpoint, isLoopback } from "../mail/endpoint.ts";
import { hostTrouble } from "../model/host-trouble.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** Milliseconds for the whole conversation. */
const DEADLINE = 15_000;
const DAY_MS = 86_400_000;
/**
 * Certificates that are renewed by themselves are renewed when a third of their time is left: less than a quarter is a
 * sign that it failed. Those of a year and more are renewed by people, who need days and not months.
 */
const SHORT_SHARE = 1 / 4;
const MOST_SHORT_DAYS = 21;

const at = { area: "mail server" } as const;

/** How the connection to an SMTP server is protected: reached, encrypted, and with a certificate that is good. */
export async function examineTls(endpoint: Endpoint, now: Date, stop: AbortSignal): Promise<Diagnosis> {
  const { host, name, tls } = endpoint;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(DEADLINE)]);
  const socket = connect({ host, port: endpoint.port });
  const hangUp = () => socket.destroy();
  signal.addEventListener("abort", hangUp);
  try {
    await once(socket, "connect", { signal });
    if (tls === "none") return inClear(endpoint);
    const isReady = endpoint.implicitTls || (await startTls(socket, signal));
    if (!isReady) return isLoopback(host) ? inClear(endpoint) : without(endpoint);
    return verdict(endpoint, await encrypted(socket, host, signal), now);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const known = hostTrouble(code);
    const reason = signal.aborted
      ? "no answer in time"
      : known === undefined
        ? (code ?? String(error))
        : `it ${known}`;
    return {
      ...at,
      id: "server-unreachable",
      severity: "error",
      found: `The SMTP server ${name} cannot be reached: ${reason}.`,
      why: "No mail goes out.",
      next: "Check host and port in email.server; many networks block port 25, try 587 or 465.",
    };
  } finally {
    signal.removeEventListener("abort", hangUp);
    socket.destroy();
  }
}

/** Greets the server and asks for TLS (RFC 3207); false where it has none to offer. */
async function startTls(socket: Socket, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: socket, signal })[Symbol.asyncIterator]();
  await reply(lines);
  socket.write("EHLO doctor.invalid\r\n");
  const offered = await reply(lines);
  if (!offered.some((line) => /^250[- ]STARTTLS\b/i.test(line))) return false;
  socket.write("STARTTLS\r\n");
  const [answer = ""] = await reply(lines);
  socket.removeAllListeners("data");
  return answer.startsWith("220");
}

async function reply(lines: AsyncIterator<string>): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error("it hung up");
    all.push(value);
    if (/^\d{3}(?!-)/.test(value)) return all;
  }
}

async function encrypted(socket: Socket, host: string, signal: AbortSignal): Promise<TLSSocket> {
  // Judged below, so that what is wrong with a certificate can be told with its dates.
  const tls = secure({ socket, servername: host, rejectUnauthorized: false });
  await once(tls, "secureConnect", { signal });
  return tls;
}

function inClear({ name, host }: Endpoint): Diagnosis {
  if (isLoopback(host))
    return {
      ...at,
      id: "tls",
      severity: "ok",
      found: `${name} is on this machine, and is spoken to in clear.`,
    };
  return {
    ...at,
    id: "tls-off",
    severity: "warning",
    found: `Mail goes to ${name} in clear (tls=none).`,
    why: "Readers' addresses can be read on the way.",
    next: "Take ?tls=none out of email.server.",
  };
}

function without({ name, tls }: Endpoint): Diagnosis {
  return {
    ...at,
    id: "tls-missing",
    severity: tls === "required" ? "error" : "warning",
    found: `${name} offers no encryption (STARTTLS).`,
    why:
      tls === "required"
        ? "pressrun sends nothing through it."
        : "Readers' addresses can be read on the way.",
    next: "Try smtps:// on port 465, or ask whoever runs the server.",
  };
}

function verdict({ name, host, tls }: Endpoint, socket: TLSSocket, now: Date): Diagnosis {
  const certificate = socket.getPeerCertificate();
  const until = new Date(certificate.valid_to);
  const days = Math.floor((until.getTime() - now.getTime()) / DAY_MS);
  if (socket.authorizationError) {
    // Declared as an Error, and is its code.
    const [reason, next] = distrust(String(socket.authorizationError), host, certificate);
    return {
      ...at,
      id: "tls-untrusted",
      severity: tls === "required" ? "error" : "warning",
      found: `The certificate of ${name} cannot be trusted: ${reason}.`,
      why: "Somebody else may be answering in the server's place.",
      next,
    };
  }
  const lifetime = (until.getTime() - new Date(certificate.valid_from).getTime()) / DAY_MS;
  const found = `${name} speaks ${socket.getProtocol() ?? "TLS"}, its certificate is good for ${days} ${days === 1 ? "day" : "days"}.`;
  if (days >= Math.min(lifetime * SHORT_SHARE, MOST_SHORT_DAYS))
    return { ...at, id: "tls", severity: "ok", found };
  const next = "Have it renewed, and find out why it was not.";
  return { ...at, id: "tls-expiring", severity: "warning", found, why: "After that no mail goes out.", next };
}

/** What is wrong with a certificate, in words, and what to do. */
function distrust(
  code: string,
  host: string,
  { valid_from, valid_to, subjectaltname = "" }: PeerCertificate,
): readonly [reason: string, next: string] {
  const day = (written: string) => new Date(written).toISOString().slice(0, 10);
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return [`it ended on ${day(valid_to)}`, "Have it renewed, and find out why it was not."];
    case "CERT_NOT_YET_VALID":
      return [`it begins on ${day(valid_from)}`, "Set this machine's clock, or the server's."];
    case "ERR_TLS_CERT_ALTNAME_INVALID": {
      const names = subjectaltname.replace(/\b(?:DNS|IP Address):/g, "") || "no name";
      return [`it is for ${names}, and not for ${host}`, "Write a name of the certificate in email.server."];
    }
    default:
      return [
        `nobody that this machine trusts vouches for it (${code})`,
        "Have one issued by a public authority, or name its own in NODE_EXTRA_CA_CERTS.",
      ];
  }
}
