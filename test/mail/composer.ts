import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import type { MailComposerAlternative, MailComposerAttachment } from "nodemailer/lib/mail-composer";
import { displayName, fieldValues, oneLine } from "../../src/mail/fields.ts";
import type { MailIdentity, Unsubscribe } from "../../src/mail/list.ts";
import { domainOf, listId, type MailAddress, unsubscribeHeaders, waysOut } from "../../src/mail/list.ts";
import { keyString } from "../../src/model/delivery.ts";
import type { MailDraft } from "../../src/model/draft.ts";
import type { EmbeddedImage } from "../../src/model/edition.ts";
import { join } from "../../src/model/splice.ts";
import type { Recipient } from "../../src/model/subscriber.ts";

export interface MessageParts {
  readonly draft: MailDraft;
  readonly recipient: Recipient;
  readonly envelope: MailIdentity;
  readonly unsubscribe: Unsubscribe;
}

/** A reader's mail as nodemailer composes it from nothing: what ours must read the same as. */
export async function composeAnew(parts: MessageParts): Promise<Buffer> {
  const { draft, recipient, envelope, unsubscribe } = parts;
  const { newsletter } = draft;
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const out = waysOut(unsubscribe, envelope)(recipient.id);
  const values = fieldValues(recipient, newsletter.greeting, out.link);
  const id = messageId(draft, recipient, envelope);
  return new MailComposer({
    from: addressHeader(envelope.from),
    to: addressHeader({ address: recipient.address, name: displayName(recipient.name) }),
    replyTo: envelope.replyTo && addressHeader(envelope.replyTo),
    subject: await encodeSubject(newsletter.subject),
    date: draft.at,
    messageId: id,
    headers: {
      "List-Id": { prepared: true, foldLines: true, value: await phraseAddress(listId(envelope)) },
      ...unsubscribeHeaders(out),
      "Feedback-ID": feedbackId(draft, envelope),
      Precedence: "bulk",
    },
    alternatives: [
      textPart("text/plain", join(newsletter.text, values)),
      textPart("text/html", join(newsletter.html, values)),
    ],
    attachments: newsletter.embedded.map(imagePart),
    // "=_" can stand in neither a quoted-printable nor a base64 body (RFC 2045, 6.7), so no text can end a part.
    boundaryPrefix: "=_",
    baseBoundary: sha256(id).slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

function messageId(draft: MailDraft, recipient: Recipient, { channel, from }: MailIdentity): string {
  const { slug, revision } = draft;
  const key = keyString({ channel, slug, revision, recipient: recipient.address });
  const domain = domainOf(from.address);
  return `<${sha256(key).slice(0, 32)}@${domainToASCII(domain) || domain}>`;
}

/** Gmail's feedback loop counts complaints by each part; the last one names the sender within the DKIM domain. */
function feedbackId({ slug, revision }: MailDraft, { channel }: MailIdentity): string {
  return `${slug}:${revision}:${channel}:pressrun`;
}

/** An object, never a string: "a, b <c@d>" as text would be two addresses. */
function addressHeader({ name, address }: MailAddress): { name: string; address: string } {
  return { name: oneLine(name ?? ""), address };
}

/** `"Name" <id>`, quoted or encoded as an address's name is. */
async function phraseAddress(id: MailAddress): Promise<string> {
  const { default: MimeNode } = await import("nodemailer/lib/mime-node");
  return MimeNode.encodeHeaderValue("Reply-To", [addressHeader(id)]);
}

/**
 * Encoded where plain text would be misread (not ASCII, or it looks like an encoded word) or could not be folded.
 * nodemailer passes encoded words on as they are.
 */
async function encodeSubject(subject: string): Promise<string> {
  const line = oneLine(subject);
  if (!/[^\x20-\x7e]|=\?|\S{70}/.test(line)) return line;
  const { encodeWord } = await import("nodemailer/lib/mime-funcs");
  return encodeWord(line, isMostlyAscii(line) ? "Q" : "B", 52);
}

function textPart(type: string, text: string): MailComposerAlternative {
  return {
    contentType: `${type}; charset=utf-8`,
    content: text.toWellFormed().replace(/\r\n|\r|\n/g, "\r\n"),
    contentTransferEncoding: isMostlyAscii(text) ? "quoted-printable" : "base64",
  };
}

/** Quoted-printable takes 3 bytes for each that is not ASCII, base64 4 for any 3: they break even at one in six. */
function isMostlyAscii(text: string): boolean {
  const bytes = Buffer.byteLength(text);
  const ascii = text.replace(/[^\x20-\x7e\r\n]/g, "").length;
  return bytes - ascii <= bytes / 6;
}

function imagePart({ cid, filename, mediaType, bytes }: EmbeddedImage): MailComposerAttachment {
  return {
    cid,
    filename,
    contentType: mediaType,
    contentDisposition: "inline",
    content: Buffer.from(bytes),
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
