import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { App } from "../app.ts";
import type { CheckContext, ImageFile, MailFacts } from "../check/index.ts";
import { imagesIn } from "../compose/body.ts";
import { locateImage } from "../compose/images.ts";
import { type Notice, UserError } from "../errors.ts";
import type { Article } from "../model/article.ts";
import type { Edition } from "../model/edition.ts";
import { escapeHtml } from "../model/splice.ts";
import { NOBODY, type Recipient } from "../model/subscriber.ts";
import { shortPath } from "../report/human.ts";
import type { Shelf } from "./shelf.ts";

/** What the rules are given, and the mail that it speaks of. */
export interface Gathered {
  readonly context: CheckContext;
  /** Undefined where the publication sends none, or it could not be built. */
  readonly message?: Uint8Array | undefined;
}

/**
 * Everything about an edition that is not in it. Changes nothing.
 * @param notices what reading and composing noticed.
 */
export async function gather(
  app: App,
  edition: Edition,
  shelf: Shelf,
  notices: readonly Notice[],
): Promise<Gathered> {
  const { article } = edition;
  const built = await buildMail(app, edition);
  const context: CheckContext = {
    now: app.run.now(),
    files: await Promise.all((article.members ?? [article]).map((each) => fileOf(each, app.paths.cwd))),
    mail: built?.facts,
    channels: await channelsOf(app),
    others: shelf.besides(article),
    published: await publishedSlugs(app),
    images: await imagesOf(article, app.paths.root),
    notices: [...notices, ...(built?.notices ?? [])],
  };
  return { context, message: built?.message };
}

/** A file that is gone since it was read has no lines to point at. */
async function fileOf({ file, bodyLine }: Article, cwd: string) {
  return { file: shortPath(file, cwd), text: await readFile(file, "utf8").catch(() => ""), bodyLine };
}

interface BuiltMail {
  readonly facts: MailFacts;
  readonly message?: Uint8Array | undefined;
  readonly notices: readonly Notice[];
}

async function buildMail(app: App, edition: Edition): Promise<BuiltMail | undefined> {
  const { email } = app.config;
  const mail = await app.mail();
  if (email === undefined || mail === undefined) return undefined;
  const reader = await longestReader(app, edition);
  const { from, replyTo, dkim, unsubscribeUrl } = email;
  const values = mail.valuesFor(edition.newsletter, reader);
  const facts = { from, replyTo, dkimDomain: dkim?.domain, unsubscribeUrl, values };
  try {
    const message = await mail.messageFor(mail.compose(edition), reader);
    const header = message.subarray(0, message.indexOf("\r\n\r\n")).toString("latin1");
    return { facts: { ...facts, header }, message, notices: [] };
  } catch (error) {
    if (error instanceof UserError) return { facts, notices: error.problems };
    throw error;
  }
}

/** Whose copy of the newsletter has the most bytes. */
async function longestReader(app: App, { newsletter }: Edition): Promise<Recipient> {
  const ledger = await app.ledger("readOnly");
  const mail = await app.mail();
  let longest: Recipient = NOBODY;
  let most = -1;
  for (const reader of ledger.subscribers.list()) {
    const values = mail?.valuesFor(newsletter, reader);
    const bytes = newsletter.html.fields.reduce(
      (sum, field) => sum + Buffer.byteLength(escapeHtml(values?.[field] ?? "")),
      0,
    );
    if (bytes <= most) continue;
    longest = reader;
    most = bytes;
  }
  return longest;
}

async function channelsOf(app: App): Promise<CheckContext["channels"]> {
  const types = new Map(app.config.channels.map(({ name, type }) => [name, type]));
  const accounts = (await app.channels()).flatMap(({ name, limits }) =>
    limits ? [[name, { type: types.get(name) ?? name, limits }] as const] : [],
  );
  return new Map(accounts);
}

/** By this clone or by others, as far as its state knows. */
async function publishedSlugs(app: App): Promise<ReadonlySet<string>> {
  const ledger = await app.ledger("readOnly");
  const here = (await ledger.rows()).filter(({ counts }) => counts.sent > 0);
  return new Set([...here, ...app.published.read()].map(({ slug }) => slug));
}

async function imagesOf({ image, html, file }: Article, root: string): Promise<readonly ImageFile[]> {
  const inBody = [...(await imagesIn(html)).values()].filter(isLocal);
  const local = [...(image ? [image.src] : []).filter(isLocal), ...inBody];
  const found = [...new Set(local)].map(async (src) => {
    const size = await stat(locateImage(src, dirname(file), root)).catch(() => undefined);
    return size === undefined ? [] : [{ src, bytes: size.size }];
  });
  return (await Promise.all(found)).flat();
}

const isLocal = (src: string) => !/^https?:/i.test(src);
