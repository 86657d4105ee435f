import { describe, expect, it } from "@jest/globals";
import { listId, type MailIdentity, unsubscribeHeaders, waysOut } from "../../src/mail/list.ts";

const IDENTITY: MailIdentity = {
  channel: "email",
  from: { address: "Harbour.News@example.org" },
  replyTo: { address: "desk+mail@example.org" },
  listName: "Harbour News",
};
const token = (id: string): string => `TOKEN.${id}`;

describe("ways off the list", () => {
  it("https first, one click promised, then the mailbox", () => {
    const out = waysOut(
      { url: "https://example.org/u?list=1", mailto: "leave@example.org", token },
      IDENTITY,
    )("7");
    expect(out.link).toBe("https://example.org/u?list=1&t=TOKEN.7");
    expect(unsubscribeHeaders(out)).toEqual({
      "List-Unsubscribe":
        "<https://example.org/u?list=1&t=TOKEN.7>, <mailto:leave@example.org?subject=unsubscribe%20TOKEN.7>",
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
  });

  it("an endpoint alone does without the mailbox that nobody may read", () => {
    const out = waysOut({ url: "https://example.org/u", token }, IDENTITY)("7");
    expect(unsubscribeHeaders(out)["List-Unsubscribe"]).toBe("<https://example.org/u?t=TOKEN.7>");
  });

  it("an endpoint without https promises no one click", () => {
    const out = waysOut({ url: "http://127.0.0.1:8080/u", token }, IDENTITY)("7");
    expect(unsubscribeHeaders(out)).toEqual({ "List-Unsubscribe": "<http://127.0.0.1:8080/u?t=TOKEN.7>" });
  });

  it.each([
    ["the reply address", IDENTITY, "desk%2Bmail@example.org"],
    ["the sender", { ...IDENTITY, replyTo: undefined }, "Harbour.News@example.org"],
  ])("a mail to %s where nothing else is configured", (_who, identity, mailbox) => {
    const out = waysOut({ token }, identity)("7");
    expect(out.link).toBe(`mailto:${mailbox}?subject=unsubscribe%20TOKEN.7`);
    expect(unsubscribeHeaders(out)).toEqual({ "List-Unsubscribe": `<${out.link}>` });
  });

  it("takes a mailbox written as a link", () => {
    expect(waysOut({ mailto: "mailto:leave@example.org", token }, IDENTITY)("7").link).toBe(
      "mailto:leave@example.org?subject=unsubscribe%20TOKEN.7",
    );
  });
});

describe("listId", () => {
  it("is made of the sending address", () => {
    expect(listId(IDENTITY)).toEqual({ name: "Harbour News", address: "harbour-news.example.org" });
  });
  it("has a label whatever the address", () => {
    expect(listId({ ...IDENTITY, from: { address: "_@example.org" } }).address).toBe("list.example.org");
  });
});
