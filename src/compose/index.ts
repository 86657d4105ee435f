import { dirname } from "node:path";
import type { Article } from "../model/article.ts";
import type { Edition, Footer } from "../model/edition.ts";
import type { Publication } from "../model/publication.ts";
import { imagesIn } from "./body.ts";
import type { NewsletterArticle } from "./data.ts";
import { fitNewsletter, nearNotices } from "./fit.ts";
import { makeFooter } from "./footer.ts";
import { bodyHash, editionHash } from "./hash.ts";
import { heavyNotice, locateImage, type PlacedImage, placeImage } from "./images.ts";
import { makeNewsletter } from "./newsletter.ts";
import { composePosts, type PostTarget } from "./posts.ts";
import { extract, type Summary, summarise } from "./summary.ts";
import { proseOf } from "./text.ts";
import { wordsFor } from "./words.ts";

export interface ComposeInput {
  readonly article: Article;
  readonly publication: Publication;
  /** Folder of the publication, absolute. */
  readonly root: string;
  /** Folder of the user's templates; it may not exist. */
  readonly templates: string;
  /** 0, and one more with each correction. */
  readonly revision: number;
  readonly at: Date;
  /** The social channels to write posts for. */
  readonly targets: readonly PostTarget[];
  /** undefined: by URL where there is one, else embedded. */
  readonly images?: "url" | "embed" | undefined;
  /** Name of the newsletter's template, unless the article chooses its own; "newsletter" unless given. */
  readonly template?: string | undefined;
  /** Makes the newsletter's HTML in a process of its own that ends: the run that follows is a long one. */
  readonly apart?: boolean | undefined;
  /** Make the newsletter smaller where mail programs would cut it off. */
  readonly fit?: boolean | undefined;
  /** Bytes of an image, by absolute path or http(s) URL; undefined where it is not to be had. */
  readImage(location: string): Promise<Uint8Array | undefined>;
}

/** What all parts of the edition are made from. */
interface Material extends ComposeInput {
  readonly language: string;
  readonly footer: Footer;
  /** The body's paragraphs as plain text. */
  readonly prose: readonly string[];
  /** For readers who see the title beside it. */
  readonly summary: Summary;
}

/**
 * Makes the edition: the same input gives the same edition, but for thumbnails of images on the web, which only
 * runs that send can fetch.
 * @throws UserError for templates, images and posts that cannot be used, with the place and what to do.
 */
export async function compose(input: ComposeInput): Promise<Edition> {
  const { article, publication, revision, at } = input;
  const language = article.language ?? publication.language;
  const footer = await makeFooter(publication);
  const prose = await proseOf(article.html);
  const summary = summarise(article, prose, { language, besideTitle: true });
  const material: Material = { ...input, language, footer, prose, summary };
  // Side by side: pictures are fitted in other threads while mjml holds this one. Both end before either's fault is told.
  const work = [composeNewsletter(material), composePosts(material)] as const;
  await Promise.allSettled(work);
  const { newsletter, notices } = await work[0];
  const posts = await work[1];
  const parts = { newsletter, posts: posts.posts, footer };
  return {
    article,
    publication,
    revision,
    at,
    ...parts,
    hash: editionHash(parts),
    bodyHash: bodyHash(article),
    notices: [...notices, ...nearNotices(newsletter), ...heavyNotice(newsletter.embedded), ...posts.notices],
  };
}

async function composeNewsletter(material: Material) {
  const { article, publication, root, language, images, readImage, template = "newsletter" } = material;
  const source = { root, imagesUrl: publication.imagesUrl, images, readImage };
  const place = (src: string, from: string) => placeImage(locateImage(src, from, root), source);
  const show = async (each: Article): Promise<NewsletterArticle> => {
    const folder = dirname(each.file);
    const bodyImages = new Map<string, PlacedImage>();
    for (const [src, named] of await imagesIn(each.html)) bodyImages.set(src, await place(named, folder));
    const image = each.image && (await place(each.image.src, folder));
    return { article: each, image, bodyImages, teaser: await teaserOf(each, material) };
  };
  const lead = await show(article);
  const make = material.fit ? fitNewsletter : makeNewsletter;
  return make({
    ...material,
    template: article.email.template ?? template,
    words: wordsFor(language, publication),
    logo: publication.logo === undefined ? undefined : await place(publication.logo, root),
    lead,
    articles: article.members === undefined ? [lead] : await Promise.all(article.members.map(show)),
  });
}

/** The dek, else what the body says best. */
async function teaserOf(each: Article, { article, prose, language }: Material): Promise<string> {
  if (each.description !== undefined) return each.description;
  const own = each === article ? prose : await proseOf(each.html);
  const { inOrder } = extract(each.title, own, { language: each.language ?? language, besideTitle: true });
  return inOrder.join(" ");
}
