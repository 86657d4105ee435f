/** Red, green and blue from 0 to 255, opacity from 0 to 1. */
export interface Colour {
  readonly rgb: readonly [number, number, number];
  readonly alpha: number;
}

export const BLACK: Colour = { rgb: [0, 0, 0], alpha: 1 };
export const WHITE: Colour = { rgb: [255, 255, 255], alpha: 1 };

/** CSS level 1. Mail programs agree on no others. */
const NAMES: Readonly<Record<string, string>> = {
  black: "#000000",
  silver: "#c0c0c0",
  gray: "#808080",
  grey: "#808080",
  white: "#ffffff",
  maroon: "#800000",
  red: "#ff0000",
  purple: "#800080",
  fuchsia: "#ff00ff",
  green: "#008000",
  lime: "#00ff00",
  olive: "#808000",
  yellow: "#ffff00",
  navy: "#000080",
  blue: "#0000ff",
  teal: "#008080",
  aqua: "#00ffff",
  orange: "#ffa500",
  transparent: "#00000000",
};

/** undefined for what is no colour, or one whose value depends on something else. */
export function parseColour(written: string): Colour | undefined {
  const text = written.trim().toLowerCase();
  const hex = NAMES[text] ?? text;
  if (/^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(hex)) return fromHex(hex.slice(1));
  const [, body = ""] = /^rgba?\(([^)]*)\)$/.exec(text) ?? [];
  const [red, green, blue, alpha = 1] = body
    .split(/[\s,/]+/)
    .filter((part) => part !== "")
    .map((part) => (part.endsWith("%") ? Number(part.slice(0, -1)) / 100 : Number(part)));
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const all = [red, green, blue, alpha];
  return all.every(Number.isFinite) ? { rgb: [red, green, blue], alpha } : undefined;
}

function fromHex(digits: string): Colour {
  const pairs = digits.length < 6 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0, alpha = 255] = pairs.map((pair) => Number.parseInt(pair, 16));
  return { rgb: [red, green, blue], alpha: alpha / 255 };
}

/** `top` as it is seen on `below`. */
export function over(top: Colour, below: Colour): Colour {
  const mix = (index: 0 | 1 | 2) => top.rgb[index] * top.alpha + below.rgb[index] * (1 - top.alpha);
  return { rgb: [mix(0), mix(1), mix(2)], alpha: 1 };
}

/** WCAG 2.2, "contrast ratio": 1 for the same colour to 21 for black on white. Both opaque. */
export function contrast(a: Colour, b: Colour): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance({ rgb }: Colour): number {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** "#8c2f1b" */
export function showColour({ rgb }: Colour): string {
  return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
