import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../src/config.ts";
import { UserError } from "../../src/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "pressrun-nonsense-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is said of pressrun.yaml, whose second line is this one; "" where it is taken. */
async function said(line: string): Promise<string> {
  const file = join(folder, "pressrun.yaml");
  writeFileSync(file, `${line.startsWith("publication") ? "" : "publication: {name: P}"}\n${line}\n`);
  try {
    await readConfig({ file, env: {}, needsSecrets: false });
    return "";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const { place } of error.problems) expect(place).toMatchObject({ file, line: 2 });
    return error.problems.map(({ message, next }) => [message, next].filter(Boolean).join(" ")).join(" | ");
  }
}

const publication = (rest: string) => `publication: {name: P, ${rest}}`;
const email = (rest: string) => `email: {from: a@example.org, ${rest}}`;
const schedule = (rest: string) => `schedule: {${rest}}`;
const bluesky = (rest: string) => `channels: {bluesky: {identifier: example.org, ${rest}}}`;
const SEVERAL = "50/s, 50/min, 50/h or 50/day";
const SECRET = "so-very-secret";

describe("nonsense in pressrun.yaml is one clear sentence", () => {
  it.each([
    ["publication: {name: '  '}", "publication.name must not be empty."],
    ["publication: {name: .nan}", "publication.name must be text, not .nan."],
    ["mdoe: live", 'pressrun.yaml has no key "mdoe". Did you mean mode?'],
    [
      publication("url: 'https://me:pw@example.org'"),
      "publication.url must have no user name or password in it.",
    ],
    [publication("language: english"), "publication.language must be a language tag such as en or pt-BR."],
    [
      publication("timezone: lisbon"),
      "publication.timezone must be a time zone such as Europe/Lisbon (did you mean Europe/Lisbon?).",
    ],
    [
      publication("timezone: Europe/Berlni"),
      "publication.timezone must be a time zone such as Europe/Lisbon (did you mean Europe/Berlin?).",
    ],
    [publication("postal_address: ' '"), "publication.postal_address must not be empty."],
    [publication("logo: ''"), "publication.logo must not be empty."],
    [
      publication("images_url: 'https://example.org/?a=1'"),
      "publication.images_url must have no ? or # in it.",
    ],
    [
      "footer: {links: [{label: ' ', url: 'https://example.org'}]}",
      "footer.links[0].label must not be empty.",
    ],
    [email("connections: .nan"), "email.connections must be a number, not .nan."],
    [email("connections: -.inf"), "email.connections must be a number, not .inf."],
    [email("rate: 50"), `email.rate must be such as ${SEVERAL}.`],
    [email("rate: 99999999999/s"), `email.rate must be such as ${SEVERAL}.`],
    [email("per_domain: {'': 1/s}"), 'email.per_domain[""] is a key that must not be empty.'],
    [
      email("per_domain: {'@example.org': 1/s}"),
      'email.per_domain["@example.org"] is a key that must be a domain such as example.org.',
    ],
    [
      email("per_domain: {gmail: 1/s}"),
      "email.per_domain.gmail is a key that must be a domain such as example.org.",
    ],
    [
      email("per_domain: {BÜCHER.example: 1/s, xn--bcher-kva.example: 2/s}"),
      'email.per_domain["xn--bcher-kva.example"] is the same as email.per_domain["BÜCHER.example"]. Keep one of the two.',
    ],
    [email("per_domain: {example.org: 5}"), `email.per_domain["example.org"] must be such as ${SEVERAL}.`],
    [email("daily_cap: 1e30"), "email.daily_cap is far too large a number."],
    [email("warm_up: {start: 5, factor: .nan}"), "email.warm_up.factor must be a number, not .nan."],
    [email("warm_up: {start: 5, factor: 1e300}"), "email.warm_up.factor must be at most 100."],
    [email("quiet_hours: 07:00-07:00"), "email.quiet_hours must end at another time than it begins."],
    [email("quiet_hours: 22"), "email.quiet_hours must be such as 22:00-07:00."],
    [email("pause_over: {failed: 200%}"), "email.pause_over.failed must be at most 100%."],
    [email("pause_over: {complaints: 0.001}"), "email.pause_over.complaints must be such as 0.1%."],
    [
      email("dkim: {domain: 'https://example.org', selector: news, key_file: k}"),
      "email.dkim.domain must be a domain such as example.org.",
    ],
    [
      email("dkim: {domain: example.org, selector: 'a b', key_file: k}"),
      "email.dkim.selector must be such as news.",
    ],
    [email("unsubscribe_url: 'https://example.org/u#x'"), "email.unsubscribe_url must have no # in it."],
    [
      email("unsubscribe_key: short"),
      "email.unsubscribe_key must have at least 16 characters: whoever finds it out can take readers off the list.",
    ],
    [
      email("unsubscribe_key: [a-key-of-2025-and-more, a-key-of-2025-and-more]"),
      "email.unsubscribe_key[1] is the same as email.unsubscribe_key[0]. Keep one of the two.",
    ],
    [
      email("topics: {weekly: The week, Weekly: It}"),
      "email.topics.Weekly is the same as email.topics.weekly. Keep one of the two.",
    ],
    [
      email("server: [smtp://a.example.org, smtp://a.example.org]"),
      "email.server[1] is the same as email.server[0]. Keep one of the two.",
    ],
    [
      email("server: [{url: smtp://a.example.org, weight: .inf}]"),
      "email.server[0].weight must be a number, not .inf.",
    ],
    [
      schedule("digest: true"),
      'schedule.digest takes what is queued at each slot, and schedule.slots names none. Add slots: ["0 9 * * tue"], or leave digest out.',
    ],
    [
      schedule("slots: ['0 9 * * tue', '0  9 * * TUE']"),
      "schedule.slots[1] is the same as schedule.slots[0]. Keep one of the two.",
    ],
    [
      schedule("slots: ['0 0 31 2 *']"),
      'schedule.slots[0] never comes. Write minute, hour, day, month and weekday, such as "0 9 * * tue".',
    ],
    [schedule("max_late: 99999999999d"), "schedule.max_late must be such as 6h, 90m or 2d."],
    [schedule("max_late: 6"), "schedule.max_late must be such as 6h, 90m or 2d."],
    [
      "feeds: [{url: 'https://example.org'}, {url: 'https://example.org', policy: queue}]",
      "feeds[1] is the same as feeds[0]. Keep one of the two.",
    ],
    [
      "bounces: {ses: {topic: x}}",
      "bounces.ses.topic must be such as arn:aws:sns:eu-west-1:123456789012:bounces.",
    ],
    [bluesky("tags: 101"), "channels.bluesky.tags must be at most 100."],
    [bluesky("utm: {'': x}"), 'channels.bluesky.utm[""] is a key that must be such as source.'],
    [bluesky("utm: {utm_source: x, source: y}"), "channels.bluesky.utm names a parameter twice."],
    [bluesky("languages: [en, en]"), "channels.bluesky.languages must name no language twice."],
    [
      bluesky("languages: [english]"),
      "channels.bluesky.languages[0] must be a language tag such as en or pt-BR.",
    ],
    [bluesky("max_cost: 5"), "channels.bluesky.max_cost must be such as 5.00/month."],
    [bluesky("footer: top"), "channels.bluesky.footer must be card, last, reply or none."],
    [
      "channels: {bluesky: {identifier: me}}",
      "channels.bluesky.identifier must be a handle such as example.org, or a DID.",
    ],
    [
      "channels: {mastodon: {server: 'https://mastodon.social/@me'}}",
      "channels.mastodon.server must be the server's own address, without the account.",
    ],
    [
      "channels: {nostr: {relays: ['wss://r.example.org', 'wss://r.example.org/']}}",
      "channels.nostr.relays must name no relay twice.",
    ],
    [
      "channels: {feed: {folder: ./out/}}",
      "channels.feed.folder must not be a folder that pressrun writes anew.",
    ],
    ["channels: {telegram: {}}", "channels.telegram.chat needs a value."],
    [
      "channels: {telegram: {chat: 5.5}}",
      "channels.telegram.chat must be @name, or a number such as -1001234567890.",
    ],
    ["channels: {devto: {organization_id: -1}}", "channels.devto.organization_id must be at least 1."],
    [
      "channels: {a: {type: feed, folder: public}, b: {type: feed, folder: ./public/}}",
      "channels.b writes into the folder of channels.a: each would overwrite the other's files. Give each a folder of its own.",
    ],
  ])("%s", async (line, sentence) => {
    expect(await said(line)).toBe(sentence);
  });

  it.each([
    `smtp://user:${SECRET}/2@mail.example.org`,
    `smtp://user:12#${SECRET}@mail.example.org`,
    `smtp://mail.example.org:0`,
    `smtp://mail.example.org?tls=none&tls=required`,
    `smtp://mail.example.org/${SECRET}`,
  ])("of a server, without what may be its password: %s", async (server) => {
    const sentence = await said(email(`server: '${server}'`));
    expect(sentence).toMatch(/^email\.server (must|may) .+\.$/);
    expect(sentence).not.toContain(SECRET);
  });

  it("and what only looks odd is taken", async () => {
    expect(await said(publication("language: zh-Hant-TW, timezone: Etc/GMT+5"))).toBe("");
    expect(await said(email("pause_over: {failed: 100%, complaints: 0%}, quiet_hours: 00:00-23:59"))).toBe(
      "",
    );
    expect(await said(bluesky("utm: {utm_source: a, medium: b}, max_cost: 0.50/day"))).toBe("");
    // Whose accounts these are, nobody knows before their tokens are set.
    const server = "type: mastodon, server: 'https://m.example.org'";
    expect(await said(`channels: {a: {${server}}, b: {${server}}}`)).toBe("");
  });
});
