import { dirname, join, resolve } from "node:path";
import { readChannels } from "./config/channels.ts";
import { checkFiles } from "./config/inside.ts";
import { type Part, Review } from "./config/review.ts";
import { checkSlots } from "./config/slots.ts";
import { parseSource, readConfigText } from "./config/source.ts";
import {
  secretsOf,
  trustEmail,
  trustFeeds,
  trustPublication,
  trustSchedule,
  trustServices,
} from "./config/trust.ts";
import { checkTwins } from "./config/twins.ts";
import { expand, readVariables, type Variables } from "./config/variables.ts";
import { writtenConfig } from "./config/written.ts";
import { type Problem, UserError } from "./errors.ts";
import type { Services } from "./model/bounce.ts";
import type { MaxCost } from "./model/cost.ts";
import type { PaceRules } from "./model/pace.ts";
import type { Publication } from "./model/publication.ts";
import type { PostWishes } from "./model/wishes.ts";

/** pressrun.yaml and the environment, checked, resolved and frozen. */
export interface Config {
  /** Absolute path of the file. */
  readonly file: string;
  /** Its folder: content, out, templates and .pressrun lie here. */
  readonly root: string;
  /** `mode: sandbox`, or --sandbox. */
  readonly sandbox: boolean;
  readonly publication: Publication;
  readonly email?: EmailConfig | undefined;
  readonly channels: readonly ChannelConfig[];
  readonly schedule: ScheduleConfig;
  readonly feeds: readonly FeedConfig[];
  /** Mail services that post to `serve`. */
  readonly services: Services;
  /** Passwords, keys and addresses that hold one, longest first: to be masked wherever they would show. */
  readonly secrets: readonly string[];
}

export interface MailAddress {
  readonly name?: string | undefined;
  readonly address: string;
}

export interface EmailConfig {
  readonly from: MailAddress;
  readonly replyTo?: MailAddress | undefined;
  /** Segment: "all", or "tag:uk and language:en". */
  readonly to: string;
  /** Empty where the environment does not name one (sandbox, dry run). */
  readonly servers: readonly SmtpServer[];
  /** Connections at once; 10 unless given. */
  readonly connections: number;
  readonly pace: PaceRules;
  readonly dkim?:
    | { readonly domain: string; readonly selector: string; readonly keyFile: string }
    | undefined;
  readonly unsubscribeUrl?: string | undefined;
  readonly unsubscribeMailto?: string | undefined;
  /** Newest first; empty = the key kept in .pressrun/keys. */
  readonly unsubscribeKeys: readonly string[];
  /** Tags that readers choose themselves → what they are called. */
  readonly topics: Readonly<Record<string, string>>;
  /** undefined: by URL where there is one, else embedded. */
  readonly images?: "url" | "embed" | undefined;
  /** Name of the newsletter's template; "newsletter" unless given. */
  readonly template?: string | undefined;
  /** Make smaller what Gmail would cut off. */
  readonly fit: boolean;
  /** Posts wait until a mail was accepted. */
  readonly first: boolean;
}

export interface SmtpServer {
  /** smtp:// or smtps://, with user and password. */
  readonly url: string;
  /** From `?tls=`; "required" unless the host is loopback. */
  readonly tls: "none" | "opportunistic" | "required";
  readonly weight: number;
}

export interface ChannelConfig extends PostWishes {
  readonly name: string;
  readonly type: string;
  /** Checked by the type's own schema. */
  readonly options: unknown;
  /** What would cost more is not posted. */
  readonly maxCost?: MaxCost | undefined;
}

export interface ScheduleConfig {
  /** Cron expressions of five fields, in the publication's zone. */
  readonly slots: readonly string[];
  /** A slot takes all that is queued, as one newsletter. */
  readonly digest: boolean;
  /** What is later than this is missed, not sent. */
  readonly maxLateMs: number;
  readonly heartbeatUrl?: string | undefined;
}

export interface FeedConfig {
  readonly url: string;
  readonly policy: "draft" | "queue" | "publish";
}

export interface ConfigOptions {
  readonly file: string;
  readonly env: Variables;
  /** Whatever the file says: --sandbox, or --live. */
  readonly sandbox?: boolean | undefined;
  /** A run that sends, unless it turns out to be in the sandbox; elsewhere an unset `${NAME}` is tolerated. */
  readonly needsSecrets: boolean;
  /** Of the channels only these are used: the others do without their secrets. */
  readonly only?: readonly string[] | undefined;
  /** Parts that this command uses besides publication, mail and channels: the others do without theirs. */
  readonly also?: readonly Part[] | undefined;
}

/**
 * Reads and checks pressrun.yaml. All problems are reported at once, with line and column.
 * @throws UserError with every problem found.
 */
export async function readConfig(options: ConfigOptions): Promise<Config> {
  const file = resolve(options.file);
  const root = dirname(file);
  const source = parseSource(await readConfigText(file), file);
  const expanded = expand(source, await readVariables(join(root, ".env"), options.env));
  const sandbox = options.sandbox ?? modeOf(expanded.value) === "sandbox";
  const { needsSecrets, only, also = [] } = options;
  const review = new Review(source, expanded, needsSecrets && !sandbox ? { only, also } : undefined);

  const written = review.check(writtenConfig, []);
  const channels = await readChannels(review);
  await checkFiles(review, root);
  await checkSlots(review);
  checkTwins(review);
  if (review.isNeeded(["email"])) requireServer(review);
  if (!written || review.problems.length > 0) throw new UserError(review.problems.toSorted(byPlace));

  const email = written.email && trustEmail(written.email, root);
  const schedule = trustSchedule(written);
  const services = trustServices(written);
  return freeze({
    file,
    root,
    sandbox,
    publication: trustPublication(written),
    email,
    channels: channels.map(({ secrets: _, ...channel }) => channel),
    schedule,
    feeds: trustFeeds(written),
    services,
    secrets: secretsOf(written.email, email, channels, schedule.heartbeatUrl, services),
  });
}

function modeOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "mode" in value ? value.mode : undefined;
}

function requireServer(review: Review): void {
  const path = ["email", "server"];
  if (review.at(["email"]) === undefined || review.at(path) !== undefined || review.isUnset(path)) return;
  review.report({
    path,
    code: "server-missing",
    message: "email.server needs a value before any mail can go out live.",
    next: `Write \${SMTP_URL} there and set it in the environment or .env, or use --sandbox.`,
  });
}

function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
