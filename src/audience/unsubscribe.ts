import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { whyRefused } from "../model/disk.ts";

/** Signs in the sandbox: nothing there is secret, and so its mails are the same on every machine. */
export const SANDBOX_KEY = "sandbox";

/** Stands in the links of `--test` mails: it is nobody's, so following the link changes nothing. */
export const INERT_TOKEN = "test";

/** Who leaves which list. */
export interface Leaving {
  /** The subscriber's random id. */
  readonly id: string;
  readonly list: string;
}

/** First 8 hex digits of the key's SHA-256: tells which of several keys signed, and nothing else. */
function keyId(key: string): string {
  const known = KEY_IDS.get(key);
  if (known !== undefined) return known;
  const id = createHash("sha256").update(key).digest("hex").slice(0, 8);
  KEY_IDS.set(key, id);
  return id;
}

/** Of the few keys that a publication has: each token asks for them. */
const KEY_IDS = new Map<string, string>();

function signature(key: string, claim: string): Buffer {
  return createHmac("sha256", key).update(claim).digest();
}

/**
 * `base64url(key id . id . list) . "." . base64url(HMAC-SHA256 of the first part)`. No address is in it.
 * @param list a name without a dot, so that the parts can be told apart whatever the id holds.
 */
export function makeUnsubscribeToken(key: string, { id, list }: Leaving): string {
  if (list.includes(".")) throw new Error(`The list name "${list}" holds a dot.`);
  const claim = Buffer.from([keyId(key), id, list].join(".")).toString("base64url");
  return `${claim}.${signature(key, claim).toString("base64url")}`;
}

/**
 * Whom a token stands for; undefined unless one of `keys` signed it. Several keys: a new one is put first, and
 * mails signed with the old ones keep working. Takes the same time for a wrong signature wherever it is wrong.
 */
export function readUnsubscribeToken(keys: readonly string[], token: string): Leaving | undefined {
  const [claim = "", signed = "", ...rest] = token.split(".");
  if (rest.length > 0) return undefined;
  const [, claimedKey, id, list] =
    /^([0-9a-f]{8})\.(.+)\.([^.]+)$/su.exec(Buffer.from(claim, "base64url").toString()) ?? [];
  if (id === undefined || list === undefined) return undefined;
  const given = Buffer.from(signed, "base64url");
  const valid = keys.some((key) => keyId(key) === claimedKey && isEqual(signature(key, claim), given));
  return valid ? { id, list } : undefined;
}

function isEqual(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/**
 * The key kept in `<state>/keys/unsubscribe` (file 0600, folder 0700), 32 random bytes as base64url text.
 * With `create` it is made where there is none; however many processes do so at once, all get the same one.
 * @returns undefined where there is none and `create` is false.
 * @throws UserError when it cannot be read, made, or is empty.
 */
export async function unsubscribeKey(
  stateFolder: string,
  { create }: { readonly create: boolean },
): Promise<string | undefined> {
  const folder = join(stateFolder, "keys");
  const file = join(folder, "unsubscribe");
  try {
    const kept = await readKey(file);
    if (kept !== undefined || !create) return kept;
    await makeKey(folder, file);
    return await readKey(file);
  } catch (error) {
    throw keyError(file, error);
  }
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    const key = (await readFile(file, "utf8")).trim();
    if (key.length < 32) throw new Error("it does not hold a key");
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written under another name and then linked: the first link wins, and nobody reads half a key. */
async function makeKey(folder: string, file: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await unlink(draft);
  }
}

function keyError(file: string, error: unknown): UserError {
  return new UserError({
    code: "unsubscribe-key",
    message: `The unsubscribe key cannot be used: ${whyRefused(error)}.`,
    next: "Restore the file from a backup, or name a key as email.unsubscribe_key; a new key breaks the links in mails already sent.",
    place: { file },
  });
}
