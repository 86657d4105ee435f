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

const EN = { language: "en", besideTitle: true };
const ALONE = { language: "en", besideTitle: false };

describe("the summary", () => {
  const of = (article: Partial<typeof ARTICLE>) => summarise({ ...ARTICLE, ...article }, PROSE, EN);

  it("is the author's own, where there is one", () => {
    expect(of({ summary: "Short. And sweet." })).toEqual({
      sentences: ["Short.", "And sweet."],
      inOrder: ["Short.", "And sweet."],
      source: "summary",
      reason: { why: "The front matter's summary comes first.", sentences: [] },
    });
    expect(of({})).toMatchObject({ sentences: [ARTICLE.description], source: "description" });
  });

  it("is not a description that is none, and says so", () => {
    const { source, reason } = of({
      description: "A description that some program cut off in the middle of …",
    });
    expect([source, reason.why]).toEqual([
      "body",
      "The description is cut off. The best of the body's sentences that stand alone and say more than the title beside them.",
    ]);
  });

  it("is else the sentences that stand for the article best, word for word", () => {
    const { sentences, source, reason } = extract("Ferries to the islands", PROSE, ALONE);
    expect({ sentences, source }).toEqual({
      sentences: [
        "The ferries will sail to the islands every night from May, and the county pays a third of the fare.",
        "The islanders had asked for night ferries since the bridge plans were dropped, because the last boat left at five.",
      ],
      source: "body",
    });
    expect(reason.why).toBe("The best of the body's sentences that stand alone.");
    expect(reason.sentences.map(({ text, chosen, leans }) => [text.slice(0, 12), chosen, leans])).toEqual([
      ["The ferries ", true, undefined],
      ["The islander", true, undefined],
      ["But last spr", false, "leans on what stands before it"],
      ["For years no", false, "is too short"],
      ["“We are glad", false, "is speech"],
    ]);
    for (const { score, parts } of reason.sentences)
      expect(score).toBeCloseTo(parts.title + parts.centre + parts.position);
  });

  it("has a second sentence, in the article's order, where both are short enough to be read", () => {
    const before = "Islanders without a car pay four pounds for the ferries.";
    const [, , , last = ""] = PROSE;
    const best =
      "The ferries will sail to the islands every night from May, and the county pays a third of the fare.";
    const found = extract("Ferries will sail to the islands", [before, best], ALONE);
    expect([found.sentences, found.inOrder]).toEqual([
      [best, before],
      [before, best],
    ]);
    const long = last.replace(
      "because",
      "as everybody on every one of the seven islands still says, because",
    );
    expect(extract("Ferries will sail to the islands", [best, long], ALONE).sentences).toEqual([best]);
  });

  it("adds to the title that stands beside it", () => {
    const title = "Ferries will sail to the islands at night";
    expect(extract(title, PROSE, ALONE).sentences[0]).toContain("The ferries will sail");
    expect(extract(title, PROSE, EN).sentences).toEqual([
      "The islanders had asked for night ferries since the bridge plans were dropped, because the last boat left at five.",
    ]);
    expect(extract("Night ferry opens", ["Night ferry opens today."], EN).source).toBe("title");
    expect(extract("Title", [], EN)).toMatchObject({ sentences: ["Title"], source: "title" });
  });

  it.each([
    [
      "en",
      "Now they burn until midnight on every day of the week.",
      "The lamps of the pier burn until midnight on every day.",
    ],
    [
      "en",
      "By default, it runs every night of the year but one.",
      "The boat runs every night of the year but one.",
    ],
    [
      "en",
      "However, the ferries sail at night from May to October.",
      "The ferries sail at night from May to October.",
    ],
    [
      "en",
      "1. Take the ferries that sail at night from May.",
      "There are ferries that sail at night from May.",
    ],
    [
      "en",
      "An example of this: the ferries sail at night from May.",
      "An island where ferries sail at night from May.",
    ],
    [
      "en",
      "The answer was ferries that sail at night from May.",
      "The answer to storms was ferries that sail at night from May.",
    ],
    [
      "en",
      "Part of their success: the ferries sail at night from May.",
      "Parts of the county have ferries at night from May.",
    ],
    [
      "en",
      "The ferries are “a gift,” she said, and sail at night from May.",
      "The ferries “for all” sail at night from May to the islands.",
    ],
    [
      "en",
      "The county wrote that “the ferries will sail at night from May to October.”",
      "(Reuters) — The ferries will sail at night from May to October.",
    ],
    [
      "en",
      "(The ferries sail at night from May to October.)",
      "The new ferries sail at night from May to October.",
    ],
    [
      "en",
      "The ferries sail at night, as the table below shows.",
      "The ferries sail at night, as a timetable shows.",
    ],
    [
      "de",
      "Die Fähren zu den Inseln fahren jedoch jede Nacht.",
      "Die Fähren zu den Inseln fahren nun jede Nacht.",
    ],
    [
      "fr",
      "Les navires des îles partent toutefois avant la nuit.",
      "Les navires des îles partent désormais avant la nuit.",
    ],
    [
      "de",
      "Diese Forderung der Inseln steht nun im Beschluss des Rates.",
      "Die Forderung der Inseln steht nun im Beschluss des Rates.",
    ],
    [
      "fr",
      "Elle demande que les camions partent avant la nuit.",
      "La pétition demande que les camions partent avant la nuit.",
    ],
    [
      "es",
      "Sin embargo, los barcos salen de noche desde mayo.",
      "Los barcos de las islas salen de noche desde mayo.",
    ],
    [
      "it",
      "Inoltre le navi partono di notte da maggio in poi.",
      "Le navi per le isole partono di notte da maggio.",
    ],
    [
      "pt",
      "Eles partem à noite a partir de maio deste ano.",
      "Os barcos das ilhas partem à noite a partir de maio.",
    ],
    [
      "nl",
      "Deze boten varen vanaf mei elke nacht naar de eilanden.",
      "De boten varen vanaf mei elke nacht naar de eilanden.",
    ],
    [
      "pl",
      "Jednak promy pływają nocą od maja do października co dzień.",
      "Nowe promy pływają nocą od maja do października co dzień.",
    ],
    [
      "ru",
      "Они ходят ночью с мая по октябрь каждый день.",
      "Новые паромы ходят ночью с мая по октябрь каждый день.",
    ],
    [
      "ar",
      "لكن العبارات تبحر ليلا إلى الجزر من شهر مايو.",
      "العبارات الجديدة تبحر ليلا إلى الجزر من شهر مايو.",
    ],
    ["hi", "वे मई से हर रात द्वीपों तक चलती हैं।", "नई नावें मई से हर रात द्वीपों तक चलती हैं।"],
    ["zh", "但渡轮从五月起每晚开往各个岛屿。", "新渡轮从五月起每晚开往各个岛屿。"],
    ["ja", "しかし船は五月から毎晩島へ向かう予定だ。", "新しい船は五月から毎晩島へ向かう予定だ。"],
  ])("passes over what leans on a sentence before it, in %s: %s", (language, leaning, standing) => {
    expect(extract(leaning, [leaning, standing], { language, besideTitle: false }).sentences[0]).toBe(
      standing,
    );
  });

  it("is the text's first sentences in a language that it has no lists for", () => {
    const prose = [
      "Mitä? Hyvää huomenta kaikille meidän lukijoille tänään.",
      "Se on hyvä ja se on myös kaunis.",
    ];
    expect(extract("Otsikko", prose, { language: "fi", besideTitle: false })).toEqual({
      sentences: ["Hyvää huomenta kaikille meidän lukijoille tänään.", "Se on hyvä ja se on myös kaunis."],
      inOrder: ["Hyvää huomenta kaikille meidän lukijoille tänään.", "Se on hyvä ja se on myös kaunis."],
      source: "body",
      reason: {
        why: 'pressrun has no word lists for the language "fi", so its first sentences stand for the text.',
        sentences: [],
      },
    });
  });

  it("never says what the article does not, in whatever characters", () => {
    const texts = fc.array(
      fc.oneof(fc.lorem({ mode: "sentences", maxCount: 5 }), fc.string({ unit: "binary", maxLength: 300 })),
      { maxLength: 6 },
    );
    const languages = fc.constantFrom("en", "de", "ar", "hi", "ja", "zh", "fi");
    const flat = (text: string) => text.replace(/\s/gu, " ");
    fc.assert(
      fc.property(
        texts,
        fc.string({ unit: "grapheme" }),
        languages,
        fc.boolean(),
        (prose, title, language, besideTitle) => {
          const { sentences, source } = extract(title, prose, { language, besideTitle });
          for (const sentence of sentences)
            expect([flat(title), ...prose.map(flat)].join("\n")).toContain(flat(sentence));
          expect(sentences.length).toBe(source === "title" ? 1 : Math.min(2, sentences.length));
        },
      ),
    );
  });

  it("is found in long texts, and in one endless sentence", () => {
    const long = Array.from(
      { length: 5_000 },
      (_, index) => `Sentence ${index} of the text has twenty words or nearly so.`,
    );
    expect(extract("A long text", [long.join(" ")], ALONE).source).toBe("body");
    expect(extract("A long text", long, ALONE).source).toBe("body");
    expect(extract("Quotes", ["“(".repeat(50_000)], ALONE).source).toBe("title");
    expect(sentencesOf("“Go.” ".repeat(50_000), "en")).toHaveLength(50_000);
    expect(extract("Stops", ["a.b. ".repeat(50_000)], ALONE).sentences).toHaveLength(1);
  });
});
