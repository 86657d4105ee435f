import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { nsecEncode } from "nostr-tools/nip19";
import { getPublicKey, verifyEvent } from "nostr-tools/pure";
import { channelType } from "../../src/channels/nostr.ts";
import type { Channel } from "../../src/model/channel.ts";
import { describeDraft, type PostDraft } from "../../src/model/draft.ts";
import type { Edition, Post } from "../../src/model/edition.ts";
import { newPaper, SLUG } from "../commands/paper.ts";
import { describeChannel } from "../contract/channel.ts";
import { makeChannel, run } from "../contract/run.ts";
import { editionSaying, sampleEdition } from "../contract/sample.ts";
import { aroundLimit, SCRIPTS } from "../contract/scripts.ts";
import { type NostrRules, type NostrServer, startNostr } from "../servers/nostr.ts";

const CLI = join(import.meta.dirname, "../../src/cli.ts");
const KEY = "7f".repeat(32);
const PUBKEY = getPublicKey(new Uint8Array(Buffer.from(KEY, "hex")));
const never = new AbortController().signal;
/** The relay refuses what is not of this hour. */
const today = (edition: Edition): Edition => ({ ...edition, at: new Date() });

describeChannel("nostr", {
  edition: today(sampleEdition("nostr")),
  idempotent: true,
  secrets: [KEY],
  async start() {
    const server = await startNostr();
    const folder = mkdtempSync(join(tmpdir(), "nostr-"));
    const context = { name: "nostr", state: folder, cache: folder, now: () => new Date(), deadlineMs: 300 };
    return {
      channel: () =>
        channelType.create(channelType.options.parse({ key: KEY, relays: [server.url] }), context),
      accepted: () => server.events.length,
      refuse: () => server.refuse("invalid: not here"),
      loseNextAnswer: () => server.loseAnswers(3),
      goAway: () => server.stop(),
      async stop() {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
});

describe("Nostr", () => {
  const servers: NostrServer[] = [];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nostr-"));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    rmSync(folder, { recursive: true });
  });

  async function relay(rules: NostrRules = {}): Promise<NostrServer> {
    const server = await startNostr(rules);
    servers.push(server);
    return server;
  }
  const runOptions = (relays: readonly NostrServer[], more: object = {}, now = new Date()) => ({
    type: channelType,
    name: "nostr",
    options: { key: KEY, relays: relays.map(({ url }) => url), ...more },
    folder,
    now,
    deadlineMs: 300,
    edition: () => today(sampleEdition("nostr")),
  });
  const channelTo = (relays: readonly NostrServer[], more: object = {}, now = new Date()) =>
    makeChannel(runOptions(relays, more, now));
  const deliveryOf = (channel: Channel, edition: Edition) => ({
    key: { channel: "nostr", slug: edition.article.slug, revision: 0, recipient: "nostr" },
    draft: channel.compose(edition) as PostDraft,
    attempt: 1,
  });
  const saying = (text: string, change: Partial<Post> = {}) => today(editionSaying("nostr", text, change));

  it("makes one note of an edition, signed, and sends to each relay what the dry run shows", async () => {
    const relays = [await relay(), await relay()];
    const channel = channelTo(relays);
    const delivery = deliveryOf(channel, today(sampleEdition("nostr")));
    expect(await channel.send(delivery, never)).toMatchObject({
      state: "sent",
      receipt: { text: "2 of 2 relays have it", url: expect.stringMatching(/^https:\/\/njump\.me\/nevent1/) },
    });
    const shown = describeDraft(delivery.draft).requests;
    expect(shown.map(({ method, url }) => `${method} ${url}`)).toEqual(
      relays.map(({ url }) => `SEND ${url}`),
    );
    for (const [index, { events }] of relays.entries()) {
      const [event] = events;
      if (event === undefined) throw new Error("no event");
      expect(verifyEvent({ ...event })).toBe(true);
      expect(["EVENT", { ...event, sig: "***" }]).toEqual(shown[index]?.body);
      expect(event).toMatchObject({
        kind: 1,
        pubkey: PUBKEY,
        content: "The harbour keeps its lights on. example.org/harbour-lights #harbour",
        tags: [
          ["t", "harbour"],
          ["r", "https://example.org/harbour-lights"],
          ["L", "ISO-639-1"],
          ["l", "en", "ISO-639-1"],
        ],
      });
    }
  });

  it("takes the key as nsec, too, and refuses what is none without showing it", () => {
    const parse = (key: string) => channelType.options.safeParse({ key, relays: ["wss://relay.example"] });
    const nsec = nsecEncode(new Uint8Array(Buffer.from(KEY, "hex")));
    expect([KEY, nsec, ""].map((key) => parse(key).success)).toEqual([true, true, true]);
    for (const key of ["nsec1qqqqqqqq", "ff".repeat(32), "00".repeat(32), `${KEY}00`, "npub1xyz"]) {
      const { success, error } = parse(key);
      expect(success).toBe(false);
      expect(String(error)).not.toContain(key);
    }
  });

  it("without a key, in the sandbox, shows all that does not depend on it", () => {
    const channel = channelTo([], { key: "", relays: ["wss://relay.example/"] });
    const [request] = deliveryOf(channel, saying("Braces {{id}} stay.")).draft.requests;
    expect(request).toMatchObject({
      url: "wss://relay.example",
      body: ["EVENT", { id: "{{id}}", pubkey: "{{pubkey}}", content: "Braces {{id}} stay.", sig: "***" }],
    });
  });

  it("is out once one relay has it; the others are asked again", async () => {
    const [good, refusing, slow, gone] = [await relay(), await relay(), await relay(), await relay()];
    refusing.refuse("blocked: not on the list");
    slow.refuse("rate-limited: slow down");
    const isSecond = setInterval(() => slow.offered.length > 0 && slow.refuse(undefined), 20);
    await gone.stop();
    const channel = channelTo([good, refusing, slow, gone]);
    const outcome = await channel.send(deliveryOf(channel, saying("The lamps are lit.")), never);
    clearInterval(isSecond);
    expect(outcome).toMatchObject({
      state: "sent",
      receipt: {
        text: expect.stringMatching(/^2 of 4 relays have it; .*blocked: not on the list; .*no connection$/),
      },
    });
    expect([good, slow].map(({ events }) => events.length)).toEqual([1, 1]);
    expect(refusing.offered).toHaveLength(1);
  });

  it("a later run offers a relay what it missed, and nothing to the others", async () => {
    const [good, slow, refusing] = [await relay(), await relay(), await relay()];
    slow.refuse("error: the disk is full");
    refusing.refuse("invalid: not here");
    const relays = [good, slow, refusing];
    const first = channelTo(relays);
    expect(await first.send(deliveryOf(first, saying("Lit.")), never)).toMatchObject({ state: "sent" });
    const offered = relays.map((each) => each.offered.length);
    await channelTo(relays).makeUp?.(never);
    expect([good, slow, refusing].map((each) => each.offered.length)).toEqual([
      offered[0],
      Number(offered[1]) + 1,
      offered[2],
    ]);
    slow.refuse(undefined);
    await channelTo(relays).makeUp?.(never);
    expect(slow.events.map(({ id }) => id)).toEqual(good.events.map(({ id }) => id));
    const then = slow.offered.length;
    await channelTo(relays).makeUp?.(never);
    expect(slow.offered).toHaveLength(then);
    expect(readdirSync(join(folder, "accounts/nostr/missed"))).toEqual([]);
  });

  it("what a relay missed is forgotten after three days, and with the relay", async () => {
    const [good, slow] = [await relay(), await relay()];
    for (const [relays, days] of [
      [[good, slow], 4],
      [[good], 1],
    ] as const) {
      slow.refuse("error: the disk is full");
      const first = channelTo([good, slow]);
      await first.send(deliveryOf(first, saying(`After ${days} days.`)), never);
      const offered = slow.offered.length;
      await channelTo(relays, {}, new Date(Date.now() + days * 86_400_000)).makeUp?.(never);
      slow.refuse(undefined);
      await channelTo([good, slow]).makeUp?.(never);
      expect(slow.offered).toHaveLength(offered);
    }
  });

  it("makes up for nothing where that cannot be read, and says nothing of it", async () => {
    writeFileSync(join(folder, "accounts"), "a file in the way");
    await channelTo([await relay()]).makeUp?.(never);
    rmSync(join(folder, "accounts"));
    await channelTo([await relay()]).makeUp?.(never);
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(join(folder, "accounts/nostr"), { recursive: true });
    writeFileSync(join(folder, "accounts/nostr/missed"), "a file in the place of the folder");
    await channelTo([await relay()]).makeUp?.(never);
  });

  it("a run that publishes nothing new makes up for what a relay missed", async () => {
    const [good, slow] = [await relay(), await relay()];
    const paper = newPaper();
    const relays = [good.url, slow.url];
    writeFileSync(
      join(paper, "pressrun.yaml"),
      JSON.stringify({
        publication: { name: "Quayside Weekly" },
        channels: { nostr: { key: "${KEY}", relays } },
      }),
    );
    const publish = async () => {
      const args = [CLI, "publish", SLUG, "--yes", "--json", "--cwd", paper];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, KEY } });
      return JSON.parse(stdout).channels;
    };
    slow.refuse("error: the disk is full");
    expect(await publish()).toMatchObject([{ channel: "nostr", sent: 1 }]);
    expect([good, slow].map(({ events }) => events.length)).toEqual([1, 0]);
    slow.refuse(undefined);
    expect(await publish()).toMatchObject([{ channel: "nostr", sent: 0, skipped: 1 }]);
    expect([good, slow].map(({ events }) => events.length)).toEqual([1, 1]);
    rmSync(paper, { recursive: true });
  });

  it("says what a refusal for want of proof of work means", async () => {
    const server = await relay();
    server.refuse("pow: 28 bits needed.");
    const channel = channelTo([server]);
    const host = new URL(server.url).host;
    expect(await channel.send(deliveryOf(channel, saying("Lit.")), never)).toEqual({
      state: "failed",
      reason: {
        kind: "rejected",
        text: `${host}: pow: 28 bits needed (it wants proof of work, which pressrun does not do: name another relay in pressrun.yaml)`,
      },
    });
  });

  it.each([
    ["invalid: no", "failed", "rejected"],
    ["pow: 28 bits needed", "failed", "rejected"],
    ["blocked: you", "failed", "login"],
    ["restricted: pay first", "failed", "login"],
    ["rate-limited: slow down", "later", "busy"],
    ["error: the disk is full", "later", "busy"],
  ])("a relay that says %s", async (reason, when, kind) => {
    const server = await relay();
    server.refuse(reason);
    const channel = channelTo([server]);
    const delivery = deliveryOf(channel, saying("The lamps are lit."));
    const outcome = await channel.send(delivery, never);
    expect(outcome).toMatchObject({
      state: "failed",
      reason: { kind, text: expect.stringContaining(reason) },
    });
    expect("retryAt" in outcome && outcome.retryAt !== undefined).toBe(when === "later");
    expect(server.events).toEqual([]);
    if (when !== "later") return;
    server.refuse(undefined);
    const offered = server.offered.length;
    // The account keeps the pause, also in another process.
    expect(await channelTo([server]).send(delivery, never)).toMatchObject({ reason: { kind: "busy" } });
    expect(server.offered).toHaveLength(offered);
    const later = channelTo([server], {}, new Date(Date.now() + 61_000));
    expect(await later.send(delivery, never)).toMatchObject({ state: "sent" });
    expect(server.events).toHaveLength(1);
  });

  it("an answer that is lost: the event is the same, and it is one", async () => {
    const server = await relay();
    server.loseAnswers(9);
    const first = await run(runOptions([server]));
    expect(first).toMatchObject({ state: "pending" });
    expect(server.events).toHaveLength(1);
    server.loseAnswers(0);
    // Composed anew at another time; what was frozen is sent.
    const later = runOptions([server], {}, new Date(Date.now() + 3_600_000));
    expect(
      await run({ ...later, edition: () => ({ ...sampleEdition("nostr"), at: later.now }) }),
    ).toMatchObject({
      state: "sent",
    });
    expect(server.events).toHaveLength(1);
    expect(new Set(server.offered.map(({ id }) => id)).size).toBe(1);
  });

  it("a process killed before it knows that the event was taken", async () => {
    const server = await relay();
    server.loseAnswers(9);
    const file = join(import.meta.dirname, "../../src/channels/nostr.ts");
    const { options, now } = runOptions([server]);
    const args = [pathToFileURL(file).href, "nostr", JSON.stringify(options), folder, now.toISOString()];
    const child = spawn(process.execPath, [join(import.meta.dirname, "../contract/child.ts"), ...args]);
    const exited = once(child, "exit");
    while (server.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    await exited;
    server.loseAnswers(0);
    expect(await run(runOptions([server], {}, new Date(now.getTime() + 3_600_000)))).toMatchObject({
      state: "sent",
    });
    expect(server.events).toHaveLength(1);
    expect(server.offered).toHaveLength(1);
  });

  it("two runs at once make one event", async () => {
    const server = await relay();
    const both = await Promise.all([run(runOptions([server])), run(runOptions([server]))]);
    expect(both.filter((each) => each?.state === "sent")).toHaveLength(1);
    expect(server.events).toHaveLength(1);
  });

  it("is found by its id in any relay, and absent where those that answer do not have it", async () => {
    const [one, two] = [await relay(), await relay()];
    const channel = channelTo([one, two]);
    const delivery = deliveryOf(channel, saying("The lamps are lit."));
    expect(await channel.find?.(delivery, never)).toBe("absent");
    await channelTo([two]).send(delivery, never);
    expect(await channel.find?.(delivery, never)).toMatchObject({ url: expect.stringContaining("nevent1") });
    await two.stop();
    expect(await channel.find?.(delivery, never)).toBe("absent");
    await one.stop();
    expect(await channel.find?.(delivery, never)).toBeUndefined();
  });

  it("tells who it is to a relay that wants to know (NIP-42)", async () => {
    const server = await relay({ auth: true });
    const channel = channelTo([server]);
    expect(await channel.send(deliveryOf(channel, saying("The lamps are lit.")), never)).toMatchObject({
      state: "sent",
    });
    expect(server.events).toHaveLength(1);
  });

  it("a thread is notes that answer each other (NIP-10)", async () => {
    const server = await relay();
    const channel = channelTo([server]);
    const more = ["Two.", "Three."].map((text) => ({ text, parts: [{ kind: "text" as const, text }] }));
    await channel.send(deliveryOf(channel, saying("One.", { more })), never);
    const [one, two, three] = server.events;
    const links = (event = one) =>
      event?.tags.filter(([name]) => name === "e").map(([, id, , role]) => [id, role]);
    expect([links(one), links(two), links(three)]).toEqual([
      [],
      [[one?.id, "root"]],
      [
        [one?.id, "root"],
        [two?.id, "reply"],
      ],
    ]);
    expect(two?.tags).toContainEqual(["p", PUBKEY]);
  });

  it("a picture that is wanted stands in the note, with what it shows (NIP-92)", async () => {
    const server = await relay();
    const picture = { url: "https://example.org/lamp.jpg", alt: "A lamp\non a pier" };
    const channel = channelTo([server], { image: "attach" });
    await channel.send(deliveryOf(channel, saying("Lit.", { picture })), never);
    expect(server.events).toMatchObject([
      {
        content: "Lit.\n\nhttps://example.org/lamp.jpg",
        tags: expect.arrayContaining([["imeta", "url https://example.org/lamp.jpg", "alt A lamp on a pier"]]),
      },
    ]);
  });

  it("long form is the article in Markdown, under its slug, beside the note (NIP-23)", async () => {
    const server = await relay();
    const channel = channelTo([server], { form: "both" });
    const edition = saying("The lamps are lit.");
    const html =
      '<h2>Lamps</h2><p>Five &lt;b&gt; <a href="/about">of\nus</a>.</p><p><img src="pier.jpg" alt="A [pier]"></p><pre><code>a = &lt;i&gt;</code></pre>';
    const article = { ...edition.article, html, tags: ["Harbour"] };
    const publication = { ...edition.publication, imagesUrl: "https://img.example/x" };
    await channel.send(deliveryOf(channel, { ...edition, article, publication }), never);
    const [long, note] = server.events;
    expect(note).toMatchObject({ kind: 1, content: "The lamps are lit." });
    expect(long).toMatchObject({
      kind: 30023,
      content:
        "## Lamps\n\nFive <b> [of us](https://example.org/about).\n\n![A \\[pier\\]](https://img.example/x/pier.jpg)\n\n```\na = <i>\n```",
      tags: [
        ["d", "harbour-lights"],
        ["title", "The harbour keeps its lights on"],
        ["published_at", "1777885200"],
        ["summary", "A vote, and a lamp."],
        ["r", "https://example.org/harbour-lights"],
        ["t", "harbour"],
      ],
    });
  });

  it("limits are the smallest that the relays tell (NIP-11), asked once a day", async () => {
    const relays = [
      await relay({ limitation: { max_content_length: 500 } }),
      await relay({ limitation: { max_message_length: 4048 } }),
    ];
    const channel = channelTo(relays);
    expect(channel.limits).toMatchObject({ assumed: true, measures: [{ max: 8196 }, { max: 14_336 }] });
    await channel.learn?.(never);
    const told = {
      assumed: false,
      measures: [
        { unit: "codepoints", max: 500 },
        { unit: "bytes", max: 2000 },
      ],
    };
    expect(channel.limits).toMatchObject(told);
    await Promise.all(relays.map((server) => server.stop()));
    expect(channelTo(relays).limits).toMatchObject(told);
  });

  it.each(Object.entries(SCRIPTS))("counts as the relay does: %s", async (_, script) => {
    const server = await relay({ limitation: { max_content_length: 300 } });
    const channel = channelTo([server]);
    await channel.learn?.(never);
    if (channel.limits === undefined) throw new Error("no limits");
    const { at, over } = aroundLimit(script, channel.limits);
    expect(await channel.send(deliveryOf(channel, saying(over)), never)).toMatchObject({ state: "failed" });
    expect(await channel.send(deliveryOf(channel, saying(at)), never)).toMatchObject({ state: "sent" });
    expect(server.events).toHaveLength(1);
  });

  it("any text at all is signed, taken and kept as it is", async () => {
    const server = await relay();
    const channel = channelTo([server]);
    const text = fc
      .string({ unit: "binary", minLength: 1, maxLength: 200 })
      .filter((each) => each.isWellFormed());
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        expect(await channel.send(deliveryOf(channel, saying(content)), never)).toMatchObject({
          state: "sent",
        });
        expect(server.events.at(-1)?.content).toBe(content);
      }),
      { numRuns: 50 },
    );
  });

  it("says which relay does not answer before it matters", async () => {
    const [good, gone] = [await relay(), await relay()];
    await gone.stop();
    const channel = channelTo([good, gone]);
    expect(await channel.verify(never)).toEqual([]);
    expect(await channel.foresee?.(never)).toEqual([
      {
        code: "relay-silent",
        message: `The Nostr relay ${gone.url} does not answer.`,
        next: "Name another one in pressrun.yaml if it stays so.",
      },
    ]);
  });
});
