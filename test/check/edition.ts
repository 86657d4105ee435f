import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { createSmtpChannel } from "../../src/channels/smtp.ts";
import { type CheckContext, check } from "../../src/check/index.ts";
import { compose } from "../../src/compose/index.ts";
import { showPlace } from "../../src/errors.ts";
import type { Edition } from "../../src/model/edition.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Limits } from "../../src/model/limits.ts";
import type { Publication } from "../../src/model/publication.ts";
import type { Spliced } from "../../src/model/splice.ts";
import { readMarkdown } from "../../src/read/markdown.ts";

export const NOW = new Date("2026-11-23T09:00:00.000Z");

/** An article that every rule is content with. */
export const SOUND = `---
title: The ferry keeps its winter timetable
description: Eight crossings a day stay until spring, and the last boat waits for the late train again.
date: 2026-11-20
slug: ferry
url: https://quay.example.org/ferry
author: Quayside newsroom
image: { src: ../images/ferry.jpg, alt: A white ferry leaves the harbour at dusk., credit: Quayside }
tags: [ferry, harbour]
language: en
related:
  - { title: Harbour lights, url: https://quay.example.org/lights }
---

The harbour council kept the timetable of last winter, with eight crossings on every day of the week until spring.

## What changes

Only the [price of a monthly ticket](https://quay.example.org/prices) goes up, by two euros in January.

![Passengers queue on the pier.](../images/pier.jpg)

| Crossing | Leaves |
|----------|--------|
| First    | 06:10  |
| Last     | 22:40  |

Whoever wants to can read it in \`{{timetable}}\` as before.
`;

export const LIMITS: Limits = {
  measures: [
    { unit: "graphemes", max: 300 },
    { unit: "bytes", max: 3000 },
  ],
  shortLinks: true,
  tags: 2,
  card: { thumbnailBytes: 1_000_000 },
  assumed: false,
};

const PUBLICATION: Publication = {
  name: "Quayside Weekly",
  url: "https://quay.example.org",
  language: "en",
  timezone: "Europe/Lisbon",
  postalAddress: "1 Pier Road, Quay QY1 1AA",
  footer: {
    message: "Stay connected with Quayside Weekly.",
    links: [{ label: "Bluesky", url: "https://bsky.app/profile/quay.example.org" }],
    explore: [{ title: "Tides", url: "https://quay.example.org/tides" }],
  },
};

const SHOWN = "content/articles/ferry.md";
const FROM = { name: "Quayside Weekly", address: "news@quay.example.org" };
const UNSUBSCRIBE = "https://quay.example.org/u";

/** What a publication has besides its articles. */
const folder = mkdtempSync(join(tmpdir(), "pressrun-check-"));
const pictures = Promise.all(
  [
    ["ferry.jpg", 640, 336],
    ["pier.jpg", 800, 500],
    ["stamp.jpg", 300, 160],
    ["tower.jpg", 700, 1400],
  ].map(async ([name, width, height]) => {
    mkdirSync(join(folder, "content/images"), { recursive: true });
    const create = { width: Number(width), height: Number(height), channels: 3, background: "#456" } as const;
    const bytes = await sharp({ create }).jpeg().toBuffer();
    writeFileSync(join(folder, "content/images", String(name)), bytes);
  }),
);

/** How a test departs from the sound article. */
export interface Departure {
  /** Of the article's file. */
  readonly article?: (text: string) => string;
  readonly publication?: Partial<Publication>;
  /** Of the finished newsletter, by hand. */
  readonly html?: (html: string) => string;
  readonly text?: (text: string) => string;
  readonly edition?: (edition: Edition) => Edition;
  readonly context?: (context: CheckContext) => CheckContext;
  /** Channels besides bluesky. */
  readonly channels?: CheckContext["channels"];
}

export async function prepare({
  article: change = (text) => text,
  publication = {},
  html = (text) => text,
  text = (each) => each,
  edition: edited = (each) => each,
  context: changed = (each) => each,
  channels = new Map(),
}: Departure): Promise<{ edition: Edition; context: CheckContext }> {
  const source = change(SOUND);
  const all = new Map([["bluesky", { type: "bluesky", limits: LIMITS }], ...channels]);
  const { read, composed } = await composeOnce(source, { ...PUBLICATION, ...publication }, all);
  const { newsletter } = composed;
  const edition = edited({
    ...composed,
    newsletter: {
      ...newsletter,
      html: map(newsletter.html, html),
      text: map(newsletter.text, text),
    },
  });
  const context = changed({
    now: NOW,
    files: [{ file: SHOWN, text: source, bodyLine: read.article.bodyLine }],
    mail: await mailOf(edition),
    channels: all,
    others: [],
    published: new Set(),
    images: [],
    notices: [...read.notices, ...composed.notices],
  });
  return { edition, context };
}

const made = new Map<string, ReturnType<typeof composeFrom>>();

/** Most departures are from the finished edition, and thumbnails take their time. */
function composeOnce(source: string, publication: Publication, channels: CheckContext["channels"]) {
  const key = JSON.stringify([source, publication, [...channels.keys()]]);
  const composed = made.get(key) ?? composeFrom(source, publication, channels);
  made.set(key, composed);
  return composed;
}

async function composeFrom(source: string, publication: Publication, channels: CheckContext["channels"]) {
  await pictures;
  const file = join(folder, "content/articles/ferry.md");
  const { timezone } = publication;
  const read = await readMarkdown(source, { file, shown: SHOWN, root: folder, timezone });
  const composed = await compose({
    article: read.article,
    publication,
    root: folder,
    templates: join(folder, "templates"),
    revision: 0,
    at: NOW,
    targets: [...channels].map(([name, { limits }]) => ({ name, limits })),
    readImage: (location) => readFile(location),
  });
  return { read, composed };
}

const map = (spliced: Spliced, change: (text: string) => string): Spliced => ({
  ...spliced,
  literals: spliced.literals.map(change),
});

async function mailOf(edition: Edition): Promise<CheckContext["mail"]> {
  const config = { from: FROM, servers: [], connections: 1, unsubscribeUrl: UNSUBSCRIBE };
  const channel = createSmtpChannel({
    config,
    listName: "Quayside Weekly",
    token: (id) => id,
    now: () => NOW,
  });
  const reader = { id: "reader-one", address: "ada@example.org", name: "Ada", fields: {} };
  const message = await channel.messageFor(channel.compose(edition), reader);
  await channel.close();
  const header = message.subarray(0, message.indexOf("\r\n\r\n")).toString("latin1");
  return {
    from: FROM,
    unsubscribeUrl: UNSUBSCRIBE,
    values: channel.valuesFor(edition.newsletter, reader),
    header,
  };
}

export async function findingsIn(departure: Departure): Promise<readonly Finding[]> {
  const { edition, context } = await prepare(departure);
  return check(edition, context);
}

/** As the golden file has it. */
export function showFinding({ severity, part, place, message, next }: Finding): string {
  return `  ${severity} ${part}${place ? ` ${showPlace(place)}` : ""}\n    ${`${message} ${next}`.trim()}`;
}
