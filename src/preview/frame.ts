import { CHANGED } from "./changes.ts";

/** How a mail is looked at. */
export interface Look {
  readonly scheme: "light" | "dark";
  /** "off": as mail programs show it before the reader agrees. "remote": those on the web are fetched too. */
  readonly images: "own" | "off" | "remote";
}

/**
 * The policy of the frame: no script, no form, no frame, no font, no request but for images, and these from our
 * route alone unless the writer asks for those on the web. It holds also where the frame is opened by itself.
 * @param imageRoute absolute, with a slash at its end: the policy then covers what lies below it.
 */
export function framePolicy({ images }: Look, imageRoute: string): string {
  const sources = { off: "'none'", own: `data: ${imageRoute}`, remote: `data: ${imageRoute} https: http:` };
  return [
    "sandbox",
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src ${sources[images]}`,
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** For these a browser opens a connection before it asks the policy, which then forbids the request. No mail needs them. */
const CONNECTING = /<\/?(?:link|i?frame|object|embed)\b[^>]*>/gi;

/** What stands in the place of an image's address in the mail. */
export interface FrameImages {
  /** Relative to the frame, with a slash at its end: the preview's token is nowhere in the frame. */
  readonly route: string;
  /** Name on the route, by the address in the mail. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * A mail's HTML as the frame shows it. Safety is the policy's and the sandbox's, but for one thing that they let
 * through. Images are pointed at our route, the colour scheme is put in place of the browser's, and links ask for a
 * new window, which the sandbox refuses.
 */
export function framePage(html: string, { scheme }: Look, { route, names }: FrameImages): string {
  const shown = html
    .replace(CONNECTING, "")
    .replace(/<a(?:rea)?\b[^>]*>/gi, (link) => link.replace(/\btarget\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, ""))
    .replace(/\bsrc="([^"]*)"/gi, (attribute, src) => {
      const name = names.get(src);
      return name === undefined ? attribute : `src="${route}${name}"`;
    })
    .replace(/<style\b[^>]*>[\s\S]*?<\/style>/gi, (sheet) => forceScheme(sheet, scheme))
    .replace(/<meta\b[^>]*\bname="(?:supported-)?color-schemes?"[^>]*>/gi, (meta) =>
      meta.replace(/\bcontent="[^"]*"/i, `content="${scheme}"`),
    );
  const own = `<base target="_blank"><style>#${CHANGED}{scroll-margin-top:30vh}</style>`;
  return /<head\b[^>]*>/i.test(shown) ? shown.replace(/<head\b[^>]*>/i, (head) => head + own) : own + shown;
}

/** No browser lets a page choose the scheme of a frame that it may not touch, so the queries are answered here. */
function forceScheme(sheet: string, scheme: Look["scheme"]): string {
  return sheet
    .replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, asked: string) =>
      asked.toLowerCase() === scheme ? "(min-width:0)" : "(max-width:0)",
    )
    .replace(/(?<![\w-])(color-scheme\s*:)[^;}]*/gi, `$1${scheme}`);
}
