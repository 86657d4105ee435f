import type { ServerResponse } from "node:http";
import { headersOf, INERT } from "./reply.ts";

/** What open pages are told as it happens. */
export interface Change {
  /** "files": articles, templates or the configuration; "inbox": mails of the sandbox. */
  readonly what: "files" | "inbox";
  /** When the file was saved, in milliseconds since 1970. */
  readonly savedAt: number;
}

/** Open pages, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export class Pages {
  readonly #open = new Set<ServerResponse>();

  add(response: ServerResponse): void {
    response.writeHead(200, headersOf({ type: "text/event-stream", policy: INERT, for: "page" }));
    response.write("retry: 500\n\n");
    this.#open.add(response);
    response.on("close", () => this.#open.delete(response));
  }

  tell(change: Change): void {
    for (const page of this.#open) page.write(`data: ${JSON.stringify(change)}\n\n`);
  }

  close(): void {
    for (const page of this.#open) page.end();
  }
}
