import { describe, expect, it } from "@jest/globals";
import { descriptionFault } from "../../src/compose/description.ts";

const PROSE = [
  "The county bought two ferries last spring, the first since 1974. They will sail to the islands every night from May, and the county pays a third of the fare.",
  "The islanders had asked for night ferries since the bridge plans were dropped, because the last boat left at five. Each of the ferries carries 80 cars, and a workshop on the mainland keeps both.",
  "A crew of nine lives on board for a week at a time. The harbour of the largest island gets a second pier with lamps, shelters and a waiting room, which fishermen may use in storms.",
  "The fare is twelve pounds with a car, four without, and nothing for children. Freight for shops travels at midnight, and the mail comes at six, before the school boat leaves for the mainland.",
];
const ARTICLE = {
  title: "Ferries will sail to the islands at night",
  prose: [...PROSE, ...PROSE],
  language: "en",
};

describe("a description", () => {
  it.each([
    "Two ferries end thirty years in which nobody could leave the islands after five.",
    "Two ferries end thirty years in which nobody could leave the islands after five",
    "What the islanders waited for: two ferries, every night, and the best that you can buy today.",
    "Why the county bought ferries & not a bridge, and what islanders pay (a third less).",
  ])("is a person's: %s", (description) => {
    expect(descriptionFault({ ...ARTICLE, description })).toBeUndefined();
  });

  it.each([
    ["Too short.", "has fewer than 8 words"],
    ["Two ferries end thirty years in which nobody could leave …", "is cut off"],
    ["Two ferries end thirty years in which nobody could leave [...]", "is cut off"],
    ["Two ferries end thirty years in which nobody could leave,", "is cut off"],
    ["The county bought two ferries last spring, the first since 1974. They will sail to the", "is cut off"],
    ["Ferries: The islanders had asked for night ferries since the bridge plans were", "is cut off"],
    [
      "Two ferries end the thirty years in which nobody on the islands could leave after five, and the county pays a third of the",
      "is cut off",
    ],
    ["Two ferries end <b>thirty years</b> in which nobody could leave.", "has HTML in it"],
    ["Two ferries end thirty years of early nights &amp; missed concerts.", "has HTML in it"],
    ["Ferries will sail to the islands at night: night ferries will sail!", "repeats the title"],
    ["Two ferries for the islands, at night. Learn more!", "calls for clicks"],
    ["Two ferries for the islands of the county. Click here for fares.", "calls for clicks"],
    ["Night ferries ✓ low fares ✓ cars ✓ every day ✓ the islands", "calls for clicks"],
    ["Read all about the new ferries to the islands here.", "calls for clicks"],
    ["Two ferries for the islands of the county. Book now.", "calls for clicks"],
    [
      "Zwei Fähren fahren ab Mai jede Nacht zu den Inseln, und die Gemeinde zahlt mit.",
      "is in another language",
    ],
    ["Два парома с мая будут ходить на острова каждую ночь, и округ платит.", "is in another language"],
    [
      "Your trusted daily source of breaking headlines, sports and celebrity gossip",
      "says nothing of this article",
    ],
  ])("is none: %s, which %s", (description, fault) => {
    expect(descriptionFault({ ...ARTICLE, description })).toBe(fault);
  });

  it("is in the article's language, whatever that is", () => {
    const japanese = {
      title: "島へ夜の船",
      prose: ["新しい船は五月から毎晩、島へ向かう。町が運賃の三分の一を払う。島の人々は長く待っていた。"],
      language: "ja",
    };
    const own = "新しい二隻の船が、五月から毎晩、島と本土を結ぶ。待ち続けた島民の夜が変わる。";
    expect(descriptionFault({ ...japanese, description: own })).toBeUndefined();
    const terms = "WebAssembly と DOM API を使う Ferry Map の作り方を、島の船を例に紹介する記事です。";
    expect(descriptionFault({ ...japanese, description: terms })).toBeUndefined();
    const english = "Two ferries will sail to the islands every night from May.";
    expect(descriptionFault({ ...japanese, description: english })).toBe("is in another language");
    expect(
      descriptionFault({ ...japanese, description: "島の船について。詳しくはこちら。夜も毎日走ります。" }),
    ).toBe("calls for clicks");
  });

  it("says something where there is no text to compare it with", () => {
    const description = "Two ferries end thirty years in which nobody could leave the islands after five.";
    expect(descriptionFault({ ...ARTICLE, prose: [], description })).toBeUndefined();
  });
});
