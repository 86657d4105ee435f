import type { IOptions } from "sanitize-html";
import { printable } from "../errors.ts";

/** What becomes of the body's links and images: the caller's decision. undefined leaves a link's text, or no image. */
export interface Rewriting {
  link(href: string): string | undefined;
  image(src: string): string | undefined;
  /** Called once for each kind of element that was left out together with what it does. */
  dropped(tag: string): void;
}

/** Nothing here can run, load, restyle or position anything, or close what stands around the article. */
const ALLOWED = {
  p: [],
  h2: [],
  h3: [],
  h4: [],
  ul: [],
  ol: ["start", "class"],
  li: [],
  a: ["href", "title"],
  img: ["src", "alt", "width", "height"],
  blockquote: [],
  pre: [],
  code: [],
  table: [],
  caption: [],
  thead: [],
  tbody: [],
  tfoot: [],
  tr: [],
  th: ["align", "colspan", "rowspan"],
  td: ["align", "colspan", "rowspan"],
  hr: [],
  br: [],
  em: [],
  strong: [],
  // m² and ~~not~~ mean something else without these.
  sup: ["class"],
  sub: [],
  s: [],
  figure: [],
  figcaption: [],
  // Bare: without it the texts of neighbouring blocks would run together.
  div: [],
} satisfies Readonly<Record<string, readonly string[]>>;

/** The title is the only h1. */
const RENAMED: Readonly<Record<string, string>> = {
  h1: "h2",
  h5: "h4",
  h6: "h4",
  b: "strong",
  i: "em",
  del: "s",
  strike: "s",
  ...Object.fromEntries(
    [
      "section",
      "article",
      "aside",
      "header",
      "footer",
      "main",
      "nav",
      "address",
      "center",
      "details",
      "summary",
    ]
      .concat("dl", "dt", "dd")
      .map((block) => [block, "div"]),
  ),
};

/** Elements that only dress their text: leaving them out loses nothing worth a word. */
const PLAIN = new Set(
  "html body head span u ins small big font mark abbr cite q kbd samp var dfn time tt wbr col colgroup".split(
    " ",
  ),
);

/**
 * A cell outside a row makes a browser close the cell that the whole article stands in; an item inside another, past
 * whatever div is between them, closes both, and the `</div>` that is left over closes what stands around the
 * article. So table parts and items are kept only where they belong.
 */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  li: ["ul", "ol"],
  caption: ["table"],
  thead: ["table"],
  tbody: ["table"],
  tfoot: ["table"],
  tr: ["table", "thead", "tbody", "tfoot"],
  th: ["tr"],
  td: ["tr"],
};
const MISPLACED = "misplaced";

/** Tags below are left out and their text stays; browsers stop at 512 (Chromium), and libraries walk down by recursion. */
const DEEPEST = 200;

/** Allow-listed, balanced HTML from any HTML, without control characters, also where they were written as `&#27;`. */
export async function sanitise(html: string, rewriting: Rewriting): Promise<string> {
  const { default: sanitizeHtml } = await import("sanitize-html");
  return printable(sanitizeHtml(html, options(rewriting))).trim();
}

function options(rewriting: Rewriting): IOptions {
  const open: string[] = [];
  const reported = new Set<string>();
  const report = (tag: string) => {
    if (tag in ALLOWED || tag in RENAMED || PLAIN.has(tag) || reported.has(tag)) return;
    reported.add(tag);
    rewriting.dropped(tag);
  };
  return {
    allowedTags: Object.keys(ALLOWED),
    allowedAttributes: ALLOWED,
    allowedClasses: { ol: ["notes"], sup: ["note"] },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["http", "https"] },
    allowProtocolRelative: false,
    nestingLimit: DEEPEST,
    nonTextTags: ["script", "style", "textarea", "option", "xmp", "noscript", "title", "svg", "math"],
    onOpenTag(tag) {
      report(tag);
      open.push(belongs(tag, open) ? tag : MISPLACED);
    },
    onCloseTag: () => void open.pop(),
    transformTags: {
      "*": (tag, attribs) => ({
        tagName: open.at(-1) === MISPLACED ? "div" : (RENAMED[tag] ?? tag),
        attribs: attributes(tag, attribs, rewriting),
      }),
    },
    exclusiveFilter({ tag, attribs }) {
      if (tag === "img" && attribs.src === undefined) return true;
      return tag === "a" && attribs.href === undefined ? "excludeTag" : false;
    },
  };
}

function belongs(tag: string, open: readonly string[]): boolean {
  if (tag === "table") return !inTableFrame(open);
  // The end of an inner one ends the outer one as well, wherever that stands.
  if (HEADING.test(tag)) return !open.some((outer) => HEADING.test(outer));
  return PARENTS[tag]?.includes(parentOf(open)) ?? true;
}

const HEADING = /^h[1-6]$/;

/** The element that a tag will stand in, once those that leave only their content are gone. */
function parentOf(open: readonly string[]): string {
  return open.findLast((tag) => tag === MISPLACED || tag in ALLOWED || tag in RENAMED) ?? "";
}

const FRAME = ["table", "thead", "tbody", "tfoot", "tr"];
const CELL = ["caption", "th", "td"];

/** Between a table and its cells, where a second table makes a browser close the first, and the cell around it. */
function inTableFrame(open: readonly string[]): boolean {
  const nearest = open.findLast((tag) => FRAME.includes(tag) || CELL.includes(tag));
  return nearest !== undefined && FRAME.includes(nearest);
}

type Attributes = Record<string, string>;

function attributes(tag: string, given: Attributes, rewriting: Rewriting): Attributes {
  const { href, src, ...rest } = given;
  if (tag === "a")
    return defined({ title: rest.title, href: href === undefined ? href : rewriting.link(href) });
  if (tag === "img") {
    const rewritten = src === undefined ? src : rewriting.image(src);
    return defined({
      src: rewritten,
      alt: rest.alt ?? "",
      width: pixels(rest.width),
      height: pixels(rest.height),
    });
  }
  if (tag === "th" || tag === "td") return defined({ align: alignment(rest), ...span(rest) });
  if (tag === "sup") return defined({ class: rest.class });
  return tag === "ol" ? defined({ start: pixels(rest.start), class: rest.class }) : {};
}

function span({ colspan, rowspan }: Attributes): Record<string, string | undefined> {
  return { colspan: pixels(colspan), rowspan: pixels(rowspan) };
}

const pixels = (value: string | undefined) => (/^\d{1,4}$/.test(value ?? "") ? value : undefined);

/** Markdown tables carry it as a style, HTML of old as an attribute. */
function alignment({ align, style }: Attributes): string | undefined {
  const value = /text-align:\s*(\w+)/.exec(style ?? "")?.[1] ?? align ?? "";
  return ["left", "center", "right"].includes(value) ? value : undefined;
}

function defined(values: Readonly<Record<string, string | undefined>>): Attributes {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
