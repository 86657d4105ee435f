import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { UserError } from "../errors.ts";

export interface DkimConfig {
  readonly domain: string;
  readonly selector: string;
  /** PEM of an RSA private key. */
  readonly keyFile: string;
}

/**
 * nodemailer's default leaves out List-Unsubscribe-Post, and RFC 8058, 4 wants both List-Unsubscribe fields signed;
 * Feedback-ID counts for nothing unsigned.
 */
const SIGNED_FIELDS = [
  "From",
  "Reply-To",
  "To",
  "Subject",
  "Date",
  "Message-ID",
  "MIME-Version",
  "Content-Type",
  "Content-Transfer-Encoding",
  "List-Id",
  "List-Unsubscribe",
  "List-Unsubscribe-Post",
  "Feedback-ID",
].join(":");

/** Puts a DKIM-Signature (rsa-sha256, relaxed/relaxed) before a finished message. */
export type Signer = (message: Buffer) => Promise<Buffer>;

/** @throws UserError when the key cannot be read, or is not an RSA key of 1024 bits or more (RFC 8301, 3.2). */
export async function readSigner({ domain, selector, keyFile }: DkimConfig): Promise<Signer> {
  // Parsed once: from PEM each signature would cost three times as much.
  const privateKey = await readKey(keyFile);
  const { default: Dkim } = await import("nodemailer/lib/dkim");
  const dkim = new Dkim({
    domainName: domain,
    keySelector: selector,
    privateKey,
    headerFieldNames: SIGNED_FIELDS,
  });
  return (message) => buffer(dkim.sign(message));
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
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "this user may not read it";
  return code.startsWith("ERR_OSSL") ? "it is not an unencrypted private key in PEM" : message;
}
