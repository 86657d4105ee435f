import { readFileSync, rmSync } from "node:fs";
import type { AtpSessionData, CredentialSession } from "@atproto/api";
import { type Failure, noAnswer, refusalOutcome, request, retryable } from "../../http.ts";
import { writePrivateFile } from "../../private-file.ts";
import type { Account } from "./post.ts";

export interface Login extends Account {
  /** An app password. */
  readonly password: string;
  /** Where the session is kept between runs: logins are capped at 300 a day, and 100 were observed. */
  readonly file: string;
  /** Of one request; http.ts's own unless given. */
  readonly deadlineMs?: number | undefined;
  now(): Date;
}

/** An answer that was read, or what it means that there is none or that it was a no. */
export type Answer =
  | { readonly ok: true; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      /** 0 where none came. */
      readonly status: number;
      readonly error?: string | undefined;
      readonly failure: Failure;
    };

/** A logged-in account, for the length of one operation. */
export interface Session {
  readonly did: string;
  readonly handle: string;
  call(path: string, init?: RequestInit): Promise<Answer>;
}

/** Resumes the kept session, or logs in. Never uncertain: a login posts nothing. */
export async function openSession(login: Login, signal: AbortSignal): Promise<Session | Failure> {
  const manager = await resume(login, signal);
  const failure = manager.session ? undefined : await logIn(manager, login);
  if (failure) return failure;
  if (!manager.session) throw new Error("a login without a session");
  const { did, handle } = manager.session;
  return { did, handle, call: (path, init = {}) => call(manager, login, path, init) };
}

async function resume(login: Login, signal: AbortSignal): Promise<CredentialSession> {
  const { CredentialSession } = await import("@atproto/api");
  const manager = new CredentialSession(
    new URL(login.service),
    (input, init) => request(input, { ...init, signal }, login.deadlineMs),
    (_event, data) => keep(login, data, manager.pdsUrl),
  );
  restore(manager, login);
  return manager;
}

/** The file's contents. The server that keeps the account may be another than the one that logs in. */
interface Kept {
  readonly identifier: string;
  readonly service: string;
  readonly pds?: string | undefined;
  readonly data: AtpSessionData;
}

function restore(manager: CredentialSession, { file, identifier, service }: Login): void {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Kept;
    if (kept.identifier !== identifier || kept.service !== service) return;
    if (kept.pds !== undefined) manager.pdsUrl = new URL(kept.pds);
    manager.session = kept.data;
  } catch {
    // Absent or damaged: log in afresh.
  }
}

function keep({ file, identifier, service }: Login, data: AtpSessionData | undefined, pds?: URL): void {
  try {
    if (data === undefined) rmSync(file, { force: true });
    else writePrivateFile(file, `${JSON.stringify({ identifier, service, pds: pds?.href, data })}\n`);
  } catch {
    // A session that cannot be kept costs the next run a login, never this run its post.
  }
}

async function call(
  manager: CredentialSession,
  login: Login,
  path: string,
  init: RequestInit,
): Promise<Answer> {
  try {
    // Refreshes the session by itself when it has expired.
    const response = await manager.fetchHandler(path, init);
    if (!(await isTokenRefused(response))) return await read(response, manager, login);
    const failure = await logIn(manager, login);
    return failure
      ? { ok: false, status: 0, failure }
      : await read(await manager.fetchHandler(path, init), manager, login);
  } catch (error) {
    return { ok: false, status: 0, failure: noAnswer(error, login.now()) };
  }
}

async function isTokenRefused(response: Response): Promise<boolean> {
  if (response.status !== 400) return response.status === 401;
  const { error } = await saidIn(response.clone());
  return error === "ExpiredToken" || error === "InvalidToken";
}

async function logIn(manager: CredentialSession, login: Login): Promise<Failure | undefined> {
  const { XRPCError } = await import("@atproto/api");
  try {
    await manager.login({ identifier: login.identifier, password: login.password });
    return undefined;
  } catch (error) {
    // Below 100 stand the client's own codes, for an answer that did not come or that it cannot read.
    if (!(error instanceof XRPCError) || error.status < 100) return unanswered(error, manager, login);
    const headers = new Headers(error.headers);
    const text = mask(error.message, manager, login);
    const failure = refusalOutcome({ status: error.status, headers, text }, login.now());
    // Whatever else is wrong with a login, it is not this post.
    return failure.reason.kind === "rejected"
      ? { state: "failed", reason: { ...failure.reason, kind: "login" } }
      : failure;
  }
}

/** A login that no Bluesky server answered: a proxy's page, broken JSON, a connection that was cut. */
function unanswered(error: unknown, manager: CredentialSession, login: Login): Failure {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { reason, ...rest } = retryable(noAnswer(cause, login.now()), login.now());
  return { ...rest, reason: { ...reason, text: mask(reason.text, manager, login) } };
}

async function read(response: Response, manager: CredentialSession, login: Login): Promise<Answer> {
  const { status, headers } = response;
  const body = await saidIn(response);
  if (response.ok) return { ok: true, status, body };
  const { error, message } = body;
  const text = mask(String(message ?? error ?? `HTTP ${status}`), manager, login);
  return {
    ok: false,
    status,
    error: String(error),
    failure: refusalOutcome({ status, headers, text, body }, login.now()),
  };
}

/** The answer's JSON object; empty where it is none. */
async function saidIn(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const LONGEST_TEXT = 300;

/** One line without secrets, as a clause: no full stop. */
function mask(text: string, { session }: CredentialSession, { password }: Login): string {
  let masked = text.replace(/\s+/g, " ").trim();
  for (const secret of [password, session?.accessJwt, session?.refreshJwt]) {
    if (secret) masked = masked.replaceAll(secret, "***");
  }
  return masked.slice(0, LONGEST_TEXT).replace(/\.+$/, "");
}
