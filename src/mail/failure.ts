import { hostTrouble } from "../model/host-trouble.ts";
import type { Endpoint } from "./endpoint.ts";
import { oneLine } from "./fields.ts";

/**
 * How far the conversation had come. Only "body" leaves doubt: from the server's 354 on it may have taken the message.
 * "message": refused on this side (larger than the server takes). "stopped": the run was stopped before the body.
 */
export type Phase =
  | "connect"
  | "tls"
  | "login"
  | "message"
  | "sender"
  | "envelope"
  | "recipient"
  | "body"
  | "stopped";

/** A mail that was not surely taken, in our words. */
export class MailFailure extends Error {
  override readonly name = "MailFailure";
  readonly phase: Phase;
  /** The server's reply code; undefined where it said nothing. */
  readonly code: number | undefined;

  constructor(phase: Phase, text: string, code?: number) {
    super(text);
    this.phase = phase;
    this.code = code;
  }
}

/** What nodemailer's errors carry; it tells the step by `command`, and a system error by `originalCode`. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** @param bodyStarted the server had answered DATA with 354. */
export function mailFailure(thrown: unknown, endpoint: Endpoint, bodyStarted: boolean): MailFailure {
  const error = thrown as SmtpError;
  const phase = bodyStarted ? "body" : phaseOf(error);
  const { response, responseCode = 0 } = error;
  const text =
    response === undefined || phase === "tls" ? ownWords(error, phase, endpoint) : replyText(response);
  // Anything but 4xx and 5xx, out of turn, refuses nothing: it is no answer.
  const code = responseCode >= 400 && responseCode <= 599 ? responseCode : undefined;
  return new MailFailure(phase, withoutSecrets(text, endpoint), code);
}

const TLS_CODE = /CERT|SSL|TLS|SIGNATURE/;

function phaseOf({ code = "", originalCode = "", command = "", responseCode }: SmtpError): Phase {
  if (code === "EAUTH") return "login";
  if (code === "ETLS" || TLS_CODE.test(originalCode)) return "tls";
  if (code === "EMESSAGE") return "message";
  if (command === "RCPT TO") return "recipient";
  if (code === "EENVELOPE" && responseCode === undefined) return "message";
  if (command === "MAIL FROM") return "sender";
  if (code === "EENVELOPE") return "envelope";
  return "connect";
}

/** "40CD…:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/…": its sixth part is for people. */
function tlsWords(message: string): string {
  const said = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/.exec(message)?.[1] ?? oneLine(message);
  return said === "wrong version number"
    ? "it does not answer in TLS; smtps:// is for port 465, smtp:// for 587 and 25"
    : said;
}

function ownWords(error: SmtpError, phase: Phase, { name }: Endpoint): string {
  if (phase === "tls") return `no trusted encryption with ${name}: ${tlsWords(error.message)}`;
  if (phase === "message") return oneLine(error.message);
  const known = hostTrouble(error.originalCode) ?? hostTrouble(error.code);
  return `${name} ${known ?? "closed the connection"}`;
}

/** "550-5.1.1 no\n550 5.1.1 such user" → "5.1.1 no 5.1.1 such user", at most 300 characters. */
export function replyText(reply: string): string {
  return oneLine(reply.replace(/^\d{3}[ -]?/gm, "")).slice(0, 300);
}

/** Servers quote what they did not understand: also an AUTH line. */
function withoutSecrets(text: string, { login }: Endpoint): string {
  if (!login) return text;
  const { user, password } = login;
  const base64 = (value: string): string => Buffer.from(value).toString("base64");
  return [base64(`\0${user}\0${password}`), base64(password), password]
    .filter((secret) => secret !== "")
    .reduce((masked, secret) => masked.replaceAll(secret, "***"), text);
}
