import { contrast, showColour } from "../colour.ts";
import { hasDarkRules, type Look, type Scheme } from "../looks.ts";
import { type Hit, quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** WCAG 2.2, 1.4.3, level AA, without its lower bound for large text. */
const LEAST = 4.5;
/** Below it, iOS enlarges text by itself and lines break in other places. */
const SMALLEST = 12;

/** One finding for each pair of colours, with the first text that has them. */
function faint({ looks }: Subject, scheme: Scheme): readonly Hit[] {
  const pairs = new Map<string, Hit>();
  for (const { text, colour, background } of looks[scheme]) {
    if (colour === undefined || background === undefined) continue;
    const ratio = contrast(colour, background);
    const pair = `${showColour(colour)} on ${showColour(background)}`;
    if (ratio >= LEAST || pairs.has(pair)) continue;
    pairs.set(pair, {
      message: `${quote(text)} is ${pair} in the ${scheme}: contrast ${(Math.floor(ratio * 100) / 100).toFixed(2)}, at least ${LEAST} is needed.`,
      next: `Change one of the two in the template${scheme === "dark" ? "'s rules for the dark" : ""}.`,
    });
  }
  return [...pairs.values()];
}

function small({ text, size }: Look): Hit {
  return {
    message: `${quote(text)} is ${Math.round(size * 10) / 10} pixels high.`,
    next: `Make it ${SMALLEST} or more in the template, text to read 14.`,
  };
}

export const CONTRAST_RULES: readonly Rule[] = [
  {
    id: "contrast-light",
    severity: "error",
    part: "newsletter",
    what: "text with a contrast below 4.5 on its background",
    why: "WCAG 2.2, 1.4.3, level AA; held for large text too, because mail is read in sunlight.",
    find: (subject) => faint(subject, "light"),
  },
  {
    id: "contrast-dark",
    severity: "error",
    part: "newsletter",
    what: "text with a contrast below 4.5 where the reader prefers the dark",
    why: "WCAG 2.2, 1.4.3; a colour without a rule for the dark keeps its light one on a dark ground.",
    find: (subject) => (hasDarkRules(subject.page) ? faint(subject, "dark") : []),
  },
  {
    id: "dark-mode",
    severity: "warning",
    part: "newsletter",
    what: "a newsletter that says nothing of the dark (color-scheme, prefers-color-scheme)",
    why: "Mail programs then invert colours by themselves, each in its own way.",
    find: ({ page }) => {
      const isDeclared = /dark/.test(page('meta[name="color-scheme"]').attr("content") ?? "");
      if (isDeclared && hasDarkRules(page)) return [];
      return [
        {
          message: isDeclared
            ? "The newsletter declares the dark and has no rule for it."
            : "The newsletter does not declare the dark.",
          next: 'Add <meta name="color-scheme" content="light dark"> and a @media (prefers-color-scheme: dark) to the template.',
        },
      ];
    },
  },
  {
    id: "text-small",
    severity: "warning",
    part: "newsletter",
    what: "text smaller than 12 pixels",
    why: "It cannot be read on a phone without zooming (WCAG 2.2, 1.4.4; Apple's Human Interface Guidelines: 11 pt).",
    find: ({ looks }) => {
      const tiny = looks.light.filter(({ size }) => size < SMALLEST - 0.5);
      const bySize = new Map(tiny.toReversed().map((look) => [look.size, look]));
      return [...bySize.values()].map(small);
    },
  },
];
