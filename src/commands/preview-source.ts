import { readFile, stat } from "node:fs/promises";
import { type App, openApp } from "../app.ts";
import { UserError } from "../errors.ts";
import type { Edition } from "../model/edition.ts";
import { faceOf } from "../model/face.ts";
import type { Finding } from "../model/finding.ts";
import { parseSegment } from "../model/segment.ts";
import { join } from "../model/splice.ts";
import { NOBODY, type Recipient, requireAddress } from "../model/subscriber.ts";
import { makeDigestEdition, makeEdition } from "../pipeline.ts";
import type { Copy, Desk, DeskArticle, MadeEdition, PreviewSource, Reader } from "../preview/source.ts";
import { type KnownArticle, listArticles, showPath } from "../read/find.ts";
import { hasFrontMatter, parseFrontMatter, splitFrontMatter } from "../read/frontmatter.ts";
import { gather } from "./check-context.ts";
import type { GlobalArguments, Io } from "./command.ts";
import type { DigestArguments } from "./digest.ts";
import { noValues } from "./render.ts";
import { readShelf } from "./shelf.ts";

export interface SourceOptions {
  readonly args: GlobalArguments;
  readonly io: Io;
  readonly sandbox: boolean;
  /** Articles that lie outside content/articles. */
  readonly extra: readonly KnownArticle[];
  /** Of any digest. */
  readonly digest: Pick<DigestArguments, "slug" | "title">;
}

/**
 * Preview's view of the tool. Each call opens the configuration anew, to look and not to touch: what changed since
 * the last one is seen, and nothing is held open for as long as someone writes.
 */
export function createPreviewSource(options: SourceOptions): PreviewSource {
  const { args, io, sandbox, extra, digest } = options;
  const listed = new Map<string, Listed>();

  async function look<T>(work: (app: App) => Promise<T>): Promise<T> {
    // What is noticed is shown in the page; in the terminal it would come again with every save.
    const app = await openApp(args, { ...io, err: () => undefined }, { sandbox, reach: "look" });
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  }

  return {
    desk: () => look((app) => deskOf(app, listed, extra)),
    edition: (files) => look((app) => compose(app, files, digest)),
    findings: (made) => look((app) => checkEdition(app, made)),
    readers: (search, most) => look((app) => findReaders(app, search, most)),
    copy: (edition, address) => look((app) => copyFor(app, edition, address)),
  };
}

async function compose(
  app: App,
  files: readonly string[],
  digest: SourceOptions["digest"],
): Promise<MadeEdition> {
  const notices: MadeEdition["notices"][number][] = [];
  const reporter = {
    ...app.reporter,
    notice: (notice: (typeof notices)[number]) => void notices.push(notice),
  };
  const heard = { ...app, reporter };
  const [only = "", ...others] = files;
  const edition = await (others.length === 0
    ? makeEdition(heard, only)
    : makeDigestEdition(heard, files, digest));
  return { edition, notices, places: await placesOf(app) };
}

async function placesOf(app: App): Promise<MadeEdition["places"]> {
  const places = (await app.channels()).flatMap(({ name, limits, face }) =>
    limits ? [[name, { limits, face: faceOf(name, limits, face) }] as const] : [],
  );
  return new Map(places);
}

async function checkEdition(app: App, { edition, notices }: MadeEdition): Promise<readonly Finding[]> {
  const { check } = await import("../check/index.ts");
  const { context } = await gather(app, edition, await readShelf(app.paths), notices);
  return check(edition, context);
}

/** What the list shows of a file, for as long as the file is the same. */
interface Listed {
  readonly stamp: string;
  readonly shown: Pick<DeskArticle, "title" | "date" | "draft">;
}

async function deskOf(app: App, listed: Map<string, Listed>, extra: readonly KnownArticle[]): Promise<Desk> {
  const { config, paths } = app;
  const known = await listArticles(paths.content);
  const all = [...extra.filter(({ file }) => known.every((each) => each.file !== file)), ...known];
  const articles = all.map(async ({ slug, file }): Promise<DeskArticle> => {
    const shown = showPath(file, paths.cwd);
    return { slug, files: [file], shown, ...(await listedAs(slug, file, shown, listed)) };
  });
  return {
    publication: config.publication.name,
    sandbox: config.sandbox,
    imagesUrl: config.publication.imagesUrl,
    articles: (await Promise.all(articles)).toSorted(byDate),
  };
}

/** The newest first; before them what has no date yet. */
function byDate(a: DeskArticle, b: DeskArticle): number {
  return (b.date ?? "9999").localeCompare(a.date ?? "9999");
}

async function listedAs(slug: string, file: string, shown: string, listed: Map<string, Listed>) {
  const { mtimeMs, size } = await stat(file).catch(() => ({ mtimeMs: 0, size: 0 }));
  const stamp = `${mtimeMs} ${size}`;
  const before = listed.get(file);
  if (before?.stamp === stamp) return before.shown;
  const text = await readFile(file, "utf8").catch(() => "");
  const readable = headOf(text, slug, shown) ?? before?.shown;
  const now = { stamp, shown: readable ?? { title: slug, draft: false } };
  listed.set(file, now);
  return now.shown;
}

/** undefined for front matter that cannot be read: it is shown in place when the article is opened. */
function headOf(text: string, slug: string, shown: string): Listed["shown"] | undefined {
  const lines = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const heading = /^# +(.+)$/m.exec(lines)?.[1];
  if (!hasFrontMatter(lines)) return { title: heading ?? slug, draft: false };
  try {
    const { title, date, draft } = parseFrontMatter(splitFrontMatter(lines, shown).yaml, shown).data;
    return {
      title: typeof title === "string" && title.trim() !== "" ? title : (heading ?? slug),
      date: typeof date === "string" ? date : undefined,
      draft: draft === true,
    };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function findReaders(app: App, search: string, most: number): Promise<readonly Reader[]> {
  const wanted = search.trim().toLowerCase();
  const { subscribers } = await app.ledger("readOnly");
  return subscribers
    .list()
    .filter(({ address, name }) => `${address} ${name ?? ""}`.toLowerCase().includes(wanted))
    .take(most)
    .map(({ address, name }) => ({ address, name }))
    .toArray();
}

async function copyFor(app: App, edition: Edition, address: string | undefined): Promise<Copy> {
  const mail = await app.mail();
  // By its id a way out is made that works; nobody's is inert.
  const reader = { ...(await chooseReader(app, edition, address)), id: NOBODY.id };
  const { newsletter } = edition;
  const { html, text } = newsletter;
  const values = mail?.valuesFor(newsletter, reader) ?? noValues(newsletter);
  return {
    html: join(html, values),
    text: join(text, values),
    message: await mail?.messageFor(mail.compose(edition), reader),
  };
}

/** The first one it would go to, unless another address is asked for. */
async function chooseReader(app: App, { article }: Edition, written: string | undefined): Promise<Recipient> {
  const { subscribers } = await app.ledger("readOnly");
  if (written !== undefined) {
    const address = requireAddress(written);
    return subscribers.list().find((each) => each.address === address) ?? { ...NOBODY, address };
  }
  const result = parseSegment(article.email.to ?? app.config.email?.to ?? "all");
  const isAmong = "segment" in result ? result.segment : () => true;
  return subscribers.list().find(isAmong) ?? NOBODY;
}
