import type { Post } from "../../model/edition.ts";
import { excess, type Limits } from "../../model/limits.ts";
import { type Hit, quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

interface Target {
  readonly post: Post;
  /** undefined for a channel that is not configured. */
  readonly type: string | undefined;
  readonly limits: Limits | undefined;
}

/** Runs over every post; a hit belongs to its channel, and to the line that the author wrote for it, if any. */
function onPosts(find: (target: Target, subject: Subject) => readonly Omit<Hit, "part">[]) {
  return (subject: Subject): readonly Hit[] =>
    [...subject.edition.posts.values()].flatMap((post) => {
      const { type, limits } = subject.context.channels.get(post.channel) ?? {};
      const hits = find({ post, type, limits }, subject);
      const place = isWritten(post, subject) ? subject.source.key(`posts.${post.channel}`) : undefined;
      return hits.map((hit) => ({ place, ...hit, part: `post:${post.channel}` as const }));
    });
}

const isWritten = ({ channel }: Post, { edition }: Subject) => Object.hasOwn(edition.article.posts, channel);

/** "@name@server" is a name in the fediverse, "@name.bsky.social" on Bluesky. */
const HANDLES: readonly { readonly of: RegExp; readonly home: string; readonly types: readonly string[] }[] =
  [
    {
      of: /(?<![\w@./])@[\w.-]+@[\w-]+(?:\.[\w-]+)+/g,
      home: "the fediverse",
      types: ["mastodon", "threads"],
    },
    { of: /(?<![\w@./])@[\w-]+(?:\.[\w-]+)+(?!@|[\w.-]*@)/g, home: "Bluesky", types: ["bluesky"] },
    { of: /(?<![\w@./])@\w{2,30}(?![\w.@-]*[@\w])/g, home: "", types: [] },
  ];

function foreignHandles({ post, type }: Target): readonly string[] {
  if (type === undefined) return [];
  return HANDLES.flatMap(({ of, home, types }) =>
    home === "" || types.includes(type)
      ? []
      : [...post.text.matchAll(of)].map(([handle]) => `${handle} is a name on ${home}`),
  );
}

/** A bare @name is another account on each network. */
function sharedHandles(target: Target, { edition }: Subject): readonly string[] {
  const others = [...edition.posts.values()].filter(({ channel }) => channel !== target.post.channel);
  if (!others.some(({ text }) => text === target.post.text)) return [];
  const bare = HANDLES.at(-1)?.of ?? /$^/g;
  return [...target.post.text.matchAll(bare)].map(
    ([handle]) => `${handle} stands in the same words for another network`,
  );
}

/** More than this reads as advertising whatever the network allows. */
const MOST_TAGS = 3;

const MALFORMED_TAG = /(?<![\p{L}\p{N}_&/#])(?:##+[\p{L}\p{N}_]+|#[\p{L}\p{N}_]+(?:[-'’][\p{L}\p{N}_]+)+)/gu;

const hasLink = ({ parts, card }: Post) => card !== undefined || parts.some(({ kind }) => kind === "link");

export const POST_RULES: readonly Rule[] = [
  {
    id: "post-over-limit",
    severity: "error",
    part: "post",
    what: "a post longer than its network takes, in any of the ways it counts",
    why: "The network refuses it, and readers there get nothing.",
    notices: ["post-too-long"],
    find: onPosts(({ post, limits }) => {
      const whole = { unit: "characters", max: post.limit, length: post.length };
      const over = limits ? excess(post.parts, limits) : post.length > post.limit ? whole : undefined;
      if (over === undefined) return [];
      return [
        {
          message: `The post has ${over.length} ${over.unit}; ${post.channel} takes ${over.max}.`,
          next: `Shorten \`summary:\`, or write \`posts: {${post.channel}: …}\`.`,
        },
      ];
    }),
  },
  {
    id: "post-empty",
    severity: "error",
    part: "post",
    what: "a post without words",
    why: "The network refuses it, or shows a bare link that nobody opens.",
    find: onPosts(({ post }) => {
      const words = post.parts.filter(({ kind }) => kind === "text").map(({ text }) => text);
      if (/[\p{L}\p{N}]/u.test(words.join(""))) return [];
      return [
        {
          message: "The post says nothing.",
          next: `Write \`summary:\`, or \`posts: {${post.channel}: …}\`.`,
        },
      ];
    }),
  },
  {
    id: "post-without-link",
    severity: "warning",
    part: "post",
    what: "a post that does not lead to the article",
    why: "Its readers cannot go on reading.",
    find: onPosts(({ post }, { edition }) =>
      edition.article.url === undefined || hasLink(post)
        ? []
        : [{ message: "The post has no link.", next: `Add ${edition.article.url} to it.` }],
    ),
  },
  {
    id: "post-card-missing",
    severity: "warning",
    part: "post",
    what: "a post without a link card where the network shows the one that it brings",
    why: "Bluesky and others make none by themselves.",
    find: onPosts(({ post, limits }, { edition }) =>
      limits?.card === undefined || post.card !== undefined || edition.article.url === undefined
        ? []
        : [{ message: "The post brings no link card.", next: "Check the article's url and image." }],
    ),
  },
  {
    id: "post-card-image",
    severity: "warning",
    part: "post",
    what: "a link card without its image although the article has one",
    why: "Cards with an image are seen; without, they are a grey box.",
    notices: ["no-thumbnail"],
    find: onPosts(({ post, limits }, { edition, source }) => {
      const { image } = edition.article;
      if (limits?.card?.thumbnailBytes === 0) return [];
      // Images on the web are only fetched by runs that send.
      if (image === undefined || /^https?:/i.test(image.src)) return [];
      if (post.card === undefined || post.card.thumbnail !== undefined) return [];
      return [
        {
          message: "The link card has no image.",
          next: "Use a JPEG, PNG, GIF or WebP file.",
          place: source.key("image"),
        },
      ];
    }),
  },
  {
    id: "post-hashtag-malformed",
    severity: "warning",
    part: "post",
    what: "a hashtag that ends sooner than it looks (#coast-line), or with two #",
    why: "Networks link letters, digits and _ only: #coast-line becomes #coast.",
    find: onPosts(({ post }) =>
      [...post.text.matchAll(MALFORMED_TAG)].map(([tag]) => ({
        message: `${quote(tag)} is not one hashtag.`,
        next: `Write ${`#${tag.replace(/^#+/, "").replace(/[^\p{L}\p{N}_]+(.)/gu, (_, char: string) => char.toUpperCase())}`}.`,
      })),
    ),
  },
  {
    id: "post-hashtags-many",
    severity: "warning",
    part: "post",
    what: "more hashtags than the channel is set to, and more than three",
    why: "Posts full of hashtags are taken for spam and reach fewer people (Mastodon's and X's own advice is one to three).",
    find: onPosts(({ post, limits }) => {
      const count = post.parts.filter(({ kind }) => kind === "tag").length;
      const most = Math.max(limits?.tags ?? 0, MOST_TAGS);
      return count > most
        ? [{ message: `The post has ${count} hashtags.`, next: `Keep the ${most} that tell most.` }]
        : [];
    }),
  },
  {
    id: "post-foreign-handle",
    severity: "warning",
    part: "post",
    what: "an @name of another network, or one in words that several networks share",
    why: "There it is another account, or nobody: the wrong person is called.",
    find: onPosts((target, subject) =>
      [...foreignHandles(target), ...sharedHandles(target, subject)].map((what) => ({
        message: `${what}.`,
        next: `Write \`posts: {${target.post.channel}: …}\` with the account's name there, or its plain name.`,
      })),
    ),
  },
  {
    id: "post-for-nobody",
    severity: "warning",
    part: "article",
    what: "a text in `posts:` for a channel that the publication does not have",
    why: "It is never sent: often a slip of the pen.",
    notices: ["post-for-nobody"],
    find: ({ edition, context, source }) =>
      Object.keys(edition.article.posts)
        .filter((channel) => !context.channels.has(channel))
        .map((channel) => ({
          message: `The article has a post for ${quote(channel)}, which is not a channel of this publication.`,
          next:
            context.channels.size > 0
              ? `Choose from: ${[...context.channels.keys()].join(", ")}.`
              : "Add the channel to pressrun.yaml.",
          place: source.key(`posts.${channel}`),
        })),
  },
  {
    id: "channel-unknown",
    severity: "error",
    part: "article",
    what: "a name in `channels:` that is not a channel of the publication",
    why: "Publishing is refused: nobody can tell what was meant.",
    find: ({ edition, context, source }) => {
      const named = edition.article.channels ?? [];
      const names = Array.isArray(named) ? (named as readonly string[]) : Object.keys(named);
      const known = [...(context.mail ? ["email"] : []), ...context.channels.keys()];
      return names
        .filter((name) => !known.includes(name))
        .map((name) => ({
          message: `${quote(name)} is not a channel of this publication.`,
          next: known.length > 0 ? `Choose from: ${known.join(", ")}.` : "Add it to pressrun.yaml first.",
          place: source.key("channels"),
        }));
    },
  },
  {
    id: "tag-unusable",
    severity: "warning",
    part: "article",
    what: "a tag without a letter, or of more than 64 characters",
    why: "No network makes a hashtag of it.",
    find: ({ edition, source }) =>
      edition.article.tags
        .filter((tag) => !/\p{L}/u.test(tag) || tag.length > 64)
        .map((tag) => ({
          message: `The tag ${quote(tag)} cannot become a hashtag.`,
          next: "Use a word.",
          place: source.key("tags"),
        })),
  },
];
