import type { Page } from "playwright-core";
import type { Finding } from "../model/finding.ts";
import type { Lens } from "./browser.ts";
import type { Scheme } from "./looks.ts";
import { quote } from "./rule.ts";
import { type ArticleFile, createSource } from "./source.ts";

/** In CSS pixels: a window that is wider than the letter, a phone, and the narrowest that WCAG 2.2 (1.4.10) names. */
const WIDTHS = [640, 375, 320];
const SCHEMES: readonly Scheme[] = ["light", "dark"];

/** A page of its own would have a landmark; a mail stands in its reader's. */
const NOT_FOR_MAIL = { "landmark-one-main": { enabled: false }, region: { enabled: false } };

/** The newsletter as one reader gets it, and what stands beside it. */
export interface Rendering {
  readonly html: string;
  /** What it was made from. */
  readonly files: readonly ArticleFile[];
  /** Bytes of an image by its address in the HTML; undefined where it can only be had from the network. */
  image(src: string): Promise<Uint8Array | undefined>;
}

export interface Screenshot {
  /** "375-dark.png" */
  readonly name: string;
  readonly png: Uint8Array;
}

/** What axe says of one element. */
interface Violation {
  readonly rule: string;
  readonly impact: string;
  readonly help: string;
  readonly url: string;
  readonly html: string;
  readonly text: string;
}

interface Seen {
  readonly where: string;
  readonly violations: readonly Violation[];
  /** How wide the page is in `where`, and what sticks out of it; undefined where it fits. */
  readonly overflow: { readonly width: number; readonly view: number; readonly text: string } | undefined;
}

/** Renders the newsletter at each width, light and dark: what axe finds, what does not fit, and how it looks. */
export async function lookAt(
  { browser, axe }: Lens,
  rendering: Rendering,
): Promise<{ readonly findings: readonly Finding[]; readonly screenshots: readonly Screenshot[] }> {
  const screenshots: Screenshot[] = [];
  const seen: Seen[] = [];
  for (const colorScheme of SCHEMES) {
    const context = await browser.newContext({
      colorScheme,
      serviceWorkers: "block",
      acceptDownloads: false,
    });
    try {
      const page = await context.newPage();
      await serve(page, rendering);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        screenshots.push({
          name: `${width}-${colorScheme}.png`,
          png: await page.screenshot({ fullPage: true, animations: "disabled" }),
        });
        const where = `${width} px, ${colorScheme}`;
        seen.push({
          where,
          overflow: await overflowOf(page, width),
          violations: await violationsOf(page, axe),
        });
      }
    } finally {
      await context.close();
    }
  }
  return { findings: findingsOf(seen, rendering), screenshots };
}

/** A name that no machine has (RFC 6761, 6.4): the letter's own. */
const HOME = "http://newsletter.invalid/";

/** No script of the letter's, and no request but for the images that are at hand: all else is as with images off. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'; base-uri 'none'; form-action 'none'";

async function serve(page: Page, { html, image }: Rendering): Promise<void> {
  const images: string[] = [];
  const shown = html.replace(/\bsrc="([^"]*)"/gi, (_, src: string) => `src="/${images.push(src) - 1}"`);
  await page.route("**/*", async (route) => {
    const url = route.request().url();
    if (url === HOME)
      return route.fulfill({
        contentType: "text/html; charset=utf-8",
        headers: { "content-security-policy": POLICY },
        body: shown,
      });
    const src = url.startsWith(HOME) ? images[Number(url.slice(HOME.length))] : undefined;
    const bytes = src === undefined ? undefined : await image(src);
    return bytes === undefined ? route.abort() : route.fulfill({ body: Buffer.from(bytes) });
  });
  await page.goto(HOME, { waitUntil: "load" });
}

/** A wide cell stretches those above and below it: what is to blame is what the page is narrower without. */
async function overflowOf(page: Page, view: number): Promise<Seen["overflow"]> {
  const found = await page.evaluate<{ width: number; text: string }>(`(() => {
    const width = document.documentElement.scrollWidth;
    const sticking = [...document.querySelectorAll("body *")].filter((element) => {
      const { right, width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && right > innerWidth + 1;
    });
    const innermost = sticking.filter((element) => !sticking.some((other) => other !== element && element.contains(other)));
    const isToBlame = (element) => {
      const style = element.getAttribute("style");
      element.style.setProperty("display", "none", "important");
      const without = document.documentElement.scrollWidth;
      style === null ? element.removeAttribute("style") : element.setAttribute("style", style);
      return without < width;
    };
    const blamed = innermost.slice(0, 200).find(isToBlame) ?? innermost[0];
    const text = blamed ? blamed.textContent.trim() || blamed.getAttribute("alt") || blamed.localName : "";
    return { width, text: text.slice(0, 200) };
  })()`);
  return found.width > view ? { ...found, view } : undefined;
}

async function violationsOf(page: Page, axe: string): Promise<readonly Violation[]> {
  await page.evaluate(`typeof axe === "undefined" && (() => { ${axe} })()`);
  return page.evaluate<readonly Violation[]>(`axe.run(document, {
    resultTypes: ["violations"], rules: ${JSON.stringify(NOT_FOR_MAIL)}
  }).then(({ violations }) => violations.flatMap(({ id, impact, help, helpUrl, nodes }) => nodes.map((node) => ({
    rule: id, impact: impact ?? "minor", help, url: helpUrl.split("?")[0], html: node.html,
    text: (document.querySelector(node.target[0])?.textContent ?? "").trim().slice(0, 200)
  }))))`);
}

function findingsOf(seen: readonly Seen[], rendering: Rendering): readonly Finding[] {
  const article = createSource(rendering.files);
  const violations = Map.groupBy(
    seen.flatMap(({ where, violations }) => violations.map((each) => ({ ...each, where }))),
    ({ rule, html }) => `${rule}\n${html}`,
  );
  const wide = seen.flatMap(({ where, overflow }) => (overflow ? [{ ...overflow, where }] : []));
  return [
    ...[...violations.values()].map((all): Finding => {
      const [{ rule, impact, help, url, html, text }] = all as [(typeof all)[number]];
      return {
        id: `axe-${rule}`,
        severity: /^(critical|serious)$/.test(impact) ? "error" : "warning",
        part: "newsletter",
        message: `${help}: ${quote(text || html)} (${placesOf(all)}).`,
        next: `See ${url}.`,
        place: article.find(text),
      };
    }),
    ...[...Map.groupBy(wide, ({ text }) => text).values()].map((all): Finding => {
      const [{ view, width, text }] = all as [(typeof all)[number]];
      return {
        id: "overflow",
        severity: "error",
        part: "newsletter",
        message: `In ${view} px the newsletter is ${width} px wide: ${quote(text)} sticks out (${placesOf(all)}).`,
        next: "Make it narrower, or let it break: readers on phones would have to scroll sideways.",
        place: article.find(text),
      };
    }),
  ];
}

/** "640 px, light; 320 px, dark", or that it is so everywhere. */
function placesOf(all: readonly { readonly where: string }[]): string {
  const places = [...new Set(all.map(({ where }) => where))];
  return places.length === WIDTHS.length * SCHEMES.length
    ? "at every width, light and dark"
    : places.join("; ");
}
