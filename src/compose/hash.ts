import { createHash } from "node:crypto";
import type { Article } from "../model/article.ts";
import type { Edition } from "../model/edition.ts";

/**
 * Of what the readers get, before recipients. Thumbnails are left out: a rehearsal fetches none from the web, and
 * it must come to the same hash.
 */
export function editionHash({
  newsletter,
  posts,
  footer,
}: Pick<Edition, "newsletter" | "posts" | "footer">): string {
  const { subject, preheader, html, text, embedded } = newsletter;
  return hash([
    [subject, preheader, html, text, embedded.map(({ cid }) => cid)],
    [...posts.values()].map(({ channel, parts, card, languages }) => [
      channel,
      parts,
      card && [card.url, card.title, card.description],
      languages,
    ]),
    footer,
  ]);
}

/** Of what makes it this article; another template, footer or tag is no other article. */
export function bodyHash({ title, description, body, image }: Article): string {
  return hash([title, description, body.replaceAll("\r\n", "\n").trim(), image]);
}

function hash(value: unknown): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(value)).digest("hex")}`;
}
