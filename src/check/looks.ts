import type { CheerioAPI } from "cheerio";
import { BLACK, type Colour, over, parseColour, WHITE } from "./colour.ts";
import { type Declaration, parseDeclarations, parseStyles, type StyleRule, specificity } from "./css.ts";

export type Scheme = "light" | "dark";

/** A piece of text as it is seen. */
export interface Look {
  readonly text: string;
  /** On `background`; undefined where one of the two cannot be known, such as text on a picture. */
  readonly colour: Colour | undefined;
  readonly background: Colour | undefined;
  /** In pixels. */
  readonly size: number;
}

/** What this file needs of a node of the parsed page. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly Node[];
}

type Styles = ReadonlyMap<string, string>;

/** What an element hands on to those in it. */
type Inherited = Omit<Look, "text">;

/** Does the page have rules of its own for a reader who prefers the dark? */
export function hasDarkRules(page: CheerioAPI): boolean {
  return sheet(page).some(({ scheme }) => scheme === "dark");
}

/** Every piece of text that a reader sees, with its colours by the cascade: sheet, style attributes, !important. */
export function looksIn(page: CheerioAPI, scheme: Scheme): readonly Look[] {
  const rules = sheet(page).filter((rule) => rule.scheme === "both" || rule.scheme === scheme);
  const matched = new Map<Node, Weighed[]>();
  rules.forEach((rule, order) => {
    for (const element of select(page, rule.selector)) {
      const found = matched.get(element) ?? [];
      found.push(...weigh(rule.declarations, specificity(rule.selector), order));
      matched.set(element, found);
    }
  });
  const stylesOf = (element: Node) => cascade(element, matched.get(element) ?? []);
  const [body] = page("body").get() as readonly Node[];
  return body === undefined ? [] : walk(body, { colour: BLACK, background: WHITE, size: 16 }, stylesOf);
}

function sheet(page: CheerioAPI): readonly StyleRule[] {
  return page("style")
    .get()
    .flatMap((element) => parseStyles(page(element).text()));
}

/** What a person does (hover) and what a mail program adds (::selection, [data-ogsc]) is not there. */
function select(page: CheerioAPI, selector: string): readonly Node[] {
  if (/:(:|hover|active|focus|visited)|^@/.test(selector)) return [];
  try {
    return page(selector).get() as readonly Node[];
  } catch {
    // Mail style sheets hold hacks that are no selectors; browsers skip such a rule too.
    return [];
  }
}

interface Weighed extends Declaration {
  readonly weight: number;
}

const IMPORTANT = 1e12;
const INLINE = 1e10;

function weigh(declarations: readonly Declaration[], strength: number, order: number): readonly Weighed[] {
  return declarations.map((each) => ({
    ...each,
    weight: (each.important ? IMPORTANT : 0) + strength * 1e4 + order,
  }));
}

function cascade({ attribs = {} }: Node, matched: readonly Weighed[]): Styles {
  const presentational = attribs.bgcolor === undefined ? "" : `background-color:${attribs.bgcolor}`;
  const all = [
    ...weigh(parseDeclarations(presentational), -1, 0),
    ...matched,
    ...weigh(parseDeclarations(attribs.style ?? ""), INLINE / 1e4, 0),
  ];
  const sorted = all.toSorted((a, b) => a.weight - b.weight);
  return new Map(sorted.flatMap(longhands));
}

/** The shorthands that mails use, as far as colours and sizes go. */
function longhands({ property, value }: Declaration): readonly (readonly [string, string])[] {
  if (property === "background") return [["background-color", value]];
  if (property !== "font") return [[property, value]];
  const [, size = ""] = /(?:^|\s)([\d.]+(?:px|pt|em|rem|%))/.exec(value) ?? [];
  return size === "" ? [] : [["font-size", size]];
}

/** Spaces, and what preheaders are padded with. */
const INVISIBLE = /(?:[\s\u00ad\u200b-\u200f\ufeff]|\u034f)+/g;
const UNSEEN = new Set(["style", "script", "title", "head", "template"]);

function walk(node: Node, outer: Inherited, stylesOf: (element: Node) => Styles): readonly Look[] {
  const styles = stylesOf(node);
  if (UNSEEN.has(node.name ?? "") || isHidden(styles)) return [];
  const inherited = inherit(node, styles, outer);
  return (node.children ?? []).flatMap((child): readonly Look[] => {
    if (child.type === "tag") return walk(child, inherited, stylesOf);
    const text = child.type === "text" ? (child.data ?? "").replace(INVISIBLE, " ").trim() : "";
    return text === "" || inherited.size === 0 ? [] : [{ text, ...inherited }];
  });
}

function isHidden(styles: Styles): boolean {
  const is = (property: string, pattern: RegExp) => pattern.test(styles.get(property) ?? "");
  if (is("display", /^none/) || is("visibility", /^hidden/) || is("opacity", /^0(\.0+)?$/)) return true;
  return is("max-height", /^0(px)?$/) && is("overflow", /^hidden/);
}

/** Browsers' own colour of links. */
const LINK: Colour = { rgb: [0, 0, 238], alpha: 1 };

function inherit({ name, attribs }: Node, styles: Styles, outer: Inherited): Inherited {
  const background = backgroundOn(
    outer.background,
    styles.get("background-color"),
    styles.get("background-image"),
  );
  const isLink = name === "a" && attribs?.href !== undefined;
  const written = styles.get("color");
  const own = written === undefined ? (isLink ? LINK : outer.colour) : colourOf(written, outer.colour);
  const colour = own && background && own.alpha < 1 ? over(own, background) : own;
  return { colour, background, size: sizeOf(styles.get("font-size"), outer.size) };
}

function colourOf(written: string, outer: Colour | undefined): Colour | undefined {
  return /^(inherit|currentcolor|unset)$/i.test(written) ? outer : parseColour(written);
}

function backgroundOn(
  below: Colour | undefined,
  written = "transparent",
  image = "none",
): Colour | undefined {
  if (/url\(|gradient\(/i.test(`${written} ${image}`)) return undefined;
  if (/^(inherit|initial|none|unset)$/i.test(written)) return below;
  const colours = written.split(/\s+(?![^(]*\))/).map(parseColour);
  const own = colours.find((colour) => colour !== undefined);
  if (own === undefined) return below;
  if (own.alpha === 1) return own;
  return below && over(own, below);
}

const UNITS: Readonly<Record<string, (value: number, outer: number) => number>> = {
  px: (value) => value,
  pt: (value) => (value * 4) / 3,
  rem: (value) => value * 16,
  em: (value, outer) => value * outer,
  "%": (value, outer) => (value / 100) * outer,
};

function sizeOf(written: string | undefined, outer: number): number {
  const [, value = "", unit = "px"] = /^([\d.]+)(px|pt|rem|em|%)?/.exec(written ?? "") ?? [];
  return value === "" ? outer : (UNITS[unit]?.(Number(value), outer) ?? outer);
}
