import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSmtpChannel, type MailChannel } from "../../src/channels/smtp.ts";
import { type Inbox, startInbox } from "../../src/mail/inbox.ts";
import type { Outcome } from "../../src/model/delivery.ts";
import { sampleEdition } from "../contract/channel.ts";

let root: string;
let folder: string;
let inbox: Inbox;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pressrun-inbox-"));
  folder = join(root, "inbox", sampleEdition("email").article.slug);
  inbox = await startInbox(join(root, "inbox"));
});
afterEach(async () => {
  await inbox.close();
  await rm(root, { recursive: true });
});

function channelTo({ url }: Inbox): MailChannel {
  return createSmtpChannel({
    config: {
      from: { address: "news@example.org" },
      servers: [{ url, tls: "none", weight: 1 }],
      connections: 4,
    },
    listName: "Harbour News",
    token: (id) => id,
    now: () => new Date(),
  });
}

async function mailTo(channel: MailChannel, address: string): Promise<Outcome> {
  const draft = channel.compose(sampleEdition("email"));
  const key = { channel: "email", slug: draft.slug, revision: 0, recipient: address };
  const recipient = { id: "r", address, fields: {} };
  return channel.send({ key, recipient, draft, attempt: 1 }, new AbortController().signal);
}

describe("the sandbox's inbox", () => {
  it("keeps each mail as it was sent, for its owner alone", async () => {
    const channel = channelTo(inbox);
    expect((await mailTo(channel, "ada@example.org")).state).toBe("sent");
    await channel.close();
    expect(inbox.url).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
    expect(inbox.count()).toBe(1);
    expect(await readdir(folder)).toEqual(["0001-ada@example.org.eml"]);
    const file = join(folder, "0001-ada@example.org.eml");
    const draft = channel.compose(sampleEdition("email"));
    const recipient = { id: "r", address: "ada@example.org", fields: {} };
    expect(await readFile(file)).toEqual(await channel.messageFor(draft, recipient));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it("shows a mail that came twice twice, and goes on counting after a restart", async () => {
    const first = channelTo(inbox);
    await mailTo(first, "ada@example.org");
    await mailTo(first, "ada@example.org");
    await first.close();
    await inbox.close();
    inbox = await startInbox(join(root, "inbox"));
    const second = channelTo(inbox);
    await mailTo(second, "bob@example.org");
    await second.close();
    expect((await readdir(folder)).sort()).toEqual([
      "0001-ada@example.org.eml",
      "0002-ada@example.org.eml",
      "0003-bob@example.org.eml",
    ]);
    expect(inbox.count()).toBe(1);
  });

  it("overwrites nothing that came in by another way", async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "0001-ada@example.org.eml"), "another process wrote this");
    const channel = channelTo(inbox);
    await mailTo(channel, "ada@example.org");
    await channel.close();
    expect((await readdir(folder)).sort()).toEqual(["0001-ada@example.org.eml", "0002-ada@example.org.eml"]);
    expect(await readFile(join(folder, "0001-ada@example.org.eml"), "utf8")).toBe(
      "another process wrote this",
    );
  });

  it("takes many at once", async () => {
    const channel = channelTo(inbox);
    const addresses = Array.from({ length: 40 }, (_, n) => `reader-${n}@example.org`);
    await Promise.all(addresses.map((address) => mailTo(channel, address)));
    await channel.close();
    const names = await readdir(folder);
    expect(names.map((name) => name.slice(5, -4)).sort()).toEqual(addresses.sort());
    expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(40);
  });

  it.each([
    ["o'brien/x.y@example.org", "0001-o_brien_x.y@example.org.eml"],
    ["żółw@example.org", "0001-___w@example.org.eml"],
    [
      `${"a".repeat(64)}@${"b".repeat(60)}.${"c".repeat(60)}.org`,
      `0001-${"a".repeat(64)}@${"b".repeat(55)}.eml`,
    ],
  ])("names the file safely for %s", async (address, name) => {
    const channel = channelTo(inbox);
    await mailTo(channel, address);
    await channel.close();
    expect(await readdir(folder)).toEqual([name]);
    expect(await readdir(root)).toEqual(["inbox"]);
  });
});
