import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import fc from "fast-check";
import { readBody } from "../../src/read/body.ts";
import { partsOfText, toArticleFile } from "../../src/read/save.ts";
import { type Recovered, recoverText } from "../../src/read/text.ts";
import { escapeMarkdown, toMarkdown } from "../../src/read/write.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/copied-text");
const fixture = (situation: string, name: string) => readFileSync(join(FIXTURES, situation, name), "utf8");

/** Every line and what became of it, then what could not be told. */
function account({ judged, missing, footer }: Recovered): string {
  const lines = judged.map(
    ({ line, verdict, reason, text }) => `${line} ${verdict}: ${reason}: ${text.slice(0, 60)}\n`,
  );
  return `${lines.join("")}missing: ${missing.join(", ")}\nfooter: ${JSON.stringify(footer)}\n`;
}

/** The texts of the rendered blocks, as a reader sees them. */
async function rendered(markdown: string): Promise<string[]> {
  const { html } = await readBody(markdown, { file: "a.md", line: 1, relativeImage: (src) => src });
  const document = load(html, null, false);
  return document("p, h2, li, blockquote")
    .toArray()
    .filter((node) => document(node).find("p").length === 0)
    .map((node) => document(node).text().replace(/\s+/g, " ").trim());
}

describe("copied text", () => {
  it.each(readdirSync(FIXTURES))("%s", (situation) => {
    const recovered = recoverText(fixture(situation, "input.txt"));
    expect(toArticleFile(partsOfText(recovered as never))).toBe(fixture(situation, "article.md"));
    expect(account(recovered)).toBe(fixture(situation, "judged.txt"));
  });

  it("is the same with CRLF, tabs, odd spaces and invisible characters", () => {
    const text = fixture("whole-page", "input.txt");
    const odd = `\uFEFF${text.replaceAll("\n", "\r\n").replaceAll(" the ", "\u00A0the\u2009 ").replaceAll("light", "li\u00ADg\u200Bht")}`;
    expect(toArticleFile(partsOfText(recoverText(odd) as never))).toBe(fixture("whole-page", "article.md"));
  });

  it("takes a title that a person gave, and drops the line that repeats it", () => {
    const recovered = recoverText(
      fixture("no-blank-lines", "input.txt"),
      "Ferry fares to fall, for islanders",
    );
    expect(recovered.title).toBe("Ferry fares to fall, for islanders");
    expect(recovered.judged[0]).toMatchObject({ verdict: "dropped", reason: "repeats the title" });
  });

  it("finds no title in paragraphs alone", () => {
    const paragraph = "The quay was empty when the first boat came in, and ".repeat(3);
    expect(recoverText(`${paragraph}nobody had expected it.`)).toMatchObject({
      title: undefined,
      missing: ["title", "url", "date", "author", "image"],
    });
  });

  it.each([
    ["August 28, 2023", "2023-08-28"],
    ["Monday, 28 August 2023", "2023-08-28"],
    ["Published: Sept. 1st, 2023 at 10:30 am", "2023-09-01"],
    ["2023-08-28", "2023-08-28"],
    ["08/09/2023", undefined],
    ["February 30, 2023", undefined],
  ])("reads the date line %s", (line, date) => {
    const prose =
      "The quay was empty when the first boat came in that morning, and nobody on land had expected to see it.";
    expect(recoverText(`The first boat of the year\n\n${line}\n\n${prose}`).date).toBe(date);
  });

  it.each([
    [
      "German",
      [
        "Das Licht am Hafen brennt wieder",
        "Von Ada Hill und Jo Berg",
        "12. September 2024",
        "Anzeige",
        "Teilen",
      ],
      "Der Turm am Hafen war neun Wochen lang dunkel, und das Amt hatte nicht erwartet, dass es jemand merkt, aber es kamen Briefe von allen Inseln.",
      ["Kommentare", "Mehr zum Thema"],
      { author: "Ada Hill und Jo Berg", date: "2024-09-12" },
    ],
    [
      "French",
      ["La lampe du port brûle de nouveau", "Par Ada Hill", "12 septembre 2024", "Publicité"],
      "Le phare du port est resté éteint pendant neuf semaines, et le bureau ne pensait pas que quelqu’un le verrait, mais des lettres sont venues des îles.",
      ["Partager", "Lire aussi"],
      { author: "Ada Hill", date: "2024-09-12" },
    ],
    [
      "Spanish",
      ["La lámpara del puerto arde de nuevo", "Por Ada Hill", "12 de septiembre de 2024", "Publicidad"],
      "El faro del puerto estuvo apagado nueve semanas, y la oficina no esperaba que nadie lo notara, pero llegaron cartas de todas las islas del norte.",
      ["Compartir", "Te puede interesar"],
      { author: "Ada Hill", date: "2024-09-12" },
    ],
    [
      "Arabic",
      ["مصباح الميناء يضيء من جديد", "إعلان"],
      "ظل برج الميناء مظلما تسعة أسابيع ولم يتوقع المكتب أن يلاحظ أحد ذلك لكن الرسائل وصلت من كل الجزر ومن القرى البعيدة على الساحل أيضا.",
      ["مشاركة", "اقرأ أيضا"],
      {},
    ],
    [
      "Japanese",
      ["港の灯がふたたびともる", "2024年9月12日", "広告"],
      "港の灯台は九週間のあいだ暗いままで、役所は誰も気づかないと思っていたが、島々から手紙が届き、月曜から灯がともることになった。",
      ["シェア", "関連記事"],
      { date: "2024-09-12" },
    ],
  ])("knows what stands around a text in %s", (_, head, prose, tail, found) => {
    const second = prose.slice(1);
    const lines = [...head, prose, second, ...tail];
    const { title, body, author, date, judged } = recoverText(lines.join("\n\n"));
    expect({ title, ...(author && { author }), ...(date && { date }) }).toEqual({ title: head[0], ...found });
    expect(body.map(({ text }) => text)).toEqual([prose, second]);
    expect(judged.every(({ reason }) => reason !== "")).toBe(true);
  });

  it("keeps every word of what is not an article", () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 6 }), { minLength: 1 }), (lines) => {
        const { title = "", body } = recoverText(lines.join("\n\n"));
        expect([title, ...body.map(({ text }) => text)].join(" ")).toBe(lines.join(" "));
      }),
      { numRuns: 100 },
    );
  });

  it("loses no block: each is recovered or reported as dropped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const { judged, body } = recoverText(text);
        expect(judged.filter(({ verdict }) => verdict === "body")).toHaveLength(body.length);
        for (const { text: block, reason } of judged) expect([block, reason]).not.toContain("");
      }),
      { numRuns: 500 },
    );
  });
});

describe("a recovered body as Markdown", () => {
  const markup = fc.string({
    unit: fc.constantFrom(
      ..."*_#<>[]()!`~&;=+-.:|\\/\"'{}^$ 1a\t\n",
      "é",
      "\u00A0",
      "https://a.b/",
      "&amp;",
      "---",
      "<b>",
    ),
    maxLength: 60,
  });

  it.each([
    ["free text", fc.string({ unit: "grapheme", maxLength: 200 })],
    ["markup characters", markup],
  ])("shows the reader the same text: %s", async (_, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { body } = recoverText(`A title of some words\n\n${text}`);
        expect(await rendered(toMarkdown(body))).toEqual(body.map((piece) => piece.text));
      }),
      { numRuns: 1000 },
    );
  });

  it("escapes no more than it must", () => {
    expect(escapeMarkdown("snake_case, R&D, 1 < 2, a - b, #tag and 3.5 stay")).toBe(
      "snake_case, R&D, 1 < 2, a - b, #tag and 3.5 stay",
    );
  });
});
