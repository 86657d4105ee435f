/** One selector with its declarations, as a mail's `<style>` has them. */
export interface StyleRule {
  readonly selector: string;
  readonly declarations: readonly Declaration[];
  /** Holds in the dark only, in the light only, or in both. */
  readonly scheme: "dark" | "light" | "both";
}

export interface Declaration {
  readonly property: string;
  readonly value: string;
  readonly important: boolean;
}

/** What a mail's style sheet says on a wide screen. Rules for other media than colour schemes are left out. */
export function parseStyles(css: string): readonly StyleRule[] {
  return blocksOf(css.replace(/\/\*.*?\*\//gs, "")).flatMap(({ head, body }): readonly StyleRule[] => {
    if (!head.startsWith("@")) return rulesOf(head, body, "both");
    const [, scheme] = /prefers-color-scheme:\s*(dark|light)/.exec(head) ?? [];
    if (!head.startsWith("@media") || (scheme !== "dark" && scheme !== "light")) return [];
    return blocksOf(body).flatMap((inner) => rulesOf(inner.head, inner.body, scheme));
  });
}

interface Block {
  readonly head: string;
  readonly body: string;
}

/** `head { body }`, braces in the body balanced. */
function blocksOf(css: string): readonly Block[] {
  const blocks: Block[] = [];
  let start = 0;
  let open = -1;
  let depth = 0;
  for (const { 0: brace, index } of css.matchAll(/[{}]/g)) {
    if (brace === "{" && depth++ === 0) open = index;
    if (brace !== "}" || depth === 0 || --depth > 0) continue;
    // "@import url(…);" before a rule is none of it.
    const head = css.slice(start, open).split(";").at(-1) ?? "";
    blocks.push({ head: head.trim(), body: css.slice(open + 1, index) });
    start = index + 1;
  }
  return blocks;
}

function rulesOf(head: string, body: string, scheme: StyleRule["scheme"]): readonly StyleRule[] {
  const declarations = parseDeclarations(body);
  return head.split(",").map((selector) => ({ selector: selector.trim(), declarations, scheme }));
}

/** Of a rule, or of a `style` attribute. */
export function parseDeclarations(text: string): readonly Declaration[] {
  return text.split(/;(?![^(]*\))/).flatMap((each) => {
    const colon = each.indexOf(":");
    if (colon < 0) return [];
    const [value = "", ...rest] = each.slice(colon + 1).split(/\s*!\s*(?=important)/i);
    return [
      {
        property: each.slice(0, colon).trim().toLowerCase(),
        value: value.trim(),
        important: rest.length > 0,
      },
    ];
  });
}

/** CSS Selectors 4, 17: ids, then classes, attributes and pseudo-classes, then elements; as one number. */
export function specificity(selector: string): number {
  const ids = selector.match(/#[\w-]+/g) ?? [];
  const classes = selector.match(/\.[\w-]+|\[[^\]]*\]|:(?!:)[\w-]+/g) ?? [];
  const elements = selector.replace(/\[[^\]]*\]/g, "").match(/(?<![\w#.:-])[a-z][\w-]*/gi) ?? [];
  return ids.length * 10_000 + classes.length * 100 + elements.length;
}
