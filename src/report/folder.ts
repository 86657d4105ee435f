import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { refusalOf } from "../model/disk.ts";
import { describeDraft } from "../model/draft.ts";
import type { Edition } from "../model/edition.ts";
import { type ChannelPlan, type Plan, plannedRow } from "../model/plan.ts";
import { type FieldValues, join as splice } from "../model/splice.ts";
import { rowJson } from "./json.ts";

/** The edition as files: what --dry-run and render leave for a person or a script to look at. */
export interface EditionFiles {
  readonly edition: Edition;
  readonly plan: Plan;
  /** The mail of the reader it is shown for; absent where no mail is configured. */
  readonly message?: Uint8Array | undefined;
  /** That reader's own values. */
  readonly values: FieldValues;
}

/**
 * Writes `folder` anew, whole or not at all.
 * @throws UserError where no folder can be made there.
 * @returns the files' names, relative to `folder`.
 */
export async function writeEdition(folder: string, files: EditionFiles): Promise<readonly string[]> {
  const draft = await makeDraft(folder).catch((error: unknown) => {
    throw unwritable(error, folder);
  });
  try {
    const contents = Object.entries(editionFiles(files));
    for (const [name, content] of contents) {
      await mkdir(dirname(join(draft, name)), { recursive: true });
      await writeFile(join(draft, name), content);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return contents.map(([name]) => name);
  } catch (error) {
    throw unwritable(error, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function makeDraft(folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  return await mkdtemp(`${folder}.`);
}

/** What the disk refused, as a UserError; any other error comes back as it is. */
function unwritable(error: unknown, folder: string): unknown {
  const why = refusalOf(error);
  if (why === undefined) return error;
  return new UserError({
    code: "out-unwritable",
    message: `The edition cannot be written here: ${why}.`,
    next: "Make room for it, or move away what stands in its place.",
    place: { file: dirname(folder) },
  });
}

function editionFiles({
  edition,
  plan,
  message,
  values,
}: EditionFiles): Record<string, string | Uint8Array | Iterable<string>> {
  const { newsletter } = edition;
  return {
    "edition.json": json(editionJson(edition)),
    "newsletter.html": showEmbedded(splice(newsletter.html, values), edition),
    "newsletter.txt": splice(newsletter.text, values),
    ...(message && { "newsletter.eml": message }),
    ...Object.fromEntries(newsletter.embedded.map(({ filename, bytes }) => [`images/${filename}`, bytes])),
    ...postFiles(edition, plan),
    "plan.json": planText(plan),
  };
}

/** A browser knows no `cid:`; beside the page lie the same images as files. */
function showEmbedded(html: string, { newsletter }: Edition): string {
  return newsletter.embedded.reduce(
    (page, { cid, filename }) => page.replaceAll(`cid:${cid}`, `images/${encodeURIComponent(filename)}`),
    html,
  );
}

function postFiles(edition: Edition, plan: Plan): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { channel, draft } of plan.channels) {
    if (draft.kind !== "post") continue;
    files[`posts/${channel}.json`] = json({ channel, ...describeDraft(draft) });
    files[`posts/${channel}.txt`] = `${edition.posts.get(channel)?.text ?? ""}\n`;
  }
  return files;
}

function editionJson({ article, revision, hash, newsletter, posts, footer }: Edition): object {
  const { slug, title, description, date, url, author, language, tags, related } = article;
  return {
    article: { slug, title, description, date, url, author, language, tags, related },
    revision,
    edition: hash,
    newsletter: {
      subject: newsletter.subject,
      preheader: newsletter.preheader,
      fit: newsletter.fit,
      embedded: newsletter.embedded.map(({ cid, filename, mediaType, bytes }) => ({
        cid,
        filename,
        mediaType,
        bytes: bytes.length,
      })),
    },
    posts: [...posts.values()].map(({ channel, text, length, limit, languages, card }) => ({
      channel,
      text,
      length,
      limit,
      languages,
      card: card && { url: card.url, title: card.title, description: card.description },
    })),
    footer,
  };
}

const NO_IDS = '"deliveries": []';

/** Counts and subscribers' ids; no addresses, so that it can be shown. Part by part: the ids of a million take 34 MB. */
function* planText(plan: Plan): Iterable<string> {
  const [start = "", ...ends] = json(planJson(plan)).split(NO_IDS);
  yield start;
  for (const [index, channel] of plan.channels.entries()) {
    if (channel.fresh.length === 0) yield NO_IDS;
    else yield* idLines(channel);
    yield ends[index] ?? "";
  }
}

/** In a JSON text a quote within a value has a backslash before it, so NO_IDS stands for each channel's ids alone. */
function planJson({ edition, channels }: Plan): object {
  return {
    article: edition.slug,
    revision: edition.revision,
    edition: edition.hash,
    channels: channels.map((channel) => ({ ...rowJson(plannedRow(channel)), deliveries: [] })),
  };
}

const IDS_A_PART = 1_000;

function* idLines({ fresh, channel }: ChannelPlan): Iterable<string> {
  let text = '"deliveries": [';
  let ids = 0;
  for (const { subscriberId } of fresh) {
    text += `${ids > 0 ? "," : ""}\n        ${JSON.stringify(subscriberId ?? channel)}`;
    if (++ids % IDS_A_PART > 0) continue;
    yield text;
    text = "";
  }
  yield `${text}\n      ]`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
