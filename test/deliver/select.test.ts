import { describe, expect, it } from "@jest/globals";
import { notHonoured, selectChannels, unknownPosts } from "../../src/deliver/select.ts";
import { EXIT, UserError } from "../../src/errors.ts";
import type { Article } from "../../src/model/article.ts";
import type { Channel } from "../../src/model/channel.ts";

const channels = ["email", "bluesky", "bluesky-uk"].map((name) => ({ name }) as Channel);
const select = (wanted: Article["channels"], only?: string[]) =>
  selectChannels(channels, { file: "content/articles/a.md", channels: wanted }, only).map(({ name }) => name);

describe("selectChannels", () => {
  it("takes all, those the article names, or of these the ones asked for", () => {
    expect(select(undefined)).toEqual(["email", "bluesky", "bluesky-uk"]);
    expect(select(["bluesky", "email"])).toEqual(["email", "bluesky"]);
    expect(select(undefined, ["bluesky"])).toEqual(["bluesky"]);
    expect(select(["email"], ["bluesky"])).toEqual([]);
  });

  it("refuses a name that is no channel, and lists those that are", () => {
    for (const [wanted, only, where] of [
      [undefined, ["blusky"], "--only"],
      [["blusky"], undefined, "content/articles/a.md: channels"],
    ] as const) {
      const error = catchError(() => select(wanted as string[] | undefined, only as string[] | undefined));
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).exit).toBe(EXIT.refused);
      expect((error as UserError).message).toBe(
        `${where} names "blusky", which is not a channel of this publication. Choose from: email, bluesky, bluesky-uk.`,
      );
    }
  });
});

describe("an offset", () => {
  it("is refused: what goes out too early stays out", () => {
    const error = catchError(() => select({ email: "+0m", bluesky: "+30m" }));
    expect((error as UserError).exit).toBe(EXIT.refused);
    expect((error as UserError).message).toBe(
      [
        "content/articles/a.md: channels.email asks for +0m, and this version cannot wait. Take the offset out, or publish it later by hand with --only.",
        "content/articles/a.md: channels.bluesky asks for +30m, and this version cannot wait. Take the offset out, or publish it later by hand with --only.",
      ].join("\n"),
    );
  });

  it("is the person's to keep who names the channels", () => {
    expect(select({ email: "+0m", "bluesky-uk": "+30m" }, ["bluesky-uk"])).toEqual(["bluesky-uk"]);
  });
});

describe("what the front matter asks for in vain", () => {
  const file = "content/articles/a.md";

  it("is a queue", () => {
    for (const queue of [true, "weekly"])
      expect(notHonoured({ file, queue })).toEqual([
        {
          code: "not-honoured",
          message: "queue is not honoured by this version: the article goes out when it is published.",
          place: { file },
        },
      ]);
    for (const queue of [undefined, false]) expect(notHonoured({ file, queue })).toEqual([]);
  });

  it("is a post for a channel that has none", () => {
    const social = [{ name: "email" }, { name: "bluesky", limits: {} }] as Channel[];
    const posts = { bluesky: "Read.", blusky: "Read.", email: "Read." };
    const unused = (name: string) => ({
      code: "post-for-nobody",
      message: `posts.${name} is not used: it names no social channel of this publication.`,
      next: "Choose from: bluesky.",
      place: { file },
    });
    expect(unknownPosts({ file, posts }, social)).toEqual([unused("blusky"), unused("email")]);
    expect(unknownPosts({ file, posts: { x: "Read." } }, [])).toEqual([
      { ...unused("x"), next: "Add it to pressrun.yaml first." },
    ]);
  });
});

function catchError(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
