import type { CheerioAPI } from "cheerio";
import type { Edition } from "../model/edition.ts";
import { type FieldValues, join } from "../model/splice.ts";
import type { CheckContext } from "./context.ts";
import { type Look, looksIn, type Scheme } from "./looks.ts";
import { createSource, type Source } from "./source.ts";

/** An edition made ready for rules: everything that several of them need is worked out once. */
export interface Subject {
  readonly edition: Edition;
  readonly context: CheckContext;
  /** The newsletter as its longest recipient gets it. */
  readonly html: string;
  readonly text: string;
  /** The newsletter's HTML, parsed as browsers do. */
  readonly page: CheerioAPI;
  /** The article's own HTML. */
  readonly body: CheerioAPI;
  /** Text of the article's own HTML, without its code. */
  readonly prose: string;
  /** The code in it. */
  readonly code: string;
  readonly links: readonly Link[];
  /** Every piece of text that a reader sees, in each colour scheme. */
  readonly looks: Readonly<Record<Scheme, readonly Look[]>>;
  /** BCP 47, of the newsletter. */
  readonly language: string;
  readonly source: Source;
}

export interface Link {
  readonly href: string;
  /** What the reader sees, or hears of an image in it. */
  readonly text: string;
  readonly from: "article" | "footer" | "newsletter";
}

/** Of a publication that sends no mail: nobody is greeted, nothing to unsubscribe from. */
const NOBODY: Omit<FieldValues, "greeting"> = { name: "", address: "", unsubscribe_url: "#" };

export async function makeSubject(edition: Edition, context: CheckContext): Promise<Subject> {
  const { load } = await import("cheerio");
  const { article, publication, newsletter } = edition;
  const values = context.mail?.values ?? { ...NOBODY, greeting: newsletter.greeting.plain };
  const html = join(newsletter.html, values);
  const page = load(html);
  const body = load(article.html, null, false);
  return {
    edition,
    context,
    html,
    text: join(newsletter.text, values),
    page,
    body,
    ...wordsOf(load(article.html, null, false)),
    links: linksOf(page, body, edition),
    looks: { light: looksIn(page, "light"), dark: looksIn(page, "dark") },
    language: article.language ?? publication.language,
    source: createSource(context.files),
  };
}

const BLOCKS = "p, h2, h3, h4, li, td, th, blockquote, figcaption, caption, div, hr";

/** Takes the page apart: its code, and the rest as text, in which words of neighbouring blocks do not run together. */
function wordsOf(page: CheerioAPI): { readonly prose: string; readonly code: string } {
  const code = page("pre, code");
  const lines = code.get().map((element) => page(element).text());
  code.replaceWith(" ");
  page(BLOCKS).append("\n");
  page("br").replaceWith("\n");
  return { prose: page.root().text(), code: lines.join("\n") };
}

function linksOf(page: CheerioAPI, body: CheerioAPI, { footer }: Edition): readonly Link[] {
  const hrefs = (from: CheerioAPI) => from("a[href]").map((_, element) => from(element).attr("href"));
  const own = new Set(hrefs(body).get());
  const below = new Set([...footer.links, ...footer.explore].map(({ url }) => url));
  return page("a[href]")
    .get()
    .map((element) => {
      const href = page(element).attr("href") ?? "";
      const from = own.has(href) ? "article" : below.has(href) ? "footer" : "newsletter";
      return { href, text: shownText(page, page(element)), from };
    });
}

function shownText(page: CheerioAPI, link: ReturnType<CheerioAPI>): string {
  const alts = link
    .find("img")
    .get()
    .map((image) => page(image).attr("alt") ?? "");
  return [link.text(), ...alts].join(" ").replace(/\s+/g, " ").trim();
}
