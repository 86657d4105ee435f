import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fitPost, hashtags, type PostContent, postOf } from "../../src/compose/post.ts";
import type { Limits } from "../../src/model/limits.ts";
import { SHORT, WEIGHED } from "./article.ts";

const URL_ = "https://www.example.org/2026/03/night-train-returns-to-the-coast/?utm_source=post";
const LAYOUT = [
  { field: "summary" },
  "\n\n",
  { field: "link" },
  "\n\n",
  { field: "tags" },
  "\n\n",
  { field: "footer" },
] as const;

function limited(max: number, more: Partial<Limits> = {}): Limits {
  return { ...SHORT, measures: [{ unit: "graphemes", max }], ...more };
}

function fitted(limits: Limits, content: Partial<PostContent> = {}): string {
  const whole: PostContent = {
    channel: "test",
    limits,
    layout: LAYOUT,
    sentences: [
      "The sleeper leaves at nine on Friday, with a dining car behind the engine.",
      "It costs 29 euros.",
    ],
    title: "The night train returns",
    url: URL_,
    tags: ["rail", "coast"],
    footer: "Stay connected.",
    language: "en",
    ...content,
  };
  return postOf("test", fitPost(whole), limits, "en").text;
}

it("has its sentences in the order in which they are read, and keeps the best where there is room for one", () => {
  const [second, best] = ["It costs 29 euros.", "The sleeper leaves at nine on Friday."];
  const content = { sentences: [best, second], inOrder: [second, best], tags: [], footer: undefined };
  const link = "example.org/2026/03/night-train-re…";
  expect(fitted(limited(120), content)).toBe(`${second} ${best}\n\n${link}`);
  expect(fitted(limited(80), content)).toBe(`${best}\n\n${link}`);
});

describe("a post that is too long loses, in this order,", () => {
  const link = "example.org/2026/03/night-train-re…";
  const first = "The sleeper leaves at nine on Friday, with a dining car behind the engine.";

  it.each([
    [300, `${first} It costs 29 euros.\n\n${link}\n\n#rail #coast\n\nStay connected.`],
    // the footer
    [160, `${first} It costs 29 euros.\n\n${link}\n\n#rail #coast`],
    // the tags after the first
    [143, `${first} It costs 29 euros.\n\n${link}\n\n#rail`],
    // the second sentence, which gives the second tag its place back
    [135, `${first}\n\n${link}\n\n#rail #coast`],
    // the trailing clause
    [117, `The sleeper leaves at nine on Friday.\n\n${link}\n\n#rail #coast\n\nStay connected.`],
    [90, `The sleeper leaves at nine on Friday.\n\n${link}\n\n#rail #coast`],
    // the last tag
    [75, `The sleeper leaves at nine on Friday.\n\n${link}`],
    // words
    [70, `The sleeper leaves at nine…\n\n${link}`],
    [44, `The…\n\n${link}`],
    [35, link],
  ])("within %i", (max, text) => {
    expect(fitted(limited(max))).toBe(text);
  });

  it("and where not even the link fits, it is refused", () => {
    expect(() => fitted(limited(34))).toThrow(
      "The link alone has 35 graphemes; test takes 34. Shorten the article's url, or leave this channel out.",
    );
  });

  it("counts a link by its weight, and shows it whole", () => {
    const content = { sentences: ["Four more words here."], tags: [], footer: undefined };
    const parts = { ...WEIGHED, measures: [{ unit: "graphemes" as const, max: 21 + 2 + 23 }] };
    expect(fitted(parts, content)).toBe(`Four more words here.\n\n${URL_}`);
  });

  it("keeps to every measure of the network", () => {
    const limits = limited(300, { measures: [...SHORT.measures, { unit: "bytes", max: 60 }] });
    expect(
      fitted(limits, {
        sentences: ["日本語の文章がここにあります。".repeat(3)],
        tags: [],
        footer: undefined,
      }),
    ).toBe(`日本語の文章…\n\n${link}`);
  });

  it("puts no space between sentences of Chinese and Japanese", () => {
    const content = {
      sentences: ["港の灯りは消えない。", "費用は29ユーロだ。"],
      tags: [],
      footer: undefined,
    };
    expect(fitted(limited(80), content)).toBe(`港の灯りは消えない。費用は29ユーロだ。\n\n${link}`);
  });

  it("takes the title where no word of the sentence can stand alone", () => {
    const sentences = ["“A quotation that is far too long to be shown and must not be cut,” he said."];
    expect(fitted(limited(62), { sentences })).toBe(`The night train returns\n\n${link}`);
  });
});

it("tells no stranger who has a name of the article on a network where names are told", () => {
  const content = {
    sentences: ["@ada and @bea@social.example wrote to desk@example.org, see https://social.example/@ada."],
    tags: [],
    footer: undefined,
    url: undefined,
  };
  expect(fitted(limited(300), content)).toBe(
    "@ada and @bea@social.example wrote to desk@example.org, see social.example/@ada.",
  );
  expect(fitted(limited(300, { pings: true }), content)).toBe(
    "@\u2060ada and @\u2060bea@social.example wrote to desk@example.org, see social.example/@ada.",
  );
});

describe("any post", () => {
  const ADDRESS = "https://example.com/a/b?c=d";
  const words = fc.constantFrom(
    "“quoted words”",
    ..."night 👨‍👩‍👧‍👦 e\u0301te\u0301 https://example.com/a/b?c=d 🇵🇹🇪🇸 நி don’t Jong-un 3.5 日本語 (so) — word, however".split(
      " ",
    ),
  );
  const sentence = fc.array(words, { minLength: 1, maxLength: 40 }).map((parts) => `${parts.join(" ")}.`);
  const measures = fc.constantFrom<Limits["measures"][number]["unit"]>("graphemes", "bytes", "utf16");
  const limits = fc.record({
    unit: measures,
    max: fc.integer({ min: 40, max: 400 }),
    weight: fc.constantFrom(23, undefined),
  });

  it("fits every measure, keeps the link and splits no grapheme, address or quotation", () => {
    const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 2 }),
        limits,
        (sentences, { unit, max, weight }) => {
          const all: Limits = {
            ...SHORT,
            measures: [
              { unit, max },
              { unit: "bytes", max: 2 * max },
            ],
            linkWeight: weight,
          };
          const parts = fitPost({
            channel: "test",
            limits: all,
            layout: LAYOUT,
            sentences,
            title: "Title",
            url: URL_,
            tags: ["rail", "coast"],
            footer: "Stay connected.",
            language: "en",
          });
          const post = postOf("test", parts, all, "en");
          expect(post.length).toBeLessThanOrEqual(max);
          const urls = parts.flatMap((part) => (part.kind === "link" ? [part.url] : []));
          expect(urls.filter((url) => url === URL_)).toHaveLength(1);
          expect(post.text.isWellFormed()).toBe(true);
          for (const url of urls) expect([URL_, ADDRESS]).toContain(url);
          expect(post.text).not.toMatch(/:\/\/[^\s…]+…/);
          const whereTo = parts.map((part) => (part.kind === "link" ? part.url : part.text)).join("");
          const [said = ""] = `\n\n${whereTo}`.split(`\n\n${URL_}`);
          if (!said.endsWith("…") || said.startsWith("\n\nTitle")) return;
          const whole = sentences.join(" ");
          const kept = said.slice(2, -1).replace(/(?<=:\/\/\S+) $/, "");
          expect(whole.startsWith(kept)).toBe(true);
          const graphemes = new Set(Array.from(segmenter.segment(whole), ({ index }) => index));
          expect(graphemes.has(kept.length)).toBe(true);
          expect(kept.split("“").length).toBe(kept.split("”").length);
          const address = /https:\S*$/.exec(kept)?.[0] ?? "";
          expect(["", ADDRESS]).toContain(address.replace(/[.,]$/, ""));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("hashtags", () => {
  it("are one word each, once, with a letter in it", () => {
    expect(
      hashtags(["night trains", "rail", "Rail", "2026", "C++ / Rust", "été", "नमस्ते दुनिया", ""], 9),
    ).toEqual(["NightTrains", "rail", "CRust", "été", "नमस्तेदुनिया"]);
    expect(hashtags(["a", "b", "c"], 2)).toEqual(["a", "b"]);
    expect(hashtags(["C++", "C#", "F1", "港"], 9)).toEqual(["F1", "港"]);
  });
});
