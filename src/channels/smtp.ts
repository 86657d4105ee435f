import type { Problem } from "../errors.ts";
import { UserError } from "../errors.ts";
import { type ConnectionOptions, MailConnection, TIMEOUTS } from "../mail/connection.ts";
import { type DkimConfig, readSigner, type Signer } from "../mail/dkim.ts";
import { type Endpoint, endpointOf, type MailServer } from "../mail/endpoint.ts";
import { MailFailure } from "../mail/failure.ts";
import { fieldValues } from "../mail/fields.ts";
import { type MailAddress, type MailIdentity, type Unsubscribe, waysOut } from "../mail/list.ts";
import {
  compileMessage,
  type Message,
  type MessageTemplate,
  messageBytes,
  wirePieces,
} from "../mail/message.ts";
import { failedOutcome, sentOutcome } from "../mail/outcome.ts";
import { MailPool } from "../mail/pool.ts";
import type { Channel } from "../model/channel.ts";
import type { Delivery, Outcome } from "../model/delivery.ts";
import type { Draft, MailDraft } from "../model/draft.ts";
import type { Edition, Newsletter } from "../model/edition.ts";
import type { FieldValues } from "../model/splice.ts";
import type { Recipient } from "../model/subscriber.ts";

/** The newsletter's key in the configuration, and in every delivery key. */
const EMAIL = "email";

/** The part of `email:` in pressrun.yaml that sending needs. */
export interface SmtpConfig {
  readonly from: MailAddress;
  readonly replyTo?: MailAddress | undefined;
  /** May be empty for a channel that only composes and shows. */
  readonly servers: readonly MailServer[];
  readonly connections: number;
  readonly dkim?: DkimConfig | undefined;
  readonly unsubscribeUrl?: string | undefined;
  readonly unsubscribeMailto?: string | undefined;
}

export interface SmtpOptions {
  readonly config: SmtpConfig;
  /** The publication's name. */
  readonly listName: string;
  /** The unsubscribe token of a subscriber. */
  token(subscriberId: string): string;
  now(): Date;
  /** Timeouts and the authority to trust; the usual ones unless given. */
  readonly connection?: ConnectionOptions;
}

export interface MailChannel extends Channel {
  compose(edition: Edition): MailDraft;
  /** The very bytes that `send` would hand over, but for the DKIM signature. Opens no socket, reads no key. */
  messageFor(draft: MailDraft, recipient: Recipient): Promise<Buffer>;
  /** Has a connection ready for the first mail; a server that cannot be reached is met again by `send`. */
  connect(): Promise<void>;
  /** What is spliced into the newsletter for that recipient. */
  valuesFor(newsletter: Pick<Newsletter, "greeting">, recipient: Recipient): FieldValues;
}

/**
 * The newsletter by SMTP.
 * @throws UserError for a server that is not an SMTP address; from `send`, for a DKIM key that cannot be used.
 */
export function createSmtpChannel(options: SmtpOptions): MailChannel {
  const { config, listName, token, now, connection = { timeouts: TIMEOUTS } } = options;
  const { from, replyTo, servers, connections, dkim } = config;
  const identity: MailIdentity = { channel: EMAIL, from, replyTo, listName };
  const unsubscribe: Unsubscribe = {
    url: config.unsubscribeUrl,
    mailto: config.unsubscribeMailto,
    token,
  };
  const wayOut = waysOut(unsubscribe, identity);
  const pool = new MailPool(servers, connections, connection);
  let signer: Promise<Signer> | undefined;
  const sign = async (message: Message): Promise<string> => {
    if (!dkim) return "";
    signer ??= readSigner(dkim);
    return (await signer)(message);
  };
  const templates = new WeakMap<MailDraft, Promise<MessageTemplate>>();
  const write = async (draft: MailDraft, recipient: Recipient): Promise<Message> => {
    const template = templates.get(draft) ?? compileMessage(draft, identity, unsubscribe);
    templates.set(draft, template);
    return (await template)(recipient);
  };

  return {
    name: EMAIL,
    concurrency: connections,
    compose: ({ article, revision, newsletter, at }) => ({
      kind: "mail",
      slug: article.slug,
      revision,
      newsletter,
      at,
    }),
    messageFor: async (draft, recipient) => messageBytes(await write(draft, recipient)),
    valuesFor: ({ greeting }, recipient) => fieldValues(recipient, greeting, wayOut(recipient.id).link),
    verify: async (signal) => [
      ...(await dkimProblems(dkim)),
      ...(await serverProblems(servers, connection, signal)),
    ],
    async send(delivery, signal): Promise<Outcome> {
      const { draft, recipient } = mailOf(delivery);
      const message = await write(draft, recipient);
      const pieces = wirePieces(message, await sign(message));
      const envelope = { from: from.address, to: recipient.address };
      try {
        const reply = await pool.use(signal, (open) => open.send(envelope, pieces, signal));
        return sentOutcome(reply, message.id);
      } catch (error) {
        if (error instanceof MailFailure) return failedOutcome(error, now());
        throw error;
      }
    },
    connect: () => pool.use(new AbortController().signal, async () => undefined).catch(() => undefined),
    close: () => pool.close(),
  };
}

function mailOf({ draft, recipient }: Delivery): { draft: MailDraft; recipient: Recipient } {
  if (!isMail(draft) || !recipient) throw new Error("The email channel was given a delivery without a mail.");
  return { draft, recipient };
}

function isMail(draft: Draft): draft is MailDraft {
  return draft.kind === "mail";
}

async function dkimProblems(dkim: DkimConfig | undefined): Promise<readonly Problem[]> {
  if (!dkim) return [];
  try {
    await readSigner(dkim);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}

async function serverProblems(
  servers: readonly MailServer[],
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  if (servers.length === 0) {
    return [
      {
        code: "smtp-no-server",
        message: "No SMTP server is configured.",
        next: "Name one as email.server.",
      },
    ];
  }
  const found = await Promise.all(
    servers.map((server) => endpointProblem(endpointOf(server), options, signal)),
  );
  // One server that lets us in is enough: the pool passes over the others.
  return found.every((problem) => problem !== undefined) ? found : [];
}

/** Connects, encrypts, logs in, and takes leave. */
async function endpointProblem(
  endpoint: Endpoint,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  try {
    const connection = await MailConnection.open(endpoint, options, signal);
    await connection.quit();
    return undefined;
  } catch (error) {
    if (error instanceof MailFailure) return problemOf(error, endpoint);
    throw error;
  }
}

function problemOf({ phase, message }: MailFailure, { name }: Endpoint): Problem {
  switch (phase) {
    case "login":
      return {
        code: "smtp-login",
        message: `The SMTP server ${name} does not let us log in: ${message}.`,
        next: "Check the user and the password in email.server, and that the connection is encrypted.",
      };
    case "tls":
      return {
        code: "smtp-tls",
        message: `The connection to the SMTP server ${name} cannot be trusted: ${message}.`,
        next: "Use the name that is in the server's certificate, or name its authority in NODE_EXTRA_CA_CERTS.",
      };
    default:
      return {
        code: "smtp-unreachable",
        message: `The SMTP server ${name} cannot be used: ${message}.`,
        next: "Check host and port in email.server, and that this machine may connect to them.",
      };
  }
}
