import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp from "sharp";
import { authorization } from "../../src/channels/x/sign.ts";
import { channelType } from "../../src/channels/x.ts";
import type { Channel } from "../../src/model/channel.ts";
import type { PostDraft } from "../../src/model/draft.ts";
import type { Post } from "../../src/model/edition.ts";
import { lengthOf } from "../../src/model/limits.ts";
import { describeNetwork } from "../contract/network.ts";
import { KEYS, x } from "../contract/networks/x.ts";
import { editionSaying } from "../contract/sample.ts";
import { type RecordingProxy, startProxy } from "../servers/proxy.ts";
import { reachedAt, startX, weighted, type X, type XRules } from "../servers/x.ts";

describeNetwork("x", x);

describe("X's signature (OAuth 1.0a)", () => {
  it("signs as the network's own example does", () => {
    const query = new URLSearchParams({
      include_entities: "true",
      status: "Hello Ladies + Gentlemen, a signed OAuth request!",
    });
    const header = authorization(
      {
        apiKey: "xvz1evFS4wEEPTGEFPHBog",
        apiSecret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        token: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        tokenSecret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
      },
      {
        method: "POST",
        url: `https://api.twitter.com/1.1/statuses/update.json?${query}`,
        timestamp: 1318622958,
        nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
      },
    );
    expect(header).toContain('oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"');
  });
});

describe("X's own rules", () => {
  const never = new AbortController().signal;
  let server: X;
  let proxy: RecordingProxy;
  let folder: string;
  afterEach(async () => {
    await proxy.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  async function account(options: object = KEYS, rules: XRules = { keys: KEYS }, now = () => new Date()) {
    server = await startX(rules);
    proxy = await startProxy(server.url);
    reachedAt(KEYS, proxy.url);
    folder = mkdtempSync(join(tmpdir(), "x-"));
    const context = { name: "x", state: folder, cache: join(folder, "cache"), now };
    return () => channelType.create(channelType.options.parse({ server: proxy.url, ...options }), context);
  }

  function delivery(channel: Channel, text: string, change: Partial<Post> = {}, slug = "harbour-lights") {
    const edition = editionSaying("x", text, change);
    const key = { channel: "x", slug, revision: 0, recipient: "x" };
    return { key, draft: channel.compose(edition) as PostDraft, attempt: 1 };
  }
  const more = (...texts: string[]) =>
    texts.map((text) => ({ text, parts: [{ kind: "text" as const, text }] }));

  it("counts any text as the network's configuration v3 does", async () => {
    const channel = (await account())();
    const { limits } = channel;
    const measure = limits?.measures[0];
    if (limits === undefined || measure === undefined) throw new Error("no limits");
    const piece = fc.oneof(
      fc.constantFrom(
        "https://example.org/a/long/path?x=1",
        "example.com",
        "港の灯り",
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "1️⃣",
        "👍🏽",
        "e\u0301",
        "—",
        "…",
        "’",
        "ﷺ",
      ),
      fc.string({ unit: "grapheme-ascii", maxLength: 8 }).map((text) => text.replace(/[.:/@]/g, "")),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join(" ");
        expect(lengthOf([{ kind: "text", text }], measure, limits)).toBe(weighted(text));
      }),
      { numRuns: 500 },
    );
  });

  it("says what a post costs: more with a link, each post of a thread", async () => {
    const channel = (await account())();
    const costOf = (text: string, change: Partial<Post> = {}) => delivery(channel, text, change).draft.cost;
    expect([
      costOf("The lamps are lit."),
      costOf("See https://example.org/a"),
      costOf("See example.org."),
      costOf("At 9.30 it was 1.5 m; e.g. 3.x"),
      costOf("One.", { more: more("Two.", "https://example.org") }),
    ]).toEqual([15, 200, 200, 15, 230]);
  });

  it("pictures go up first, each with its alt text", async () => {
    const channel = (await account())();
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer();
    const images = ["Teal", ""].map((alt) => ({ bytes, mediaType: "image/jpeg", width: 9, height: 9, alt }));
    expect(await channel.send(delivery(channel, "Two.", { images }), never)).toMatchObject({ state: "sent" });
    expect(server.posts).toMatchObject([{ text: "Two.", media: [...server.media.keys()] }]);
    expect([...server.media.values()].map(({ alt }) => alt)).toEqual(["Teal", ""]);
  });

  it("a thread is posts that answer each other, and goes on where it broke off", async () => {
    const make = await account();
    const thread = delivery(make(), "One.", { more: more("Two.", "Three.") });
    proxy.meddle(({ body }) => (String(body).includes("Two.") ? { status: 429 } : undefined));
    expect(await make().send(thread, never)).toMatchObject({ state: "failed", retryAt: expect.any(Date) });
    proxy.meddle(() => undefined);
    expect(await make().send(thread, never)).toMatchObject({ state: "sent" });
    const [one, two] = server.posts;
    expect(server.posts.map(({ text, replyTo }) => [text, replyTo])).toEqual([
      ["One.", null],
      ["Two.", one?.id],
      ["Three.", two?.id],
    ]);
  });

  it.each([
    ["as it is", "The lamps are lit.", {}],
    ["with links and entities", "See <b> & https://example.org/a?b=1&c=2\n\nand example.com.", {}],
    ["long", `${"All the lamps & more. ".repeat(30)}https://example.org/a`, { premium: true }],
  ])("the same text again is found in the account's own posts: %s", async (_, text, options) => {
    const most = "premium" in options ? 25_000 : 280;
    const make = await account({ ...KEYS, ...options }, { keys: KEYS, most });
    const channel = make();
    const sent = delivery(channel, text);
    expect(await channel.find?.(sent, never)).toBe("absent");
    expect(await channel.send(sent, never)).toMatchObject({ state: "sent" });
    // Another delivery: nothing of the first is remembered.
    const again = delivery(make(), text, {}, "another");
    expect(await make().send(again, never)).toMatchObject({
      state: "sent",
      receipt: { url: `https://x.com/i/status/${server.posts[0]?.id}` },
    });
    expect(server.posts).toHaveLength(1);
  });

  it("a text that is refused as a duplicate and not among the latest posts is for a person to look at", async () => {
    const channel = (await account())();
    const detail = "You are not allowed to create a Tweet with duplicate content.";
    proxy.meddle(({ method }) => (method === "POST" ? { status: 403, body: { detail } } : undefined));
    expect(await channel.send(delivery(channel, "Old."), never)).toMatchObject({
      state: "uncertain",
      reason: { text: "the account has posted the same text before" },
    });
  });

  it("the account's day is over, its credits are gone, it may only read", async () => {
    const channel = (await account())();
    const reset = Math.floor(Date.now() / 1000) + 7200;
    const headers = {
      "x-user-limit-24hour-remaining": "0",
      "x-user-limit-24hour-reset": String(reset),
      "x-rate-limit-reset": "1",
    };
    const answers = [
      { status: 402, body: { title: "CreditsDepleted" } },
      {
        status: 403,
        body: { detail: "Your client app is not configured with the appropriate oauth1 app permissions" },
      },
      { status: 429, headers },
    ];
    const outcomes: unknown[] = [];
    for (const answer of answers) {
      proxy.meddle(({ method }) => (method === "POST" ? answer : undefined));
      outcomes.push(await channel.send(delivery(channel, "Lit."), never));
    }
    expect(outcomes).toMatchObject([
      { reason: { kind: "login", text: "the account has no credits left" } },
      { reason: { kind: "login", code: 403 } },
      { reason: { kind: "busy" }, retryAt: new Date(reset * 1000) },
    ]);
    expect(server.posts).toEqual([]);
  });

  it("refreshes a token of OAuth 2.0 and keeps the next one, readable by its owner alone", async () => {
    let now = new Date("2026-05-04T09:00:00Z");
    const written = "refresh-token-of-the-first-day";
    const oauth2 = { token: written, client_id: "the-client", client_secret: "the-client-secret" };
    const make = await account(oauth2, { refreshToken: written }, () => now);
    expect(await make().verify(never)).toEqual([]);
    expect(await make().send(delivery(make(), "One."), never)).toMatchObject({ state: "sent" });
    expect(server.refreshed).toHaveLength(1);
    now = new Date("2026-05-04T12:00:00Z");
    expect(await make().send(delivery(make(), "Two.", {}, "two"), never)).toMatchObject({ state: "sent" });
    expect(server.refreshed).toHaveLength(2);
    const file = join(folder, "sessions/x.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).not.toContain(written);
  });

  it("two runs that need a token at once exchange the refresh token once", async () => {
    const written = "refresh-token-of-the-first-day";
    const oauth2 = { token: written, client_id: "the-client", client_secret: "the-client-secret" };
    const make = await account(oauth2, { refreshToken: written });
    const both = await Promise.all(
      ["one", "two"].map((slug) => make().send(delivery(make(), slug, {}, slug), never)),
    );
    expect(both).toMatchObject([{ state: "sent" }, { state: "sent" }]);
    expect(server.refreshed).toHaveLength(1);
  });

  it("a refresh that is refused is said with the next step, and shows no secret", async () => {
    const oauth2 = {
      token: "refresh-token-that-is-wrong",
      client_id: "the-client",
      client_secret: "the-client-secret",
    };
    const make = await account(oauth2, { refreshToken: "another" });
    const problems = await make().verify(never);
    expect(problems).toEqual([
      {
        code: "login",
        message: "X refused the account: the token could not be refreshed.",
        next: expect.stringContaining("developer console"),
      },
    ]);
    expect(await make().send(delivery(make(), "One."), never)).toMatchObject({
      state: "failed",
      reason: { kind: "login" },
    });
  });
});
