import { lstat, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { openApp } from "../app.ts";
import { INERT_TOKEN } from "../audience/unsubscribe.ts";
import type { Config } from "../config.ts";
import { EXIT, UserError } from "../errors.ts";
import { codeOf, whyRefused } from "../model/disk.ts";
import { shortPath } from "../report/human.ts";
import { type HandlerFile, HOSTS, type Host, handlerFiles } from "../serve/serverless.ts";
import { serveWords } from "../serve/words.ts";
import type { Command } from "./command.ts";
import { makeFolder } from "./new-folder.ts";

export interface ExportEndpointArguments {
  readonly host: string;
  readonly folder?: string | undefined;
}

export const command: Command<ExportEndpointArguments> = {
  options: {},
  examples: [
    ["pressrun export-endpoint cloudflare worker", "a Worker with its wrangler.toml, in the folder worker"],
    ["pressrun export-endpoint netlify ../site", "a function in a site's own folder; vercel likewise"],
    ["pressrun subscribers sync", "then brings home who left; see docs/serverless.md"],
  ],
  async run({ host: written, folder = ".", ...args }, io) {
    const host = HOSTS.find((name) => name === written);
    if (host === undefined)
      throw new UserError({
        code: "usage",
        message: `There is no handler for "${written}".`,
        next: `Choose ${HOSTS.join(", ")}.`,
      });
    const app = await openApp(args, io, { sandbox: false, reach: "look" });
    try {
      const { publication } = app.config;
      const files = await handlerFiles(host, {
        name: publication.name,
        language: publication.language,
        words: serveWords(publication.language, publication.name),
        url: urlOf(app.config),
        inertToken: INERT_TOKEN,
      });
      const root = resolve(args.cwd, folder);
      await writeNew(root, files);
      const paths = files.map(({ path }) => join(root, path));
      return {
        exit: EXIT.done,
        json: () => ({ host, files: paths }),
        text: () =>
          `Written: ${paths.map((path) => shortPath(path, args.cwd)).join(", ")}\n${NEXT[host]}\nThen run \`pressrun subscribers sync\` once: from then on \`publish\` and \`due\` do so before each mail (docs/serverless.md).`,
      };
    } finally {
      await app.close();
    }
  },
};

const KEY = "the key in .pressrun/keys/unsubscribe, or email.unsubscribe_key";

const NEXT: Readonly<Record<Host, string>> = {
  cloudflare: `Next, in that folder: \`npx wrangler deploy\`, then \`npx wrangler secret put UNSUBSCRIBE_KEY\` (${KEY}).`,
  netlify: `Next, in that folder: \`npm install @netlify/blobs\`, then \`npx netlify env:set UNSUBSCRIBE_KEY … --secret\` (${KEY}), and deploy.`,
  vercel: `Next, in that folder: \`npm install @vercel/blob\`, a private Blob store for the project, \`npx vercel env add UNSUBSCRIBE_KEY\` (${KEY}), and deploy.`,
};

/** @throws UserError where mails could not lead to the handler. */
function urlOf({ email }: Config): URL {
  if (email?.unsubscribeUrl === undefined)
    throw new UserError({
      code: "no-endpoint",
      message: "This publication does not say where readers leave.",
      next: "Set email.unsubscribe_url to the address that the handler will have, such as https://example.org/u.",
    });
  const url = new URL(email.unsubscribeUrl);
  if (email.unsubscribeKeys.some((key) => /\s/.test(key)))
    throw new UserError({
      code: "unsubscribe-key",
      message: "A key in email.unsubscribe_key holds a space, which parts the keys in the host's secret.",
      next: "Put a key without spaces first; the old one goes on working with `pressrun serve` alone.",
    });
  return url;
}

/** All of them, or none: a file that is there already stays as it is. */
async function writeNew(root: string, files: readonly HandlerFile[]): Promise<void> {
  const paths = files.map(({ path, text }) => ({ path: join(root, path), text }));
  const taken = [];
  for (const { path } of paths) if (await lstat(path).catch(() => undefined)) taken.push(path);
  if (taken.length > 0)
    throw new UserError(
      taken.map((file) => ({
        code: "file-exists",
        message: "There is a file of this name already, and it stays as it is.",
        next: "Name another folder, and bring the files together yourself.",
        place: { file },
      })),
    );
  const written: string[] = [];
  const made: string[] = [];
  try {
    for (const { path, text } of paths) {
      made.push(...(await makeFolder(dirname(path))));
      await writeFile(path, text, { flag: "wx" }).catch((error: unknown) => {
        // A full disk leaves the start of it.
        if (codeOf(error) !== "EEXIST") written.push(path);
        throw error;
      });
      written.push(path);
    }
  } catch (error) {
    for (const path of written) await rm(path, { force: true });
    for (const folder of made.reverse()) await rmdir(folder).catch(() => undefined);
    throw new UserError({
      code: "unwritable",
      message: `The handler cannot be written here: ${whyRefused(error)}.`,
      next: "Name another folder.",
      place: { file: root },
    });
  }
}
