import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { readArticle } from "../../src/read/index.ts";
import { newPublication, run } from "./run.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Site = Record<string, { type?: string; body: string | Uint8Array } | undefined>;

/** A site on loopback whose pages may be changed while it runs. */
async function serve(site: Site): Promise<string> {
  const server = createServer((request, response) => {
    const page = site[request.url ?? ""];
    if (page === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": page.type ?? "text/html" }).end(page.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const words = (about: string) =>
  `The ${about} was closed for nine weeks in spring, and the harbour office had expected nobody to notice, but letters came from as far as the islands.`;

const page = (body: string, head = "") => `<!doctype html><html lang="en-GB"><head>
<title>The slipway opens again | Saltmarsh Courier</title>
<meta property="og:title" content="The slipway opens again"><meta property="og:site_name" content="Saltmarsh Courier">
<meta property="og:description" content="After nine weeks boats can be launched from the old quay once more.">
<meta name="author" content="By Ada Hill"><meta property="article:published_time" content="2026-03-08T09:00:00+01:00">
<meta property="og:image" content="/pictures/slipway.png">${head}</head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>The slipway opens again</h1>
<p class="byline">By Ada Hill | 8 March 2026</p>
<figure><img src="/pictures/slipway.png" alt="The slipway at dawn"><figcaption>Low water. <span class="credit">Photo: Jo Berg</span></figcaption></figure>
${body}<div class="share-row"><a href="#">Facebook</a> <a href="#">Share</a></div>
<p>Read more: <a href="/other">The quay that sank</a></p>
<h2>Related articles</h2><ul class="related-list"><li><a href="/other">The quay that sank into the mud last year</a></li></ul>
<div class="newsletter-box"><p>Subscribe to our newsletter for more stories.</p></div></article>
<footer>© 2026 Saltmarsh Courier</footer></body></html>`;

const BODY = `<p>${words("slipway")}</p><p>“We <em>missed</em> it,” said the <a href="/people/obi">harbour master</a>.</p>
<h2>What was done</h2><ul><li>new rails</li><li>a winch<ul><li>with a brake</li></ul></li></ul>
<blockquote><p>Nobody launches a boat by letter.</p></blockquote>
<pre><code class="language-js">const tide = "low";</code></pre>
<table><thead><tr><th>Day</th><th>Boats</th></tr></thead><tbody><tr><td>Monday</td><td>4</td></tr></tbody></table>
<p>${words("winch")}</p><p><img src="boat.png" alt="A boat"></p><p>${words("upper quay")}<sup><a href="#fn1">1</a></sup></p>`;

const ARTICLE = (url: string) => `---
title: The slipway opens again
description: After nine weeks boats can be launched from the old quay once more.
date: 2026-03-08T09:00:00+01:00
author: Ada Hill
url: ${url}/news/slipway
image:
  src: the-slipway-opens-again/1-slipway.png
  alt: The slipway at dawn
  credit: Jo Berg
language: en-GB
related:
  - title: The quay that sank into the mud last year
    url: ${url}/other
---

${words("slipway")}

“We *missed* it,” said the [harbour master](${url}/people/obi).

## What was done

- new rails
- a winch
  - with a brake

> Nobody launches a boat by letter.

\`\`\`js
const tide = "low";
\`\`\`

| Day | Boats |
| --- | --- |
| Monday | 4 |

${words("winch")}

![A boat](the-slipway-opens-again/2-boat.png)

${words("upper quay")}<sup>1</sup>
`;

const read = (cwd: string, name: string) => readFileSync(join(cwd, "content/articles", name), "utf8");
const SLUG = "the-slipway-opens-again";

describe("importing a page", () => {
  it("brings the article, its data and its pictures, and nothing else", async () => {
    const cwd = await newPublication();
    const url = await serve({
      "/news/slipway": { body: page(BODY) },
      "/pictures/slipway.png": { body: PNG, type: "image/png" },
      "/news/boat.png": { body: PNG, type: "image/png" },
    });
    const ran = await run(cwd, ["import", `${url}/news/slipway`, "--allow-private", "--json"]);
    expect([ran.exit, ran.err]).toEqual([0, ""]);
    expect(read(cwd, `${SLUG}.md`)).toBe(ARTICLE(url));
    expect(readdirSync(join(cwd, "content/articles", SLUG)).sort()).toEqual(["1-slipway.png", "2-boat.png"]);
    expect(ran.json()).toMatchObject({ slug: SLUG, missing: [], warnings: [] });
    expect(ran.json().dropped.map(({ reason }: { reason: string }) => reason)).toEqual(
      expect.arrayContaining(["is a row of share buttons", "asks to subscribe", "points to another article"]),
    );
    const folders = { cwd, root: cwd, content: join(cwd, "content"), timezone: "UTC" };
    expect((await readArticle(SLUG, folders)).notices).toEqual([]);
  });

  it("refuses an address of this machine unless it is allowed", async () => {
    const cwd = await newPublication();
    const url = await serve({ "/": { body: page(BODY) } });
    const { exit, err } = await run(cwd, ["import", `${url}/`]);
    expect([exit, err]).toEqual([
      2,
      "pressrun: 127.0.0.1 is an address of this machine or its own network, not of the web. If you mean it, say --allow-private.\n",
    ]);
    expect(existsSync(join(cwd, "content/articles", `${SLUG}.md`))).toBe(false);
  });

  it("brings a file that nobody edited up to date, and writes beside one that somebody did", async () => {
    const cwd = await newPublication();
    const site: Site = {
      "/news/slipway": { body: page(`<p>${words("slipway")}</p><p>${words("winch")}</p>`) },
    };
    const url = await serve(site);
    const again = () => run(cwd, ["import", `${url}/news/slipway`, "--allow-private", "--json"]);
    await again();
    const first = read(cwd, `${SLUG}.md`);
    expect((await again()).json().warnings[0]).toBe(
      "Nothing has changed at the source since it was imported.",
    );
    site["/news/slipway"] = { body: page(`<p>${words("slipway")}</p><p>${words("crane")}</p>`) };
    expect((await again()).json().warnings[0]).toContain("it was brought up to date");
    expect(read(cwd, `${SLUG}.md`)).toBe(first.replace(words("winch"), words("crane")));
    const edited = read(cwd, `${SLUG}.md`).replace("The slipway opens again", "My title");
    writeFileSync(join(cwd, "content/articles", `${SLUG}.md`), edited);
    site["/news/slipway"] = { body: page(`<p>${words("slipway")}</p><p>${words("ladder")}</p>`) };
    const aside = (await again()).json();
    expect(aside).toMatchObject({ file: `content/articles/${SLUG}.new.md`, slug: SLUG });
    expect(read(cwd, `${SLUG}.md`)).toBe(edited);
    expect(read(cwd, `${SLUG}.new.md`)).toContain(words("ladder"));
    writeFileSync(join(cwd, "content/articles", `${SLUG}.new.md`), "mine");
    site["/news/slipway"] = { body: page(`<p>${words("slipway")}</p><p>${words("gate")}</p>`) };
    expect((await again()).err).toContain("both were left as they are");
    expect((await run(cwd, ["check", SLUG])).exit).not.toBe(70);
  });
});

const rss = (items: readonly [guid: string, title: string, body: string][]) => `<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Courier</title><link>https://courier.example/</link>
${items.map(([guid, title, body]) => `<item><title>${title}</title><guid isPermaLink="false">${guid}</guid><link>https://courier.example/${guid}</link><pubDate>Sun, 08 Mar 2026 09:00:00 +0100</pubDate><content:encoded><![CDATA[${body}]]></content:encoded></item>`).join("\n")}
</channel></rss>`;

describe("importing a feed", () => {
  it("imports nothing at first sight, then what was never seen, each once", async () => {
    const cwd = await newPublication();
    const old: [string, string, string] = ["1", "The old ferry", `<p>${words("ferry")}</p>`];
    const site: Site = { "/feed": { type: "application/rss+xml", body: rss([old]) } };
    const url = await serve(site);
    const again = () => run(cwd, ["import", `${url}/feed`, "--new", "--allow-private", "--json"]);
    const before = readdirSync(join(cwd, "content/articles"));
    expect((await again()).json()).toEqual([]);
    expect(readdirSync(join(cwd, "content/articles"))).toEqual(before);
    const fresh: [string, string, string] = [
      "2",
      "A new ferry",
      `<p>${words("new ferry")} <a href="/map">Map</a></p><p>Read more…</p>`,
    ];
    const twin: [string, string, string] = ["3", "A new ferry", `<p>${words("second ferry")}</p>`];
    site["/feed"] = { type: "application/rss+xml", body: rss([twin, fresh, ["9", old[1], old[2]]]) };
    const found = (await again()).json();
    expect(found.map(({ file }: { file: string }) => file)).toEqual([
      "content/articles/a-new-ferry.md",
      "content/articles/a-new-ferry-2.md",
    ]);
    expect(read(cwd, "a-new-ferry.md")).toBe(`---
title: A new ferry
date: 2026-03-08T09:00:00+01:00
url: https://courier.example/2
---

${words("new ferry")} [Map](https://courier.example/map)
`);
    expect(found[0].warnings).toEqual([
      'The feed carries only the start of "A new ferry"; the whole is at https://courier.example/2: import that address instead.',
    ]);
    expect((await again()).json()).toEqual([]);
  });

  it.each([
    [
      "Atom",
      `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>T</title><id>x</id><updated>2026-03-01T00:00:00Z</updated><entry><title>Die Fähre</title><id>urn:1</id><link href="https://a.example/e"/><author><name>Ada Hill</name></author><published>2026-03-01T00:00:00Z</published><updated>2026-03-02T00:00:00Z</updated><content type="html">&lt;p&gt;${words("Fähre")}&lt;/p&gt;</content></entry></feed>`,
      { title: "Die Fähre", author: "Ada Hill", date: "2026-03-01T00:00:00Z", url: "https://a.example/e" },
    ],
    [
      "RDF",
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>R</title><link>https://a.example/</link></channel><item rdf:about="https://a.example/1"><title>The ferry</title><link>https://a.example/1</link><description>${words("ferry")}</description><dc:date>2026-01-02</dc:date><dc:creator>Jo Berg</dc:creator></item></rdf:RDF>`,
      { title: "The ferry", author: "Jo Berg", date: "2026-01-02", url: "https://a.example/1" },
    ],
    [
      "JSON Feed",
      JSON.stringify({
        version: "https://jsonfeed.org/version/1.1",
        title: "J",
        items: [
          {
            id: "1",
            url: "https://a.example/1",
            title: "The ferry",
            content_text: `${words("ferry")}\n\n2 < 3`,
            authors: [{ name: "Jo Berg" }],
          },
        ],
      }),
      { title: "The ferry", author: "Jo Berg", url: "https://a.example/1" },
    ],
  ])("reads %s", async (_, body, recovered) => {
    const cwd = await newPublication();
    writeFileSync(join(cwd, "feed.xml"), body);
    const ran = await run(cwd, ["import", "feed.xml", "--json"]);
    expect([ran.exit, ran.err]).toEqual([0, ""]);
    expect(ran.json().recovered).toMatchObject(recovered);
  });

  it("says what is none", async () => {
    const cwd = await newPublication();
    writeFileSync(join(cwd, "feed.xml"), "<rss><channel>");
    writeFileSync(join(cwd, "a.txt"), "Title of it\n\nText.\n");
    expect((await run(cwd, ["import", "feed.xml"])).err).toContain("feed.xml is no feed that can be read");
    expect((await run(cwd, ["import", "a.txt", "--new"])).err).toContain(
      "--new is for feeds, and a.txt is none.",
    );
    expect((await run(cwd, ["import", "a.txt", "--as", "docx"])).err).toContain(
      "a.txt is no Word document that can be read",
    );
  });
});
