/**
 * Text with holes for the recipient's own values. The edition is composed once; a recipient costs one join
 * (about 10 µs, against 17–45 ms for a template and mjml each).
 */
export interface Spliced {
  /** One more than `fields`: literals[0] fields[0] literals[1] … */
  readonly literals: readonly string[];
  readonly fields: readonly RecipientField[];
  readonly escape: "html" | "none";
}

/** The only recipient values a template may use. Anything else in a template is an error with its line. */
export const RECIPIENT_FIELDS = ["name", "greeting", "address", "unsubscribe_url"] as const;
export type RecipientField = (typeof RECIPIENT_FIELDS)[number];
export type FieldValues = Readonly<Record<RecipientField, string>>;

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Safe both as text and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => HTML_ESCAPES[char] ?? char);
}

/** The text for one recipient. */
export function join(spliced: Spliced, values: FieldValues): string {
  const { literals, fields } = spliced;
  let text = literals[0] ?? "";
  fields.forEach((field, index) => {
    const value = values[field];
    text += (spliced.escape === "html" ? escapeHtml(value) : value) + (literals[index + 1] ?? "");
  });
  return text;
}
