// The only file that builds things: configuration → channels, ledger, clock, reporter.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { INERT_TOKEN, makeUnsubscribeToken, SANDBOX_KEY, unsubscribeKey } from "./audience/unsubscribe.ts";
import { CHANNEL_TYPES } from "./channels/index.ts";
import { createOutbox } from "./channels/outbox.ts";
import type { MailChannel, SmtpOptions } from "./channels/smtp.ts";
import type { GlobalArguments, Io } from "./commands/command.ts";
import {
  type ChannelConfig,
  type Config,
  type ConfigOptions,
  type EmailConfig,
  readConfig,
} from "./config.ts";
import type { Permission } from "./deliver/refuse.ts";
import { openLedger } from "./ledger/index.ts";
import { appendPublished, type PublishedEntry, readPublished } from "./ledger/published.ts";
import type { Channel } from "./model/channel.ts";
import type { Ledger } from "./model/ledger.ts";
import { NOBODY } from "./model/subscriber.ts";
import { createReporter, type Reporter } from "./report/reporter.ts";

/** Folders of one publication. The sandbox has a state of its own. */
export interface Paths {
  /** Where the person stands: relative paths on the command line start here. */
  readonly cwd: string;
  /** Folder of the configuration file. */
  readonly root: string;
  readonly content: string;
  readonly out: string;
  readonly templates: string;
  /** `.pressrun`, or `.pressrun/sandbox`. */
  readonly state: string;
  readonly ledger: string;
}

/** What a run is governed by. */
export interface RunTerms {
  /** IANA zone of the publication. */
  readonly timezone: string;
  /** Aborted by SIGINT or SIGTERM: nothing new is started. */
  readonly stop: AbortSignal;
  /** How long deliveries under way may go on after that. */
  readonly drainMs: number;
  now(): Date;
  /** In [0, 1). */
  random(): number;
}

/** What the same app can be opened with in another process. */
export interface AppRequest {
  readonly args: GlobalArguments;
  readonly env: Io["env"];
  readonly options: AppOptions;
}

/** Everything a command needs, built once from the configuration. */
export interface App {
  readonly request: AppRequest;
  readonly config: Config;
  readonly paths: Paths;
  readonly reporter: Reporter;
  readonly allowed: Permission;
  readonly run: RunTerms;
  /** Opens the ledger on first use; `readOnly` leaves every byte of the state folder as it is. */
  ledger(access?: "readOnly"): Promise<Ledger>;
  /** The newsletter's channel, where the publication has one. */
  mail(): Promise<MailChannel | undefined>;
  /** All of the publication's channels, mail first. */
  channels(): Promise<readonly Channel[]>;
  /** Keys whose tokens are ours, newest first. */
  unsubscribeKeys(): Promise<readonly string[]>;
  /** What other clones published; the sandbox neither reads nor writes it. */
  readonly published: {
    read(): readonly PublishedEntry[];
    add(entry: PublishedEntry): void;
  };
  /** The bytes of an image, by absolute path or URL; a run that sends nothing has none from the web. */
  readImage(location: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

export interface AppOptions {
  /** --sandbox; the configuration's mode unless true. */
  readonly sandbox: boolean;
  /** --live: also where the configuration's mode is sandbox. */
  readonly live?: boolean;
  /**
   * How far the command goes. "look": no socket is opened and no byte of state written; "ask": servers and accounts
   * are asked, with their secrets, and the ledger stays as it is; "change": state is written; "send": both.
   */
  readonly reach: "look" | "ask" | "change" | "send";
  /** Only these channels are used: the others do without their secrets. */
  readonly only?: readonly string[] | undefined;
  /** Parts of the configuration that it uses besides publication, mail and channels: see ConfigOptions. */
  readonly also?: ConfigOptions["also"];
  /** --now */
  readonly now?: boolean;
  /** The process ends soon: nothing is made in another one for the sake of memory. */
  readonly brief?: boolean;
}

/** Time for a server to answer what it was given, after SIGINT or SIGTERM. */
const DRAIN_MS = 10_000;

/** @throws UserError with every problem of the configuration. */
export async function openApp(args: GlobalArguments, io: Io, options: AppOptions): Promise<App> {
  const { reach } = options;
  const file = resolve(args.cwd, args.config ?? "pressrun.yaml");
  const config = await readConfig({
    file,
    env: io.env,
    sandbox: options.sandbox ? true : options.live ? false : undefined,
    needsSecrets: reach === "send" || reach === "ask",
    only: options.only,
    also: options.also,
  });
  for (const secret of config.secrets) hide(secret, io);
  const reporter = createReporter({ ...io, write: io.err, silent: args.json });
  const paths = pathsOf(config, args.cwd);
  const { sandbox } = config;

  const mail = once(() => buildMail(config, paths, reach, io));
  const channels = once(async () => {
    const newsletter = await mail();
    const accounts = config.channels.map(async (account) => {
      const channel = await buildAccount(account, config, paths, io);
      const isUsed = options.only?.includes(account.name) ?? true;
      if (reach === "send" && !sandbox && isUsed) await makeReady(channel, options, io);
      return channel;
    });
    return [...(newsletter ? [newsletter] : []), ...(await Promise.all(accounts))];
  });
  const read = once(() =>
    openLedger({ file: paths.ledger, create: false, readOnly: true, example: sandbox }),
  );
  const write = once(async () => {
    // With the first ledger comes the key that signs its readers' way out, so that a dry run finds it.
    if (!sandbox) await unsubscribeKey(paths.state, { create: true });
    return openLedger({ file: paths.ledger, create: true, readOnly: false, example: sandbox });
  });

  return {
    request: { args: { json: args.json, cwd: args.cwd, config: args.config }, env: { ...io.env }, options },
    config,
    paths,
    reporter,
    allowed: { sandbox, now: options.now ?? false },
    run: termsOf(config, io),
    ledger: (access) => (!writes(reach) || access === "readOnly" ? read() : write()),
    mail,
    channels,
    unsubscribeKeys: () => verifyingKeys(config, paths),
    published: publishedIn(config),
    readImage: async (location) => {
      if (!/^https?:/i.test(location)) return readFile(location).catch(() => undefined);
      return sandbox || reach !== "send" ? undefined : fetchPicture(location, io.signal);
    },
    close: async () => {
      const open = (await channels.made()) ?? [await mail.made()];
      for (const channel of open) await channel?.close();
      for (const ledger of [read, write]) await (await ledger.made())?.close();
    },
  };
}

function termsOf({ publication: { timezone } }: Config, { signal, now }: Io): RunTerms {
  return { timezone, stop: signal, drainMs: DRAIN_MS, now, random: Math.random };
}

function publishedIn({ sandbox, root }: Config): App["published"] {
  return {
    read: () => (sandbox ? [] : readPublished(root)),
    add: (entry) => void (sandbox || appendPublished(root, entry)),
  };
}

/** What earlier runs left undone is for the run itself, not for who only makes its edition. */
async function makeReady(channel: Channel, { brief }: AppOptions, { signal }: Io): Promise<void> {
  await Promise.all([channel.learn?.(signal), brief ? undefined : channel.makeUp?.(signal)]);
}

/** An article may name any address, also one inside this network: what stands there is nobody's card picture. */
async function fetchPicture(url: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const { fetchPublic } = await import("./read/fetch.ts");
  const fetched = await fetchPublic(url, { signal }).catch(() => undefined);
  return fetched?.bytes;
}

const writes = (reach: AppOptions["reach"]) => reach === "change" || reach === "send";

/** Makes its value when it is first asked for, and then keeps it. */
function once<T>(make: () => Promise<T>): (() => Promise<T>) & { made(): Promise<T> | undefined } {
  let value: Promise<T> | undefined;
  const get = () => {
    value ??= make();
    return value;
  };
  return Object.assign(get, { made: () => value });
}

function pathsOf({ root, sandbox }: Config, cwd: string): Paths {
  const state = sandbox ? join(root, ".pressrun/sandbox") : join(root, ".pressrun");
  return {
    cwd,
    root,
    content: join(root, "content"),
    out: join(root, "out"),
    templates: join(root, "templates"),
    state,
    ledger: join(state, "ledger.db"),
  };
}

/** Also as it would look inside a URL or a JSON string. */
function hide(secret: string, io: Io): void {
  for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) io.hide(form);
}

async function buildMail(config: Config, paths: Paths, reach: AppOptions["reach"], io: Io) {
  const { email, publication, sandbox } = config;
  if (email === undefined) return undefined;
  const options: SmtpOptions = {
    config: email,
    listName: publication.name,
    token: tokenMaker(await signingKey(email, paths, sandbox, reach)),
    now: io.now,
  };
  if (!sandbox) return (await import("./channels/smtp.ts")).createSmtpChannel(options);
  const { createInboxChannel } = await import("./channels/inbox.ts");
  return createInboxChannel(options, join(paths.state, "inbox"), reach === "send");
}

async function signingKey(
  email: EmailConfig,
  { state }: Paths,
  sandbox: boolean,
  reach: AppOptions["reach"],
) {
  const [configured] = email.unsubscribeKeys;
  if (configured !== undefined) return configured;
  return sandbox ? SANDBOX_KEY : unsubscribeKey(state, { create: writes(reach) });
}

/** Also the kept key: mails that were signed with it before another was configured are still under way. */
async function verifyingKeys({ email, sandbox }: Config, { state }: Paths): Promise<readonly string[]> {
  if (sandbox) return [SANDBOX_KEY, ...(email?.unsubscribeKeys ?? [])];
  const kept = await unsubscribeKey(state, { create: false });
  return [...(email?.unsubscribeKeys ?? []), ...(kept === undefined ? [] : [kept])];
}

/** Without a key there is no reader yet whose way out it could sign. */
function tokenMaker(key: string | undefined): (subscriberId: string) => string {
  return (id) =>
    key === undefined || id === NOBODY.id
      ? INERT_TOKEN
      : makeUnsubscribeToken(key, { id, list: "newsletter" });
}

async function buildAccount({ name, type, options }: ChannelConfig, config: Config, paths: Paths, io: Io) {
  const load = CHANNEL_TYPES[type];
  if (load === undefined) throw new Error(`readConfig let through the channel type ${type}`);
  const { channelType } = await load();
  const { state, root } = paths;
  // The sandbox asks no server: it goes by what live runs were told.
  const channel = channelType.create(options, {
    name,
    root,
    state,
    cache: join(root, ".pressrun/cache"),
    now: io.now,
  });
  return config.sandbox ? createOutbox(channel, join(paths.state, "outbox")) : channel;
}
