// The part of the DOM that reading a page needs. TypeScript's own "dom" would replace Node's types of fetch everywhere.

import { withoutUnread } from "./source.ts";

export interface Node {
  /** 1: an element, 3: text. */
  readonly nodeType: number;
  readonly parentNode: Node | null;
  readonly childNodes: Iterable<Node>;
  readonly ownerDocument: Document;
  textContent: string | null;
}

export interface Element extends Node {
  readonly localName: string;
  readonly nodeName: string;
  readonly parentElement: Element | null;
  readonly children: Iterable<Element>;
  readonly childElementCount: number;
  readonly firstElementChild: Element | null;
  readonly nextElementSibling: Element | null;
  readonly previousElementSibling: Element | null;
  readonly isConnected: boolean;
  innerHTML: string;
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selectors: string): Element | null;
  querySelectorAll(selectors: string): Iterable<Element>;
  /** Several times as fast as a selector. */
  getElementsByTagName(name: string): Iterable<Element>;
  closest(selectors: string): Element | null;
  contains(node: Node): boolean;
  cloneNode(deep: true): Node;
  normalize(): void;
  append(...nodes: Node[]): void;
  before(...nodes: Node[]): void;
  prepend(...nodes: Node[]): void;
  replaceWith(...nodes: Node[]): void;
  remove(): void;
}

export interface Text extends Node {
  readonly data: string;
}

export const isElement = (node: Node): node is Element => node.nodeType === 1;
export const isText = (node: Node): node is Text => node.nodeType === 3;

export interface Document extends Node {
  readonly documentElement: Element;
  readonly head: Element;
  readonly body: Element;
  createElement(name: string): Element;
  querySelector(selectors: string): Element | null;
  querySelectorAll(selectors: string): Iterable<Element>;
  getElementsByTagName(name: string): Iterable<Element>;
}

/** Characters. */
const LONG_SOURCE = 300_000;

/** linkedom passes each class as an argument, and runs out of stack at about 100,000. */
const ENDLESS_CLASS = /\bclass\s*=\s*(?:"[^"]{20000,}"|'[^']{20000,}')/gi;

/** Browsers stop nesting at 512; what lies deeper is text, so that nothing that walks the tree runs out of stack. */
const DEEPEST = 256;

/**
 * A document from any HTML, with html, head and body, and no element nested deeper than browsers go.
 * @param url address of the page: what relative links start from, unless its own <base> says otherwise.
 */
export async function parsePage(html: string, url: string | undefined): Promise<Document> {
  const { parseHTML } = await import("linkedom");
  const source = withoutUnread(html)
    .replace(/^\uFEFF?\s*(?:<\?xml[^>]{0,500}\?>)?/i, "")
    .replace(ENDLESS_CLASS, "");
  const read = (text: string): Document => parseHTML(text).document as unknown as Document;
  let document = read(source);
  // linkedom makes the first element the root, whatever it is.
  if (document.documentElement?.localName !== "html" || document.querySelector("body") === null)
    document = read(wrap(source));
  // Each entity and stray "<" cuts a text in two, and many thousands of pieces take everyone long.
  if (source.length > LONG_SOURCE) document.body.normalize();
  flatten(document);
  setBase(document, url);
  return document;
}

function wrap(source: string): string {
  const bare = source.replace(/<!doctype[^>]{0,500}>|<\/?(?:html|body)(?=[\s>])[^>]{0,5000}>/gi, "");
  const head = /<head(?=[\s>])[^>]{0,5000}>([\s\S]*?)<\/head\s*>/i.exec(bare);
  const rest = head === null ? bare : bare.slice(0, head.index) + bare.slice(head.index + head[0].length);
  return `<!doctype html><html><head>${head?.[1] ?? ""}</head><body>${rest}</body></html>`;
}

function flatten(document: Document): void {
  const depths = new Map<Node, number>();
  for (const element of document.querySelectorAll("*")) {
    const depth = (depths.get(element.parentNode ?? document) ?? 0) + 1;
    depths.set(element, depth);
    if (depth === DEEPEST && element.firstElementChild !== null) {
      const words = element.textContent;
      element.textContent = words;
    }
  }
}

/** Without a <base>, linkedom's baseURI is null and every relative link stays so. */
function setBase(document: Document, url: string | undefined): void {
  const bases = [...document.getElementsByTagName("base")];
  const own = bases.map((base) => base.getAttribute("href")).find((href) => href !== null);
  for (const base of bases) base.remove();
  const address = own === undefined ? url : (absolute(own, url) ?? url);
  if (address === undefined) return;
  const base = document.createElement("base");
  base.setAttribute("href", address);
  document.head.prepend(base);
}

/** The address that relative ones start from: `parsePage` puts it first. */
export function baseOf(document: Document): string | undefined {
  const first = document.head.firstElementChild;
  return (first?.localName === "base" && first.getAttribute("href")) || undefined;
}

/** An http(s) address, made absolute; undefined for anything else. */
export function absolute(address: string | null | undefined, base: string | undefined): string | undefined {
  const written = address?.trim();
  if (!written || !URL.canParse(written, base)) return undefined;
  const url = new URL(written, base);
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/** The words of an element, on one line. */
export function wordsOf(node: Node | null | undefined): string {
  return oneLine(node?.textContent ?? "");
}

export function oneLine(text: string): string {
  return text
    .replace(/[\u00AD\u200B\u2060\uFEFF]/g, "")
    .replace(/\s{2,}|[^\S ]/g, " ")
    .trim();
}

/** Class and id as separate words: "postShare share-row" → " post share share row "; " " where it has none. */
function labelOf(element: Element): string {
  const names = `${element.getAttribute("class") ?? ""} ${element.getAttribute("id") ?? ""}`.slice(0, 600);
  if (names === " ") return names;
  return ` ${names.replace(/([a-z])(?=[A-Z])|[^A-Za-z]+/g, "$1 ").toLowerCase()} `;
}

export interface Labelled {
  readonly element: Element;
  /** Its class and id as words; " " where it has a role alone. */
  readonly label: string;
}

/** Every element of the page that says what it is, in the order of the page. */
export function labelledIn(document: Document): Labelled[] {
  const found: Labelled[] = [];
  for (const element of document.body.querySelectorAll("*")) {
    const label = labelOf(element);
    if (label !== " " || element.getAttribute("role") !== null) found.push({ element, label });
  }
  return found;
}
