import { type Notice, type Problem, UserError } from "../errors.ts";
import type { Article } from "../model/article.ts";
import type { Newsletter } from "../model/edition.ts";
import { measure } from "../model/limits.ts";
import { oneLine } from "../model/line.ts";
import { escapeHtml, type RecipientField, type Spliced } from "../model/splice.ts";
import { leanStyles, styleBody } from "./body.ts";
import { type NewsletterArticle, type NewsletterFacts, newsletterData } from "./data.ts";
import { compileMjml, compileMjmlApart, type MjmlFault } from "./mjml.ts";
import { type Rendering, render } from "./render.ts";
import { NEWSLETTER_SHAPE } from "./shape.ts";
import { shortenTo } from "./shorten.ts";
import type { Summary } from "./summary.ts";
import { hasTemplate, loadTemplates, type TemplateSet } from "./templates.ts";
import { textOf } from "./text.ts";
import { createTokens, type Tokens } from "./tokens.ts";
import { bodyStyleFor, type Words } from "./words.ts";
import { wrap } from "./wrap.ts";

export interface NewsletterInput extends Omit<NewsletterFacts, "subject" | "preheader"> {
  readonly revision: number;
  readonly summary: Summary;
  /** Folder of the user's templates; it may not exist. */
  readonly templates: string;
  /** Name of its template. */
  readonly template: string;
  /** Styles once in the head instead of on each element of the body. */
  readonly lean?: boolean | undefined;
  /** In a process of its own that ends, so that this one keeps its memory for the run. */
  readonly apart?: boolean | undefined;
}

/** A newsletter, and what its writer should know. */
export interface MadeNewsletter {
  readonly newsletter: Newsletter;
  readonly notices: readonly Notice[];
}

/**
 * The newsletter, with holes for the recipient's own values. Handlebars and mjml run once, with tokens in place of
 * everything that was written, so nothing of the article is ever a template or markup of ours.
 * @throws UserError with what is wrong in a template, by file and line.
 */
export async function makeNewsletter(input: NewsletterInput): Promise<MadeNewsletter> {
  const { revision, summary, language, words, logo, lead, articles, templates, template } = input;
  const { article } = lead;
  const subject = subjectOf(article, revision, words);
  const preheader = preheaderOf(article, summary, language);
  const facts: NewsletterFacts = { ...input, subject, preheader };
  const html = await makeHtml(facts, input, await loadTemplates(`${template}.mjml`, templates));
  const text = await makeText(facts, await loadTemplates(await textTemplate(template, templates), templates));
  const images = [logo, ...[lead, ...articles].flatMap((each) => [each.image, ...each.bodyImages.values()])];
  const embedded = new Map(images.flatMap((each) => each?.embedded ?? []).map((each) => [each.cid, each]));
  const greeting = { named: words.greeting, plain: words.greeting_plain };
  return {
    newsletter: { subject, preheader, html: html.spliced, text, embedded: [...embedded.values()], greeting },
    notices: html.notices,
  };
}

/** A template of the user's own may do without a text part of its own. */
async function textTemplate(template: string, templates: string): Promise<string> {
  return (await hasTemplate(`${template}.txt`, templates)) ? `${template}.txt` : "newsletter.txt";
}

async function makeHtml(
  facts: NewsletterFacts,
  { lean = false, apart = false }: Pick<NewsletterInput, "lean" | "apart">,
  templates: TemplateSet,
): Promise<{ readonly spliced: Spliced; readonly notices: readonly Notice[] }> {
  const tokens = createTokens<RecipientField>(escapeHtml);
  const { start, upright } = bodyStyleFor(facts.language);
  const bodies = await bodiesOf(facts, async ({ article, bodyImages }) =>
    tokens.raw(await styleBody(article.html, bodyImages, { start, upright, lean })),
  );
  const data = newsletterData(facts, tokens.text, bodies, tokens);
  const rendering = await render(templates, NEWSLETTER_SHAPE, data);
  const compiled = await (apart ? compileMjmlApart : compileMjml)(rendering.text);
  if (typeof compiled !== "string") throw new UserError(await mjmlProblems(compiled, rendering));
  refuseNoWayOut(tokens, compiled, templates, '<a href="{{unsubscribe_url}}">{{words.unsubscribe}}</a>');
  const html = lean ? compiled.replace("</head>", `${leanStyles(start)}</head>`) : compiled;
  return {
    spliced: { ...tokens.cut(html), escape: "html" },
    notices: await lostNotices(tokens, rendering, compiled),
  };
}

async function makeText(facts: NewsletterFacts, templates: TemplateSet): Promise<Spliced> {
  const tokens = createTokens<RecipientField>((text) => text);
  const bodies = await bodiesOf(facts, async ({ article }) =>
    tokens.raw(await textOf(article.html, facts.words.image)),
  );
  const data = newsletterData(facts, (text) => text, bodies, tokens);
  const { text } = await render(templates, NEWSLETTER_SHAPE, data);
  refuseNoWayOut(tokens, text, templates, "{{words.unsubscribe}}: {{unsubscribe_url}}");
  const wrapped = `${wrap(text.replace(/\n{3,}/g, "\n\n").trim())}\n`;
  return { ...tokens.cut(wrapped), escape: "none" };
}

async function bodiesOf(
  { lead, articles }: NewsletterFacts,
  make: (article: NewsletterArticle) => Promise<string>,
): Promise<ReadonlyMap<Article, string>> {
  const all = [...new Set([lead, ...articles])];
  return new Map(await Promise.all(all.map(async (each) => [each.article, await make(each)] as const)));
}

/** "Correction: " before the title where readers have an earlier one. */
function subjectOf({ email, title }: Article, revision: number, words: Words): string {
  const subject = oneLine(email.subject ?? title);
  return revision === 0 ? subject : `${words.correction}: ${subject}`;
}

/** Characters that inboxes show after the subject. */
const PREHEADER = { least: 40, most: 140 };

function preheaderOf(
  { email, description, title }: Article,
  { sentences }: Summary,
  language: string,
): string {
  if (email.preheader !== undefined) return oneLine(email.preheader);
  const isWithin = (text: string) => measure(text, "graphemes") <= PREHEADER.most;
  const all = [description, ...sentences].filter((text) => text !== undefined).map(oneLine);
  const distinct = all.filter(
    (text, index) => !all.slice(0, index).some((earlier) => earlier.includes(text)),
  );
  const enough = distinct.findIndex(
    (_, index) => measure(distinct.slice(0, index + 1).join(" "), "graphemes") >= PREHEADER.least,
  );
  const text = distinct.slice(0, enough < 0 ? undefined : enough + 1).join(" ");
  if (isWithin(text)) return text;
  return shortenTo(text, isWithin, language) ?? oneLine(title);
}

async function mjmlProblems(faults: readonly MjmlFault[], { placeOf }: Rendering): Promise<Problem[]> {
  return Promise.all(
    faults.map(async ({ line, message, tagName }) => ({
      code: "template-mjml",
      message: `MJML refuses <${tagName}>: ${message.replace(/\.$/, "")}.`,
      next: "The components are described at https://documentation.mjml.io.",
      place: await placeOf(line, `<${tagName}`),
    })),
  );
}

/** Text between sections or columns vanishes without a word: MJML shows none there. */
async function lostNotices(
  tokens: Tokens<RecipientField>,
  { text, placeOf }: Rendering,
  html: string,
): Promise<Notice[]> {
  const lines = text.split("\n");
  const places = tokens
    .lost(text, html)
    .map((token) => placeOf(lines.findIndex((line) => line.includes(token)) + 1));
  return (await Promise.all(places)).map((place) => ({
    code: "template-lost",
    message: "A value stands where MJML shows nothing.",
    next: "Put it into an <mj-text>.",
    place,
  }));
}

function refuseNoWayOut(
  tokens: Tokens<RecipientField>,
  rendered: string,
  { main }: TemplateSet,
  how: string,
): void {
  if (tokens.has("unsubscribe_url", rendered)) return;
  throw new UserError({
    code: "template-unsubscribe",
    message: "This template shows no {{unsubscribe_url}}, so readers could not leave the list.",
    next: `Write ${how} where it is seen.`,
    place: { file: main.file },
  });
}
