import { readFile } from "node:fs/promises";
import { fileOfCode } from "../package.ts";
import { form, HEADERS, hidden, page, paragraph } from "./page.ts";
import type { ServeWords } from "./words.ts";

/** Hosts that a handler can be written for. */
export const HOSTS = ["cloudflare", "netlify", "vercel"] as const;
export type Host = (typeof HOSTS)[number];

export interface HandlerOptions {
  /** The publication's. */
  readonly name: string;
  readonly language: string;
  readonly words: ServeWords;
  /** email.unsubscribe_url */
  readonly url: URL;
  /** The token that stands for nobody. */
  readonly inertToken: string;
}

/** A file to be written: its path within the chosen folder, with /. */
export interface HandlerFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The unsubscribe endpoint as one file for a host without a server: stateless, no secret in it. What it needs to say is
 * composed here, so that it carries no template; what it does stands in serverless/, as it is written.
 */
export async function handlerFiles(host: Host, options: HandlerOptions): Promise<readonly HandlerFile[]> {
  const answer = await source("answer");
  const [imports, own] = splitImports(await source(host));
  const text = `// The way out of a newsletter (RFC 8058). Written by \`pressrun export-endpoint ${host}\`; write it anew after a change of
// language, name or unsubscribe_url. The environment secret UNSUBSCRIBE_KEY holds the key, or several, newest first.
${imports}
${constants(options)}
${answer}
${own}`;
  return [{ path: PLACES[host], text }, ...settings(host, options.url)];
}

const PLACES: Readonly<Record<Host, string>> = {
  cloudflare: "worker.js",
  netlify: "netlify/functions/unsubscribe.mjs",
  vercel: "api/unsubscribe.mjs",
};

const source = (name: string) => readFile(fileOfCode(`serve/serverless/${name}.js`), "utf8");

function splitImports(text: string): readonly [imports: string, rest: string] {
  const isImport = (line: string) => /^import .* from ".*";$/.test(line);
  const lines = text.split("\n");
  return [lines.filter(isImport).join("\n"), lines.filter((line) => !isImport(line)).join("\n")];
}

function constants({ name, language, words, url, inertToken }: HandlerOptions): string {
  const shown = (title: string, body: string) => page({ name, language, title, body });
  const pages = {
    ask: shown(
      words.leave,
      paragraph(words.leaveAsk) + form(words.leave, hidden("List-Unsubscribe", "One-Click")),
    ),
    left: shown(words.leave, paragraph(words.left)),
    test: shown(words.leave, paragraph(words.test)),
    invalid: shown(words.leave, paragraph(words.invalid)),
  };
  const headers = { ...HEADERS, "content-type": "text/html; charset=utf-8" };
  const values = { PATH: url.pathname, INERT: inertToken, HEADERS: headers, PAGES: pages };
  return Object.entries(values)
    .map(([key, value]) => `const ${key} = ${JSON.stringify(value, undefined, 2)};\n`)
    .join("");
}

/** The oldest runtime of Workers that the handler was written for. */
const COMPATIBLE = "2026-01-01";

function settings(host: Host, { host: site, pathname }: URL): readonly HandlerFile[] {
  if (host === "cloudflare") {
    const route = site.endsWith(".workers.dev") ? "" : `route = ${JSON.stringify(`${site}${pathname}*`)}\n`;
    const text = `name = "unsubscribe"
main = "worker.js"
compatibility_date = "${COMPATIBLE}"
${route}
[[kv_namespaces]]
binding = "LEFT"
`;
    return [{ path: "wrangler.toml", text }];
  }
  if (host === "vercel" && pathname !== "/api/unsubscribe") {
    const rewrites = [{ source: pathname, destination: "/api/unsubscribe" }];
    return [{ path: "vercel.json", text: `${JSON.stringify({ rewrites }, undefined, 2)}\n` }];
  }
  return [];
}
