import * as z from "zod";

/** An address of a server: what is secret travels there encrypted, or stays on this machine. Without a slash at its end. */
export function privateUrl() {
  return privateAddress().overwrite((url) => url.replace(/\/+$/, ""));
}

/** The same, as it is written: of one page of a server, such as a webhook. */
export function privateAddress() {
  return z
    .url({ abort: true })
    .refine(isPrivate, "must be an https:// address")
    .refine(hasNoUser, "must have no user name or password in it");
}

function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

/** fetch takes none (https://fetch.spec.whatwg.org/#dom-request). */
function hasNoUser(url: string): boolean {
  const { username, password } = new URL(url);
  return username === "" && password === "";
}
