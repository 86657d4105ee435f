import { once } from "node:events";
import { type Readable, Transform, type Writable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { END_OF_MAIL } from "./encode.ts";
import { type Endpoint, isLoopback } from "./endpoint.ts";
import { MailFailure, mailFailure, replyText } from "./failure.ts";

/** Milliseconds. */
export interface Timeouts {
  /** Until the connection stands, looking up the host included. */
  readonly connection: number;
  /** Until the server's greeting. */
  readonly greeting: number;
  /** Without a byte from the server. */
  readonly silence: number;
}

export const TIMEOUTS: Timeouts = { connection: 30_000, greeting: 30_000, silence: 60_000 };

/** How long a server may take to answer QUIT before it is hung up on, in milliseconds. */
const FAREWELL = 1_000;

export interface ConnectionOptions {
  readonly timeouts: Timeouts;
  /** PEM of the only authority to trust, instead of the system's. */
  readonly ca?: string | undefined;
}

export interface Envelope {
  readonly from: string;
  readonly to: string;
}

/** The server's last word on a message that it took. */
export interface Reply {
  readonly code: number;
  readonly text: string;
}

/** The signal fired. */
class Stopped extends Error {}

type Callback<Value> = (error?: Error | null, value?: Value) => void;

/** One conversation with a server, one message at a time. Its failures are MailFailures. */
export class MailConnection {
  readonly endpoint: Endpoint;
  readonly #smtp: SMTPConnection;
  /** Ends the command under way; there is one at most. */
  #fail: (error: Error) => void = () => {};
  /** What is heeded: one signal for all mails of a run, so that it is not listened to anew for each. */
  #signal: AbortSignal | undefined;
  readonly #stop = (): void => {
    this.#fail(new Stopped());
    this.#smtp.close();
  };

  /** By its answer to EHLO. */
  #offersUtf8 = false;

  private constructor(smtp: SMTPConnection, endpoint: Endpoint) {
    this.#smtp = smtp;
    this.endpoint = endpoint;
    // Also between two messages: an unheard "error" event would end the process.
    smtp.on("error", (error) => this.#fail(error));
    smtp.on("end", () => {
      this.#signal?.removeEventListener("abort", this.#stop);
      const fail = this.#fail;
      // This event comes before a callback that knows more.
      setImmediate(() => fail(new Error("The connection was closed.")));
    });
  }

  /**
   * Connected, encrypted as configured, and logged in.
   * @throws MailFailure also where the password would have to travel in clear beyond this machine.
   */
  static async open(
    endpoint: Endpoint,
    options: ConnectionOptions,
    signal: AbortSignal,
  ): Promise<MailConnection> {
    const { default: SMTP } = await import("nodemailer/lib/smtp-connection");
    const smtp = new SMTP(smtpOptions(endpoint, options));
    const connection = new MailConnection(smtp, endpoint);
    try {
      await connection.#step<void>((done) => smtp.connect(done), signal);
      connection.#offersUtf8 = /[ -]SMTPUTF8\b/i.test(smtp.lastServerResponse || "");
      await connection.#logIn(signal);
    } catch (error) {
      smtp.close();
      throw connection.#failure(error, false);
    }
    return connection;
  }

  get isAlive(): boolean {
    return !this.#smtp.destroyed;
  }

  /**
   * Hands one message over, in pieces of which the last is END_OF_MAIL: CRLF throughout, no line that starts with a
   * dot. Stopped after the server asked for the body, it leaves the same doubt as silence.
   */
  async send({ from, to }: Envelope, message: readonly Buffer[], signal: AbortSignal): Promise<Reply> {
    // RFC 6531, 3.4: such an address is given to nobody who did not offer to take it. nodemailer gives it to all.
    if (!/^[\x20-\x7e]*@/.test(to) && !this.#offersUtf8)
      throw new MailFailure(
        "message",
        `${this.endpoint.name} takes no letters but a-z before the @ of an address (no SMTPUTF8)`,
      );
    let started = false;
    const body = bodyOf(message, () => {
      started = true;
      return this.#smtp._socket || undefined;
    });
    try {
      const size = message.reduce((sum, { length }) => sum + length, -END_OF_MAIL.length);
      const envelope = { from, to: [to], size };
      const info = await this.#step<SMTPConnection.SentMessageInfo>(
        (done) => this.#smtp.send(envelope, body, done),
        signal,
      );
      return { code: Number.parseInt(info.response, 10), text: replyText(info.response) };
    } catch (error) {
      const failure = this.#failure(error, started);
      // Whatever it says from now on belongs to a message that was given up.
      if (failure.code === undefined) this.#smtp.close();
      throw failure;
    }
  }

  /** Ready for another message after a refusal; false where the connection is of no more use. */
  async reset(signal: AbortSignal): Promise<boolean> {
    if (!this.isAlive) return false;
    try {
      await this.#step<unknown>((done) => this.#smtp.reset(done), signal);
      return true;
    } catch {
      this.#smtp.close();
      return false;
    }
  }

  /** Takes leave of the server; resolves when the connection is closed. */
  async quit(): Promise<void> {
    if (!this.isAlive) return;
    const hangUp = setTimeout(() => this.#smtp.close(), FAREWELL);
    const ended = once(this.#smtp, "end");
    this.#smtp.quit();
    await ended.catch(() => {});
    clearTimeout(hangUp);
  }

  async #logIn(signal: AbortSignal): Promise<void> {
    const { login, host, name } = this.endpoint;
    if (!login) return;
    if (!this.#smtp.secure && !isLoopback(host)) {
      throw new MailFailure(
        "login",
        `the connection to ${name} is not encrypted, so the password was kept back`,
      );
    }
    // A server that asks for no login takes none: on loopback that is what test servers do.
    if (!this.#smtp.allowsAuth) return;
    const { user, password: pass } = login;
    await this.#step<unknown>((done) => this.#smtp.login({ user, pass }, done), signal);
  }

  /** One command of nodemailer's as a promise, also where it tells of its end by an event alone. */
  #step<Value>(run: (done: Callback<Value>) => void, signal: AbortSignal): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      this.#fail = reject;
      if (signal.aborted) return this.#stop();
      this.#heed(signal);
      run((error, value) => (error ? reject(error) : resolve(value as Value)));
    });
  }

  #heed(signal: AbortSignal): void {
    if (this.#signal === signal) return;
    this.#signal?.removeEventListener("abort", this.#stop);
    this.#signal = signal;
    signal.addEventListener("abort", this.#stop);
  }

  #failure(error: unknown, bodyStarted: boolean): MailFailure {
    if (error instanceof MailFailure) return error;
    if (!(error instanceof Stopped)) return mailFailure(error, this.endpoint, bodyStarted);
    return bodyStarted
      ? new MailFailure("body", "the run was stopped before the server answered")
      : new MailFailure("stopped", "the run was stopped before the mail was handed over");
  }
}

/**
 * What nodemailer takes for a stream: it calls `pipe`, when the 354 is there and not before, with the transform that
 * doubles dots byte by byte on the way to the socket. Ours need none doubled, so they pass it by, and their pieces, of
 * which most are every reader's, leave in one system call without being joined: 40 µs of a processor instead of 300.
 * Where it is no such transform any more, it is given them to work on.
 * @param start called when the server asks for the body; says where nodemailer writes to.
 */
export function bodyOf(message: readonly Buffer[], start: () => Writable | undefined): Readable {
  const pipe = (stream: Writable): void => {
    const socket = start();
    if (!(stream instanceof Transform) || socket === undefined)
      return void stream.end(Buffer.concat(message.slice(0, -1)));
    // TLS copies what it encrypts: there one piece is quicker than many.
    const pieces = "encrypted" in socket ? [Buffer.concat(message)] : message;
    socket.cork();
    for (const piece of pieces) socket.write(piece);
    socket.uncork();
    stream.push(null);
  };
  return { pipe } as unknown as Readable;
}

function smtpOptions(endpoint: Endpoint, { timeouts, ca }: ConnectionOptions): SMTPConnection.Options {
  const { host, port, implicitTls, tls } = endpoint;
  return {
    host,
    port,
    secure: implicitTls,
    requireTLS: tls === "required",
    ignoreTLS: tls === "none",
    opportunisticTLS: tls === "opportunistic",
    tls: { rejectUnauthorized: tls === "required", ...(ca && { ca }) },
    dnsTimeout: timeouts.connection,
    connectionTimeout: timeouts.connection,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.silence,
  };
}
