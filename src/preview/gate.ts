import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 192 bits: nobody guesses the address of a preview. */
export function makeToken(): string {
  return randomBytes(24).toString("base64url");
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(sha256(given), sha256(token));
}

/**
 * A page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding), but the browser then still says that
 * name in Host.
 */
export function isOurHost(host: string | undefined, port: number): host is string {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
