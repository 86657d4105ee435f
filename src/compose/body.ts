import type { IOptions } from "sanitize-html";
import { fromWebPath } from "../model/web-path.ts";
import { isRemote, type PlacedImage } from "./images.ts";

/** Width of the column of text in the newsletter, in pixels. */
const COLUMN = 528;

const SERIF = "Charter,'Iowan Old Style',Georgia,'Times New Roman',serif";
const SANS = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";

/**
 * Mail programs drop style sheets, so each element carries its own. Colours that must change in the dark stand in the
 * template, on the class that its element has here. What is not in this table does not get into a mail.
 */
const STYLES: Readonly<Record<string, string>> = {
  p: "margin:0 0 20px",
  h2: `margin:36px 0 12px;font:700 24px/1.25 ${SERIF}`,
  h3: `margin:30px 0 10px;font:700 20px/1.3 ${SERIF}`,
  h4: `margin:26px 0 8px;font:700 16px/1.4 ${SANS};letter-spacing:.02em`,
  ul: "margin:0 0 20px;padding:0 0 0 24px",
  ol: "margin:0 0 20px;padding:0 0 0 28px",
  "ol.notes": "margin:0 0 20px;padding:0 0 0 28px;font-size:15px;line-height:1.5",
  li: "margin:0 0 8px",
  a: "color:#8c2f1b;text-decoration:underline",
  img: "display:block;border:0;height:auto",
  blockquote: "margin:28px 0;padding:2px 0 2px 20px;border-left:3px solid #8c2f1b;font-style:italic",
  pre: `margin:0 0 20px;padding:14px 16px;background:#f4f1ea;border-radius:3px;font:14px/1.6 ${MONO};direction:ltr;text-align:left;white-space:pre-wrap;word-break:break-word`,
  code: `font-family:${MONO};font-size:94%;word-break:break-word`,
  table: `width:100%;border-collapse:collapse;font:16px/1.45 ${SANS};font-variant-numeric:tabular-nums;word-break:normal`,
  caption: `padding:0 0 10px;font:15px/1.45 ${SANS};text-align:start`,
  thead: "",
  tbody: "",
  tfoot: "",
  tr: "",
  th: "padding:8px 10px;border-bottom:2px solid #8a8378;text-align:start;vertical-align:bottom",
  td: "padding:8px 10px;border-bottom:1px solid #d9d3c7;text-align:start;vertical-align:top",
  hr: "margin:32px auto;width:72px;border:0;border-top:1px solid #8a8378",
  br: "",
  em: "",
  strong: "",
  sup: "font-size:14px;line-height:0",
  sub: "font-size:14px;line-height:0",
  s: "",
  figure: "margin:0 0 24px",
  figcaption: `margin:8px 0 0;font:15px/1.45 ${SANS};color:#635d54`,
  div: "",
};

const ATTRIBUTES = [
  "href",
  "title",
  "src",
  "alt",
  "width",
  "height",
  "start",
  "align",
  "colspan",
  "rowspan",
  "style",
];

type Side = "left" | "right";
type Place = (src: string) => PlacedImage | undefined;

/** The body's images: `src` as the HTML has it → the web address, or the path of the file. */
export async function imagesIn(html: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const add = (src: string) => void found.set(src, isRemote(src) ? src : fromWebPath(src));
  await transform(html, { start: "left" }, add);
  return found;
}

export interface BodyStyle {
  /** The side on which lines begin. */
  readonly start: Side;
  /** For a page that has `leanStyles` in its head: what is said there is not said on each element. */
  readonly lean?: boolean | undefined;
  /** The language's script knows no italics. */
  readonly upright?: boolean | undefined;
}

/** The article's body as a mail can show it. An image that `images` does not know is left out. */
export async function styleBody(
  html: string,
  images: ReadonlyMap<string, PlacedImage>,
  style: BodyStyle,
): Promise<string> {
  return transform(html, style, (src) => images.get(src));
}

async function transform(html: string, style: BodyStyle, place: Place): Promise<string> {
  const { default: sanitizeHtml } = await import("sanitize-html");
  const body = finish(sanitizeHtml(html, options(style, place)).trim());
  return style.lean ? `<div class="lean">${body}</div>` : body;
}

/** Elements that come often. */
const LEAN = ["p", "h2", "h3", "h4", "ul", "ol", "li", "a", "th", "td", "code", "figcaption"];

/** The styles of a lean body. Mail programs that drop style sheets show their own paragraphs, lists and links. */
export function leanStyles(start: Side): string {
  const rules = LEAN.map((tag) => `.lean ${tag}{${styleOf(tag, start, { start }).style ?? ""}}`);
  const inside = ".lean li p,.lean blockquote p{margin:0}.lean li ul,.lean li ol{margin:8px 0 0}";
  return `<style>${rules.join("")}${inside}.lean pre code{font-size:14px}</style>`;
}

/**
 * What depends on an element's place. Tags can be told by their text here: sanitize-html escapes every < that opens
 * no element.
 */
function finish(html: string): string {
  return tightenLists(html)
    .replace(
      /<p style="margin:0 0 20px">((?:(?!<p )[\s\S])*<\/p>\s*<\/(?:blockquote|li)>)/g,
      '<p style="margin:0">$1',
    )
    .replace(/(<pre\b[^>]*><code)\b[^>]*>/g, "$1>")
    .replaceAll("<table", '<div style="margin:0 0 24px;overflow-x:auto" tabindex="0"><table')
    .replaceAll("</table>", "</table></div>");
}

/** A list in a list needs no paragraph's room below it. */
function tightenLists(html: string): string {
  let depth = 0;
  return html.replace(/<(\/?)(?:ul|ol)\b[^>]*>/g, (tag, closing: string) => {
    depth += closing ? -1 : 1;
    return !closing && depth > 1 ? tag.replace("margin:0 0 20px", "margin:8px 0 0") : tag;
  });
}

function options(style: BodyStyle, place: Place): IOptions {
  return {
    allowedTags: Object.keys(STYLES),
    allowedAttributes: { "*": ATTRIBUTES },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["http", "https", "cid"] },
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    nonTextTags: ["script", "style", "textarea", "option", "xmp", "noscript", "title", "svg", "math"],
    transformTags: {
      "*": (tagName, { style: _, src, ...attributes }) => ({
        tagName,
        attribs: {
          ...attributes,
          ...(style.lean && LEAN.includes(tagName)
            ? alignOf(attributes.align)
            : styleOf(
                attributes.class === "notes" ? "ol.notes" : tagName,
                attributes.align ?? style.start,
                style,
              )),
          ...(tagName === "img" && imageAttributes(src === undefined ? undefined : place(src), attributes)),
        },
      }),
    },
    exclusiveFilter: ({ tag, attribs }) => tag === "img" && attribs.src === undefined,
  };
}

type Attributes = Readonly<Record<string, string>>;

function styleOf(tag: string, align: string, { start, upright }: BodyStyle): Record<string, string> {
  const style = STYLES[tag];
  if (!style) return {};
  const sided = start === "left" ? style : mirror(style);
  const slanted = upright ? sided.replace(";font-style:italic", "") : sided;
  return { style: slanted.replace("text-align:start", `text-align:${align}`) };
}

function alignOf(align: string | undefined): Record<string, string> {
  return align === undefined ? {} : { style: `text-align:${align}` };
}

/** For languages that are written from right to left. */
function mirror(style: string): string {
  return style
    .replace("border-left", "border-right")
    .replace(/padding:([^\s;]+) ([^\s;]+) ([^\s;]+) ([^\s;]+)/, "padding:$1 $4 $3 $2");
}

function imageAttributes(image: PlacedImage | undefined, written: Attributes): Record<string, string> {
  if (image === undefined) return {};
  const size = sizeOf(image, written);
  // Its description, shown while images are off, is no wider than the screen either.
  const style = `${STYLES.img};width:100%;max-width:${size.width}px`;
  return { src: image.src, alt: written.alt ?? "", ...size, style };
}

/** At most as wide as the column. Outlook knows no max-width and would show an image in its full size. */
function sizeOf(
  image: PlacedImage,
  written: Attributes,
): { readonly width: string; readonly height?: string } {
  const natural = {
    width: image.width ?? Number(written.width),
    height: image.height ?? Number(written.height),
  };
  if (!(natural.width > 0)) return { width: String(COLUMN) };
  const width = Math.min(natural.width, COLUMN);
  const height = Math.round((natural.height * width) / natural.width);
  return { width: String(width), ...(height > 0 && { height: String(height) }) };
}
