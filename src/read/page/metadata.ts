import type { ArticleImage, TitledLink } from "../../model/article.ts";
import { folded, wordCount } from "../prose.ts";
import { findPageAuthor } from "./author.ts";
import { findPageDate } from "./date.ts";
import { absolute, baseOf, type Document, type Element, oneLine } from "./dom.ts";
import { readLinkedData } from "./jsonld.ts";
import { findPageTitle } from "./title.ts";

/** What a page says of its article outside the article's text. Addresses are absolute. */
export interface Metadata {
  readonly title?: string | undefined;
  readonly author?: string | undefined;
  /** "2026-03-08", or an ISO 8601 instant with offset. */
  readonly date?: string | undefined;
  /** The dek. */
  readonly description?: string | undefined;
  /** Canonical address. */
  readonly url?: string | undefined;
  readonly image?: ArticleImage | undefined;
  /** BCP 47. */
  readonly language?: string | undefined;
  readonly siteName?: string | undefined;
  readonly tags: readonly string[];
  /** The whole text, where JSON-LD carries it. */
  readonly body?: string | undefined;
}

export type { TitledLink };

export function readMetadata(document: Document, address: string | undefined): Metadata {
  const metas = [...document.getElementsByTagName("meta")];
  const meta = valuesOf(metas);
  const data = readLinkedData(document);
  const base = baseOf(document) ?? address;
  const siteName =
    said(meta.get("og:site_name")) ?? said(meta.get("application-name")) ?? said(data.siteName);
  const url = canonical(document, meta, base) ?? address;
  const title = findPageTitle(document, {
    og: meta.get("og:title") ?? meta.get("twitter:title"),
    document: [...document.getElementsByTagName("title")][0]?.textContent ?? undefined,
    headline: data.headline,
    siteName,
    host: url === undefined ? undefined : new URL(url).hostname,
  });
  return {
    title,
    author: findPageAuthor(document, data, meta, siteName),
    date: findPageDate(document, data, meta, url ?? address),
    description: dek(
      [
        meta.get("og:description"),
        meta.get("description"),
        meta.get("twitter:description"),
        data.description,
      ],
      title,
    ),
    url,
    image: leadImage(meta, data.image, base),
    language: languageOf(document, meta, data.language),
    siteName,
    tags: tagsOf(metas),
    body: data.body,
  };
}

/** By property or name, in lower case; the first of a name wins. */
function valuesOf(elements: readonly Element[]): ReadonlyMap<string, string> {
  const metas = new Map<string, string>();
  for (const element of elements) {
    const content = element.getAttribute("content");
    if (!content?.trim()) continue;
    for (const attribute of ["property", "name", "itemprop"]) {
      const name = element.getAttribute(attribute)?.trim().toLowerCase();
      if (name && !metas.has(name)) metas.set(name, content);
    }
  }
  return metas;
}

function said(text: string | undefined): string | undefined {
  return oneLine(text ?? "") || undefined;
}

function canonical(
  document: Document,
  meta: ReadonlyMap<string, string>,
  base: string | undefined,
): string | undefined {
  const link = [...document.getElementsByTagName("link")]
    .find((each) => /(?:^|\s)canonical(?:\s|$)/i.test(each.getAttribute("rel") ?? ""))
    ?.getAttribute("href");
  const found = absolute(link, base) ?? absolute(meta.get("og:url"), base);
  if (found === undefined) return undefined;
  // The front page as every page's canonical address is a common mistake.
  const isFront = new URL(found).pathname === "/" && base !== undefined && new URL(base).pathname !== "/";
  return isFront ? undefined : found;
}

const LONGEST_DEK = 600;

/** The first human description that is not the title again. HTML in it is taken out. */
function dek(candidates: readonly (string | undefined)[], title: string | undefined): string | undefined {
  for (const each of candidates) {
    const text = oneLine((each ?? "").slice(0, 5000).replace(/<[^<>]{0,300}>/g, " ")).replace(/&amp;/g, "&");
    if (text.length < 3 || text.length > LONGEST_DEK || folded(text) === folded(title ?? "")) continue;
    if (wordCount(text) >= 4) return text;
  }
  return undefined;
}

function leadImage(
  meta: ReadonlyMap<string, string>,
  linked: string | undefined,
  base: string | undefined,
): ArticleImage | undefined {
  const names = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];
  const src = [...names.map((name) => meta.get(name)), linked]
    .map((each) => absolute(each, base))
    .find((each) => each !== undefined && !/\/(?:logo|favicon|default|placeholder)[^/]*$/i.test(each));
  if (src === undefined) return undefined;
  const alt = said(meta.get("og:image:alt")) ?? said(meta.get("twitter:image:alt")) ?? "";
  return { src, alt };
}

function languageOf(
  document: Document,
  meta: ReadonlyMap<string, string>,
  linked: string | undefined,
): string | undefined {
  const written = [
    document.documentElement.getAttribute("lang"),
    document.documentElement.getAttribute("xml:lang"),
    document.body.getAttribute("lang"),
    linked,
    meta.get("og:locale"),
    meta.get("language"),
  ];
  for (const each of written) {
    try {
      const [tag] = Intl.getCanonicalLocales((each ?? "").trim().replaceAll("_", "-"));
      if (tag !== undefined) return tag;
    } catch {}
  }
  return undefined;
}

const MOST_TAGS = 10;

function tagsOf(metas: readonly Element[]): string[] {
  const written = metas
    .filter((element) => element.getAttribute("property") === "article:tag")
    .map((element) => oneLine(element.getAttribute("content") ?? ""));
  return [...new Set(written.filter((tag) => tag !== "" && tag.length <= 40))].slice(0, MOST_TAGS);
}
