import type { Edition, Post } from "../../src/model/edition.ts";

/** A small finished edition with a newsletter and a post for `channel`: every field of the model is real. */
export function sampleEdition(channel: string): Edition {
  const url = "https://example.org/harbour-lights";
  const parts = [
    { kind: "text", text: "The harbour keeps its lights on. " },
    { kind: "link", text: "example.org/harbour-lights", url },
    { kind: "text", text: " " },
    { kind: "tag", text: "#harbour", tag: "harbour" },
  ] as const;
  const text = parts.map((part) => part.text).join("");
  const post: Post = {
    channel,
    text,
    parts,
    card: { url, title: "The harbour keeps its lights on", description: "A vote, and a lamp." },
    languages: ["en"],
    length: text.length,
    limit: 300,
  };
  return {
    article: {
      slug: "harbour-lights",
      file: "/publication/content/articles/harbour-lights.md",
      title: "The harbour keeps its lights on",
      description: "A vote, and a lamp.",
      date: "2026-05-04T09:00:00+00:00",
      url,
      tags: ["harbour"],
      related: [],
      draft: false,
      posts: {},
      email: {},
      body: "The lamp stays.",
      bodyLine: 6,
      html: "<p>The lamp stays.</p>",
    },
    publication: {
      name: "Harbour News",
      language: "en",
      timezone: "UTC",
      footer: { links: [], explore: [] },
    },
    revision: 0,
    hash: `sha256:${"0".repeat(64)}`,
    bodyHash: `sha256:${"1".repeat(64)}`,
    at: new Date("2026-05-04T09:00:00Z"),
    newsletter: {
      subject: "The harbour keeps its lights on",
      preheader: "A vote, and a lamp.",
      html: {
        literals: [
          '<!doctype html><html lang="en" dir="ltr"><head><title>The harbour keeps its lights on</title></head><body><p>',
          '</p><p>The lamp stays.</p><p><a href="',
          '">Unsubscribe</a></p></body></html>',
        ],
        fields: ["greeting", "unsubscribe_url"],
        escape: "html",
      },
      text: {
        literals: ["", "\n\nThe lamp stays.\n\nUnsubscribe: ", "\n"],
        fields: ["greeting", "unsubscribe_url"],
        escape: "none",
      },
      embedded: [],
      greeting: { named: "Hello {name},", plain: "Hello," },
    },
    posts: new Map([[channel, post]]),
    footer: { links: [], explore: [] },
    notices: [],
  };
}

/** The same with other words in its post, and neither link nor card. */
export function editionSaying(channel: string, text: string, change: Partial<Post> = {}): Edition {
  const edition = sampleEdition(channel);
  const post: Post = {
    channel,
    text,
    parts: [{ kind: "text", text }],
    languages: ["en"],
    length: text.length,
    limit: text.length,
    ...change,
  };
  return { ...edition, posts: new Map([[channel, post]]) };
}

/** Three posts that answer each other. */
export function editionOfThree(channel: string): Edition {
  const answer = (text: string) => ({ text, parts: [{ kind: "text" as const, text }], length: text.length });
  return editionSaying(channel, "One. 1/3", { more: [answer("Two. 2/3"), answer("Three. 3/3")] });
}
