import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../errors.ts";
import { Pages } from "./events.ts";
import { isOurHost, isToken, makeToken } from "./gate.ts";
import { Proofs } from "./proofs.ts";
import { NOT_FOUND, send, text } from "./reply.ts";
import { createRoutes } from "./routes.ts";
import type { PreviewSource } from "./source.ts";
import { type WatchedFolder, watchFolders } from "./watch.ts";

export interface PreviewOptions {
  readonly source: PreviewSource;
  /** 0: any free one. */
  readonly port: number;
  /** Slug of the article to open first, or those of a digest's articles with a + between. */
  readonly article?: string | undefined;
  /** Folder of the publication. */
  readonly root: string;
  /** Of the sandbox; it may not exist. */
  readonly inbox: string;
  /** Folders and files whose change is a reason to compose anew. */
  readonly watched: readonly WatchedFolder[];
  /** A bug, or a folder that cannot be watched: told to the person, and ends nothing. */
  report(error: unknown): void;
}

export interface Preview {
  /** With its token: whoever knows it can read the publication's articles and list. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the preview on loopback until it is closed.
 * @throws UserError where the port cannot be had.
 */
export async function startPreview(options: PreviewOptions): Promise<Preview> {
  const { source, article, root, inbox, report } = options;
  const token = makeToken();
  const pages = new Pages();
  const proofs = new Proofs(source, report);
  const routes = createRoutes({ source, proofs, root, inbox, base: `/${token}/`, report });

  const server = createServer((request, response) => {
    answer(request, response).catch((bug) => {
      report(bug);
      if (response.headersSent) response.destroy();
      else send(response, text(500, "This is a bug in pressrun; the terminal says more.\n"), true);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host } = request.headers;
    const withBody = request.method !== "HEAD";
    const target = targetOf(request.url);
    if (!isOurHost(host, portOf(server)) || target === undefined || !isToken(target.token, token))
      return send(response, NOT_FOUND, withBody);
    if (request.method !== "GET" && withBody)
      return send(response, text(405, "Preview only shows: it takes nothing.\n"), true);
    if (target.path.join("/") === "events" && withBody) return pages.add(response);
    send(response, await routes({ ...target, origin: `http://${host}` }), withBody);
  }

  await listen(server, options.port);
  const watching = watchFolders(
    options.watched,
    (change) => {
      if (change.what === "files") proofs.expire();
      pages.tell(change);
    },
    report,
  );
  const start = article === undefined ? "" : `#article/${encodeURIComponent(article)}`;
  return {
    url: `http://127.0.0.1:${portOf(server)}/${token}/${start}`,
    async close() {
      watching.close();
      pages.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** `/TOKEN/a/b?c=d`; undefined for what is no path of ours. */
function targetOf(url = "") {
  try {
    const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
    const [, token = "", ...path] = pathname.split("/").map(decodeURIComponent);
    return path.length === 0 ? undefined : { token, path, query: searchParams };
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function listen(server: Server, port: number): Promise<void> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once("error", resolve);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  if (failure === undefined) return;
  if (!["EADDRINUSE", "EACCES"].includes(failure.code ?? "")) throw failure;
  const taken = failure.code === "EADDRINUSE";
  throw new UserError({
    code: taken ? "port-taken" : "port-refused",
    message: taken ? `Port ${port} is taken.` : `The system does not let us listen on port ${port}.`,
    next: "Choose another --port, or leave it out for any free one.",
  });
}
