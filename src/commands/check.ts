import { existsSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { type App, openApp } from "../app.ts";
import type { Lens } from "../check/browser.ts";
import { check, findingsOf, SPOKEN_FOR } from "../check/index.ts";
import { type CheckedArticle, checkedJson, countOf, showChecked } from "../check/show.ts";
import { spamFindings, spamReport } from "../check/spam.ts";
import { EXIT, type ExitCode, type Notice, type Problem, UserError } from "../errors.ts";
import type { Edition } from "../model/edition.ts";
import type { Finding } from "../model/finding.ts";
import { makeDigestEdition, makeEdition } from "../pipeline.ts";
import { type Gathered, gather } from "./check-context.ts";
import type { Command, Io } from "./command.ts";
import { DIGEST_OPTIONS, type DigestArguments, type Made, refuseDigest } from "./digest.ts";
import { noValues } from "./render.ts";
import { readShelf, type Shelf } from "./shelf.ts";

export interface CheckArguments extends Omit<DigestArguments, "article"> {
  /** Paths or slugs; every article that is no draft when empty. */
  readonly article?: readonly string[] | undefined;
  readonly browser: boolean;
  readonly spam: boolean;
  readonly sandbox: boolean;
}

export const command: Command<CheckArguments> = {
  options: {
    browser: { type: "boolean", default: false, describe: "Also look at it in Chromium, with axe" },
    spam: { type: "boolean", default: false, describe: "Also score the mail with SpamAssassin" },
    sandbox: { type: "boolean", default: false, describe: "For the sandbox's readers" },
    ...DIGEST_OPTIONS,
  },
  examples: [
    ["pressrun check", "every article that is not a draft"],
    ["pressrun check my-article --spam", "one article, with SpamAssassin's opinion"],
    ["pressrun check my-article --browser", "at 640, 375 and 320 px, light and dark"],
    ["pressrun check one two --digest --slug week-12", "several articles as one newsletter"],
  ],
  async run({ article: named = [], spam, browser, ...args }, io) {
    const digest = { ...args, article: named };
    refuseDigest(digest);
    const app = await openApp(args, io, { sandbox: args.sandbox, reach: "look" });
    let lens: Lens | undefined;
    try {
      if (spam && app.config.email === undefined) throw noMail();
      const shelf = await readShelf(app.paths);
      const names = named.length > 0 ? named : shelf.ready;
      if (browser) lens = await (await import("../check/browser.ts")).openLens(io.env, io.signal);
      const checked: CheckedArticle[] = [];
      const tools = { app, shelf, spam, lens, io };
      if (args.digest) checked.push(await checkDigest(digest, tools));
      else for (const name of names) checked.push(await checkOne(name, tools, names));
      return {
        exit: exitOf(checked),
        json: () =>
          named.length === 1 || args.digest ? checked.map(checkedJson)[0] : checked.map(checkedJson),
        text: () => showChecked(checked),
      };
    } finally {
      await lens?.browser.close();
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
  if (checked.some(({ isUnreadable }) => isUnreadable)) return EXIT.refused;
  return checked.some((article) => countOf(article, "error") > 0) ? EXIT.incomplete : EXIT.done;
}

interface Tools {
  readonly app: App;
  readonly shelf: Shelf;
  readonly spam: boolean;
  readonly lens: Lens | undefined;
  readonly io: Io;
}

/** @throws UserError where there is no article of that name, unless others were named too. */
async function checkOne(name: string, tools: Tools, names: readonly string[]): Promise<CheckedArticle> {
  const { app } = tools;
  const made = await compose(app, (heard) => makeEdition(heard, name));
  if (!(made instanceof UserError)) return checkMade(made, tools);
  if (names.length === 1 && isAbsent(name, made, app)) throw made;
  return unmade(name, made, tools);
}

/** @throws UserError where it cannot be made. */
async function checkDigest({ article, slug, title }: DigestArguments, tools: Tools): Promise<CheckedArticle> {
  const made = await compose(tools.app, (heard) => makeDigestEdition(heard, article, { slug, title }));
  if (made instanceof UserError) throw made;
  return checkMade(made, tools);
}

async function checkMade({ edition, notices }: Made, tools: Tools): Promise<CheckedArticle> {
  const { app, shelf } = tools;
  const gathered = await gather(app, edition, shelf, notices);
  const { context } = gathered;
  for (const notice of context.notices) if (!SPOKEN_FOR.has(notice.code)) app.reporter.notice(notice);
  const { slug, title } = edition.article;
  const findings = await check(edition, context);
  const files = context.files.map(({ file }) => file);
  const article = { slug, title, files, findings };
  return withBrowser(await withSpam(article, gathered, tools), edition, gathered, tools);
}

async function withSpam(article: CheckedArticle, { message }: Gathered, { spam: asked, io }: Tools) {
  if (message === undefined || !asked) return article;
  const spam = await spamReport(message, io.env, io.signal);
  return { ...article, spam, findings: [...article.findings, ...spamFindings(spam)] };
}

async function withBrowser(
  article: CheckedArticle,
  edition: Edition,
  { context }: Gathered,
  { app, lens }: Tools,
): Promise<CheckedArticle> {
  if (lens === undefined) return article;
  const { checkInBrowser } = await import("./check-browser.ts");
  const seen = await checkInBrowser(
    app,
    lens,
    edition,
    context,
    context.mail?.values ?? noValues(edition.newsletter),
  );
  return {
    ...article,
    findings: [...article.findings, ...seen.findings],
    screenshots: seen.screenshots.map((file) => relative(app.paths.cwd, file)),
  };
}

/** The edition with all that was noticed on the way, or what kept it from being composed. */
async function compose(app: App, make: (app: App) => Promise<Edition>): Promise<Made | UserError> {
  const notices: Notice[] = [];
  const reporter = { ...app.reporter, notice: (notice: Notice) => void notices.push(notice) };
  try {
    return { edition: await make({ ...app, reporter }), notices };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** A slip in the name, rather than an article with something wrong in it. */
function isAbsent(name: string, { problems }: UserError, { paths }: App): boolean {
  return problems.some(
    ({ code }) =>
      code === "unknown-article" || (code === "unreadable" && !existsSync(resolve(paths.cwd, name))),
  );
}

/** What kept an article from being composed, as findings. It is called as it was named. */
function unmade(name: string, { problems }: UserError, { shelf }: Tools): CheckedArticle {
  const findings = findingsOf(problems);
  const slug = basename(name, ".md");
  return {
    slug,
    title: slug,
    files: [shelf.fileOf(name) ?? name],
    findings: findings ?? problems.map(findingOf),
    isUnreadable: findings === undefined,
  };
}

function findingOf({ code, message, next = "", place }: Problem): Finding {
  return { id: code, severity: "error", part: "article", message, next, place };
}
