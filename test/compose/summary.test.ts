import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { sentencesOf } from "../../src/compose/sentences.ts";
import { extract, summarise } from "../../src/compose/summary.ts";
import { ARTICLE } from "./article.ts";

const PROSE = [
  "For years nobody came. But last spring that changed: the county bought two ferries, the first since 1974.",
  "“We are glad,” said the harbour master. The ferries will sail to the islands every night from May, and the county pays a third of the fare.",
  "They will carry 80 cars each. Will it last? We hope so.",
  "The islanders had asked for night ferries since the bridge plans were dropped, because the last boat left at five.",
];

describe("the summary", () => {
  const of = (article: Partial<typeof ARTICLE>) => summarise({ ...ARTICLE, ...article }, PROSE, "en");

  it("is the author's own, where there is one", () => {
    expect(of({ summary: "Short. And sweet." })).toEqual({
      sentences: ["Short.", "And sweet."],
      source: "summary",
    });
    expect(of({})).toEqual({ sentences: [ARTICLE.description], source: "description" });
  });

  it.each([
    "Too short.",
    "A description that some program cut off in the middle of …",
    "A description that some program cut off in the middle [...]",
    "A description that some program cut off in the middle,",
  ])("is not a description such as: %s", (description) => {
    expect(of({ description }).source).toBe("body");
  });

  it("is not the site's slogan", () => {
    const long = {
      prose: [...PROSE, ...PROSE.map((text) => text.toUpperCase()), ...PROSE, ...PROSE, ...PROSE],
    };
    const slogan = "Your trusted daily source of breaking headlines, sports and celebrity gossip worldwide";
    expect(summarise({ ...ARTICLE, description: slogan }, long.prose, "en").source).toBe("body");
  });

  it("is else the sentences that stand for the article best, word for word", () => {
    expect(extract("Ferries to the islands at night", PROSE, "en")).toEqual({
      sentences: [
        "The ferries will sail to the islands every night from May, and the county pays a third of the fare.",
        "The islanders had asked for night ferries since the bridge plans were dropped, because the last boat left at five.",
      ],
      source: "body",
    });
    expect(extract("Title", [], "en")).toEqual({ sentences: ["Title"], source: "title" });
    expect(extract("Night ferry opens", ["Night ferry opens today."], "en").source).toBe("title");
  });

  it("never says what the article does not", () => {
    const texts = fc.array(fc.lorem({ mode: "sentences", maxCount: 5 }), { maxLength: 6 });
    fc.assert(
      fc.property(texts, fc.lorem(), (prose, title) => {
        const { sentences, source } = extract(title, prose, "en");
        for (const sentence of sentences) expect([title, ...prose].join("\n")).toContain(sentence);
        expect(sentences.length).toBe(source === "title" ? 1 : Math.min(2, sentences.length));
      }),
    );
  });
});

describe("sentences", () => {
  it.each([
    ["Mr. Smith met Sergei K. Shoigu in the U.S. Senate. They left.", 2],
    ["It grew 3.5 per cent. No. 7 is next. Really? “Yes!” he said.", 4],
    ["Das kostet z.B. 5 Euro. Mehr nicht.", 2],
    ["船は夜に出る。島まで二時間。", 2],
    ["No end", 1],
  ])("%s", (text, count) => {
    const sentences = sentencesOf(text, "en");
    expect(sentences).toHaveLength(count);
    expect(sentences.join(" ").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });
});
