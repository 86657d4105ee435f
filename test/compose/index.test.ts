import { describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import { UserError } from "../../src/errors.ts";
import { ARTICLE, composeArticle, htmlOf, PUBLICATION, textOf } from "./article.ts";

/** Why the posts show the description. */
const REASON = {
  why: "The description is a person's, whole, and about this article.",
  sentences: [],
};

describe("an edition", () => {
  it("has a newsletter with everything a reader needs, in one structure", async () => {
    const edition = await composeArticle();
    const $ = load(htmlOf(edition));
    expect(
      $("h1, h2")
        .toArray()
        .map((heading) => `${heading.tagName} ${$(heading).text()}`),
    ).toEqual(["h1 Ferry to the islands sails at night", "h2 Who pays", "h2 Related reading"]);
    expect($("title").text()).toBe("Ferry to the islands sails at night");
    expect($("html").attr()).toMatchObject({ lang: "en", dir: "ltr" });
    expect($("body > div").first().attr()).toMatchObject({ lang: "en", dir: "ltr", role: "article" });
    expect(
      $("a")
        .toArray()
        .map((link) => [$(link).text().trim(), $(link).attr("href")]),
    ).toEqual([
      ["The Lantern", "https://lantern.example.org"],
      ["forty years", "https://lantern.example.org/1974"],
      ["Read on the web", "https://lantern.example.org/ferry"],
      ["The pier gets lamps", "https://lantern.example.org/lamps"],
      ["Bluesky", "https://bsky.app/profile/lantern.example.org"],
      ["All tides", "https://lantern.example.org/tides"],
      ["Unsubscribe", "https://lantern.example.org/u?t=a&b"],
    ]);
    const text = $("body").text().replace(/\s+/g, " ");
    for (const part of [
      "By R. Amsel · March 8, 2026",
      "1 Pier Street, Saltmarsh",
      "Stay connected with The Lantern",
    ]) {
      expect(text).toContain(part);
    }
    expect($("table").filter((_, table) => $(table).attr("role") !== "presentation").length).toBe(0);
    expect(Buffer.byteLength(htmlOf(edition))).toBeLessThan(40_000);
    expect(edition.notices).toEqual([]);
  });

  it("asks nothing of other hosts", async () => {
    const html = htmlOf(await composeArticle());
    expect(html.match(/url\(|@import|<link|<script|src=/g)).toBeNull();
    const hosts = new Set(Array.from(html.matchAll(/https?:\/\/([^/"?\s]+)/g), ([, host]) => host));
    expect([...hosts].sort()).toEqual(["bsky.app", "lantern.example.org", "www.w3.org"]);
  });

  it("has a text part that says the same", async () => {
    expect(textOf(await composeArticle())).toBe(`The Lantern
March 8, 2026
==============================================================================

Ferry to the islands sails at night

From May the last boat leaves at eleven, and the islanders need no longer
choose.

By R. Amsel

------------------------------------------------------------------------------

The harbour office will send a ferry to the islands at eleven every night. It
is the first in forty years [1].


WHO PAYS

 * The county
 * The islanders

[1] https://lantern.example.org/1974

Read on the web:
https://lantern.example.org/ferry

------------------------------------------------------------------------------

Related reading

* The pier gets lamps
  https://lantern.example.org/lamps

------------------------------------------------------------------------------

Stay connected with The Lantern for news from the coast.

* Bluesky
  https://bsky.app/profile/lantern.example.org

Explore more

* All tides
  https://lantern.example.org/tides

You receive this because you subscribed to The Lantern.
Unsubscribe:
https://lantern.example.org/u?t=a&b

The Lantern
1 Pier Street, Saltmarsh
`);
  });

  it("has a post for each network, the footer in its card or at its end", async () => {
    const { posts } = await composeArticle();
    expect(Object.fromEntries(posts)).toEqual({
      bluesky: {
        channel: "bluesky",
        text: `${ARTICLE.description}\n\nlantern.example.org/ferry\n\n#ferries #NightTravel`,
        parts: [
          { kind: "text", text: `${ARTICLE.description}\n\n` },
          { kind: "link", text: "lantern.example.org/ferry", url: ARTICLE.url },
          { kind: "text", text: "\n\n" },
          { kind: "tag", text: "#ferries", tag: "ferries" },
          { kind: "text", text: " " },
          { kind: "tag", text: "#NightTravel", tag: "NightTravel" },
        ],
        languages: ["en"],
        reason: REASON,
        length: 131,
        limit: 300,
        card: {
          url: ARTICLE.url,
          title: ARTICLE.title,
          description:
            "The harbour office will send a ferry to the islands at eleven every night. · Stay connected with The Lantern for news from the coast.",
        },
      },
      mastodon: {
        channel: "mastodon",
        text: `${ARTICLE.description}\n\n${ARTICLE.url}\n\n#ferries #NightTravel\n\nStay connected with The Lantern for news from the coast.`,
        parts: [
          { kind: "text", text: `${ARTICLE.description}\n\n` },
          { kind: "link", text: ARTICLE.url, url: ARTICLE.url },
          { kind: "text", text: "\n\n" },
          { kind: "tag", text: "#ferries", tag: "ferries" },
          { kind: "text", text: " " },
          { kind: "tag", text: "#NightTravel", tag: "NightTravel" },
          { kind: "text", text: "\n\nStay connected with The Lantern for news from the coast." },
        ],
        languages: ["en"],
        reason: REASON,
        length: 187,
        limit: 500,
        card: undefined,
      },
    });
  });

  it("is the same again from the same article, and another hash from another footer", async () => {
    const edition = await composeArticle();
    expect(await composeArticle()).toEqual(edition);
    const footer = { ...PUBLICATION.footer, message: "Goodbye." };
    const other = await composeArticle({}, { publication: { ...PUBLICATION, footer } });
    expect(other.hash).not.toBe(edition.hash);
    expect(other.bodyHash).toBe(edition.bodyHash);
    expect((await composeArticle({ title: "Another" })).bodyHash).not.toBe(edition.bodyHash);
    expect((await composeArticle({ tags: [] })).bodyHash).toBe(edition.bodyHash);
  });

  it("leaves out what the article does not have", async () => {
    const bare = { ...ARTICLE, description: undefined, url: undefined, author: undefined, date: undefined };
    const edition = await composeArticle({ ...bare, tags: [], related: [] });
    const $ = load(htmlOf(edition));
    expect($("body").text()).not.toMatch(/undefined|Related reading|Read on the web|By /);
    expect(edition.posts.get("bluesky")).toMatchObject({
      text: "The harbour office will send a ferry to the islands at eleven every night.\n\nStay connected with The Lantern for news from the coast.",
      card: undefined,
    });
  });

  it("speaks the language of the article, from right to left where it is written so", async () => {
    const edition = await composeArticle({ language: "ar", title: "عبّارة ليلية" });
    const $ = load(htmlOf(edition));
    expect($("html").attr()).toMatchObject({ lang: "ar", dir: "rtl" });
    expect($("body").text()).toContain("إلغاء الاشتراك");
    expect(htmlOf(edition)).not.toContain("direction:ltr;font");
  });

  it("makes one line of a subject and marks a correction", async () => {
    const { newsletter } = await composeArticle({ title: "A\r\nBcc: x@example.org\u0000" }, { revision: 1 });
    expect(newsletter.subject).toBe("Correction: A Bcc: x@example.org");
  });

  it("shows in the inbox between 40 and 140 characters of the dek and what comes after", async () => {
    const preheader = async (article: object) => (await composeArticle(article)).newsletter.preheader;
    expect(await preheader({ email: { preheader: "Mine\nown" } })).toBe("Mine own");
    expect(await preheader({ description: "Short dek." })).toBe(
      "Short dek. The harbour office will send a ferry to the islands at eleven every night.",
    );
    expect(await preheader({ description: "Long words follow here and there, ".repeat(9) })).toMatch(
      /^.{100,139}…$/u,
    );
  });

  it("takes the author's own text for a channel as it is, addresses and tags linked", async () => {
    const text = "All aboard (https://lantern.example.org/ferry?from=post). #ferry 🎉";
    const { posts } = await composeArticle({ posts: { bluesky: text } });
    expect(posts.get("bluesky")?.parts).toEqual([
      { kind: "text", text: "All aboard (" },
      {
        kind: "link",
        text: "lantern.example.org/ferry?from=post",
        url: "https://lantern.example.org/ferry?from=post",
      },
      { kind: "text", text: "). " },
      { kind: "tag", text: "#ferry", tag: "ferry" },
      { kind: "text", text: " 🎉" },
    ]);
    await expect(composeArticle({ posts: { bluesky: "x".repeat(301) } })).rejects.toThrow(
      new UserError({
        code: "post-too-long",
        message: "The article's own text for bluesky has 301 graphemes; bluesky takes 300.",
        next: "Shorten posts.bluesky in its front matter.",
      }),
    );
  });
});
