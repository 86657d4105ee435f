import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A real Bluesky server (PDS) with its directory of identities (PLC), both on loopback, in a process of its own. */
export interface Pds {
  readonly url: string;
  /** A fresh account that posts with an app password, as people are told to. */
  account(): Promise<PdsAccount>;
  close(): Promise<void>;
}

export interface PdsAccount {
  readonly did: string;
  readonly handle: string;
  readonly password: string;
}

export const PDS_INSTALLED = existsSync(join(import.meta.dirname, "node_modules/@atproto/pds"));

/** What this server signs sessions with. */
export const JWT_SECRET = "not a secret: sessions";

export async function startPds(): Promise<Pds> {
  const folder = mkdtempSync(join(tmpdir(), "pds-"));
  const script = join(import.meta.dirname, "pds-process.mjs");
  // It answers every login after the same time, and a slow machine has none of it left.
  const quiet = "--disable-warning=TimeoutNegativeWarning";
  const child = spawn(process.execPath, [quiet, script, folder, JWT_SECRET], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const ready = once(createInterface(child.stdout), "line") as Promise<[string]>;
  const first = await Promise.race([
    ready,
    exit.then(([code]) => Promise.reject(new Error(`PDS: exit ${code}`))),
  ]);
  const [url] = first;
  let accounts = 0;
  return {
    url,
    async account() {
      accounts += 1;
      const handle = `writer${accounts}.test`;
      const password = "the account's own password";
      const { did = "", accessJwt } = await call(url, "com.atproto.server.createAccount", {
        handle,
        password,
        email: `writer${accounts}@example.org`,
      });
      const app = await call(url, "com.atproto.server.createAppPassword", { name: "pressrun" }, accessJwt);
      return { did, handle, password: app.password ?? "" };
    },
    async close() {
      child.kill("SIGKILL");
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One call to the server as any client would make it, past the code under test. */
export async function call(
  url: string,
  method: string,
  body: object,
  token?: string,
): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(`${url}/xrpc/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<Record<string, string>>;
}
