import type { ArticleImage } from "../../model/article.ts";
import { cueOf } from "../cues.ts";
import { absolute, type Document, type Element, wordsOf } from "./dom.ts";

/** The lead image with what the page's own figure of it says: its alt text and its credit. */
export function leadFigure(
  document: Document,
  image: ArticleImage | undefined,
  base: string | undefined,
): ArticleImage | undefined {
  const images = [...document.getElementsByTagName("img")].slice(0, 200);
  const own =
    image === undefined
      ? images.find((each) => each.closest("figure") !== null)
      : images.find((each) => isSame(each, image.src, base));
  const src = image?.src ?? absolute(own?.getAttribute("src"), base);
  if (src === undefined) return undefined;
  const alt = image?.alt || own?.getAttribute("alt")?.trim() || "";
  const credit = own === undefined ? undefined : creditOf(own);
  return { src, alt, ...(credit === undefined ? {} : { credit }) };
}

/** The same picture, in whatever size: pages ask for it by another query or width. */
export function isSame(image: Element, src: string, base: string | undefined): boolean {
  const written = [
    image.getAttribute("data-src"),
    image.getAttribute("src"),
    image.getAttribute("srcset")?.trim().split(/\s+/)[0],
  ];
  return written.some((each) => {
    const whole = absolute(each, base ?? NOWHERE);
    return whole !== undefined && stem(whole) === stem(src);
  });
}

/** Of a saved page's pictures only the names are compared. */
const NOWHERE = "https://page.invalid/";

function stem(address: string): string {
  const { pathname } = new URL(address);
  return (
    (pathname.split("/").at(-1) ?? "").replace(
      /[-_@](?:\d{2,4}x\d{2,4}|\d+x|scaled|\d{3,4}w?)(?=\.\w+$)/,
      "",
    ) || address
  );
}

function creditOf(image: Element): string | undefined {
  const figure = image.closest("figure");
  if (figure === null) return undefined;
  const marked = figure.querySelector(
    '[class*="credit" i], [class*="copyright" i], [itemprop="creditText"], [itemprop="copyrightHolder"]',
  );
  const text = wordsOf(marked);
  if (text !== "" && text.length <= 120) {
    const cue = cueOf(text);
    return cue?.kind === "credit" ? cue.credit : text.replace(/^(?:©|\(c\)|credit:?)\s*/i, "");
  }
  const caption = wordsOf(figure.querySelector("figcaption"));
  return /\(?(?:photo(?:graph)?|image|picture|credit|foto|bild)s?(?: credit| courtesy)?(?: by| of|:|\/)\s*([^().]{2,80})\)?\.?$/i
    .exec(caption)?.[1]
    ?.trim();
}
