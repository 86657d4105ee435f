import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp from "sharp";
import { fitPost, type PostContent, textOfParts } from "../../src/compose/post.ts";
import type { PostTarget } from "../../src/compose/posts.ts";
import { threadOf } from "../../src/compose/thread.ts";
import { withUtm } from "../../src/compose/utm.ts";
import type { Article } from "../../src/model/article.ts";
import { excess, type Limits, type Measure } from "../../src/model/limits.ts";
import { composeArticle, ROOT, SHORT, WEIGHED } from "./article.ts";

const THREADED: Limits = { ...WEIGHED, threads: true };
const LONG =
  "The ferry sails at eleven. It takes two hours and a quarter. Cars must be booked a day before. " +
  "The bar closes at midnight, when the crew goes to sleep. Dogs travel free of charge.";

async function post(article: Partial<Article>, target: Partial<PostTarget>) {
  const all: PostTarget = { name: "mastodon", limits: WEIGHED, ...target };
  const found = (await composeArticle(article, { targets: [all] })).posts.get("mastodon");
  if (found === undefined) throw new Error("no post");
  return found;
}

describe("a thread", () => {
  const limits = { ...THREADED, measures: [{ unit: "graphemes" as const, max: 110 }] };

  it("splits a long summary at the ends of sentences, numbered, the link in the first", async () => {
    const made = await post({ summary: LONG }, { limits, thread: true, tags: 0, footer: "none" });
    expect([made.text, ...(made.more ?? []).map(({ text }) => text)]).toEqual([
      "The ferry sails at eleven. It takes two hours and a quarter. 1/3\n\nhttps://lantern.example.org/ferry",
      "Cars must be booked a day before. The bar closes at midnight, when the crew goes to sleep. 2/3",
      "Dogs travel free of charge. 3/3",
    ]);
  });

  it("goes on with the article's own key points", async () => {
    const html =
      "<p>Text.</p><ul><li>The boat is new.</li><li>It runs on <b>batteries</b>.</li></ul><ul><li>Not this.</li></ul>";
    const made = await post({ html }, { limits, thread: true, tags: 0, footer: "none" });
    expect(made.more?.map(({ text }) => text).join(" ")).toBe("The boat is new. It runs on batteries. 2/2");
  });

  it("sets points that are no sentences below what leads to them, each on its line", async () => {
    const html =
      "<p>It sails on. Passengers of the St. Brendan choose between three ways to travel:</p>" +
      "<ul><li>a <b>seat</b>, with a blanket;</li><li>a berth;</li><li>a cabin for two.</li></ul>";
    const made = await post({ html }, { limits, thread: true, tags: 0, footer: "none" });
    expect(made.more?.map(({ text }) => text)).toEqual([
      "Passengers of the St. Brendan choose between three ways to travel:\n• a seat, with a blanket;\n• a berth;\n2/3",
      "• a cabin for two.\n3/3",
    ]);
    const wide = { ...limits, measures: [{ unit: "graphemes" as const, max: 140 }] };
    const whole = await post({ html }, { limits: wide, thread: true, tags: 0, footer: "none" });
    expect(whole.more?.map(({ text }) => text)).toEqual([
      "Passengers of the St. Brendan choose between three ways to travel:\n• a seat, with a blanket;\n• a berth;\n• a cabin for two.\n2/2",
    ]);
    const bare = await post(
      { html: "<h2>In short</h2><ul><li>From May on</li><li>Dogs travel free</li></ul>" },
      { limits, thread: true, tags: 0, footer: "none" },
    );
    expect([bare.text, ...(bare.more ?? []).map(({ text }) => text)].join("\n")).toContain(
      "• From May on\n• Dogs travel free",
    );
  });

  it("is one post where all of it fits, where it is not wanted, and where the network has none", async () => {
    const short = await post({ summary: "One. Two." }, { limits: THREADED, thread: true });
    expect(short.more).toBeUndefined();
    expect((await post({ summary: LONG }, { limits })).more).toBeUndefined();
    const none = { ...limits, threads: false };
    expect((await post({ summary: LONG }, { limits: none, thread: true })).more).toBeUndefined();
  });
});

describe("the footer goes", () => {
  const message = "Stay connected with The Lantern for news from the coast.";
  const card: Limits = { ...SHORT, threads: true };

  it("on the card where there is one, and last where there is none", async () => {
    const carded = await post({}, { limits: card });
    expect(carded.card?.description).toContain(message);
    expect(carded.text).not.toContain(message);
    expect((await post({}, { limits: WEIGHED })).text).toContain(message);
  });

  it("last, as a reply, or nowhere, as wished", async () => {
    const last = await post({}, { limits: card, footer: "last" });
    expect(last.text).toContain(message);
    expect(last.card?.description).not.toContain(message);
    const reply = await post({}, { limits: card, footer: "reply" });
    expect(reply.more).toEqual([
      { text: message, parts: [{ kind: "text", text: message }], length: message.length },
    ]);
    expect(reply.card?.description).not.toContain(message);
    expect(JSON.stringify(await post({}, { limits: card, footer: "none" }))).not.toContain(message);
    const limits = { ...THREADED, measures: [{ unit: "graphemes" as const, max: 110 }] };
    const thread = await post({ summary: LONG }, { limits, thread: true, footer: "last" });
    expect(thread.more?.at(-1)?.text).toBe(`Dogs travel free of charge. 3/3\n\n${message}`);
  });
});

describe("campaign parameters", () => {
  it.each([
    ["https://a.example/b", "https://a.example/b?utm_source=x%20y&utm_medium=social"],
    ["https://a.example/b?c=d%20e#f?g", "https://a.example/b?c=d%20e&utm_source=x%20y&utm_medium=social#f?g"],
    ["https://a.example/?utm_source=mine", "https://a.example/?utm_source=mine&utm_medium=social"],
  ])("%s", (url, wanted) => {
    expect(withUtm(url, { source: "x y", utm_medium: "social" })).toBe(wanted);
    expect(withUtm(url)).toBe(url);
  });

  it("stand in the post's link and the card's", async () => {
    const made = await post({}, { limits: SHORT, utm: { source: "bluesky" } });
    expect(made.card?.url).toBe("https://lantern.example.org/ferry?utm_source=bluesky");
    expect(made.parts.find(({ kind }) => kind === "link")).toMatchObject({ url: made.card?.url });
  });
});

describe("a picture", () => {
  const images = { count: 4, bytes: 60_000, alt: 20, formats: ["image/jpeg"] };
  const limits: Limits = { ...SHORT, images };
  const alt = "A ferry at night, seen from the pier";
  const read = async () =>
    sharp({ create: { width: 3000, height: 2000, channels: 4, background: "teal" } })
      .png()
      .toBuffer();
  const withPicture = async (
    target: Partial<PostTarget>,
    article: Partial<Article> = {},
    readImage = read,
  ) => {
    mkdirSync(join(ROOT, "content/articles"), { recursive: true });
    writeFileSync(join(ROOT, "content/articles/ferry.png"), await read());
    const edition = await composeArticle(
      { image: { src: "ferry.png", alt }, ...article },
      { targets: [{ name: "mastodon", limits, ...target }], readImage },
    );
    return edition.posts.get("mastodon");
  };

  it("is on the card, or with the post in its place", async () => {
    const carded = await withPicture({});
    expect([carded?.card?.thumbnail?.width, carded?.images]).toEqual([1200, undefined]);
    const attached = await withPicture({ image: "attach" });
    expect(attached?.card).toBeUndefined();
    expect(attached?.images).toMatchObject([
      { width: 2048, mediaType: "image/jpeg", alt: "A ferry at night…" },
    ]);
    expect(attached?.images?.[0]?.bytes.length).toBeLessThanOrEqual(60_000);
    expect((await withPicture({}, { url: undefined }))?.images).toHaveLength(1);
  });
});

describe("any post", () => {
  const word = fc.constantFrom(
    "“two words”",
    "‘don’t go’",
    ..."night 👨‍👩‍👧‍👦 e\u0301te\u0301 https://example.com/a/b?c=d @ada@social.example.org 🇵🇹🇪🇸 நி don’t 3.5 日本語 (so) — #coast & <b> _x_".split(
      " ",
    ),
  );
  const sentence = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => `${words.join(" ")}.`);
  const unit = fc.constantFrom<Measure["unit"]>(
    "graphemes",
    "codepoints",
    "utf16",
    "bytes",
    "x-weighted",
    "emoji-bytes",
  );
  const form = fc.constantFrom<Measure["as"]>(undefined, "nfc", "little-text", "escaped", "after-entities");
  const limits = fc.record({
    measures: fc.tuple(fc.record({ unit, as: form, max: fc.integer({ min: 80, max: 400 }) })),
    linkWeight: fc.constantFrom(23, 60, undefined),
    mentions: fc.constantFrom("name" as const, undefined),
    bareDomains: fc.boolean(),
    shortLinks: fc.boolean(),
    threads: fc.constant(true),
    tags: fc.constant(3),
    assumed: fc.constant(false),
  });
  const URL_ = "https://example.org/2026/night-train?x=(y)";
  const layout = [
    { field: "summary" },
    "\n\n",
    { field: "link" },
    "\n\n",
    { field: "tags" },
    "\n\n",
    { field: "footer" },
  ] as const;
  const content = (limits: Limits, sentences: readonly string[]): PostContent => ({
    channel: "test",
    limits,
    layout,
    sentences,
    title: "The night train",
    url: URL_,
    tags: ["rail", "coast"],
    footer: "Stay connected at https://example.org.",
    language: "en",
  });

  it("and any part of a thread keeps within every way to count, and keeps the link once", () => {
    fc.assert(
      fc.property(limits, fc.array(sentence, { minLength: 1, maxLength: 6 }), (limits, sentences) => {
        const single = fitPost(content(limits, sentences));
        const thread = threadOf(content(limits, sentences));
        for (const parts of [single, ...thread]) {
          expect(excess(parts, limits)).toBeUndefined();
          expect(textOfParts(parts).isWellFormed()).toBe(true);
        }
        for (const parts of [single, thread[0] ?? []]) {
          expect(parts.filter((part) => part.kind === "link" && part.url === URL_)).toHaveLength(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("splits no name of an account, no address and no quotation", () => {
    fc.assert(
      fc.property(limits, sentence, (limits, only) => {
        const said =
          textOfParts(fitPost(content({ ...limits, shortLinks: false }, [only]))).split("\n\n")[0] ?? "";
        if (!said.endsWith("…") || said.startsWith("The night")) return;
        const kept = said.slice(0, -1);
        expect(only.startsWith(kept)).toBe(true);
        expect(kept.split("“").length).toBe(kept.split("”").length);
        expect(kept.split("‘").length - 1).toBe((kept.match(/go’/g) ?? []).length);
        for (const whole of kept.match(/@\S*|https?:\S*/g) ?? []) {
          expect(["@ada@social.example.org", "https://example.com/a/b?c=d"]).toContain(whole);
        }
      }),
      { numRuns: 300 },
    );
  });
});
