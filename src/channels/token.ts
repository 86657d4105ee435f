import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { takeLock } from "../file-lock.ts";
import { writePrivateFile } from "../private-file.ts";
import type { ChannelContext } from "./index.ts";

/** A token that was had in exchange for another, kept in .pressrun/sessions (0600). */
export interface KeptToken {
  readonly token: string;
  /** For the next exchange, where it is another one than the option's. */
  readonly refresh?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

const kept = z.object({
  of: z.string(),
  token: z.string(),
  refresh: z.string().optional(),
  expiresAt: z.iso.datetime().optional(),
});

const fileOf = ({ name, state }: ChannelContext) => join(state, "sessions", `${name}.json`);
/** The file tells which token of the options it came from, and does not hold that one. */
const markOf = (written: string) => createHash("sha256").update(written).digest("hex");

/** @param written the token in pressrun.yaml: once that is another one, what was kept is of no use. */
export function readToken(context: ChannelContext, written: string): KeptToken | undefined {
  try {
    const read = kept.parse(JSON.parse(readFileSync(fileOf(context), "utf8")));
    if (read.of !== markOf(written)) return undefined;
    const { token, refresh, expiresAt } = read;
    return { token, refresh, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
  } catch {
    return undefined;
  }
}

/** @throws where it cannot be written: a refresh token that can be used once would be lost. */
export function keepToken(
  context: ChannelContext,
  written: string,
  { token, refresh, expiresAt }: KeptToken,
): void {
  const text = JSON.stringify({ of: markOf(written), token, refresh, expiresAt: expiresAt?.toISOString() });
  writePrivateFile(fileOf(context), `${text}\n`);
}

const ASK_MS = 50;
/** As long as the exchange of another process may take, and some. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Exchanges a token while no other process does: many can be exchanged once, and whoever comes second with the same
 * one loses the account. `kept` is looked up again when it is our turn.
 */
export async function exchangeInTurn<Kept, Result>(
  context: ChannelContext,
  kept: () => Kept | undefined,
  exchange: () => Promise<Result>,
): Promise<Kept | Result> {
  const good = kept();
  if (good !== undefined) return good;
  const file = join(context.state, "sessions", `${context.name}.lock`);
  let lock = takeLock(file, "exclusive");
  for (let waited = 0; lock === undefined && waited < LONGEST_WAIT_MS; waited += ASK_MS) {
    await sleep(ASK_MS);
    lock = takeLock(file, "exclusive");
  }
  try {
    return kept() ?? (await exchange());
  } finally {
    lock?.release();
  }
}
