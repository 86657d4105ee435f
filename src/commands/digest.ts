import type { App } from "../app.ts";
import * as refuse from "../deliver/refuse.ts";
import { type Notice, UserError } from "../errors.ts";
import type { Article } from "../model/article.ts";
import type { Edition } from "../model/edition.ts";
import type { Finding } from "../model/finding.ts";
import { oneLine } from "../model/line.ts";
import { isLarge, makeDigestEdition, makeEdition } from "../pipeline.ts";
import { SLUG } from "../read/slug.ts";
import { keepHeapSmall } from "./lean.ts";

export interface DigestArguments {
  readonly article: readonly string[];
  readonly digest: boolean;
  readonly slug?: string | undefined;
  readonly title?: string | undefined;
}

/** Of the commands that can make one edition of several articles. */
export const DIGEST_OPTIONS = {
  digest: { type: "boolean", default: false, describe: "One newsletter of all the articles, in this order" },
  slug: { type: "string", requiresArg: true, describe: "The digest's name in the ledger and in out/" },
  title: { type: "string", requiresArg: true, describe: "The digest's subject and headline" },
} as const;

/** @throws UserError for what makes no digest. */
export function refuseDigest({ article, digest, slug, title }: DigestArguments): void {
  const fault = (message: string, next: string) => new UserError({ code: "usage", message, next });
  const stray = slug === undefined ? (title === undefined ? undefined : "--title") : "--slug";
  if (!digest && stray !== undefined)
    throw fault(`${stray} is for digests alone.`, "Add --digest, or write it in the article's front matter.");
  if (digest && article.length < 2)
    throw fault("A digest is made of several articles.", "Name at least two.");
  if (slug !== undefined && !SLUG.test(slug))
    throw fault(`"${slug}" is not a slug: up to 80 of a-z, 0-9 and -.`, "Give another with --slug.");
  if (title?.trim() === "") throw fault("The digest's title is empty.", "Give another with --title.");
}

/** An edition, and what reading and composing noticed. */
export interface Made {
  readonly edition: Edition;
  readonly notices: readonly Notice[];
  /** What check's rules call errors, where that is known already. */
  readonly errors?: readonly Finding[];
}

/**
 * One edition for each article, or one of all.
 * @param asSent a digest that went out goes on in the order in which it did.
 */
export async function makeEditions(
  app: App,
  wanted: DigestArguments,
  asSent = false,
): Promise<readonly Made[]> {
  const made = isLarge(app.paths.ledger)
    ? await madeApart(app, wanted, asSent)
    : await madeHere(app, wanted, asSent);
  refuse.twins(made.map(({ edition }) => edition.article));
  return made;
}

async function madeApart(app: App, wanted: DigestArguments, asSent: boolean): Promise<readonly Made[]> {
  keepHeapSmall();
  const { makeEditionsApart } = await import("./editions-apart.ts");
  return makeEditionsApart(app, wanted, asSent);
}

/** The same in this process, whatever the ledger's size. */
export async function madeHere(
  app: App,
  { article: names, digest, slug, title }: DigestArguments,
  asSent: boolean,
): Promise<readonly Made[]> {
  if (digest)
    return [
      await noted(app, (heard) =>
        makeDigestEdition(heard, names, { slug, title: title && oneLine(title), asSent }),
      ),
    ];
  const made: Made[] = [];
  for (const name of names) made.push(await noted(app, (heard) => makeEdition(heard, name)));
  return made;
}

async function noted(app: App, make: (app: App) => Promise<Edition>): Promise<Made> {
  const notices: Notice[] = [];
  const notice = (each: Notice) => {
    notices.push(each);
    app.reporter.notice(each);
  };
  return { edition: await make({ ...app, reporter: { ...app.reporter, notice } }), notices };
}

/** What to type after `publish` or `render` for the same edition again. */
export function namesOf({ slug }: Article, { article, digest, slug: named, title }: DigestArguments): string {
  if (!digest) return slug;
  const options = [
    ...(named ? [`--slug ${named}`] : []),
    ...(title ? [`--title ${JSON.stringify(oneLine(title))}`] : []),
  ];
  return [...article, "--digest", ...options].join(" ");
}
