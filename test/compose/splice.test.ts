import { describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import fc from "fast-check";
import { composeArticle, htmlOf, PUBLICATION, textOf } from "./article.ts";

const ATTACKS = [
  '{{lookup this "unsubscribe"}}',
  "{{unsubscribe_url}} {{{subscriber.address}}} [[unsubscribe_url]]",
  "{{#each",
  "{{#each footer.links}}",
  "{{/if}}{{> footer.mjml}}",
  "{{constructor.constructor}} {{__proto__}}",
  "</mj-text><mj-raw><script>alert(1)</script></mj-raw><mj-text>",
  "</mj-text></mj-column></mj-section></mj-body></mjml>",
  '" onload="alert(1)" x="',
  "<script>alert(1)</script>",
  "<style>* { display: none",
  "<!--",
  "--><script>alert(1)</script><!--",
  "<!--[if mso]>",
  "<![CDATA[",
  "<textarea>",
  "<title>",
  "<plaintext>",
  "<noscript><style>",
  '<a href="',
  "<svg><style><img src=x onerror=alert(1)>",
  "</td></tr></table></body></html>",
  "v00000000000000000000000000000000n0z",
];

/** What a reader's program could run, load or be misled by. */
function faultsOf(html: string): string[] {
  const $ = load(html);
  const faults: string[] = [];
  if ($("script, iframe, object, embed, form, input, textarea, plaintext, svg, mj-raw, mj-text").length > 0) {
    faults.push("an active element");
  }
  $("*").each((_, element) => {
    for (const [name, value] of Object.entries($(element).attr() ?? {})) {
      if (name.startsWith("on") || /^\s*javascript:/i.test(value)) faults.push(`${name}=${value}`);
    }
  });
  const ways = $('a[href="https://lantern.example.org/u?t=a&b"]').filter(
    (_, link) => $(link).text() === "Unsubscribe",
  );
  if (ways.length !== 1) faults.push(`${ways.length} ways out`);
  if (!/1 Pier Street/.test($("body").text())) faults.push("no postal address");
  if (html.includes("ada@example.org")) faults.push("the reader's address");
  return faults;
}

function poisoned(attack: string) {
  return composeArticle(
    {
      title: `T ${attack}`,
      description: `D ${attack} and seven more words of the dek here`,
      author: attack,
      tags: [attack],
      language: "en",
      image: { src: "https://lantern.example.org/i.jpg", alt: attack, credit: attack },
      related: [{ title: attack, url: `https://lantern.example.org/?q=${encodeURIComponent(attack)}` }],
      html: `<p>${attack.replace(/</g, "&lt;")}</p><p>${attack}</p>`,
      summary: undefined,
      email: { preheader: attack },
    },
    {
      publication: {
        ...PUBLICATION,
        name: `The Lantern ${attack}`,
        footer: { ...PUBLICATION.footer, links: [{ label: attack, url: "https://lantern.example.org/l" }] },
      },
    },
  );
}

describe("article text is data", () => {
  for (const attack of ATTACKS) {
    it(`so this does nothing: ${attack}`, async () => {
      const edition = await poisoned(attack);
      expect(faultsOf(htmlOf(edition))).toEqual([]);
      expect(load(htmlOf(edition))("h1").text()).toBe(`T ${attack}`);
      expect(load(htmlOf(edition))("title").text()).toBe(`T ${attack}`);
      expect(textOf(edition)).toContain("https://lantern.example.org/u?t=a&b");
      expect(edition.newsletter.html.fields).toEqual(["unsubscribe_url"]);
    });
  }

  it("whatever else it says", async () => {
    const pieces = fc.constantFrom(
      ...ATTACKS,
      "<",
      ">",
      "{{",
      "}}",
      '"',
      "'",
      "&",
      "mj-",
      "-",
      " ",
      "é",
      "\u202e",
    );
    const texts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(faultsOf(htmlOf(await poisoned(text)))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
