import { createHash } from "node:crypto";
import type { Attachment, Email } from "postal-mime";
import type { BounceReport } from "../model/bounce.ts";
import { oneLine } from "../model/line.ts";
import { complaintIn } from "./complaint.ts";
import { type Returned, returnedIn } from "./fields.ts";
import { notificationIn } from "./notification.ts";
import { looksLikeBounce, plainBounceIn } from "./plain.ts";

/** What a report says, before it is known which mail came back. */
export type Said = Pick<BounceReport, "kind" | "status" | "text" | "addresses">;

/**
 * What a mail says about one of ours: a delivery status notification (RFC 3464), a complaint (ARF, RFC 5965), or one of
 * the shapes that servers had before, and some still have.
 * @returns undefined for every other mail: an answer of a reader, a delay that may still end well.
 */
export async function readReport(raw: Uint8Array): Promise<BounceReport | undefined> {
  const mail = await parse(raw);
  if (mail === undefined) return undefined;
  const texts = (type: RegExp) => mail.attachments.filter(({ mimeType }) => type.test(mimeType)).map(textOf);
  const returned = texts(
    /^(message\/(rfc822|global|rfc822-headers|global-headers)|text\/rfc822-headers?)$/,
  ).map(returnedIn);
  const text = textIn(mail);
  const said = saidBy(mail, texts, text);
  if (said === undefined) return undefined;
  const { messageIds, tokens, addresses } = join([
    ...returned,
    ...(returned.length > 0 ? [] : [returnedIn(text)]),
  ]);
  return {
    ...said,
    id: createHash("sha256").update(raw).digest("hex"),
    text: shownLine(said.text),
    addresses: unique(said.addresses.length > 0 ? said.addresses : addresses),
    messageIds: unique([...messageIds, ...(messageIds.length > 0 ? [] : answered(mail))]),
    tokens: unique(tokens),
  };
}

function saidBy(mail: Email, texts: (type: RegExp) => string[], text: string): Said | undefined {
  const [feedback] = texts(/^message\/feedback-report$/);
  if (feedback !== undefined) return complaintIn(feedback);
  const [status] = texts(/^message\/(global-)?delivery-status$/);
  if (status !== undefined) return notificationIn(status, text);
  if (HOTMAIL.test(mail.subject ?? "")) return { kind: "complaint", text: mail.subject ?? "", addresses: [] };
  return looksLikeBounce(mail, text) ? plainBounceIn(mail, text) : undefined;
}

/** Outlook.com's complaints (Junk Mail Reporting Program) are plain forwards. */
const HOTMAIL = /^complaint about message from /i;

/** Broken MIME is no report. */
async function parse(raw: Uint8Array): Promise<Email | undefined> {
  const { default: PostalMime } = await import("postal-mime");
  try {
    return await new PostalMime({ forceRfc822Attachments: true, attachmentEncoding: "arraybuffer" }).parse(
      raw,
    );
  } catch {
    return undefined;
  }
}

function textOf({ content }: Attachment): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

function textIn({ text, html }: Email): string {
  if (text !== undefined && text.trim() !== "") return text;
  return (html ?? "")
    .replace(/<(?:br|\/p|\/div|\/tr|\/h\d)[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

/** Some servers quote nothing, and answer the mail that they refuse. */
function answered({ inReplyTo, references }: Email): string[] {
  return [...`${inReplyTo ?? ""} ${references ?? ""}`.matchAll(/<[^<>\s]{3,250}>/g)].map(([id]) => id);
}

function join(all: readonly Returned[]): Returned {
  return {
    messageIds: all.flatMap(({ messageIds }) => messageIds),
    tokens: all.flatMap(({ tokens }) => tokens),
    addresses: all.flatMap(({ addresses }) => addresses),
  };
}

const unique = (items: readonly string[]) => [...new Set(items)];

const LONGEST_SHOWN = 300;

/** What is kept of what the other side said. */
export function shownLine(text: string): string {
  return oneLine(text).slice(0, LONGEST_SHOWN);
}
