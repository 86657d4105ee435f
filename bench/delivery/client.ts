// One client, one run, in a process of its own, so that what it costs is its own. Prints one line of JSON.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { createSmtpChannel, type MailChannel } from "../../src/channels/smtp.ts";
import { deliver } from "../../src/deliver/deliver.ts";
import { openLedger } from "../../src/ledger/index.ts";
import { TIMEOUTS } from "../../src/mail/connection.ts";
import { fieldValues } from "../../src/mail/fields.ts";
import { messageBytes } from "../../src/mail/message.ts";
import type { Edition } from "../../src/model/edition.ts";
import { join as splice } from "../../src/model/splice.ts";
import { bigEdition, bigMail, FROM, readersUpTo, token, UNSUBSCRIBE } from "./edition.ts";

export interface ClientOptions {
  readonly client: "ours" | "nodemailer" | "nodemailer-raw";
  readonly port: number;
  readonly messages: number;
  readonly connections: number;
  /** Empty and ours alone: where the ledger is made. */
  readonly folder: string;
  /** PEM of the server's own authority: TLS from the first byte. */
  readonly ca?: string;
  /** PEM file of an RSA key: DKIM. */
  readonly keyFile?: string;
}

export interface ClientResult {
  readonly messages: number;
  readonly seconds: number;
  /** Microseconds of user time. */
  readonly userMicros: number;
  /** Microseconds that the system worked for it. */
  readonly systemMicros: number;
  readonly peakBytes: number;
}

const options = JSON.parse(process.argv[2] ?? "") as ClientOptions;
const edition = bigEdition();
const run = { ours, nodemailer: composing, "nodemailer-raw": raw }[options.client];
await run(edition);

async function measured(work: () => Promise<number>): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const sent = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if (sent !== options.messages) throw new Error(`${sent} of ${options.messages} mails were taken`);
  const result: ClientResult = {
    messages: sent,
    seconds,
    userMicros: user,
    systemMicros: system,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(JSON.stringify(result));
}

function smtpChannel(): MailChannel {
  const { port, connections, ca, keyFile } = options;
  const url = `${ca ? "smtps" : "smtp"}://127.0.0.1:${port}`;
  return createSmtpChannel({
    config: {
      from: FROM,
      servers: [{ url, tls: ca ? "required" : "none", weight: 1 }],
      connections,
      unsubscribeUrl: UNSUBSCRIBE,
      dkim: keyFile === undefined ? undefined : { domain: "example.org", selector: "press", keyFile },
    },
    listName: FROM.name,
    token,
    now: () => new Date(),
    connection: { timeouts: TIMEOUTS, ca: ca && readFileSync(ca, "utf8") },
  });
}

async function ours(edition: Edition): Promise<void> {
  const { messages, folder } = options;
  const channel = smtpChannel();
  const ledger = await openLedger({
    file: join(folder, `${randomUUID()}.db`),
    create: true,
    readOnly: false,
  });
  const scope = { channel: "email", slug: edition.article.slug, revision: 0 };
  await ledger.subscribers.add(readersUpTo(messages), new Date());
  const planned = ledger.subscribers
    .list()
    .map(({ id, address }) => ({ key: { ...scope, recipient: address }, subscriberId: id }));
  await ledger.plan({ ...scope, hash: "h", bodyHash: "b" }, planned, new Date());
  let sent = 0;
  await measured(async () => {
    await deliver({
      channel,
      ledger,
      scope,
      draft: channel.compose(edition),
      stop: new AbortController().signal,
      drainMs: 10_000,
      now: () => new Date(),
      random: Math.random,
      onSettled: ({ state }) => {
        if (state === "sent") sent++;
      },
    });
    return sent;
  });
  await ledger.close();
}

/** As one would write it with nodemailer: each mail composed by its pool. */
async function composing({ newsletter }: Edition): Promise<void> {
  await throughPool((address, name) => {
    const reader = { id: "r", address, name, fields: {} };
    const values = fieldValues(reader, newsletter.greeting, "https://example.org/unsubscribe?t=r");
    return {
      from: FROM,
      to: { name, address },
      subject: newsletter.subject,
      headers: { "List-Unsubscribe": `<${values.unsubscribe_url}>` },
      text: splice(newsletter.text, values),
      html: splice(newsletter.html, values),
    };
  });
}

/** The least work that its pool can be given: a mail that is ready, byte for byte as ours. */
async function raw(): Promise<void> {
  const template = await bigMail();
  await throughPool((address, name) => ({
    envelope: { from: FROM.address, to: [address] },
    raw: messageBytes(template({ id: "r".repeat(22), address, name, fields: {} })),
  }));
}

async function throughPool(mail: (address: string, name: string) => object): Promise<void> {
  const { port, messages, connections, ca } = options;
  const pool = createTransport({
    pool: true,
    host: "127.0.0.1",
    port,
    secure: ca !== undefined,
    ignoreTLS: ca === undefined,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    ...(ca && { tls: { ca: readFileSync(ca, "utf8") } }),
  });
  let next = 0;
  let sent = 0;
  const sendOneByOne = async () => {
    while (next < messages) {
      const index = next++;
      await pool.sendMail(mail(`reader.${index}@example.org`, `Reader ${index}`));
      sent++;
    }
  };
  await measured(async () => {
    await Promise.all(Array.from({ length: 2 * connections }, sendOneByOne));
    return sent;
  });
  pool.close();
}
