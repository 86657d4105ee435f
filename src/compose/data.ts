import type { Article } from "../model/article.ts";
import type { Footer } from "../model/edition.ts";
import type { Publication } from "../model/publication.ts";
import type { RecipientField } from "../model/splice.ts";
import type { PlacedImage } from "./images.ts";
import type { DataOf, NEWSLETTER_SHAPE } from "./shape.ts";
import type { Tokens } from "./tokens.ts";
import { directionOf, oneLine, showDate, type Words } from "./words.ts";

export interface NewsletterFacts {
  readonly article: Article;
  readonly publication: Publication;
  readonly footer: Footer;
  readonly language: string;
  readonly words: Words;
  readonly subject: string;
  readonly preheader: string;
  readonly image?: PlacedImage | undefined;
  readonly logo?: PlacedImage | undefined;
}

type NewsletterData = DataOf<typeof NEWSLETTER_SHAPE>;

/**
 * What the newsletter's templates see.
 * @param show what becomes of each text that someone wrote
 * @param body stands for the article's body
 */
export function newsletterData(
  facts: NewsletterFacts,
  show: (text: string) => string,
  body: string,
  tokens: Tokens<RecipientField>,
): NewsletterData {
  const { article, publication, footer, language, words, subject, preheader } = facts;
  const { name, url, postalAddress } = publication;
  const dir = directionOf(language);
  const [start, end] = dir === "ltr" ? ["left", "right"] : ["right", "left"];
  const { correction: _, ...shownWords } = words;
  const shown = mapTexts(
    {
      publication: { name, url, postal_address: postalAddress, logo: logoData(facts.logo) },
      article: articleData(facts),
      footer: { ...footer, message: footer.message },
      subject,
      preheader,
      words: shownWords,
    },
    show,
  );
  return {
    ...shown,
    article: { ...shown.article, body: article.html === "" ? "" : body },
    subscriber: {
      name: tokens.field("name"),
      greeting: tokens.field("greeting"),
      address: tokens.field("address"),
    },
    unsubscribe_url: tokens.field("unsubscribe_url"),
    language,
    dir,
    start,
    end,
  };
}

function articleData({ article, publication, language, image }: NewsletterFacts) {
  const { title, description, author, date, url, tags, related } = article;
  return {
    title: oneLine(title),
    description: description && oneLine(description),
    author: author && oneLine(author),
    date: date && showDate(date, language, publication.timezone),
    url,
    image: image && {
      src: image.src,
      alt: article.image?.alt ?? "",
      credit: article.image?.credit,
      ...fitWidth(image, LEAD_WIDTH),
    },
    tags,
    related,
  };
}

/** Pixels: the newsletter's own width. */
const LEAD_WIDTH = 600;
const LOGO = { width: 240, height: 56 };

function fitWidth({ width, height }: PlacedImage, most: number) {
  if (width === undefined || height === undefined) return { width: most, height: undefined };
  const shown = Math.min(width, most);
  return { width: shown, height: Math.round((height * shown) / width) };
}

/** A logo is as large as its file, made for double density; one on the web is as wide as we let it be. */
function logoData(logo: PlacedImage | undefined) {
  if (logo === undefined) return undefined;
  const { src, width, height } = logo;
  if (width === undefined || height === undefined) return { src, width: LOGO.width / 2, height: undefined };
  const scale = Math.min(0.5, LOGO.width / width, LOGO.height / height);
  return { src, width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The same data with another spelling of each text. */
function mapTexts<T>(value: T, show: (text: string) => string): T {
  if (typeof value === "string") return (value === "" ? value : show(value)) as T;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, show)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, show)])) as T;
}
