import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { blobCid } from "../../src/channels/bluesky/cid.ts";
import { facetsOf, faultOf, frozenPost, recordKey } from "../../src/channels/bluesky/post.ts";
import { channelType } from "../../src/channels/bluesky.ts";
import type { PostDraft } from "../../src/model/draft.ts";
import type { Edition, Post, PostPart } from "../../src/model/edition.ts";
import { sampleEdition } from "../contract/channel.ts";

const NAME = "bluesky-uk";

function createChannel(options: object = {}) {
  return channelType.create(channelType.options.parse({ identifier: "harbour.example.org", ...options }), {
    name: NAME,
    state: "/nowhere",
    cache: "/nowhere",
    now: () => new Date(),
  });
}

function composed(change: Partial<Post> = {}, options: object = {}): PostDraft {
  const edition: Edition = sampleEdition(NAME);
  const post = { ...(edition.posts.get(NAME) as Post), ...change };
  return createChannel(options).compose({ ...edition, posts: new Map([[NAME, post]]) }) as PostDraft;
}

describe("options", () => {
  const problems = (options: object) =>
    channelType.options
      .safeParse(options)
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

  it("have defaults, and take a handle as people write it", () => {
    expect(channelType.options.parse({ identifier: " @harbour.example.org" })).toEqual({
      identifier: "harbour.example.org",
      password: "",
      service: "https://bsky.social",
    });
  });

  it("refuse what they do not know, and a server that would see the password in clear", () => {
    expect(problems({ identifier: "x.example.org", service: "http://pds.example.org", tag: 1 })).toEqual([
      "service: must be an https:// address",
      ': Unrecognized key: "tag"',
    ]);
    expect(problems({ identifier: "x.example.org", service: "http://127.0.0.1:2583" })).toBeUndefined();
  });

  it("refuse a server that is no address, once", () => {
    expect(problems({ identifier: "x.example.org", service: "bsky.social" })).toEqual([
      "service: Invalid URL",
    ]);
  });
});

describe("limits", () => {
  it("are the protocol's", () => {
    expect(createChannel().limits).toEqual({
      measures: [
        { unit: "graphemes", max: 300 },
        { unit: "bytes", max: 3000 },
      ],
      shortLinks: true,
      tags: 3,
      card: { thumbnailBytes: 1_000_000 },
      images: {
        count: 4,
        bytes: 1_000_000,
        alt: 2000,
        formats: ["image/jpeg", "image/png", "image/webp"],
      },
      threads: true,
      assumed: false,
    });
  });
});

describe("the draft", () => {
  it("holds every request, whole, without secrets", () => {
    const bytes = Buffer.from("a picture");
    const card = { url: "https://example.org/a", title: "A", description: "" };
    const thumbnail = { bytes, mediaType: "image/jpeg", width: 1, height: 1, alt: "" };
    const draft = composed({ card: { ...card, thumbnail } }, { password: "abcd-efgh-ijkl-mnop" });
    expect(draft).toEqual({
      kind: "post",
      limitsAssumed: false,
      requests: [
        {
          method: "POST",
          url: "https://bsky.social/xrpc/com.atproto.server.createSession",
          headers: { "content-type": "application/json" },
          body: { identifier: "harbour.example.org", password: "***" },
        },
        {
          method: "POST",
          url: "https://bsky.social/xrpc/com.atproto.repo.uploadBlob",
          headers: { "content-type": "image/jpeg", authorization: "Bearer ***" },
          body: bytes,
        },
        {
          method: "POST",
          url: "https://bsky.social/xrpc/com.atproto.repo.putRecord",
          headers: { "content-type": "application/json", authorization: "Bearer ***" },
          body: {
            repo: "{{did}}",
            collection: "app.bsky.feed.post",
            rkey: "3lbydo7bvxstn",
            record: {
              $type: "app.bsky.feed.post",
              text: "The harbour keeps its lights on. example.org/harbour-lights #harbour",
              facets: [
                {
                  index: { byteStart: 33, byteEnd: 59 },
                  features: [
                    { $type: "app.bsky.richtext.facet#link", uri: "https://example.org/harbour-lights" },
                  ],
                },
                {
                  index: { byteStart: 60, byteEnd: 68 },
                  features: [{ $type: "app.bsky.richtext.facet#tag", tag: "harbour" }],
                },
              ],
              embed: {
                $type: "app.bsky.embed.external",
                external: {
                  uri: "https://example.org/a",
                  title: "A",
                  description: "",
                  thumb: { $type: "blob", ref: { $link: blobCid(bytes) }, mimeType: "image/jpeg", size: 9 },
                },
              },
              langs: ["en"],
              createdAt: "2026-05-04T09:00:00.000Z",
            },
            swapRecord: null,
          },
        },
      ],
    });
  });

  it("leaves out what there is not", () => {
    const draft = composed({
      text: "Hello.",
      parts: [{ kind: "text", text: "Hello." }],
      card: undefined,
      languages: [],
    });
    expect(frozenPost(draft).record).toEqual({
      $type: "app.bsky.feed.post",
      text: "Hello.",
      createdAt: "2026-05-04T09:00:00.000Z",
    });
    expect(draft.requests).toHaveLength(2);
  });

  it("names three languages at most, the account's before the article's", () => {
    expect(frozenPost(composed({ languages: ["cy", "en", "ga", "gd"] })).record).toMatchObject({
      langs: ["cy", "en", "ga"],
    });
    expect(frozenPost(composed({}, { languages: ["de"] })).record).toMatchObject({ langs: ["de"] });
  });

  it("takes an article's own braces as text", () => {
    expect(frozenPost(composed({ text: "{{did}}" })).record).toMatchObject({ text: "{{did}}" });
  });
});

describe("facets", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("👩‍👩‍👧‍👦", "港の灯り", "أضواء الميناء", "e\u0301", "🇬🇧", "(https://a.b/c)"),
  );
  const part: fc.Arbitrary<PostPart> = fc.oneof(
    text.map((text) => ({ kind: "text" as const, text })),
    text.map((text) => ({ kind: "link" as const, text, url: "https://example.org/a" })),
    text.map((text) => ({ kind: "tag" as const, text, tag: "harbour" })),
  );

  it("cut exactly their part out of the text's bytes, whatever the script", () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const bytes = Buffer.from(parts.map(({ text }) => text).join(""));
        const cut = facetsOf(parts).map(({ index }) => {
          const { byteStart, byteEnd } = index as { byteStart: number; byteEnd: number };
          return String(bytes.subarray(byteStart, byteEnd));
        });
        expect(cut).toEqual(parts.filter(({ kind }) => kind !== "text").map(({ text }) => text));
      }),
    );
  });
});

describe("the record key", () => {
  const key = fc.record({
    channel: fc.string(),
    slug: fc.string(),
    revision: fc.nat(),
    recipient: fc.string(),
  });
  const DIGITS = "234567abcdefghijklmnopqrstuvwxyz";

  it("is a valid TID of a past time, the same for the same delivery", () => {
    fc.assert(
      fc.property(key, (key) => {
        const tid = recordKey(key);
        expect(tid).toMatch(/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/);
        const value = [...tid].reduce((sum, digit) => sum * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
        const time = new Date(Number((value >> 10n) / 1000n));
        expect(time >= new Date("2023-01-01") && time < new Date("2025-04-01")).toBe(true);
        expect(recordKey({ ...key })).toBe(tid);
      }),
    );
  });

  it("differs where any part of the delivery key does", () => {
    const first = { channel: "bluesky", slug: "a", revision: 0, recipient: "bluesky" };
    const others = [{ channel: "b" }, { slug: "b" }, { revision: 1 }, { recipient: "b" }];
    expect(new Set([{}, ...others].map((other) => recordKey({ ...first, ...other }))).size).toBe(5);
  });
});

describe("a blob's reference", () => {
  it("is the CID that others compute", () => {
    // The CID of no bytes, as it stands in the documentation of IPFS.
    expect(blobCid(new Uint8Array())).toBe("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
  });
});

describe("faults that are found before anything is sent", () => {
  const fault = (change: Partial<Post>) => faultOf(frozenPost(composed(change)));

  it("none in a good post", async () => {
    expect(await fault({})).toBeUndefined();
  });

  it("a text that is too long", async () => {
    expect(await fault({ text: "é".repeat(301), parts: [] })).toBe(
      "Record/text must not be longer than 300 graphemes",
    );
    expect(await fault({ text: "👩‍👩‍👧‍👦".repeat(150), parts: [] })).toBe(
      "Record/text must not be longer than 3000 characters",
    );
  });

  it("a link that is none", async () => {
    const parts: PostPart[] = [{ kind: "link", text: "here", url: "not an address" }];
    expect(await fault({ text: "here", parts })).toMatch(/must be a uri|valid/i);
  });

  it.each([
    ["an empty range", "", "é"],
    ["a range past the end", "ééé", "é"],
    ["a range that cuts a character", "e", "é"],
  ])("%s", async (_, linked, text) => {
    const parts: PostPart[] = [{ kind: "link", text: linked, url: "https://example.org" }];
    expect(await fault({ text, parts })).toBe(
      `the link or tag at bytes 0 to ${Buffer.byteLength(linked)} does not fit the text`,
    );
  });
});
