import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { sentencesOf } from "../../src/compose/sentences.ts";

describe("sentences", () => {
  it.each([
    ["en", "Mr. Smith met Sergei K. Shoigu in the U.S. Senate. | They left."],
    ["en", "It grew 3.5 per cent. | No. 7 is next. | Really? | “Yes!” he said."],
    [
      "en",
      "He moved to the U.S. | The rest stayed at Acme Inc. | She left at 5 p.m. | Dr. Obi, Ph.D., did not.",
    ],
    [
      "en",
      '“We are glad. It works,” said Ms. Lind. | "Fine. All of it," he said. | The end (it was late. Very late) came.',
    ],
    ["en", "Wait … it goes on. | Then it stops..."],
    ["en", "1. Wash the rice. | 2. Boil it."],
    ["en", "LONDON (Reuters) - The bank cut rates on Thursday. | Shares rose."],
    ["en", "Prices rose 5.5%! | Did they? | They did, e.g. in St. Ives."],
    [
      "de",
      "Das kostet z. B. 5 Euro bzw. 18 Mio. Euro. | Am 3. Oktober war Dr. Meier da. | „Gut. Schön.“ | Mehr nicht.",
    ],
    ["fr", "« On vend. On achète », dit M. Perrin. | Mme Aubin rit."],
    ["es", "¿Viene el Sr. Gil? | ¡Sí! | EE.UU. no firmó."],
    ["it", "Il dott. Rossi è qui. | Anche il sig. Bruni."],
    ["pt", "O Sr. Silva chegou. | A Dra. Costa não."],
    ["nl", "Dhr. Jansen kwam, d.w.z. laat. | Mevr. Smit niet."],
    ["pl", "Przyszedł prof. Nowak, tj. dziekan. | Było późno."],
    ["ru", "Это г. Москва, ул. Ленина. | А. С. Пушкин писал."],
    ["ar", "هل هذا صحيح؟ | نعم. | انتهى الأمر."],
    ["hi", "यह सच है। | क्या सच में? | डॉ. राव आए।"],
    ["zh", "船夜里开。| “走吧。快点。”他说。| 到岛上两小时！"],
    ["ja", "船は夜に出る。| 「行く。すぐに。」と話した。| 島まで二時間。"],
    // names, titles and abbreviations
    [
      "en",
      "J. K. Rowling met U.S. officials. | They spoke for 3.5 hours at https://example.org/a.b?c=d. | Then they left.",
    ],
    ["en", "Sen. J.D. Vance and Rep. Ocasio-Cortez met Gen. Mark Milley vs. Lt. Gov. Smith. | OK."],
    ["en", "Warner Bros. Discovery bought Acme Corp. for $5. | Acme Co. said so. | Apple Inc.'s stock fell."],
    ["en", "The a.k.a. list is long, e.g., in Ft. Worth. | The Jan. 6 Committee met at 5 a.m. Friday."],
    [
      "en",
      "See Fig. 3 for details. | Version 2.0.1 of node.js is out. | Visit www.example.com. | It is free.",
    ],
    ["en", "LA CROSSE, Wis. (AP) — After a dry summer, it rained. | Nobody came. | (It was late.)"],
    ["en", "The firm (founded in 1999 by J. Doe et al.) closed. | iPhone users and n8n users did not care."],
    [
      "en",
      "Teams use it to reduce errors. | The makers of n8n (pronounced “n-eight-n”) agree. | It rose… and fell.",
    ],
    ["en", "It works! | 🎉 Try it. | “Is it true?” she asked. | Nobody knew."],
    [
      "de",
      "Prof. Dr. med. Hans-Peter Müller sprach u. a. über Lärm. | Die Müller GmbH & Co. KG zahlte 3,5 Mio. Euro.",
    ],
    [
      "de",
      "Der 1. FC Köln gewann 2:1. | Das freute die Fans. | Im 19. Jahrhundert war das anders. | König Ludwig II. starb 1886.",
    ],
    [
      "de",
      "Das war am 4. | Danach ging es los. | »Komm!«, rief sie. | „Wohin?“, fragte er. | Laut § 5 Abs. 2 gilt das.",
    ],
    [
      "fr",
      "« C’est fini. » | Il est parti. | « Pourquoi ? » demande-t-il. | Le Dr Martin, né av. J.-C., se tait.",
    ],
    ["fr", "« Oui ! » | « Non. » | L’art. 5 du texte coûte 3,5 euros. | MM. Dupont et Durand paient."],
    [
      "es",
      "El Sr. Presidente llegó a las 5 p. m. a EE. UU. con la Dra. Gómez. | «No iré.» | Cuesta 3.500 euros. | D. José pagó.",
    ],
    [
      "it",
      "L’on. Bianchi (cfr. art. 3) e la dott.ssa Verdi hanno detto no. | «Vado via.» | Così disse l’avv. Neri.",
    ],
    ["pt", "O Sr. Dr. Silva mora na Av. Brasil, n.º 5. | Custa R$ 3.500,00. | É caro."],
    [
      "nl",
      "Mr. J. de Vries kwam om ca. 5 uur, m.a.w. te laat. | Drs. P. schreef dit i.v.m. de feesten. | Het was mooi.",
    ],
    [
      "pl",
      "Dr hab. J. Kowalski mieszka przy ul. Długiej. | W 1990 r. było inaczej. | „Idę.” | Tak powiedział.",
    ],
    [
      "ru",
      "В 1990 г. всё было иначе. | Он живёт на ул. Ленина, д. 5, кв. 3. | И. И. Иванов заплатил 3,5 млн руб. в год, т. е. много.",
    ],
    ["ar", "قال د. أحمد إن السعر 3.5 دولار. | «لن أذهب.» | هكذا قال!"],
    ["hi", "श्री ए. पी. जे. अब्दुल कलाम राष्ट्रपति थे। | कीमत 3.5 रुपये है। | क्या यह सच है?"],
    ["zh", "他说：“我走了。”| 价格是3.5元。| （他不知道。）| 真的吗？"],
    ["ja", "彼は「行く。」と言った。| 値段は3.5ドルだ。| （知らなかった。）| 「はい。」| 本当か？"],
  ])("in %s: %s", (language, marked) => {
    const sentences = marked.split(/ ?\| ?/);
    const space = /^(zh|ja)$/.test(language) ? "" : " ";
    expect(sentencesOf(sentences.join(space), language)).toEqual(sentences);
  });

  it("lose nothing and cut no quotation", () => {
    const bits = fc.constantFrom(
      "“",
      "”",
      "«",
      "»",
      '"',
      "(",
      ")",
      "「",
      "」",
      "A. ",
      "Go. ",
      "e.g. ",
      "3. ",
      "no! ",
      "Is it? ",
      "。",
      "word ",
      "… ",
    );
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 40 }).map((each) => each.join("")),
        (text) => {
          const sentences = sentencesOf(text, "en");
          const bare = (each: string) => each.replaceAll(" ", "");
          expect(bare(sentences.join(""))).toBe(bare(text));
        },
      ),
    );
    fc.assert(
      fc.property(fc.lorem({ mode: "sentences" }), fc.lorem({ mode: "sentences" }), (said, after) => {
        expect(sentencesOf(`“${said}” ${after}`, "en").some((each) => each.includes(`“${said}”`))).toBe(true);
      }),
    );
  });
});
