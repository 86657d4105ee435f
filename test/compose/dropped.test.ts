import { describe, expect, it } from "@jest/globals";
import { droppedFrom, type Wanted } from "../../src/compose/dropped.ts";
import type { LinkCard, PostPart, PostText } from "../../src/model/edition.ts";

function said(text: string, tags: readonly string[] = []): PostText {
  const parts: PostPart[] = tags.map((tag) => ({ kind: "tag", text: `#${tag}`, tag }));
  return { text, parts: [{ kind: "text", text }, ...parts] };
}

const FIRST = "The ferry sails at eleven, although the harbour is closed.";
const SECOND = "Dogs travel free.";
const WANTED: Wanted = { sentences: [FIRST, SECOND], tags: ["ferry", "coast"], footer: "Stay with us." };

describe("what a post had no room for", () => {
  it("is nothing where all of it is there, in whichever part of a thread", () => {
    const thread = [said(`${FIRST} 1/2`, ["ferry", "coast"]), said(`${SECOND} 2/2\n\nStay with us.`)];
    expect(droppedFrom(WANTED, thread, undefined)).toEqual([]);
  });

  it("is told word for word: a tag, a sentence, the end of one, the footer", () => {
    expect(droppedFrom(WANTED, [said("The ferry sails at eleven…", ["ferry"])], undefined)).toEqual([
      { what: "end of a sentence", text: ", although the harbour is closed." },
      { what: "sentence", text: SECOND },
      { what: "hashtag", text: "#coast" },
      { what: "footer", text: "Stay with us." },
    ]);
  });

  it("counts the footer as said where the card says it, and tells what the card cut", () => {
    const card: LinkCard = { url: "https://a.example", title: "The ferry…", description: "Stay with us." };
    const wanted = {
      sentences: [],
      tags: [],
      footer: "Stay with us.",
      card: { title: "The ferry sails", description: "Stay with us." },
    };
    expect(droppedFrom(wanted, [said("")], card)).toEqual([{ what: "card's title", text: "sails" }]);
  });

  it("is nothing where an address is shown shorter, and a name is not called", () => {
    const url = "https://quay.example.org/a/long/way/to/the/ferry";
    const parts: PostPart[] = [
      { kind: "text", text: "Says @\u2060pier: see " },
      { kind: "link", text: "quay.example.org/a/long…", url },
      { kind: "text", text: " for more." },
    ];
    const text = parts.map((part) => part.text).join("");
    const wanted = { sentences: [`Says @pier: see ${url} for more.`], tags: [] };
    expect(droppedFrom(wanted, [{ text, parts }], undefined)).toEqual([]);
  });

  it("knows words in any script", () => {
    const wanted = { sentences: ["渡し船は十一時に出る。犬は無料。"], tags: [] };
    expect(droppedFrom(wanted, [said("渡し船は十一時…")], undefined)).toEqual([
      { what: "end of a sentence", text: "に出る。犬は無料。" },
    ]);
  });
});
