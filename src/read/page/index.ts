import type { TitledLink } from "../../model/article.ts";
import { cleanContent, cleanPage, type Dropped, type Known } from "./clean.ts";
import { findContent } from "./content.ts";
import { fromDocument, isDocument } from "./document.ts";
import { baseOf, type Document, labelledIn, parsePage } from "./dom.ts";
import { leadFigure } from "./figure.ts";
import { makeAbsolute, toPageMarkdown } from "./markdown.ts";
import { type Metadata, readMetadata } from "./metadata.ts";
import { relatedLinks } from "./related.ts";
import { mayBeDocument } from "./source.ts";

/** An article as a page holds it. */
export interface Page extends Omit<Metadata, "body"> {
  /** Markdown; links and images absolute. */
  readonly markdown: string;
  readonly related: readonly TitledLink[];
  readonly dropped: readonly Dropped[];
  /** Pictures that lead nowhere: neither an address nor a file beside the page. */
  readonly lost: readonly string[];
}

/** What is known of a page from elsewhere. */
export interface Around {
  /** The address that stands for a picture beside the page. */
  readonly local?: ((src: string) => string | undefined) | undefined;
  /** Of a word processor's document: what its properties say. */
  readonly title?: string | undefined;
  readonly author?: string | undefined;
}

export type { Dropped };

/**
 * Reads the article out of a web page, whatever state its HTML is in.
 * @param url where the page was found; links stay as written where neither it nor the page tells where they start.
 */
export async function readPage(html: string, url?: string, around: Around = {}): Promise<Page> {
  const document = await parsePage(html, url);
  if (mayBeDocument(html) && isDocument(document)) return readDocument(document, around);
  const { body, ...metadata } = readMetadata(document, url);
  const base = baseOf(document) ?? metadata.url;
  const labelled = labelledIn(document);
  const related = relatedLinks(labelled, base, metadata.url);
  const before = cleanPage(document, labelled);
  const image = leadFigure(document, metadata.image, base);
  const content = await findContent(document, body, async () => {
    const again = await parsePage(html, url);
    cleanPage(again);
    return again;
  });
  const after = cleanContent(content, metadata);
  const lost = makeAbsolute(content, base, { lead: image?.src, local: around.local });
  const markdown = await toPageMarkdown(content);
  return { ...metadata, image, markdown, related, dropped: [...before, ...after], lost };
}

async function readDocument(document: Document, { title, author, local }: Around): Promise<Page> {
  const own = fromDocument(document, title);
  const written = readMetadata(document, undefined);
  const lost = makeAbsolute(document.body, undefined, { local });
  return {
    title: own.title ?? title ?? written.title,
    author,
    description: own.description,
    language: written.language,
    tags: [],
    markdown: await toPageMarkdown(document.body),
    related: [],
    dropped: own.dropped,
    lost,
  };
}

/** Markdown of a piece of HTML that is the article's body and nothing else, as feeds carry it. */
export async function readFragment(
  html: string,
  base: string | undefined,
  known: Known,
): Promise<Pick<Page, "markdown" | "dropped">> {
  const document = await parsePage(`<!doctype html><html><head></head><body>${html}</body></html>`, base);
  const dropped = cleanContent(document.body, known);
  makeAbsolute(document.body, baseOf(document));
  return { markdown: await toPageMarkdown(document.body), dropped };
}
