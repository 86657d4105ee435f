import { type Notice, UserError } from "../errors.ts";
import type { Article } from "../model/article.ts";
import type { Channel } from "../model/channel.ts";

/**
 * The channels that an article goes to: all, or those its front matter names, or of these the ones named by `--only`.
 * @throws UserError for a name that is not a channel of this publication, and for an offset: a person who names the
 * channels with `--only` has chosen the time, otherwise the post would go out too early, and nobody can undo that.
 */
export function selectChannels(
  channels: readonly Channel[],
  article: Pick<Article, "channels" | "file">,
  only: readonly string[] | undefined,
): readonly Channel[] {
  const wanted = article.channels === undefined ? undefined : channelNames(article.channels);
  check(channels, wanted ?? [], `${article.file}: channels`);
  check(channels, only ?? [], "--only");
  if (only === undefined) refuseOffsets(article);
  return channels.filter(({ name }) => (wanted?.includes(name) ?? true) && (only?.includes(name) ?? true));
}

/** One notice for each key of the front matter in use that this version does not honour. */
export function notHonoured({ file, queue }: Pick<Article, "file" | "queue">): Notice[] {
  if (queue === undefined || queue === false) return [];
  const message = "queue is not honoured by this version: the article goes out when it is published.";
  return [{ code: "not-honoured", message, place: { file } }];
}

/** One notice for each text in `posts` that no channel will post. */
export function unknownPosts(
  { file, posts }: Pick<Article, "file" | "posts">,
  channels: readonly Channel[],
): Notice[] {
  const social = channels.filter(({ limits }) => limits !== undefined).map(({ name }) => name);
  return Object.keys(posts)
    .filter((name) => !social.includes(name))
    .map((name) => ({
      code: "post-for-nobody",
      message: `posts.${name} is not used: it names no social channel of this publication.`,
      next: choice(social),
      place: { file },
    }));
}

function channelNames(channels: NonNullable<Article["channels"]>): readonly string[] {
  return Array.isArray(channels) ? channels : Object.keys(channels);
}

function refuseOffsets({ file, channels = [] }: Pick<Article, "channels" | "file">): void {
  if (Array.isArray(channels) || Object.keys(channels).length === 0) return;
  const problems = Object.entries(channels).map(([name, offset]) => ({
    code: "offset",
    message: `channels.${name} asks for ${offset}, and this version cannot wait.`,
    next: "Take the offset out, or publish it later by hand with --only.",
    place: { file },
  }));
  throw new UserError(problems);
}

function choice(known: readonly string[]): string {
  return known.length > 0 ? `Choose from: ${known.join(", ")}.` : "Add it to pressrun.yaml first.";
}

function check(channels: readonly Channel[], names: readonly string[], where: string): void {
  const known = channels.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new UserError({
    code: "unknown-channel",
    message: `${where} names "${unknown.join('", "')}", which is not a channel of this publication.`,
    next: choice(known),
  });
}
