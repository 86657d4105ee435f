import type TurndownService from "turndown";
import { absolute, type Element, wordsOf } from "./dom.ts";
import { isSame } from "./figure.ts";
import { gatherNotes } from "./notes.ts";
import { addTableRules } from "./table.ts";

export interface Pictures {
  /** Address of the article's own image: its first copy in the text would show it twice. */
  readonly lead?: string | undefined;
  /** The address that stands for a picture beside the page. */
  readonly local?: ((src: string) => string | undefined) | undefined;
}

/**
 * Makes every link and image of the article absolute, and takes out what leads nowhere.
 * @returns the pictures that do.
 */
export function makeAbsolute(content: Element, base: string | undefined, pictures: Pictures = {}): string[] {
  gatherNotes(content, base);
  for (const link of content.querySelectorAll("a")) {
    const whole = targetOf(link, base);
    if (whole !== undefined) link.setAttribute("href", whole);
    else link.removeAttribute("href");
  }
  const [first] = content.querySelectorAll("img");
  if (pictures.lead !== undefined && first !== undefined && isSame(first, pictures.lead, base))
    (first.closest("figure") ?? first).remove();
  return [...content.querySelectorAll("img")].flatMap((image) => place(image, base, pictures) ?? []);
}

/** @returns what the picture's address was, where it leads nowhere. */
function place(image: Element, base: string | undefined, { local }: Pictures): string | undefined {
  const written = sourceOf(image);
  const src = written === undefined ? undefined : (local?.(written) ?? absolute(written, base));
  if (src !== undefined && !isPixel(image)) image.setAttribute("src", src);
  else dropPicture(image);
  return src === undefined ? written : undefined;
}

/** A caption without its picture speaks of nothing. */
function dropPicture(image: Element): void {
  const figure = image.closest("figure");
  image.remove();
  if (figure?.querySelector("img, pre, table, blockquote, iframe, video, p") === null) figure.remove();
}

/** A note's mark leads nowhere in a mail; its number stays. */
function targetOf(link: Element, base: string | undefined): string | undefined {
  const href = link.getAttribute("href")?.trim() ?? "";
  if (/^mailto:/i.test(href)) return href;
  const whole = absolute(unredirected(href), base);
  const isHere =
    href.startsWith("#") || (whole?.includes("#") && whole.split("#")[0] === base?.split("#")[0]);
  return isHere ? undefined : whole;
}

/** Google Docs and others lead links through a page of their own. */
function unredirected(href: string): string {
  if (!/^https?:\/\/(?:www\.)?google\.[a-z.]{2,6}\/url\?/i.test(href) || !URL.canParse(href)) return href;
  const { searchParams } = new URL(href);
  return searchParams.get("q") ?? searchParams.get("url") ?? href;
}

/** The picture itself: pages put a placeholder in src until the reader scrolls. */
function sourceOf(image: Element): string | undefined {
  const lazy = ["data-src", "data-lazy-src", "data-original", "data-orig-file"].map((name) =>
    image.getAttribute(name),
  );
  const src = image.getAttribute("src");
  const real = [...lazy, src].find((each) => each && !/^data:/i.test(each));
  if (real) return real;
  const srcset = image.getAttribute("srcset") ?? image.getAttribute("data-srcset") ?? "";
  return srcset.trim().split(/\s+/)[0] || undefined;
}

function isPixel(image: Element): boolean {
  return ["width", "height"].some((side) => /^[01](?:px)?$/.test(image.getAttribute(side) ?? ""));
}

/**
 * A caption becomes its image's title, `![alt](src "caption")`: it stands beside the text and is not a part of it.
 * What pages write as an image's title of their own is a tooltip, most often its file's name.
 */
function captionImages(content: Element): void {
  for (const image of content.querySelectorAll("img")) image.removeAttribute("title");
  for (const caption of content.querySelectorAll(CAPTION)) {
    const text = wordsOf(caption);
    const around = caption.closest("figure") ?? caption.parentElement;
    const image = around === null ? undefined : [...around.querySelectorAll("img")].at(-1);
    if (image === undefined || text.length > LONGEST_CAPTION || caption.contains(image)) continue;
    if (around !== null && wordsOf(around).length > text.length + LONGEST_CAPTION) continue;
    if (text !== "") image.setAttribute("title", text);
    caption.remove();
  }
}

const CAPTION = 'figcaption, .wp-caption-text, [class*="caption" i]:not(figure):not(section):not(article)';
/** Characters. */
const LONGEST_CAPTION = 500;

/** Markdown of a cleaned article, which is used up. */
export async function toPageMarkdown(content: Element): Promise<string> {
  captionImages(content);
  // linkedom cuts a text at each entity, and what is escaped in Markdown is told by the characters beside it.
  content.normalize();
  service ??= newService();
  return `${tidy((await service).turndown(content as never))}\n`;
}

/** Its rules take longer to make than a short page to convert. */
let service: Promise<TurndownService> | undefined;

async function newService(): Promise<TurndownService> {
  const { default: Turndown } = await import("turndown");
  const made = new Turndown({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
    emDelimiter: "*",
    hr: "---",
  });
  addRules(made);
  addTableRules(made);
  escapeTags(made);
  return made;
}

/** A page's text may speak of tags and entities: in Markdown they would become some. Turndown escapes neither. */
function escapeTags(service: TurndownService): void {
  const usual = service.escape.bind(service);
  service.escape = (text) =>
    usual(text)
      .replace(/<(?=[a-z/!?])/gi, "\\<")
      .replace(/&(?=#|\w+;)/g, "\\&");
}

function tidy(markdown: string): string {
  return markdown
    .replace(/[\u200B\u2060\uFEFF]/g, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function addRules(service: TurndownService): void {
  service.addRule("struck", {
    filter: (node) => /^(?:DEL|S|STRIKE)$/.test(node.nodeName),
    replacement: (content) => `~~${content}~~`,
  });
  service.addRule("title", { filter: "h1", replacement: (content) => `\n\n## ${content.trim()}\n\n` });
  service.addRule("code", {
    filter: (node) => node.nodeName === "PRE",
    replacement: (_, node) => fenced(node as Element),
  });
  service.addRule("item", {
    filter: "li",
    replacement: (content, node) => listItem(content, node as Element),
  });
  service.addRule("note mark", {
    filter: (node) => node.nodeName === "SPAN" && node.getAttribute("data-note") !== null,
    replacement: (_, node) => `[^${(node as Element).getAttribute("data-note")}]`,
  });
  service.addRule("note", {
    filter: (node) => node.nodeName === "DIV" && node.getAttribute("data-note-text") !== null,
    replacement: (content, node) =>
      `\n\n[^${(node as Element).getAttribute("data-note-text")}]: ${content.trim().replace(/\n(?=.)/g, "\n    ")}\n\n`,
  });
  service.addRule("caption", {
    filter: "figcaption",
    replacement: (content) =>
      content.trim() === ""
        ? ""
        : `\n\n*${content
            .trim()
            .replace(/\s+/g, (space) => (space.includes("\n") ? " " : space))
            .replaceAll("*", "")}*\n\n`,
  });
  service.addRule("small", {
    filter: ["sup", "sub"],
    replacement: (content, node) =>
      content.trim() === ""
        ? ""
        : `<${node.nodeName.toLowerCase()}>${content.trim()}</${node.nodeName.toLowerCase()}>`,
  });
  service.addRule("backlink", {
    filter: (node) => node.nodeName === "A" && /^(?:[↩↑^\s]|\uFE0E|\uFE0F)+$/u.test(node.textContent ?? ""),
    replacement: () => "",
  });
  service.addRule("block link", {
    filter: (node) => node.nodeName === "A" && BLOCK.test(node.innerHTML),
    replacement: (content, node) => blockLink(content.trim(), node.getAttribute("href") ?? ""),
  });
  service.addRule("empty", {
    filter: (node) =>
      node.nodeName === "A" && (node.textContent ?? "").trim() === "" && node.querySelector("img") === null,
    replacement: () => "",
  });
  service.addRule("anchor", {
    filter: (node) =>
      node.nodeName === "A" && !/^(?:https?:|mailto:|#)/i.test(node.getAttribute("href") ?? ""),
    replacement: (content) => content,
  });
}

const BLOCK = /<(?:p|div|h[1-6]|[uo]l|figure|section|article|blockquote|table|picture)[\s>]/i;

/** Markdown has no links around blocks: one line keeps its link, more lose it. */
function blockLink(content: string, href: string): string {
  if (content === "") return "";
  if (content.includes("\n") || !/^(?:https?|mailto):/i.test(href)) return `\n\n${content}\n\n`;
  const [, marks = "", text = content] = /^(#{1,6} )(.*)$/.exec(content) ?? [];
  return `\n\n${marks}[${text}](${href})\n\n`;
}

function fenced(pre: Element): string {
  const text = (pre.textContent ?? "").replace(/^\n/, "").trimEnd();
  if (text === "") return "";
  const names = [pre, pre.querySelector("code"), pre.parentElement]
    .map((element) => element?.getAttribute("class") ?? "")
    .join(" ");
  const data =
    pre.getAttribute("data-lang") ??
    pre.getAttribute("data-language") ??
    pre.querySelector("code")?.getAttribute("data-lang");
  const language =
    data ??
    /\b(?:language|lang|brush:|highlight-source|highlight)[-\s]?([a-z0-9+#]{1,20})/i.exec(names)?.[1] ??
    "";
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `\n\n${fence}${language}\n${text}\n${fence}\n\n`;
}

/** Turndown sets three spaces after a bullet; one reads better and nests just as well. */
function listItem(content: string, item: Element): string {
  const parent = item.parentElement;
  const ordered = parent?.nodeName === "OL";
  const start = Math.abs(Math.trunc(Number(parent?.getAttribute("start") ?? "1"))) || 1;
  const index = ordered ? placeOf(item) : 0;
  const marker = ordered ? `${start + index}. ` : "- ";
  const text = content
    .replace(/^\n+/, "")
    .trimEnd()
    .replace(/\n{3,}/g, "\n\n");
  if (text.trim() === "") return "";
  return `${marker}${text.replace(/\n(?=.)/g, `\n${" ".repeat(marker.length)}`)}\n`;
}

/** 0-based among its siblings. */
function placeOf(item: Element): number {
  let index = 0;
  for (let at = item.previousElementSibling; at !== null; at = at.previousElementSibling) index++;
  return index;
}
