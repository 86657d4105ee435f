import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ComposeInput, compose } from "../../src/compose/index.ts";
import type { Article } from "../../src/model/article.ts";
import type { Edition } from "../../src/model/edition.ts";
import type { Limits } from "../../src/model/limits.ts";
import type { Publication } from "../../src/model/publication.ts";
import { join as splice } from "../../src/model/splice.ts";

export const ROOT = mkdtempSync(join(tmpdir(), "pressrun-compose-"));

export const PUBLICATION: Publication = {
  name: "The Lantern",
  url: "https://lantern.example.org",
  language: "en",
  timezone: "Europe/London",
  postalAddress: "1 Pier Street, Saltmarsh",
  footer: {
    message: "Stay connected with {{publication.name}} for news from the coast.",
    links: [{ label: "Bluesky", url: "https://bsky.app/profile/lantern.example.org" }],
    explore: [{ title: "All tides", url: "https://lantern.example.org/tides" }],
  },
};

export const ARTICLE: Article = {
  slug: "ferry",
  file: join(ROOT, "content/articles/ferry.md"),
  title: "Ferry to the islands sails at night",
  description: "From May the last boat leaves at eleven, and the islanders need no longer choose.",
  date: "2026-03-08T09:00:00Z",
  url: "https://lantern.example.org/ferry",
  author: "R. Amsel",
  tags: ["ferries", "night travel"],
  related: [{ title: "The pier gets lamps", url: "https://lantern.example.org/lamps" }],
  draft: false,
  posts: {},
  email: {},
  body: "The last boat leaves at eleven.",
  bodyLine: 9,
  html:
    "<p>The harbour office will send a ferry to the islands at eleven every night. It is the first in " +
    '<a href="https://lantern.example.org/1974">forty years</a>.</p>' +
    "<h2>Who pays</h2><ul><li>The county</li><li>The islanders</li></ul>",
};

/** Counts as Bluesky does. */
export const SHORT: Limits = {
  measures: [
    { unit: "graphemes", max: 300 },
    { unit: "bytes", max: 3000 },
  ],
  shortLinks: true,
  tags: 2,
  card: { thumbnailBytes: 1_000_000 },
  assumed: false,
};

/** Counts as Mastodon does. */
export const WEIGHED: Limits = {
  measures: [{ unit: "graphemes", max: 500 }],
  linkWeight: 23,
  shortLinks: false,
  tags: 4,
  assumed: true,
};

export function composeArticle(
  article: Partial<Article> = {},
  input: Partial<Omit<ComposeInput, "article">> = {},
): Promise<Edition> {
  return compose({
    article: { ...ARTICLE, ...article },
    publication: PUBLICATION,
    root: ROOT,
    templates: join(ROOT, "no-templates"),
    revision: 0,
    at: new Date("2026-03-08T12:00:00Z"),
    targets: [
      { name: "bluesky", limits: SHORT },
      { name: "mastodon", limits: WEIGHED },
    ],
    readImage: async () => undefined,
    ...input,
  });
}

const READER = {
  name: "Ada <b>",
  greeting: "Hello Ada <b>,",
  address: "ada@example.org",
  unsubscribe_url: "https://lantern.example.org/u?t=a&b",
};

export const htmlOf = ({ newsletter }: Edition) => splice(newsletter.html, READER);
export const textOf = ({ newsletter }: Edition) => splice(newsletter.text, READER);
