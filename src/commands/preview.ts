import { basename, dirname, extname, join, sep } from "node:path";
import { openApp, type Paths } from "../app.ts";
import * as refuse from "../deliver/refuse.ts";
import { EXIT, UserError } from "../errors.ts";
import { oneLine } from "../model/line.ts";
import { DIGEST_SIGN } from "../preview/desk.ts";
import { startPreview } from "../preview/index.ts";
import type { WatchedFolder } from "../preview/watch.ts";
import { findArticle, type KnownArticle, listArticles, showPath } from "../read/find.ts";
import { readText } from "../read/source.ts";
import type { Command, GlobalArguments, Io } from "./command.ts";
import { DIGEST_OPTIONS, type DigestArguments, refuseDigest } from "./digest.ts";
import { createPreviewSource } from "./preview-source.ts";

export interface PreviewArguments extends Omit<DigestArguments, "article"> {
  /** Paths or slugs: the page opens with the first, or with their digest. */
  readonly article?: readonly string[] | undefined;
  readonly port: string;
  readonly sandbox: boolean;
}

/**
 * The result is the preview's address, and is there at once: for a person one line, for a script `{"url"}`. The
 * server then lives as long as the process; the signal ends both, with exit 0.
 */
export const command: Command<PreviewArguments> = {
  options: {
    port: {
      type: "string",
      requiresArg: true,
      default: "0",
      describe: "Port on 127.0.0.1; 0 is any free one",
    },
    sandbox: { type: "boolean", default: false, describe: "For the sandbox's readers" },
    ...DIGEST_OPTIONS,
  },
  examples: [
    ["pressrun preview my-article", "then open the address it prints, and write"],
    ["pressrun preview one two --digest", "several articles as one newsletter"],
    ["pressrun preview --port 8123", "the same port every time; the address still has a new token"],
  ],
  heedsSignal: true,
  async run({ article: named = [], ...args }, io) {
    refuseDigest({ ...args, article: named });
    const port = portOf(args.port);
    const { paths, articles } = await prepare(named, args, io);
    const [first, ...others] = articles.map(({ slug }) => slug);
    const preview = await startPreview({
      source: createPreviewSource({
        args,
        io,
        sandbox: args.sandbox,
        extra: articles,
        digest: { slug: args.slug, title: args.title && oneLine(args.title) },
      }),
      port,
      article: args.digest ? [first, ...others].join(DIGEST_SIGN) : first,
      root: paths.root,
      inbox: join(paths.root, ".pressrun/sandbox/inbox"),
      watched: watchedFolders(paths, args, articles),
      report: (error) => io.err(`pressrun: ${explain(error)}\n`),
    });
    const { url } = preview;
    const ended = aborted(io.signal).then(() => preview.close());
    return { exit: EXIT.done, json: () => ({ url }), text: () => `Preview: ${url}`, ended };
  },
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function portOf(written: string): number {
  const port = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UserError({
    code: "bad-port",
    message: `--port "${written}" is not a port.`,
    next: "Give a number from 1 to 65535, or 0 for any free one.",
  });
}

/** The publication must be there and its configuration good; an article may be broken, and is shown so. */
async function prepare(
  named: readonly string[],
  args: Omit<PreviewArguments, "article"> & GlobalArguments,
  io: Io,
) {
  const app = await openApp(args, io, { sandbox: args.sandbox, reach: "look" });
  const { paths } = app;
  await app.close();
  const articles = await Promise.all(named.map((name) => known(name, paths)));
  refuse.twins(articles);
  return { paths, articles };
}

/** @throws UserError where there is no such file. */
async function known(name: string, paths: Paths): Promise<KnownArticle> {
  const file = await findArticle(name, paths);
  const listed = (await listArticles(paths.content)).find((article) => article.file === file);
  if (listed !== undefined) return listed;
  await readText(file, showPath(file, paths.cwd));
  return { slug: basename(file, extname(file)), file };
}

/** Where what an edition is made from lies, and the sandbox's inbox, some of which may come to be later. */
function watchedFolders(
  { root, content, templates }: Paths,
  { config }: GlobalArguments,
  articles: readonly KnownArticle[],
): readonly WatchedFolder[] {
  const files = { recursive: true, what: "files" } as const;
  const names = [basename(config ?? "pressrun.yaml"), ".env", basename(content), basename(templates)];
  const elsewhere = articles.filter(({ file }) => !file.startsWith(content + sep));
  const state = join(root, ".pressrun");
  const sandbox = join(state, "sandbox");
  return [
    { folder: root, recursive: false, what: "files", names },
    { folder: content, ...files },
    { folder: templates, ...files },
    ...elsewhere.map(({ file }) => ({ folder: dirname(file), recursive: false, what: "files" }) as const),
    { folder: state, recursive: false, what: "inbox", names: ["sandbox"] },
    { folder: sandbox, recursive: false, what: "inbox", names: ["inbox"] },
    { folder: join(sandbox, "inbox"), recursive: true, what: "inbox" },
  ];
}

/** A bug, or a folder that the system cannot watch (too many are watched already). */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EMFILE")
    return "The system watches too many folders already: reload the page to see what was saved.";
  return error.stack ?? error.message;
}
