import type { CheckContext } from "../../src/check/index.ts";
import type { Edition, Post } from "../../src/model/edition.ts";
import { type Departure, LIMITS, SOUND } from "./edition.ts";

// For each rule the smallest departure from a sound article that breaks it.

const set = (key: string, value: string) => (text: string) =>
  text.replace(new RegExp(`^${key}: .*$`, "m"), value === "" ? "" : `${key}: ${value}`);
const add = (lines: string) => (text: string) => text.replace("\n---\n\n", `\n${lines}\n---\n\n`);
const write = (words: string) => (text: string) => `${text}\n${words}\n`;
const inHtml = (markup: string) => (html: string) => html.replace("</body>", `${markup}</body>`);
const atHead = (markup: string) => (html: string) => html.replace("</head>", `${markup}</head>`);

const withMail = (facts: Partial<NonNullable<CheckContext["mail"]>>) => (context: CheckContext) =>
  ({ ...context, mail: context.mail && { ...context.mail, ...facts } }) as CheckContext;
const withHeader = (change: (header: string) => string) => (context: CheckContext) =>
  withMail({ header: change(context.mail?.header ?? "") })(context);
const withPost = (change: (post: Post) => Partial<Post>) => (edition: Edition) => ({
  ...edition,
  posts: new Map([...edition.posts].map(([name, post]) => [name, { ...post, ...change(post) }])),
});
const withLetter = (facts: Partial<Edition["newsletter"]>) => (edition: Edition) => ({
  ...edition,
  newsletter: { ...edition.newsletter, ...facts },
});
const withOther = (facts: Partial<CheckContext["others"][number]>, published = false) =>
  ((context: CheckContext) => ({
    ...context,
    others: [{ slug: "lights", file: "content/articles/lights.md", ...facts }],
    published: new Set(published ? ["lights"] : []),
  })) satisfies Departure["context"];

const FEDIVERSE = new Map([["mastodon", { type: "mastodon", limits: LIMITS }]]);

export const FIXTURES: Readonly<Record<string, Departure>> = {
  "missing-description": { article: set("description", "") },
  "missing-url": { article: set("url", "") },
  "missing-date": { article: set("date", "") },
  "missing-author": { article: set("author", "") },
  "missing-image": { article: set("image", "") },
  "missing-text": { article: (text) => text.slice(0, text.indexOf("\n---\n") + 5) },
  "related-unparsed": { article: add("relatedRaw: Harbour lights Ferry fares") },
  "key-unknown": { article: add("autor: Ada") },
  "link-left-out": { article: write('<a href="javascript:alert(1)">Prices</a> are up.') },
  "image-left-out": { article: write("![A chart.](data:image/png;base64,AAAA)") },
  "html-left-out": { article: write("<iframe src='https://example.org'></iframe>") },
  "template-lost": {
    context: (context) => ({
      ...context,
      notices: [
        {
          code: "template-lost",
          message: "A value stands where MJML shows nothing.",
          next: "Put it into an <mj-text>.",
          place: { file: "templates/newsletter.mjml.hbs", line: 4 },
        },
      ],
    }),
  },

  "leftover-marker": { article: write("The council meets on TK. `TODO` is code, ATKINS a name.") },
  "leftover-filler": { article: write("Lorem\nipsum dolor sit amet.") },
  "leftover-bracket": { article: write("Written by [insert name here], yesterday.") },
  "leftover-markdown": {
    article: write("See [prices](ftp:files here) or [this](./a b.md), and ![[pier.png]]."),
  },
  mojibake: { article: write("The cafÃ© is open.") },

  "date-old": { article: set("date", "2025-11-20") },
  "date-far": { article: set("date", "2062-11-20") },
  "date-after-publishing": { article: set("date", "2026-11-30") },
  "publish-at-past": { article: add("publish_at: 2026-11-01 08:00") },
  "publish-at-far": { article: add("publish_at: 2036-11-01 08:00") },

  "duplicate-published-url": {
    context: withOther({ url: "https://www.quay.example.org/ferry/?utm_source=x" }, true),
  },
  "duplicate-url": { context: withOther({ url: "https://quay.example.org/ferry" }) },
  "duplicate-title": { context: withOther({ title: "The Ferry keeps its winter timetable!" }) },
  "related-self": {
    article: (text) =>
      text.replace("url: https://quay.example.org/lights", "url: https://quay.example.org/ferry"),
  },

  "subject-empty": { edition: withLetter({ subject: " " }) },
  "subject-emoji-only": { article: add("email: { subject: 🚢⚓ }") },
  "subject-long": { article: set("title", `The ferry ${"and the tide ".repeat(6)}`) },
  "subject-shouted": { article: set("title", "THE FERRY IS BACK") },
  "subject-false-reply": { article: add("email:\n  subject: 'Re: the ferry'") },
  "subject-hidden-characters": { edition: withLetter({ subject: "The fer\u200bry" }) },
  "preheader-missing": { html: (html) => html.replace(/<div class="preheader".*?<\/div>/s, "") },
  "preheader-short": { article: add("email: { preheader: Eight crossings a day }") },
  "preheader-long": { article: add(`email: { preheader: "${"Eight crossings a day. ".repeat(7)}" }`) },
  "preheader-repeats-subject": {
    article: add("email: { preheader: The ferry keeps its winter timetable! }"),
  },

  "link-relative": { html: inHtml('<a href="/prices">Prices</a>') },
  "link-unsafe": { html: inHtml('<a href="javascript:go()">Prices</a>') },
  "link-malformed": { html: inHtml('<a href="https://quay.example.org:port/">Prices</a>') },
  "link-empty-target": { html: inHtml('<a href="">Prices</a>') },
  "link-anchor": { html: inHtml('<a href="#top">Up</a>') },
  "link-http": { article: write("[The council](http://council.example.org/minutes) met.") },
  "link-private": { article: write("[The draft](http://localhost:1313/ferry) is there.") },
  "link-ip-address": { article: write("[The map](https://203.0.113.7/map) shows it.") },
  "link-shortener": { article: write("[The map](https://bit.ly/3xYz) shows it.") },
  "link-disguised": { article: write("[www.council.example.org](https://quay.example.org/news) said so.") },
  "link-text-empty": {
    html: inHtml('<a href="https://quay.example.org/a"><img src="cid:x" alt="" width="9"></a>'),
  },
  "link-text-generic": { article: write("For the minutes [click here](https://quay.example.org/minutes).") },

  "image-alt-missing": { html: inHtml('<img src="https://quay.example.org/a.png" width="90">') },
  "image-alt-empty": { article: write("![](../images/pier.jpg)") },
  "image-alt-file-name": { article: write("![stamp.jpg](../images/stamp.jpg)") },
  "image-address": { html: inHtml('<img src="images/a.png" alt="A chart" width="90">') },
  "image-http": { article: write("![A chart](http://quay.example.org/chart.png)") },
  "image-width": { html: inHtml('<img src="https://quay.example.org/a.png" alt="A chart">') },
  "image-tracking": {
    html: inHtml('<img src="https://quay.example.org/p.gif" alt="" width="1" height="1">'),
  },
  "image-heavy": {
    context: (context) => ({ ...context, images: [{ src: "../images/pier.jpg", bytes: 3_400_000 }] }),
  },
  "image-embedded-heavy": {
    edition: withLetter({
      embedded: [
        { cid: "b@pressrun", filename: "b.png", mediaType: "image/png", bytes: new Uint8Array(600_000) },
      ],
    }),
  },
  "image-card-size": { article: (text) => text.replace("ferry.jpg", "tower.jpg") },

  "heading-one-h1": { html: inHtml("<h1>Second</h1>") },
  "heading-skipped": { article: write("#### Fares\n\nTwo euros.") },
  "heading-empty": { html: inHtml("<h2> </h2>") },
  "title-element": { html: (html) => html.replace(/<title>.*?<\/title>/s, "<title>Newsletter</title>") },
  "table-role": { html: inHtml("<table><tr><td>Layout</td></tr></table>") },
  "table-headers": { article: write("<table><tr><td>First</td><td>06:10</td></tr></table>") },
  "active-content": { html: inHtml("<form><input name=a></form>") },
  "third-party": { html: atHead('<link rel="stylesheet" href="https://fonts.example.net/a.css">') },

  "language-missing": { html: (html) => html.replace('lang="en"', "") },
  direction: { article: set("language", "en"), html: (html) => html.replaceAll('dir="ltr"', 'dir="rtl"') },
  "language-script": {
    article: (text) =>
      text.replace(/\n---\n\n[\s\S]*$/, `\n---\n\n${"Паром ходит восемь раз в день до весны. ".repeat(4)}\n`),
  },

  "contrast-light": { html: inHtml('<p style="color:#999;background:#fff">Faint words</p>') },
  "contrast-dark": { html: inHtml('<p style="color:#222222">Dark words</p>') },
  "dark-mode": { html: (html) => html.replaceAll("prefers-color-scheme", "prefers-something") },
  "text-small": { html: inHtml('<p style="font-size:9px">Small print</p>') },

  "size-clipped": { article: write("Eight crossings. ".repeat(6_200)) },
  "size-near-limit": { html: inHtml(`<!--${"x".repeat(66_000)}-->`) },

  "text-missing": { edition: withLetter({ text: { literals: ["\n"], fields: [], escape: "none" } }) },
  "text-differs": {
    edition: withLetter({
      text: {
        literals: ["See the web.\n1 Pier Road, Quay QY1 1AA\n", "\n"],
        fields: ["unsubscribe_url"],
        escape: "none",
      },
    }),
  },
  "text-line-long": { text: (text) => text.replace("Only the price", `${"Only the price ".repeat(6)}`) },
  "text-markup": { text: (text) => text.replace("Only", "<b>Only</b> &amp;") },
  "text-token": { article: write("Dear {{name}}, hello.") },
  "field-unresolved": { article: write("Dear {{name}}, hello.") },
  "field-empty": { html: inHtml("<p>Hello , here is undefined.</p>") },

  "header-line-long": { context: withHeader((header) => `${header}\r\nX-Long: ${"x".repeat(1000)}`) },
  "header-missing": {
    context: withHeader((header) =>
      header.replace(/^Date:.*\r\n/m, "").replace(/^To:/m, "To: a@b.example\r\nTo:"),
    ),
  },
  "unsubscribe-header": { context: withHeader((header) => header.replace("https:", "http:")) },
  "unsubscribe-link": {
    html: (html) => html.replace(/href="$/, 'title="'),
    text: (text) => text.replaceAll("\n", " "),
  },
  "unsubscribe-domain": { context: withMail({ unsubscribeUrl: "https://lists.example.net/u" }) },
  "dkim-alignment": { context: withMail({ dkimDomain: "mailer.example.net" }) },
  "sender-provider": { context: withMail({ from: { name: "Ada", address: "quayside@gmail.com" } }) },
  "sender-name": { context: withMail({ from: { address: "news@quay.example.org" } }) },
  "sender-no-reply": { context: withMail({ from: { name: "Q", address: "no-reply@quay.example.org" } }) },
  "postal-address": { publication: { postalAddress: undefined } },

  "post-over-limit": {
    edition: withPost(({ parts }) => ({ parts: [...parts, { kind: "text", text: "é".repeat(299) }] })),
  },
  "post-empty": {
    edition: withPost(({ parts }) => ({ parts: parts.filter(({ kind }) => kind !== "text") })),
  },
  "post-without-link": {
    article: add("posts: { bluesky: The ferry keeps its timetable. }"),
    edition: withPost(() => ({ card: undefined })),
  },
  "post-card-missing": { edition: withPost(() => ({ card: undefined })) },
  "post-card-image": {
    edition: withPost(({ card }) => ({ card: card && { ...card, thumbnail: undefined } })),
  },
  "post-hashtag-malformed": {
    article: add("posts: { bluesky: 'The ferry stays. #coast-line ##ferry https://quay.example.org/ferry' }"),
  },
  "post-hashtags-many": {
    article: add("posts: { bluesky: 'The ferry stays. #a1 #b2 #c3 #d4 https://quay.example.org/ferry' }"),
  },
  "post-foreign-handle": {
    article: add("posts: { bluesky: 'Says @pier@social.example: it stays. https://quay.example.org/ferry' }"),
  },
  "post-for-nobody": { article: add("posts: { blusky: The ferry stays. }") },
  "channel-unknown": { article: add("channels: [email, blusky]") },
  "tag-unusable": { article: set("tags", "[ferry, '2026']") },
};

/** More of what a rule is for. */
export const MORE: readonly (readonly [rule: string, departure: Departure])[] = [
  ["missing-text", { article: () => `${SOUND.slice(0, SOUND.indexOf("\n---\n") + 5)}\n` }],
  ["leftover-marker", { article: write("The council meets on TK\n\nThen TODO\n<br>XXX") }],
  ["link-left-out", { article: (text) => write("[Prices](/prices) are up.")(set("url", "")(text)) }],
  ["post-foreign-handle", { article: add("summary: 'Says @pier, and so it stays.'"), channels: FEDIVERSE }],
  [
    "post-foreign-handle",
    {
      article: add("posts: { mastodon: 'Says @pier.bsky.social. https://quay.example.org/ferry' }"),
      channels: FEDIVERSE,
    },
  ],
  ["image-card-size", { article: (text) => text.replace("ferry.jpg", "stamp.jpg") }],
  [
    "image-alt-empty",
    { article: (text) => text.replace("alt: A white ferry leaves the harbour at dusk., ", "") },
  ],
  [
    "link-text-generic",
    { article: (text) => write("[Hier klicken](https://quay.example.org/de).")(set("language", "de")(text)) },
  ],
  ["contrast-light", { html: inHtml('<p style="color:rgba(0,0,0,.3)">Thin words</p>') }],
  ["heading-one-h1", { html: (html) => html.replaceAll("h1", "h2") }],
  [
    "postal-address",
    {
      publication: { postalAddress: "7 Other Street" },
      html: (html) => html.replaceAll("7 Other Street", ""),
    },
  ],
  [
    "header-line-long",
    {
      context: (context) => ({
        ...context,
        notices: [{ code: "mail-header-too-long", message: "Too long.", next: "Shorten it." }],
      }),
    },
  ],
];

const withLargeCode = (html: string) => html.replaceAll("font-size:85%", "font-size:14px");

/** What looks like a break of a rule and is none. */
export const SOUND_TOO: [string, Departure][] = [
  [
    "code about templates and markup",
    {
      html: withLargeCode,
      article: write("```\n{{name}} <b>&amp;</b> TODO lorem ipsum\n```\n\nOr `%%NAME%%`."),
    },
  ],
  [
    "thirty in Roman numbers, a shop, and astonishment",
    { article: write("In Super Bowl XXX Dallas won 27–17. Was it close??? Shirts at TK Maxx are cheaper.") },
  ],
  [
    "an editor's word in a quotation, and orders between brackets",
    { article: write('"They took [your] money," she said. Stir (add a pinch of salt), and eat.') },
  ],
  [
    "a health insurer in German",
    { article: (text) => write("Die TK zahlt das nicht.")(set("language", "de")(text)) },
  ],
  [
    "all, shouted in Spanish",
    { article: (text) => write("La ciudad lo sabe TODO.")(set("language", "es")(text)) },
  ],
  ["a title about a tag", { article: set("title", "How the <table> element came to be") }],
  ["a tag written as text", { article: write("The element \\<b> makes letters bold.") }],
  ["a link whose text is its address", { article: write("See https://www.quay.example.org/minutes.") }],
  [
    "a long address and long code",
    {
      html: withLargeCode,
      article: write(`https://quay.example.org/${"a".repeat(90)}\n\n    ${"word ".repeat(30)}`),
    },
  ],
  [
    "an article published long ago",
    {
      article: set("date", "2020-01-01"),
      context: (context) => ({ ...context, published: new Set(["ferry"]) }),
    },
  ],
  [
    "an article dated on the day it is scheduled for",
    { article: (text) => add("publish_at: 2026-12-01 08:00")(set("date", "2026-12-01 08:00")(text)) },
  ],
  [
    "a sender on a subdomain",
    { context: withMail({ dkimDomain: "mail.quay.example.org", unsubscribeUrl: "https://example.org/u" }) },
  ],
  [
    "registries of two labels",
    {
      context: withMail({
        from: { name: "Q", address: "news@quay.co.uk" },
        dkimDomain: "mail.quay.co.uk",
        unsubscribeUrl: "https://quay.co.uk/u",
      }),
    },
  ],
  [
    "a publication that sends no mail",
    { publication: { postalAddress: undefined }, context: (context) => ({ ...context, mail: undefined }) },
  ],
  [
    "acronyms and names",
    {
      article: write(
        "Mr Atkins of the UK and ATKM read [the council's minutes](https://quay.example.org/minutes).",
      ),
    },
  ],
  [
    "Arabic from right to left",
    {
      article: (text) =>
        set(
          "language",
          "ar",
        )(
          set(
            "title",
            "العبّارة تُبقي على جدول الشتاء",
          )(
            set(
              "description",
              "ثماني رحلات في اليوم حتى الربيع، وآخر قارب ينتظر القطار المتأخر من جديد.",
            )(
              text.replace(
                /\n---\n\n[\s\S]*$/,
                `\n---\n\n${"تبقى ثماني رحلات في كل يوم من أيام الأسبوع حتى الربيع. ".repeat(3)}\n`,
              ),
            ),
          ),
        ),
    },
  ],
];
