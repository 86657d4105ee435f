import { basename } from "node:path";
import { type App, openApp } from "../app.ts";
import { check, findingsOf, SPOKEN_FOR } from "../check/index.ts";
import { type CheckedArticle, checkedJson, countOf, showChecked } from "../check/show.ts";
import { spamFindings, spamReport } from "../check/spam.ts";
import { EXIT, type ExitCode, type Notice, UserError } from "../errors.ts";
import type { Edition } from "../model/edition.ts";
import { makeEdition } from "../pipeline.ts";
import { gather } from "./check-context.ts";
import type { Command, Io } from "./command.ts";
import { readShelf, type Shelf } from "./shelf.ts";

export interface CheckArguments {
  /** Paths or slugs; every article that is no draft when empty. */
  readonly article?: readonly string[] | undefined;
  readonly spam: boolean;
  readonly sandbox: boolean;
}

export const command: Command<CheckArguments> = {
  options: {
    spam: { type: "boolean", default: false, describe: "Also score the mail with SpamAssassin" },
    sandbox: { type: "boolean", default: false, describe: "For the sandbox's readers" },
  },
  examples: [
    ["pressrun check", "every article that is not a draft"],
    ["pressrun check my-article --spam", "one article, with SpamAssassin's opinion"],
  ],
  async run({ article: named = [], spam, ...args }, io) {
    const app = await openApp(args, io, { sandbox: args.sandbox, reach: "look" });
    try {
      if (spam && app.config.email === undefined) throw noMail();
      const shelf = await readShelf(app.paths);
      const names = named.length > 0 ? named : shelf.ready;
      const { found, unreadable } = await checkAll(names, app, shelf);
      const checked: CheckedArticle[] = [];
      for (const { article, message } of found)
        checked.push(spam ? await withSpam(article, message, io) : article);
      return {
        exit: unreadable ? EXIT.refused : exitOf(checked),
        json: () => (named.length === 1 ? checked.map(checkedJson)[0] : checked.map(checkedJson)),
        text: () => showChecked(checked),
      };
    } finally {
      await app.close();
    }
  },
};

function noMail(): UserError {
  return new UserError({
    code: "no-mail",
    message: "This publication sends no mail, so SpamAssassin has nothing to score.",
    next: "Add `email:` to pressrun.yaml, or leave --spam out.",
  });
}

function exitOf(checked: readonly CheckedArticle[]): ExitCode {
  return checked.some((article) => countOf(article, "error") > 0) ? EXIT.incomplete : EXIT.done;
}

/** What was found about one article, and its mail, if there is one. */
interface Found {
  readonly article: CheckedArticle;
  readonly message?: Uint8Array | undefined;
}

/** One after the other. Among several, an article that cannot be read keeps none of the others from being checked. */
async function checkAll(names: readonly string[], app: App, shelf: Shelf) {
  const found: Found[] = [];
  let unreadable = false;
  for (const name of names) {
    try {
      found.push(await checkOne(name, app, shelf));
    } catch (error) {
      if (names.length === 1 || !(error instanceof UserError)) throw error;
      error.problems.forEach(app.reporter.problem);
      unreadable = true;
    }
  }
  return { found, unreadable };
}

async function checkOne(name: string, app: App, shelf: Shelf): Promise<Found> {
  const made = await compose(name, app);
  if ("findings" in made) return { article: made };
  const { edition, notices } = made;
  const { context, message } = await gather(app, edition, shelf, notices);
  for (const notice of context.notices) if (!SPOKEN_FOR.has(notice.code)) app.reporter.notice(notice);
  const { slug, title } = edition.article;
  const findings = await check(edition, context);
  return { article: { slug, title, file: context.file, findings }, message };
}

async function withSpam(article: CheckedArticle, message: Uint8Array | undefined, io: Io) {
  if (message === undefined) return article;
  const spam = await spamReport(message, io.env, io.signal);
  return { ...article, spam, findings: [...article.findings, ...spamFindings(spam)] };
}

/** The edition with all that was noticed on the way, or the findings that kept it from being composed. */
async function compose(
  name: string,
  app: App,
): Promise<{ readonly edition: Edition; readonly notices: readonly Notice[] } | CheckedArticle> {
  const notices: Notice[] = [];
  const reporter = { ...app.reporter, notice: (notice: Notice) => void notices.push(notice) };
  try {
    return { edition: await makeEdition({ ...app, reporter }, name), notices };
  } catch (error) {
    const findings = error instanceof UserError ? findingsOf(error.problems) : undefined;
    if (findings === undefined) throw error;
    const slug = basename(name, ".md");
    return { slug, title: slug, file: name, findings };
  }
}
