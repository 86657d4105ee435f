import { createHmac } from "node:crypto";
import { type App, openApp } from "../app.ts";
import { INERT_TOKEN, readUnsubscribeToken } from "../audience/unsubscribe.ts";
import { matchReport } from "../bounces/match.ts";
import type { Listener } from "../bounces/webhooks/listener.ts";
import type { MailChannel } from "../channels/smtp.ts";
import { EXIT, UserError } from "../errors.ts";
import type { Ledger } from "../model/ledger.ts";
import { NOBODY } from "../model/subscriber.ts";
import { confirmationMail } from "../serve/confirmation.ts";
import { type Hook, startEndpoint } from "../serve/index.ts";
import type { Site } from "../serve/site.ts";
import { serveWords } from "../serve/words.ts";
import { recordsOf } from "./bounces-records.ts";
import type { Command, Io } from "./command.ts";

export interface ServeArguments {
  readonly port: string;
  readonly host: string;
  readonly "trust-proxy": boolean;
  readonly sandbox: boolean;
}

/** The result is the endpoint's address, and is there at once; the server then lives until the signal, with exit 0. */
export const command: Command<ServeArguments> = {
  options: {
    port: { type: "string", requiresArg: true, default: "8025", describe: "Port; 0 is any free one" },
    host: { type: "string", requiresArg: true, default: "127.0.0.1", describe: "Address to listen at" },
    "trust-proxy": {
      type: "boolean",
      default: false,
      describe: "A proxy stands before it and names the caller in X-Forwarded-For",
    },
    sandbox: { type: "boolean", default: false, describe: "For the sandbox's readers" },
  },
  examples: [
    ["pressrun serve --trust-proxy", "behind nginx or Caddy, which bring https; see docs/serve.md"],
    ["pressrun serve --sandbox --port 0", "try it: confirmation mails go to the sandbox's inbox"],
  ],
  heedsSignal: true,
  async run({ port: written, host, ...args }, io) {
    const port = portOf(written);
    const app = await openApp(args, io, {
      sandbox: args.sandbox,
      reach: "send",
      only: ["email"],
      also: ["bounces"],
    });
    try {
      const site = await siteOf(app, io);
      const endpoint = await startEndpoint({
        site,
        port,
        host,
        trustProxy: args["trust-proxy"],
        hooks: await hooksOf(app, io),
      }).catch((error: NodeJS.ErrnoException) => {
        throw cannotListen(host, port, error);
      });
      const local = `http://${host.includes(":") ? `[${host}]` : host}:${endpoint.port}${site.url.pathname}`;
      const ended = aborted(io.signal).then(async () => {
        await endpoint.close();
        await app.close();
      });
      return {
        exit: EXIT.done,
        json: () => ({ url: local }),
        text: () =>
          `Readers leave at ${local} and join at ${new URL("subscribe", local).href}. Ctrl-C ends it.`,
        ended,
      };
    } catch (error) {
      await app.close();
      throw error;
    }
  },
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function portOf(written: string): number {
  const port = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UserError({
    code: "bad-port",
    message: `--port "${written}" is not a port.`,
    next: "Give a number from 1 to 65535, or 0 for any free one.",
  });
}

function cannotListen(host: string, port: number, { code, message }: NodeJS.ErrnoException): UserError {
  const reason = code === "EADDRINUSE" ? "another program listens there" : (code ?? message);
  return new UserError({
    code: "listen",
    message: `The endpoint cannot listen at ${host}, port ${port}: ${reason}.`,
    next: "Choose another --port or --host.",
  });
}

/** @throws UserError for a publication that sends no mail. */
async function siteOf(app: App, io: Io): Promise<Site> {
  const { email, publication } = app.config;
  const mail = await app.mail();
  if (email === undefined || mail === undefined) {
    throw new UserError({
      code: "no-mail",
      message: "This publication sends no mail, so nobody can leave or join.",
      next: "Add `email:` to pressrun.yaml.",
    });
  }
  const ledger: Ledger = await app.ledger();
  const keys = await app.unsubscribeKeys();
  const words = serveWords(publication.language, publication.name);
  return {
    name: publication.name,
    language: publication.language,
    words,
    url: new URL(email.unsubscribeUrl ?? "http://127.0.0.1/unsubscribe"),
    origin: publication.url === undefined ? undefined : new URL(publication.url).origin,
    topics: email.topics,
    ledger,
    subscriberOf: (token) => readUnsubscribeToken(keys, token)?.id,
    isInert: (token) => token === INERT_TOKEN,
    hash: (text) =>
      createHmac("sha256", keys[0] ?? "")
        .update(text)
        .digest("base64url")
        .slice(0, 22),
    mailConfirmation: (to, link) =>
      mailConfirmation(mail, to, confirmationMail(words, publication.language, link, io.now()), io),
    now: io.now,
    report: (error) => io.err(`pressrun: ${error instanceof Error ? error.message : String(error)}\n`),
  };
}

/** What a service reports changes something where it is about a mail of ours, once however often it is posted. */
async function hooksOf(app: App, io: Io): Promise<ReadonlyMap<string, Hook>> {
  const { listeners } = await import("../bounces/webhooks/index.ts");
  const ledger = await app.ledger();
  const records = await recordsOf(app, ledger);
  const hook =
    (listener: Listener): Hook =>
    async (headers, body) => {
      const plain = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]);
      const reports = await listener({ headers: Object.fromEntries(plain), body, now: io.now() });
      for (const report of reports ?? []) {
        const bounce = matchReport(report, records);
        if (bounce !== undefined) ledger.bounced(bounce, io.now());
      }
      return reports === undefined ? 401 : 200;
    };
  return new Map([...listeners(app.config.services)].map(([name, listener]) => [name, hook(listener)]));
}

async function mailConfirmation(
  mail: MailChannel,
  to: string,
  draft: ReturnType<typeof confirmationMail>,
  io: Io,
) {
  const key = { channel: mail.name, slug: draft.slug, revision: 0, recipient: to };
  const outcome = await mail.send(
    { key, recipient: { ...NOBODY, address: to }, draft, attempt: 1 },
    io.signal,
  );
  if (outcome.state !== "sent") {
    // The server's own words may hold the reader's address, and logs are read by others.
    const { kind, code } = outcome.reason;
    throw new Error(`a confirmation mail was not taken: ${kind}${code === undefined ? "" : ` (${code})`}`);
  }
}
