import { folded } from "../prose.ts";
import { type Document, type Element, oneLine, wordsOf } from "./dom.ts";
import type { LinkedData } from "./jsonld.ts";

const METAS = [
  "author",
  "article:author_name",
  "parsely-author",
  "sailthru.author",
  "byl",
  "dc.creator",
  "dcterms.creator",
  "dc.creator.personalname",
  "citation_author",
  "cxenseparse:author",
  "article:author",
  "og:article:author",
  "shareaholic:article_author_name",
];

/** Who wrote it: JSON-LD, meta tags, then the page's own marks and its visible byline. */
export function findPageAuthor(
  document: Document,
  data: LinkedData,
  meta: ReadonlyMap<string, string>,
  siteName: string | undefined,
): string | undefined {
  const site = folded(siteName ?? "");
  const fits = (name: string | undefined): name is string => name !== undefined && folded(name) !== site;
  const linked = [...new Set(data.authors.map(cleanName).filter(fits))];
  if (linked.length > 0 && !linked.every(isAccount)) return linked.join(", ");
  const tagged = [...METAS.map((name) => meta.get(name)), slackAuthor(meta)].map(cleanName).filter(fits);
  const named = tagged.find((name) => !isAccount(name));
  return named ?? marked(document, fits) ?? visible(document) ?? linked[0] ?? tagged[0];
}

/** Slack's and WordPress's pair of tags: twitter:label1 "Written by", twitter:data1 the name. */
function slackAuthor(meta: ReadonlyMap<string, string>): string | undefined {
  for (const index of ["1", "2"])
    if (/written by|author|by/i.test(meta.get(`twitter:label${index}`) ?? ""))
      return meta.get(`twitter:data${index}`);
  return undefined;
}

/** "admin", "jsmith2": the name of an account, taken only where there is nothing better. */
function isAccount(name: string): boolean {
  return (
    /^(?:admin\w*|administrator|editor|staff|user\d*|guest|author|webmaster|root|team|wp\w*)$/i.test(name) ||
    /^[\p{Ll}\d_.-]+$/u.test(name)
  );
}

const MARKS = [
  '[itemprop="author"] [itemprop="name"]',
  '[itemprop="author"]',
  '[rel~="author"]',
  ".author-name, .byline-name, .author__name, .byline__name, .p-author, .author.vcard, .vcard .fn",
  '[class*="author-name" i], [class*="authorname" i], [class*="author_name" i], [class*="byline" i] a',
  'a[href*="/author/"], a[href*="/authors/"]',
  '[class*="byline" i], [class*="author" i]',
];

function marked(document: Document, fits: (name: string | undefined) => name is string): string | undefined {
  for (const selector of MARKS) {
    for (const element of [...document.querySelectorAll(selector)].slice(0, 8)) {
      if (
        element.closest('[class*="comment" i], [id*="comment" i], [class*="related" i], footer, nav') !== null
      )
        continue;
      const name = cleanName(element.getAttribute("content") ?? wordsOf(element));
      if (fits(name) && looksLikeName(name)) return name;
    }
  }
  return undefined;
}

const PREFIX =
  /^(?:written |posted |published |reported |story |words |article |text |reviewed )?(?:by|von|par|por|di|door|af|av|od)\s*:?\s+/i;
const LABEL = /^(?:author|authors|autor|auteur|autore|written|writer|contributor)s?\s*[:|]\s*/i;

/** Small words that stand inside names. */
const INSIDE =
  "and|und|et|y|e|en|i|och|og|&|de|da|del|della|der|den|di|la|le|van|von|of|al|bin|bint|ibn|zu|dos|das|du|ter|ten|st\\.?";
const NAME = new RegExp(
  `^(?:[\\p{Lu}\\p{Lo}][\\p{L}\\p{M}.'’-]*,?)(?:\\s+(?:[\\p{Lu}\\p{Lo}][\\p{L}\\p{M}.'’-]*,?|${INSIDE}|\\|)){0,11}$`,
  "u",
);

function looksLikeName(name: string): boolean {
  const words = name.split(" ").length;
  return name.length <= 100 && words <= 12 && NAME.test(name) && !NOT_A_NAME.test(name);
}

const NOT_A_NAME =
  /^(?:about|follow|share|read|view|more|home|contact|subscribe|posted|published|updated|by|author|authors|the author|written|photo|image|comments?|news|blog|see|all|click|meet|our|your|this|in|on|at)\b/i;

/** A byline holds names and links, no blocks of its own: what holds more is not worth reading. */
const holdsMuch = (element: Element) =>
  element.localName === "div" && element.querySelector("p, div, ul, section, article") !== null;

/** "By Ada Hill and Jo Berg" alone in an element, high on the page. */
function visible(document: Document): string | undefined {
  const elements = [
    ...document.querySelectorAll("p, span, div, address, h4, h5, h6, li, em, strong, small"),
  ].slice(0, 1500);
  for (const element of elements) {
    if (element.childElementCount > 4 || holdsMuch(element)) continue;
    const text = wordsOf(element);
    if (text.length > 120 || !PREFIX.test(text)) continue;
    const name = cleanName(text);
    if (name !== undefined && /^(?:written |posted )?by\b/i.test(text) && looksLikeName(name)) return name;
  }
  return undefined;
}

/** "By ADA HILL | March 3, 2025" → "ADA HILL"; undefined for addresses and what is no name. */
function cleanName(text: string | undefined): string | undefined {
  let name = oneLine(decoded(text ?? "")).slice(0, 400);
  if (/^(?:https?:)?\/\//i.test(name) || name === "") return undefined;
  name = name.replace(LABEL, "").replace(PREFIX, "").replace(LABEL, "");
  name = name.replace(/\s*\(?[\w.+-]+@[\w-]+\.[\w.]+\)?/g, "").replace(/^@/, "");
  name =
    name.split(
      /\s+[|•·—–]\s+(?=\S*\d)|\s+(?:on|in|published|updated|posted|last)\s+(?=.*\d)|,?\s+(?:\d{1,2}[./ ]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d)/i,
    )[0] ?? "";
  name = name.replace(/[\s,;:|•·–—-]+$/, "").replace(/^[\s,;:|•·–—-]+/, "");
  const words = name.split(" ").length;
  return name === "" ||
    words > 40 ||
    !/\p{L}/u.test(name) ||
    /^(?:null|undefined|none|unknown|n\/a|anonymous)$/i.test(name)
    ? undefined
    : name;
}

/** Names come escaped twice often enough. */
function decoded(text: string): string {
  return text
    .replace(/&amp;/g, "&")
    .replace(/&#0?39;|&rsquo;|&#8217;/g, "'")
    .replace(/<[^<>]{0,200}>/g, "");
}
