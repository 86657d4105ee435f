// How fast and how dear a delivery is, against postfix's own load generator and against nodemailer in the same run:
// the clients take turns, so that a busy minute of a shared machine hits all of them. Each is a process of its own.
// Writes the README's table.   npm run bench -- delivery [--million]
import { execFile, execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { messageBytes } from "../src/mail/message.ts";
import type { ClientOptions, ClientResult } from "./delivery/client.ts";
import { bigMail } from "./delivery/edition.ts";
import { publishTo } from "./delivery/long-list.ts";
import { roundTripDuring } from "./delivery/round-trip.ts";
import { installPacked } from "./packed.ts";
import { writeTable } from "./readme.ts";

const ROUNDS = 3;
const CONNECTIONS = 10;
/** Some seconds: in the first of them a program is still being compiled. */
const MESSAGES = 20_000;
const MILLION = process.argv.includes("--million");
/** Of the road with a delay, in milliseconds; timers make it a little longer. */
const ROUND_TRIP = 20;

const home = mkdtempSync(join(tmpdir(), "pressrun-bench-"));
const at = (name: string) => join(import.meta.dirname, "delivery", name);
const stops: (() => void)[] = [];

async function serve(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  stops.push(() => child.kill());
  for await (const line of createInterface({ input: child.stdout })) return Number(line);
  throw new Error(`${command} ended before it served`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startSmtpSink(): Promise<number> {
  const port = await freePort();
  const asRoot = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("/usr/sbin/smtp-sink", [...asRoot, `127.0.0.1:${port}`, "1000"], { stdio: "inherit" });
  stops.push(() => child.kill());
  await new Promise((resolve) => setTimeout(resolve, 500));
  return port;
}

async function client(options: Omit<ClientOptions, "connections" | "folder">): Promise<ClientResult> {
  const all: ClientOptions = { connections: CONNECTIONS, folder: home, ...options };
  const { stdout } = await promisify(execFile)(process.execPath, [at("client.ts"), JSON.stringify(all)]);
  return JSON.parse(stdout) as ClientResult;
}

/** Messages a second of postfix's load generator; its messages are as long as ours. */
async function smtpSource(port: number): Promise<number> {
  const mail = (await bigMail())({
    id: "r".repeat(22),
    address: "reader.1@example.org",
    name: "Reader 1",
    fields: {},
  });
  const length = String(messageBytes(mail).length);
  const count = String(MESSAGES);
  const start = performance.now();
  execFileSync("/usr/sbin/smtp-source", [
    ...["-d", "-s", String(CONNECTIONS), "-l", length, "-m", count],
    ...["-f", "news@example.org", "-t", "reader@example.org", `127.0.0.1:${port}`],
  ]);
  return (MESSAGES / (performance.now() - start)) * 1000;
}

/** RSA-2048 signatures a second that one core of this machine makes. */
function signingRate(): number {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const text = Buffer.alloc(1_000, "x");
  const start = performance.now();
  let signed = 0;
  for (; performance.now() - start < 1_000; signed++) sign("sha256", text, privateKey);
  return (signed / (performance.now() - start)) * 1000;
}

function certificate(): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(home, "cert.pem"), join(home, "key.pem")];
  execFileSync(
    "openssl",
    [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ],
      ...["-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
    ],
    { stdio: "ignore" },
  );
  return { cert, key };
}

const rate = ({ messages, seconds }: ClientResult) => messages / seconds;
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const figures = new Map<string, number[]>();
const note = (name: string, value: number) => figures.set(name, [...(figures.get(name) ?? []), value]);
const figure = (name: string) => median(figures.get(name) ?? []);

interface Ports {
  readonly sink: number;
  readonly postfix: number | undefined;
  readonly tls: number;
  readonly road: number;
}

const run = async (options: Parameters<typeof client>[0]) => rate(await client(options));

async function round(ports: Ports, cert: string, keyFile: string): Promise<void> {
  const own = await client({ client: "ours", port: ports.sink, messages: MESSAGES });
  note("cpu", own.userMicros / own.messages);
  const target = { port: ports.postfix ?? ports.sink };
  const ours = await run({ client: "ours", ...target, messages: MESSAGES });
  note("rate", ours);
  if (ports.postfix !== undefined) note("of smtp-source", ours / (await smtpSource(ports.postfix)));
  note("of nodemailer", ours / (await run({ client: "nodemailer", ...target, messages: MESSAGES / 20 })));
  const signing = signingRate();
  const signed = { port: ports.sink, messages: MESSAGES / 2, keyFile };
  note("of signing", (await run({ client: "ours", ...signed })) / signing);
  const tls = { port: ports.tls, ca: cert };
  const encrypted = await run({ client: "ours", ...tls, messages: MESSAGES });
  const theirs = await run({ client: "nodemailer-raw", ...tls, messages: MESSAGES / 4 });
  note("of nodemailer, TLS", encrypted / theirs);
  const far = run({ client: "ours", port: ports.road, messages: MESSAGES / 10 });
  const [reached, took] = await roundTripDuring(ports.road, far);
  note("round trip", took);
  note("of the road", reached / (CONNECTIONS / ((2 * took) / 1000)));
}

async function million(port: number): Promise<void> {
  const packed = installPacked();
  try {
    const small = await publishTo(10_000, port, packed);
    const large = await publishTo(1_000_000, port, packed);
    note("of 10,000", large.perSecond / small.perSecond);
    note("memory", large.publishMb);
    note("memory, dry", large.dryRunMb);
  } finally {
    packed.remove();
  }
}

async function main(): Promise<void> {
  const { cert, key } = certificate();
  const keyFile = join(home, "dkim.pem");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }));
  const sink = await serve(process.execPath, [at("sink.ts")]);
  const ports = {
    sink,
    postfix: existsSync("/usr/sbin/smtp-sink") ? await startSmtpSink() : undefined,
    tls: await serve(process.execPath, [at("sink.ts"), cert, key]),
    road: await serve(process.execPath, [at("proxy.ts"), String(sink), String(ROUND_TRIP / 2)]),
  };
  for (let index = 0; index < ROUNDS; index++) await round(ports, cert, keyFile);
  if (MILLION) await million(sink);
  const times = (value: number) => `${value.toFixed(2)} ×`;
  const megabytes = (name: string) => `${figure(name).toFixed(0)} MB`;
  const rows: [string, string, string][] = [
    ["ours / `smtp-source -d`, to `smtp-sink`", times(figure("of smtp-source")), "≥ 0.90"],
    ["ours / nodemailer's pool, composing each", times(figure("of nodemailer")), "≥ 10"],
    ["with RSA-2048 DKIM / signatures of one core", times(figure("of signing")), "≥ 0.45"],
    ["user CPU a message", `${figure("cpu").toFixed(0)} µs`, "≤ 180 µs"],
    ["TLS: ours / nodemailer's pool, ready-made mails", times(figure("of nodemailer, TLS")), "≥ 2"],
    [
      `${figure("round trip").toFixed(1)} ms round trip: of connections / (2 × round trip)`,
      times(figure("of the road")),
      "≥ 0.85",
    ],
    ["1,000,000 readers / 10,000, mails a second, by `publish`", times(figure("of 10,000")), "≥ 0.95"],
    ["memory at 1,000,000 readers, `publish`", megabytes("memory"), "≤ 150 MB"],
    ["memory at 1,000,000 readers, `publish --dry-run`", megabytes("memory, dry"), "≤ 150 MB"],
  ];
  const known = rows.filter(([, value]) => !value.startsWith("NaN"));
  const table = writeTable(
    "delivery",
    ["45 KB personalised, 10 connections, ledger FULL", "median", "must"],
    known,
  );
  process.stdout.write(
    `${table}\n${[...figures].map(([name, values]) => `${name}: ${values.map((value) => value.toPrecision(3)).join(" ")}`).join("\n")}\n`,
  );
}

try {
  await main();
} finally {
  for (const stop of stops) stop();
  rmSync(home, { recursive: true, force: true });
}
