import { UserError } from "../errors.ts";
import { readAssets } from "./assets.ts";
import { Changes } from "./changes.ts";
import { KeptDesk } from "./desk.ts";
import { framePage, framePolicy, type Look } from "./frame.ts";
import { ImageShelf } from "./images.ts";
import { listInbox } from "./inbox.ts";
import { createLetters } from "./letters.ts";
import type { Proofs } from "./proofs.ts";
import { INERT, json, NOT_FOUND, type Reply, text } from "./reply.ts";
import type { PreviewSource } from "./source.ts";
import { articleView, findingView, letterView, problemView } from "./view.ts";

/** A request that has shown the token. */
export interface Target {
  /** "http://127.0.0.1:1234", as the browser named us. */
  readonly origin: string;
  /** Decoded segments after the token. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export interface RoutesOptions {
  readonly source: PreviewSource;
  readonly proofs: Proofs;
  readonly root: string;
  readonly inbox: string;
  /** "/TOKEN/" */
  readonly base: string;
  report(bug: unknown): void;
}

type Handler = (target: Target, ...rest: readonly string[]) => Promise<Reply>;

const MOST_READERS = 50;
const MOST_MAILS = 200;

/** What there is to ask for. Nothing here changes anything. */
export function createRoutes(options: RoutesOptions): (target: Target) => Promise<Reply> {
  const handlers = { ...pageHandlers(), ...dataHandlers(options) };
  return async (target) => {
    const [first = "", ...rest] = target.path;
    if (!Object.hasOwn(handlers, first)) return NOT_FOUND;
    try {
      return (await handlers[first]?.(target, ...rest)) ?? NOT_FOUND;
    } catch (error) {
      if (error instanceof UserError) return json({ problems: error.problems.map(problemView) }, 422);
      throw error;
    }
  };
}

/** The page itself. */
function pageHandlers(): Readonly<Record<string, Handler>> {
  let assets: ReturnType<typeof readAssets> | undefined;
  async function asset(name: string): Promise<Reply> {
    assets ??= readAssets();
    return (await assets).get(name) ?? NOT_FOUND;
  }
  return {
    "": () => asset("index.html"),
    page: (_, name = "") => asset(name),
  };
}

/** What the page shows. */
function dataHandlers(options: RoutesOptions): Readonly<Record<string, Handler>> {
  const { source, proofs, inbox, base, report } = options;
  const shelf = new ImageShelf();
  const imageRoute = `${base}image/`;
  const desk = new KeptDesk(source, report);
  const letters = createLetters({ ...options, desk, shelf });
  const changes = new Changes();

  async function find(query: URLSearchParams, kind = "", slug = "", name = "") {
    if (kind === "mail") return letters.ofMail(slug, name);
    const article = kind === "article" ? await desk.find(slug) : undefined;
    return article && letters.ofArticle(article.files, addressOf(query));
  }

  return {
    async desk() {
      const { desk: read, problems } = await desk.read();
      const articles = read.articles.map(({ files: _, ...article }) => article);
      const { publication, sandbox } = read;
      const { total: mails } = await listInbox(inbox, 0);
      return json({ publication, sandbox, articles, mails, problems: problems.map(problemView) });
    },
    async article({ query }, slug = "") {
      const article = await desk.find(slug);
      if (article === undefined) return NOT_FOUND;
      const letter = await letters.ofArticle(article.files, addressOf(query));
      const proof = await proofs.of(article.files);
      return json(articleView(article, proof, letter, { shelf, route: imageRoute }));
    },
    async findings(_, slug = "") {
      const article = await desk.find(slug);
      if (article === undefined) return NOT_FOUND;
      return json((await proofs.findings(article.files)).map(findingView));
    },
    readers: async ({ query }) => json(await source.readers(query.get("search") ?? "", MOST_READERS)),
    inbox: async () => json(await listInbox(inbox, MOST_MAILS)),
    async mail(_, slug = "", name = "") {
      const letter = await letters.ofMail(slug, name);
      return letter === undefined ? NOT_FOUND : json(letterView(letter));
    },
    async frame({ origin, query }, ...names) {
      const letter = await find(query, ...names);
      if (letter === undefined) return NOT_FOUND;
      const html = changes.mark([...names, addressOf(query)].join(" "), letter.html);
      const images = { route: `${"../".repeat(names.length)}image/`, names: letter.images };
      const look = lookOf(query);
      return frame(framePage(html, look, images), framePolicy(look, origin + imageRoute));
    },
    async source({ query }, ...names) {
      const letter = await find(query, ...names);
      const source = query.get("of") === "html" ? letter?.html : letter?.source;
      return source === undefined ? NOT_FOUND : text(200, source);
    },
    async image(_, name = "") {
      const image = shelf.get(name);
      if (image === undefined) return NOT_FOUND;
      return { status: 200, type: image.mediaType, body: image.bytes, policy: INERT, for: "frame" };
    },
  };
}

function frame(body: string, policy: string): Reply {
  return { status: 200, type: "text/html; charset=utf-8", body, policy, for: "page" };
}

function addressOf(query: URLSearchParams): string | undefined {
  return query.get("as") || undefined;
}

function lookOf(query: URLSearchParams): Look {
  const images = query.get("images");
  return {
    scheme: query.get("scheme") === "dark" ? "dark" : "light",
    images: images === "off" || images === "remote" ? images : "own",
  };
}
