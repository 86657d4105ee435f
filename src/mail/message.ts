import { domainToASCII } from "node:url";
import { messageName } from "../model/delivery.ts";
import type { MailDraft } from "../model/draft.ts";
import type { Recipient } from "../model/subscriber.ts";
import { END_OF_MAIL, encodeText, type Piece, piece } from "./encode.ts";
import { displayName, fieldValues } from "./fields.ts";
import { HeaderField } from "./header.ts";
import {
  domainOf,
  type MailIdentity,
  type Unsubscribe,
  unsubscribeHeaders,
  type WaysOut,
  waysOut,
} from "./list.ts";
import { loadMimeFuncs, loadMimeNode } from "./nodemailer.ts";
import { composeSkeleton } from "./skeleton.ts";

/** One reader's mail in pieces, most of which are the same for every reader. */
export interface Message {
  /** Message-ID, with its angle brackets. */
  readonly id: string;
  readonly headers: readonly HeaderField[];
  /** Without the blank line before it. No line starts with a dot, and the last one ends with CRLF. */
  readonly body: readonly Piece[];
}

/**
 * One reader's mail: headers and multipart/alternative, CRLF throughout. The same reader gets the same bytes each
 * time, so a retry is recognisable and a dry run shows what goes out.
 */
export type MessageTemplate = (recipient: Recipient) => Message;

/**
 * An edition's mail, encoded once: a reader costs about 8 µs, where composing each anew costs 1,300.
 * @throws UserError, also from the template, when a configured value makes a header longer than mail allows.
 */
export async function compileMessage(
  draft: MailDraft,
  identity: MailIdentity,
  unsubscribe: Unsubscribe,
): Promise<MessageTemplate> {
  const { newsletter } = draft;
  const { headers, frame, encodings } = await composeSkeleton(draft, identity);
  const toHeader = addressWriter();
  const [before, between, after] = frame.map(piece) as [Piece, Piece, Piece];
  const text = encodeText(newsletter.text, encodings.text);
  const html = encodeText(newsletter.html, encodings.html);
  const fields = headers.map((line) => new HeaderField(line));
  const idOf = messageIds(draft, identity);
  const wayOut = waysOut(unsubscribe, identity);

  return (recipient) => {
    const out = wayOut(recipient.id);
    const id = idOf(recipient);
    const name = displayName(recipient.name);
    const own = ownFields(toHeader(recipient.address, name ?? ""), id, out);
    const values = fieldValues(recipient, newsletter.greeting, out.link, name);
    const body = [before];
    text(values, body);
    body.push(between);
    html(values, body);
    body.push(after);
    return { id, headers: inPlace(fields, own), body };
  };
}

type OwnFields = ReadonlyMap<string, string | undefined>;

/** Every field that is the reader's own, by its name. List-Unsubscribe is folded between the two ways out. */
function ownFields(to: string, id: string, out: WaysOut): OwnFields {
  const unsubscribe = unsubscribeHeaders(out);
  const post = unsubscribe["List-Unsubscribe-Post"];
  return new Map([
    ["to", to],
    ["message-id", `Message-ID: ${id}`],
    ["list-unsubscribe", `List-Unsubscribe: ${unsubscribe["List-Unsubscribe"].replace(", ", ",\r\n ")}`],
    ["list-unsubscribe-post", post && `List-Unsubscribe-Post: ${post}`],
  ]);
}

/** The reader's own fields in the place of the skeleton's; one that the reader has no value for is left out. */
function inPlace(fields: readonly HeaderField[], own: OwnFields): readonly HeaderField[] {
  const headers: HeaderField[] = [];
  for (const field of fields) {
    const text = own.get(field.name);
    if (text !== undefined) headers.push(new HeaderField(`${text}\r\n`));
    else if (!own.has(field.name)) headers.push(field);
  }
  return headers;
}

/** `<…@domain of From>`: names the delivery, so that every try at it carries the same one. */
export function messageIds(
  { slug, revision }: Pick<MailDraft, "slug" | "revision">,
  { channel, from }: Pick<MailIdentity, "channel" | "from">,
): (recipient: Pick<Recipient, "address">) => string {
  const domain = domainOf(from.address);
  const host = domainToASCII(domain) || domain;
  return ({ address }) => {
    const name = messageName({ channel, slug, revision, recipient: address });
    return `<${name}@${host}>`;
  };
}

const WORDS = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/;
const ASCII_ADDRESS = /^[A-Za-z0-9._+-]+@[a-z0-9.-]+$/;

/** The field "To", folded: written by nodemailer unless it is as plain as most are, in which case both write the same. */
function addressWriter(): (address: string, name: string) => string {
  const MimeNode = loadMimeNode();
  const { foldLines } = loadMimeFuncs();
  return (address, name) => {
    if (ASCII_ADDRESS.test(address) && name.length + address.length < 60) {
      if (name === "") return `To: ${address}`;
      if (WORDS.test(name)) return `To: ${name} <${address}>`;
    }
    return foldLines(`To: ${MimeNode.encodeHeaderValue("To", [{ name, address }])}`);
  };
}

/** @param signature header fields to stand before all others, with their CRLF. */
export function messageBytes(message: Message, signature = ""): Buffer {
  return Buffer.concat(wirePieces(message, signature).slice(0, -1));
}

/** The same as it is handed to SMTP, in pieces of which the last, END_OF_MAIL, tells that the mail ends. */
export function wirePieces({ headers, body }: Message, signature = ""): Buffer[] {
  let head = signature;
  for (const { text } of headers) head += text;
  const pieces: Buffer[] = [Buffer.from(`${head}\r\n`)];
  for (const { wire } of body) pieces.push(wire);
  pieces.push(END_OF_MAIL);
  return pieces;
}
