import { createHash, createPrivateKey, type Hash, type KeyObject, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { domainToASCII } from "node:url";
import { UserError } from "../errors.ts";
import { codeOf, whyRefused } from "../model/disk.ts";
import type { Piece } from "./encode.ts";
import { HeaderField } from "./header.ts";
import type { Message } from "./message.ts";

export interface DkimConfig {
  readonly domain: string;
  readonly selector: string;
  /** PEM of an RSA private key. */
  readonly keyFile: string;
}

/**
 * RFC 8058, 4 wants both List-Unsubscribe fields signed; Feedback-ID counts for nothing unsigned. Each stands once in
 * our mails.
 */
const SIGNED_FIELDS: readonly string[] = [
  "from",
  "reply-to",
  "to",
  "subject",
  "date",
  "message-id",
  "mime-version",
  "content-type",
  "list-id",
  "list-unsubscribe",
  "list-unsubscribe-post",
  "feedback-id",
];

/** The field DKIM-Signature (rsa-sha256, relaxed/relaxed; RFC 6376) of a finished mail, folded, with its last CRLF. */
export type Signer = (message: Message) => Promise<string>;

/** @throws UserError when the key cannot be read, or is not an RSA key of 1024 bits or more (RFC 8301, 3.2). */
export async function readSigner({ domain, selector, keyFile }: DkimConfig): Promise<Signer> {
  // Parsed once: from PEM each signature would cost three times as much.
  const key = await readKey(keyFile);
  const start = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; q=dns/txt;\r\n d=${domainToASCII(domain) || domain}; s=${selector};`;
  const bodyHash = bodyHasher();
  return async (message) => {
    const fields = signedFields(message);
    const names = fields.map(({ name }) => name);
    const field = `${start}\r\n bh=${bodyHash(message)};\r\n h=${foldNames(names)};\r\n b=`;
    const own = new HeaderField(field);
    const signature = await signApart([...fields, own].map(({ relaxed }) => relaxed).join("\r\n"), key);
    return `${field}${signature.toString("base64").replace(/.{72}(?=.)/g, "$&\r\n ")}\r\n`;
  };
}

function signedFields({ headers }: Message): readonly HeaderField[] {
  const byName = new Map(headers.map((field) => [field.name, field]));
  return SIGNED_FIELDS.flatMap((name) => byName.get(name) ?? []);
}

/** White space between the names of h= counts for nothing. */
function foldNames(names: readonly string[]): string {
  return names.reduce((text, name, index) => text + (index % 4 === 0 ? ":\r\n  " : ":") + name);
}

/** On libuv's threads, so that a second core can sign while this one writes the next mails. */
function signApart(text: string, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign("sha256", Buffer.from(text), key, (error, signature) =>
      error ? reject(error) : resolve(signature),
    );
  });
}

/** bh=, in which what comes before the first reader's own value is hashed once for all. */
function bodyHasher(): (message: Message) => string {
  const states = new WeakMap<Piece, Hash>();
  const shared = (first: Piece): Hash => {
    const known = states.get(first) ?? createHash("sha256").update(first.relaxed);
    states.set(first, known);
    return known.copy();
  };
  return ({ body: [first, ...rest] }) => {
    const hash = first === undefined ? createHash("sha256") : shared(first);
    for (const { relaxed } of rest) hash.update(relaxed);
    return hash.digest("base64");
  };
}

async function readKey(keyFile: string): Promise<KeyObject> {
  try {
    const key = createPrivateKey(await readFile(keyFile));
    if (key.asymmetricKeyType !== "rsa" || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 1024)
      throw new Error("it is not an RSA key of 1024 bits or more");
    return key;
  } catch (error) {
    throw new UserError({
      code: "dkim-key",
      message: `The DKIM key cannot be used: ${explain(error)}.`,
      next: "Name the PEM file of an RSA private key as email.dkim.key_file.",
      place: { file: keyFile },
    });
  }
}

function explain(error: unknown): string {
  return codeOf(error).startsWith("ERR_OSSL")
    ? "it is not an unencrypted private key in PEM"
    : whyRefused(error);
}
