import { randomBytes } from "node:crypto";
import { escapeHtml, type RecipientField, type Spliced } from "../model/splice.ts";

/**
 * Stand-ins for values while Handlebars and mjml run. They are made of letters and digits alone, so both pass them
 * on as they are, and they start with 128 random bits, so no article can hold one. What was written is therefore
 * never parsed as a template, as MJML or as an attribute; nothing of a token is left in what comes out.
 */
export interface Tokens {
  /** Shows `value` as text, in an element or in a quoted attribute. */
  text(value: string): string;
  /** Shows `value` as it is. */
  raw(value: string): string;
  /** Shows the recipient's own value. */
  field(name: RecipientField): string;
  /** How often the token of a field stands in `rendered`. */
  count(name: RecipientField, rendered: string): number;
  /** Tokens of values in `before` that are not in `after`: what was lost on the way. */
  lost(before: string, after: string): readonly string[];
  /** `rendered` with its values put in, cut where the recipient's go. */
  splice(rendered: string): Spliced;
}

/** @param escaping of the text that comes out: "html" escapes each value of `text`, and each field as it is joined. */
export function createTokens(escaping: Spliced["escape"]): Tokens {
  const mark = `v${randomBytes(16).toString("hex")}`;
  const pattern = new RegExp(`${mark}n(\\d+)z`, "g");
  const values: ({ readonly text: string } | { readonly field: RecipientField })[] = [];
  const add = (value: (typeof values)[number]) => `${mark}n${values.push(value) - 1}z`;
  const fields = new Map<RecipientField, string>();
  const field = (name: RecipientField) => {
    const token = fields.get(name) ?? add({ field: name });
    fields.set(name, token);
    return token;
  };

  return {
    text: (value) => add({ text: escaping === "html" ? escapeHtml(value) : value }),
    raw: (value) => add({ text: value }),
    field,
    count: (name, rendered) => rendered.split(field(name)).length - 1,
    lost: (before, after) => {
      const kept = new Set(after.match(pattern));
      return [...new Set(before.match(pattern))].filter((token) => !kept.has(token));
    },
    splice(rendered) {
      const literals = [""];
      const found: RecipientField[] = [];
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
      return { literals, fields: found, escape: escaping };
    },
  };
}
