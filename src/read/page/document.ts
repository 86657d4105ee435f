import type { Dropped } from "./clean.ts";
import type { Document, Element } from "./dom.ts";
import { wordsOf } from "./dom.ts";

/** A page that is a document from a word processor: all of it is the article, and styles say what is bold. */
export function isDocument(document: Document): boolean {
  const { body } = document;
  if (/ (?:docx|doc-content) /.test(` ${body.getAttribute("class") ?? ""} `)) return true;
  // Pieces pasted into a site's editor carry the same marks: there they do not stand alone in the body.
  const marked = document.querySelector('[id^="docs-internal-guid"], p[class~="title"][id^="h."]');
  return marked?.parentElement === body && document.querySelector("nav, header, footer, script") === null;
}

/**
 * Google Docs writes bold and italic as classes or styles of spans, a nested list as a list beside it, and its title
 * as a paragraph: this makes HTML of it that says what it means.
 * @param named what the document's properties call it.
 */
export function fromDocument(
  document: Document,
  named: string | undefined,
): {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly dropped: readonly Dropped[];
} {
  const styles = stylesOf(document);
  for (const wrapper of document.querySelectorAll(
    'b[id^="docs-internal-guid"], b[style*="font-weight:normal"]',
  ))
    unwrap(wrapper);
  for (const span of document.querySelectorAll("span")) mark(document, span, styles);
  nestLists(document);
  const dropped = dropComments(document);
  const title = document.querySelector("p.title, h1.title") ?? titleHeading(document, named);
  const subtitle = document.querySelector("p.subtitle");
  const found = { title: wordsOf(title) || undefined, description: wordsOf(subtitle) || undefined, dropped };
  title?.remove();
  subtitle?.remove();
  return found;
}

/** Where nothing is marked as the title: the only large heading, or the first where the document has no name either. */
function titleHeading(document: Document, named: string | undefined): Element | undefined {
  const [first, ...others] = document.querySelectorAll("h1");
  return others.length === 0 || named === undefined ? first : undefined;
}

/**
 * Editors' comments, which Google Docs exports as anchors in the text and a box each at its end: talk among those who
 * wrote it, never the article.
 */
function dropComments(document: Document): Dropped[] {
  for (const mark of document.querySelectorAll('a[id^="cmnt_ref"]')) (mark.closest("sup") ?? mark).remove();
  const dropped: Dropped[] = [];
  for (const anchor of document.querySelectorAll('a[id^="cmnt"]')) {
    if (!/^cmnt\d+$/.test(anchor.getAttribute("id") ?? "")) continue;
    const box = anchor.closest("div");
    // A box begins with its own anchor; a div around the whole text does not.
    const comment = (box?.querySelector("a") === anchor ? box : anchor.closest("p")) ?? anchor;
    dropped.push({ text: wordsOf(comment), reason: "is an editor's comment" });
    comment.remove();
  }
  return dropped;
}

interface Styles {
  readonly bold: ReadonlySet<string>;
  readonly italic: ReadonlySet<string>;
}

const BOLD = /font-weight:\s*(?:bold|[6-9]00)/i;
const ITALIC = /font-style:\s*italic/i;

function stylesOf(document: Document): Styles {
  const bold = new Set<string>();
  const italic = new Set<string>();
  for (const style of document.querySelectorAll("style")) {
    for (const [, name = "", rules = ""] of (style.textContent ?? "")
      .slice(0, 500_000)
      .matchAll(/\.([\w-]{1,40})\s*\{([^{}]{0,2000})\}/g)) {
      if (BOLD.test(rules)) bold.add(name);
      if (ITALIC.test(rules)) italic.add(name);
    }
  }
  return { bold, italic };
}

function mark(document: Document, span: Element, { bold, italic }: Styles): void {
  const names = (span.getAttribute("class") ?? "").split(/\s+/);
  const style = span.getAttribute("style") ?? "";
  if (wordsOf(span) === "" || span.closest("h1, h2, h3, h4, h5, h6, .title, .subtitle") !== null) return;
  if (BOLD.test(style) || names.some((name) => bold.has(name))) wrap(document, span, "strong");
  if (ITALIC.test(style) || names.some((name) => italic.has(name))) wrap(document, span, "em");
}

function wrap(document: Document, element: Element, name: string): void {
  const around = document.createElement(name);
  around.innerHTML = element.innerHTML;
  element.innerHTML = "";
  element.append(around);
}

function unwrap(element: Element): void {
  const inner = element.ownerDocument.createElement("div");
  inner.innerHTML = element.innerHTML;
  element.replaceWith(inner);
}

/** "lst-kix_abc-1" beside "lst-kix_abc-0" belongs into its last item. */
function nestLists(document: Document): void {
  for (const list of [
    ...document.querySelectorAll('ul[class*="lst-kix_"], ol[class*="lst-kix_"]'),
  ].reverse()) {
    const depth = levelOf(list);
    const before = list.previousElementSibling;
    if (depth === 0 || before === null || !/^[uo]l$/.test(before.localName) || levelOf(before) >= depth)
      continue;
    const items = [...before.children];
    items.at(-1)?.append(list);
  }
}

function levelOf(list: Element): number {
  return Number(/lst-kix_\w+-(\d)/.exec(list.getAttribute("class") ?? "")?.[1] ?? 0);
}
