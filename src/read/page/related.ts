import type { TitledLink } from "../../model/article.ts";
import { folded, wordCount } from "../prose.ts";
import { absolute, type Element, type Labelled, wordsOf } from "./dom.ts";

const LABEL =
  / (?:related|recommended|recommendations?|more stories|read (?:next|more|also)|further reading|also like|similar|trending|most read|popular posts?) /;
const MOST = 10;

/** Headlines of other articles, from the page's lists of related ones, with absolute addresses. */
export function relatedLinks(
  labelled: readonly Labelled[],
  base: string | undefined,
  own: string | undefined,
): TitledLink[] {
  const found = new Map<string, TitledLink>();
  for (const { element, label } of labelled) {
    if (found.size >= MOST) break;
    if (!LABEL.test(label) || /^(?:main|article|a|li)$/.test(element.localName)) continue;
    for (const link of [...element.querySelectorAll("a[href]")].slice(0, 40)) add(found, link, base, own);
  }
  return [...found.values()].slice(0, MOST);
}

function add(
  found: Map<string, TitledLink>,
  link: Element,
  base: string | undefined,
  own: string | undefined,
): void {
  const url = absolute(link.getAttribute("href"), base);
  const heading = link.querySelector("h2, h3, h4, h5, [class*='title' i]");
  const title = wordsOf(heading ?? link);
  if (url === undefined || url.split("#")[0] === own?.split("#")[0]) return;
  if (title.length > 200 || wordCount(title) < 4 || found.has(url)) return;
  if ([...found.values()].some((each) => folded(each.title) === folded(title))) return;
  found.set(url, { title, url });
}
