import { describe, expect, it } from "@jest/globals";
import { dropTrailingClause } from "../../src/compose/clauses.ts";
import { shortenTo } from "../../src/compose/shorten.ts";

describe("a trailing clause goes", () => {
  it.each([
    [
      "The council opened the bridge on Monday, ending a long detour.",
      "The council opened the bridge on Monday.",
    ],
    ["The old pier was closed again, which surprised the fishermen!", "The old pier was closed again!"],
  ])("%s", (sentence, without) => {
    expect(dropTrailingClause(sentence, "en")).toBe(without);
  });

  it.each([
    "The council opened the bridge on Monday, according to the mayor.",
    "The council opened the bridge on Monday, while 40 people protested.",
    "The council opened the bridge on Monday, although it is not finished.",
    "The council opened the bridge on Monday, which may delay the tram.",
    "The council closed the bridge, the tram and the ferry.",
    "“We opened the bridge on Monday, ending a long detour.",
    "He opened it, ending a detour.",
  ])("but not where the rest would say something else: %s", (sentence) => {
    expect(dropTrailingClause(sentence, "en")).toBeUndefined();
  });
});

describe("in other languages, too, a trailing clause goes only where nothing depends on it", () => {
  it.each([
    ["de", "Der Rat hat am Montag die Brücke geöffnet", ", obwohl die Verwaltung sie sperren wollte.", true],
    ["de", "Der Rat hat am Montag die Brücke geöffnet", ", obwohl sie nicht fertig ist.", false],
    ["de", "Der Sprecher sagte am Montag im Rat", ", die Stadt zahle alles.", false],
    ["fr", "Le conseil a ouvert le pont lundi", ", alors que la mairie voulait le fermer.", true],
    ["fr", "Le conseil a ouvert le pont lundi", ", ce qui n’était pas prévu.", false],
    ["fr", "Le conseil a ouvert le pont lundi", ", qui serait dangereux.", false],
    ["es", "El pleno abrió el puente el lunes", ", aunque el gobierno local quería cerrarlo.", true],
    ["es", "El pleno abrió el puente el lunes", ", según dijo la alcaldesa.", false],
    ["es", "El pleno abrió el puente el lunes", ", que cuesta tres millones.", false],
    ["fi", "Valtuusto avasi sillan maanantaina kaikille kulkijoille", ", vaikka se oli suljettu.", false],
  ])("%s: %s%s", (language, head, clause, goes) => {
    expect(dropTrailingClause(head + clause, language)).toBe(goes ? `${head}.` : undefined);
  });
});

describe("an ellipsis", () => {
  const to = (text: string, most: number) => shortenTo(text, (cut) => cut.length <= most, "en") as string;

  it("comes after a whole word", () => {
    expect(to("Bay Stow-on met the others, and left.", 9)).toBe("Bay…");
    expect(to("Bay Stow-on met the others, and left.", 12)).toBe("Bay Stow-on…");
    expect(to("Bay Stow-on met the others, and left.", 29)).toBe("Bay Stow-on met the others…");
  });

  it("comes rather where a clause ends, or after a word that says something", () => {
    expect(to("The mine that was closed in May, and later sold to a bank, is full.", 40)).toBe(
      "The mine that was closed in May…",
    );
    expect(to("They found arsenic in the wells near the mine.", 26)).toBe("They found arsenic…");
    expect(to("Exports of steel fell by 38 per cent.", 29)).toBe("Exports of steel fell…");
    // Not at any price.
    expect(to("Steel that is not of the same kind as before it was sold.", 30)).toBe(
      "Steel that is not of the same…",
    );
    expect(to("Ärzte“, sagte er, „sind hier.", 9)).toBe("Ärzte…");
  });

  it("reads a long text once", () => {
    const text = "a, “b” https://example.org/a ".repeat(5_000);
    expect(to(text, 100_000).length).toBeLessThanOrEqual(100_000);
  });

  it("stands apart from an address, and does not become its end", () => {
    expect(to("See https://example.org/a for more of it", 28)).toBe("See https://example.org/a …");
    expect(to("See www.example.org/a, which has more of it", 24)).toBe("See www.example.org/a …");
  });

  it("never cuts an address or a quotation", () => {
    expect(to("See https://example.org/a/b/c for more of it", 20)).toBe("See…");
    expect(to('She said "we will never give up" and went home', 30)).toBe("She said…");
    expect(to('"We will never give up" and more', 15)).toBeUndefined();
  });
});
