import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createSmtpChannel, type MailChannel } from "../../src/channels/smtp.ts";
import { TIMEOUTS } from "../../src/mail/connection.ts";
import type { Outcome } from "../../src/model/delivery.ts";
import type { Edition } from "../../src/model/edition.ts";
import { sampleEdition } from "../contract/channel.ts";
import { type MailServers, PASSWORD, READER, startMailServers, USER, whyNoMailServers } from "./postfix.ts";

const missing = whyNoMailServers();
if (missing) console.warn(`Real mail servers: skipped, ${missing}.`);
// On a machine that checks the work of others, a test that did not run is a fault.
const withServers = missing && !process.env.CI ? describe.skip : describe;

withServers("postfix and dovecot", () => {
  let servers: MailServers;
  const channels: MailChannel[] = [];
  beforeAll(async () => {
    if (missing) throw new Error(missing);
    servers = await startMailServers();
  });
  afterAll(async () => {
    await Promise.all(channels.map((channel) => channel.close()));
    await servers?.stop();
  });

  function channelAs(user: string, password: string): MailChannel {
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    const channel = createSmtpChannel({
      config: {
        from: { name: "Häfen & Lights", address: "news@example.org" },
        servers: [{ url: `smtp://${login}@localhost:${servers.smtpPort}`, tls: "required", weight: 1 }],
        connections: 2,
        unsubscribeUrl: "https://example.org/u",
      },
      listName: "Häfen & Lights",
      token: (id) => `token-${id}`,
      now: () => new Date("2026-05-04T09:00:00Z"),
      connection: { timeouts: TIMEOUTS, ca: servers.ca },
    });
    channels.push(channel);
    return channel;
  }

  const recipient = { id: "r-1", address: READER, name: "Ada Łovelace", fields: {} };
  const editions: readonly Edition[] = [sampleEdition("email"), hardEdition()];

  it("deliver what was built, byte for byte below their own trace", async () => {
    const channel = channelAs(USER, PASSWORD);
    expect(await channel.verify(new AbortController().signal)).toEqual([]);
    const built: Buffer[] = [];
    for (const edition of editions) {
      const draft = channel.compose(edition);
      built.push(await channel.messageFor(draft, recipient));
      expect(await deliver(channel, edition, READER)).toMatchObject({
        state: "sent",
        receipt: { code: 250, text: expect.stringMatching(/^2\.0\.0 Ok: queued as /) },
      });
    }
    const arrived = await servers.fetch(editions.length);
    // Two mails handed over one after the other may be delivered in either order.
    expect(arrived.map(withoutTrace).toSorted()).toEqual(built.map(String).toSorted());
  });

  it("refuse an address that they do not know, and it is to be suppressed", async () => {
    expect(
      await deliver(channelAs(USER, PASSWORD), editions[0] as Edition, "nobody@pressrun.test"),
    ).toMatchObject({
      state: "failed",
      reason: { kind: "rejected", code: 550, suppress: true },
    });
  });

  it("refuse a wrong password", async () => {
    const channel = channelAs(USER, "wrong");
    expect(await channel.verify(new AbortController().signal)).toMatchObject([{ code: "smtp-login" }]);
    expect(await deliver(channel, editions[0] as Edition, READER)).toMatchObject({
      state: "failed",
      reason: { kind: "login", code: 535 },
    });
  });

  function deliver(channel: MailChannel, edition: Edition, address: string): Promise<Outcome> {
    const draft = channel.compose(edition);
    const key = { channel: "email", slug: draft.slug, revision: 0, recipient: address };
    const delivery = { key, recipient: { ...recipient, address }, draft, attempt: 1 };
    return channel.send(delivery, new AbortController().signal);
  }
});

/** The lines that mail servers trip over: dots, "From ", long ones, other scripts, an image inside. */
function hardEdition(): Edition {
  const edition = sampleEdition("email");
  const lines = [
    ".",
    "..",
    "From the harbour",
    `${"long ".repeat(300)}`,
    "x".repeat(2_000),
    "trailing space ",
    "港",
    "",
  ];
  return {
    ...edition,
    article: { ...edition.article, slug: "hard-to-carry" },
    newsletter: {
      ...edition.newsletter,
      subject: "Zażółć: the harbour’s lights 港",
      text: { literals: [`${lines.join("\n")}\n`, "\n.\n"], fields: ["greeting"], escape: "none" },
      html: {
        literals: [`<p>${lines.join("</p>\n<p>")}`, "</p>\n.\n"],
        fields: ["greeting"],
        escape: "html",
      },
      embedded: [
        {
          cid: "lamp@pressrun",
          filename: "lamp.png",
          mediaType: "image/png",
          bytes: new Uint8Array(3_000).fill(200),
        },
      ],
    },
  };
}

/** Each server a mail passes puts its own lines on top; below them nothing may change. */
function withoutTrace(mail: Buffer): string {
  return mail.toString().replace(/^((Return-Path|Delivered-To|Received): .*\r\n([ \t].*\r\n)*)+/, "");
}
