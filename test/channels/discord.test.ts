import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { channelType } from "../../src/channels/discord.ts";
import { describeDraft, type PostDraft } from "../../src/model/draft.ts";
import type { Post } from "../../src/model/edition.ts";
import { written } from "../../src/model/limits.ts";
import { describeNetwork } from "../contract/network.ts";
import { discord, WEBHOOK } from "../contract/networks/discord.ts";
import { picture } from "../contract/picture.ts";
import { editionSaying } from "../contract/sample.ts";
import { type Discord, startDiscord } from "../servers/discord.ts";

describeNetwork("discord", discord);

describe("Discord's own rules", () => {
  const never = new AbortController().signal;
  let server: Discord;
  let folder: string;
  beforeEach(async () => {
    server = await startDiscord(WEBHOOK);
    folder = mkdtempSync(join(tmpdir(), "discord-"));
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function account(more: object = {}) {
    const webhook = `${server.url}/api/webhooks/${WEBHOOK.id}/${WEBHOOK.token}`;
    const context = { name: "discord", state: folder, cache: folder, now: () => new Date() };
    return channelType.create(channelType.options.parse({ webhook, ...more }), context);
  }

  async function publish(text: string, change: Partial<Post> = {}, more: object = {}) {
    const channel = account(more);
    const edition = editionSaying("discord", text, change);
    const draft = channel.compose(edition) as PostDraft;
    const key = { channel: "discord", slug: edition.article.slug, revision: 0, recipient: "discord" };
    return { draft, outcome: await channel.send({ key, draft, attempt: 1 }, never) };
  }

  const card = {
    url: "https://example.org/harbour-lights",
    title: "The *harbour* keeps its lights on",
    description: "A vote, and a lamp.",
  };

  it("the card is an embed of ours, its picture with alt text", async () => {
    const { draft, outcome } = await publish("See https://example.org/harbour-lights", {
      card: { ...card, thumbnail: await picture("A lamp, lit") },
    });
    expect(outcome).toEqual({ state: "sent", receipt: { code: 200, text: "message 1200000" } });
    const embed = {
      url: card.url,
      title: "The \\*harbour\\* keeps its lights on",
      description: card.description,
      image: { url: "attachment://picture-1.jpeg", description: "A lamp, lit" },
    };
    expect(server.messages).toMatchObject([
      {
        content: "See <https://example.org/harbour-lights>",
        embeds: [embed],
        files: [{ name: "picture-1.jpeg", alt: "A lamp, lit" }],
      },
    ]);
    const [shown] = describeDraft(draft).requests;
    expect(shown).toEqual({
      method: "POST",
      url: `${server.url}/***?wait=true`,
      headers: {},
      body: {
        payload_json: JSON.stringify({
          content: "See <https://example.org/harbour-lights>",
          embeds: [embed],
          attachments: [{ id: "0", filename: "picture-1.jpeg", description: "A lamp, lit" }],
          allowed_mentions: { parse: [] },
        }),
        "files[0]": expect.stringMatching(/^<\d+ bytes image\/jpeg sha256:/),
      },
    });
  });

  it("the longest card is taken", async () => {
    const title = "*".repeat(128);
    const description = "_".repeat(2048);
    expect((await publish("Text.", { card: { ...card, title, description } })).outcome.state).toBe("sent");
    expect(server.messages[0]?.embeds[0]).toMatchObject({ title: "\\*".repeat(128) });
  });

  it("pictures with the post go up with their alt text, to a thread and under a name if wanted", async () => {
    const images = [await picture("One"), await picture("", "png")];
    const { draft, outcome } = await publish("Text.", { images }, { username: "Desk", thread_id: "55" });
    expect(outcome.state).toBe("sent");
    expect(server.messages[0]?.files).toMatchObject([
      { name: "picture-1.jpeg", alt: "One" },
      { name: "picture-2.png", alt: "" },
    ]);
    expect(draft.requests[0]?.url).toMatch(/\?wait=true&thread_id=55$/);
  });

  it("what an article says is text, and pings nobody", async () => {
    await publish(
      "@everyone <@1> **b** ~~s~~ `c` ||d|| [e](https://example.org/e_f)\n# one\n- two\n> three #4 - 5 > 6",
    );
    expect(server.messages).toMatchObject([
      {
        content:
          "@everyone \\<@1> \\*\\*b\\*\\* \\~\\~s\\~\\~ \\`c\\` \\|\\|d\\|\\| \\[e\\](<https://example.org/e_f>)\n\\# one\n\\- two\n\\> three #4 - 5 > 6",
        pings: [],
      },
    ]);
    expect(written("plain, and no more: 1 + 1 = 2 (it's true)", "discord")).toBe(
      "plain, and no more: 1 + 1 = 2 (it's true)",
    );
  });

  it.each([
    ["another token", { token: "another-token" }, "Invalid Webhook Token ***"],
    ["a webhook that is gone", { id: "1" }, "Unknown Webhook"],
  ])("%s is said with the next step, and nothing is posted", async (_, change, said) => {
    const { id, token } = { ...WEBHOOK, ...change };
    const webhook = `${server.url}/api/webhooks/${id}/${token}`;
    expect(await account({ webhook }).verify(never)).toEqual([
      {
        code: "login",
        message: `Discord refused the account: ${said}.`,
        next: expect.stringContaining("webhook"),
      },
    ]);
    expect((await publish("Text.", {}, { webhook })).outcome).toMatchObject({
      state: "failed",
      reason: { kind: "login" },
    });
    expect(server.messages).toEqual([]);
    expect(await account().verify(never)).toEqual([]);
  });

  it.each([
    "https://discord.com/channels/1/2",
    "https://discord.com/api/webhooks/1/x?wait=false",
    "no address",
  ])("takes no webhook %s", (webhook) =>
    expect(channelType.options.safeParse({ webhook }).success).toBe(false),
  );
});
