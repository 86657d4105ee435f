import { randomBytes } from "node:crypto";

/**
 * Stand-ins for values while Handlebars and mjml run. They are made of letters and digits alone, so both pass them
 * on as they are, and they start with 128 random bits, so no article can hold one. What was written is therefore
 * never parsed as a template, as MJML or as an attribute; nothing of a token is left in what comes out.
 */
export interface Tokens<Field extends string> {
  /** Shows `value` as text. */
  text(value: string): string;
  /** Shows `value` as it is. */
  raw(value: string): string;
  /** A place that is filled later. */
  field(name: Field): string;
  has(name: Field, rendered: string): boolean;
  /** Tokens of values in `before` that are not in `after`: what was lost on the way. */
  lost(before: string, after: string): readonly string[];
  /** `rendered` with its values put in, cut where the fields go. */
  cut(rendered: string): Cut<Field>;
}

export interface Cut<Field> {
  /** One more than `fields`: literals[0] fields[0] literals[1] … */
  readonly literals: readonly string[];
  readonly fields: readonly Field[];
}

/** @param escapeText makes a text safe where it will stand. */
export function createTokens<Field extends string>(escapeText: (text: string) => string): Tokens<Field> {
  const mark = `v${randomBytes(16).toString("hex")}`;
  const pattern = new RegExp(`${mark}n(\\d+)z`, "g");
  const values: ({ readonly text: string } | { readonly field: Field })[] = [];
  const add = (value: (typeof values)[number]) => `${mark}n${values.push(value) - 1}z`;
  const fields = new Map<Field, string>();
  const field = (name: Field) => {
    const token = fields.get(name) ?? add({ field: name });
    fields.set(name, token);
    return token;
  };

  return {
    text: (value) => add({ text: escapeText(value) }),
    raw: (value) => add({ text: value }),
    field,
    has: (name, rendered) => rendered.includes(field(name)),
    lost: (before, after) => {
      const kept = new Set(after.match(pattern));
      return [...new Set(before.match(pattern))].filter((token) => !kept.has(token));
    },
    cut(rendered) {
      const literals = [""];
      const found: Field[] = [];
      const append = (text: string) => literals.push((literals.pop() ?? "") + text);
      let end = 0;
      for (const { 0: token, 1: index, index: start } of rendered.matchAll(pattern)) {
        append(rendered.slice(end, start));
        end = start + token.length;
        const value = values[Number(index)];
        if (value === undefined) throw new Error("a token without a value");
        if ("text" in value) append(value.text);
        else {
          found.push(value.field);
          literals.push("");
        }
      }
      append(rendered.slice(end));
      return { literals, fields: found };
    },
  };
}
