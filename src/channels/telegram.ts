import * as z from "zod";
import type { PlannedRequest } from "../model/draft.ts";
import type { PostPart, PostText, Thumbnail } from "../model/edition.ts";
import type { Limits } from "../model/limits.ts";
import {
  type Answer,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Reading,
  value,
} from "./network/index.ts";
import { privateUrl } from "./private-url.ts";

const options = z.strictObject({
  type: z.literal("telegram").optional(),
  token: z
    .string()
    .regex(/^\d+:[\w-]+$/, "must be such as 123456:ABC-DEF, as @BotFather gives it")
    .default("")
    .describe("The bot's token, from @BotFather"),
  chat: z
    .union(
      [
        z
          .string()
          .regex(/^(@?[\w.]+|-\d+)$/, "must be @name, or a number such as -1001234567890")
          .overwrite((chat) => (/^[@-]|^\d+$/.test(chat) ? chat : `@${chat}`)),
        z.int(),
      ],
      {
        error: ({ input }) =>
          input === undefined ? undefined : "must be @name, or a number such as -1001234567890",
      },
    )
    .describe("The channel or group: @name, or its number"),
  silent: z.boolean().default(false).describe("Posts make no sound on readers' phones"),
  server: privateUrl().default("https://api.telegram.org").describe("A Bot API server of your own"),
});
export type TelegramOptions = z.infer<typeof options>;

/** https://core.telegram.org/bots/api#sendmessage and #sendphoto. Lengths are in UTF-16 units, as those of entities are. */
const LIMITS: Limits = {
  measures: [{ unit: "utf16", max: 4096 }],
  pings: true,
  shortLinks: true,
  // The network counts none; more are taken for spam.
  tags: 3,
  images: {
    count: 1,
    bytes: 10_000_000,
    // Width and height together may have 10,000: no picture of ours is more than twice as tall as wide.
    pixels: 20_000_000,
    // It has no alternative text to send.
    alt: 1024,
    formats: ["image/jpeg", "image/png", "image/webp"],
  },
  threads: true,
  assumed: false,
};

/** Under a picture. */
const LONGEST_CAPTION = 1024;

/** A picture whose text is too long for a caption goes ahead of it, alone; the rest answers what was before it. */
function compose({ options, post }: Material<TelegramOptions>): readonly NetworkRequest[] {
  const [image] = post.images ?? [];
  const isCaption = image !== undefined && post.text.length <= LONGEST_CAPTION;
  const photo = image && photoOf(options, image, isCaption ? post : undefined);
  const texts = [...(isCaption ? [] : [post]), ...(post.more ?? [])];
  const first = photo === undefined ? 1 : 2;
  return [...(photo ? [photo] : []), ...texts.map((part, index) => messageOf(options, part, first + index))];
}

/** The token is in the address, as the API has it. */
const addressOf = ({ server }: TelegramOptions, method: string) => `${server}/bot{{secret:token}}/${method}`;

function messageOf(options: TelegramOptions, { text, parts }: PostText, number: number): NetworkRequest {
  const { chat, silent } = options;
  const link = parts.find(({ kind }) => kind === "link");
  const entities = entitiesOf(parts);
  return {
    step: `message ${number}`,
    method: "POST",
    url: addressOf(options, "sendMessage"),
    headers: { "content-type": "application/json" },
    body: {
      chat_id: chat,
      text,
      entities: entities.length > 0 ? entities : undefined,
      link_preview_options:
        link?.kind === "link" ? { url: link.url, prefer_large_media: true } : { is_disabled: true },
      disable_notification: silent,
      reply_parameters:
        number > 1
          ? { message_id: value(`message_${number - 1}`), allow_sending_without_reply: true }
          : undefined,
    },
    posts: true,
  };
}

function photoOf(
  options: TelegramOptions,
  { bytes, mediaType }: Thumbnail,
  caption: PostText | undefined,
): NetworkRequest {
  const fields = {
    chat_id: String(options.chat),
    disable_notification: String(options.silent),
    caption: caption?.text ?? "",
    caption_entities: caption ? JSON.stringify(entitiesOf(caption.parts)) : "",
  };
  const given = Object.entries(fields).filter(([, text]) => text !== "");
  const filename = `picture.${mediaType.replace(/^image\//, "")}`;
  return {
    step: "message 1",
    method: "POST",
    url: addressOf(options, "sendPhoto"),
    headers: {},
    form: [
      ...given.map(([name, text]) => ({ name, value: text })),
      { name: "photo", value: bytes, filename, type: mediaType },
    ],
    posts: true,
  };
}

/** Text is sent as it is, without markup: what is a link is said beside it. */
function entitiesOf(parts: readonly PostPart[]) {
  let offset = 0;
  return parts.flatMap((part) => {
    const here = { offset, length: part.text.length };
    offset += part.text.length;
    // An address that is written out is found by itself.
    if (part.kind !== "link" || part.text === part.url) return [];
    return [{ type: "text_link", ...here, url: part.url }];
  });
}

/** Descriptions that are about the bot or its chat, whatever is posted. */
const ACCOUNT =
  /chat not found|not enough rights|administrator rights|chat_write_forbidden|upgraded to a supergroup/i;

function read({ status, body }: Answer, { step = "" }: PlannedRequest): Reading | undefined {
  const { ok, result, description } = Object(body) as Readonly<Record<string, unknown>>;
  const { message_id, chat } = Object(result) as { message_id?: unknown; chat?: unknown };
  if (status === 200 && ok === true && typeof message_id === "number") {
    const url = urlOf(chat, message_id);
    return {
      values: { [step.replace(" ", "_")]: message_id },
      receipt: { code: status, text: `message ${message_id}`, url },
    };
  }
  const isAccount = status === 404 || (status === 400 && ACCOUNT.test(String(description)));
  if (!isAccount || ok !== false) return undefined;
  return { state: "failed", reason: { kind: "login", code: status, text: String(description) } };
}

/** https://core.telegram.org/api/links#message-links */
function urlOf(chat: unknown, message: number): string | undefined {
  const { username, id, type } = Object(chat) as { username?: unknown; id?: unknown; type?: unknown };
  if (typeof username === "string") return `https://t.me/${username}/${message}`;
  const isLarge = type === "channel" || type === "supergroup";
  return isLarge ? `https://t.me/c/${String(id).replace(/^-100/, "")}/${message}` : undefined;
}

/** https://core.telegram.org/bots/api#chatmember */
const member = z.object({
  status: z.string(),
  can_post_messages: z.boolean().optional(),
  can_send_messages: z.boolean().optional(),
});

function fault({ body }: Answer): string | undefined {
  const read = member.safeParse((Object(body) as { result?: unknown }).result);
  if (!read.success) return "the answer was not one of Telegram";
  const { status, can_post_messages, can_send_messages } = read.data;
  if (["left", "kicked"].includes(status)) return "the bot is no member of the chat";
  return can_post_messages === false || can_send_messages === false
    ? "the bot may not post messages in the chat"
    : undefined;
}

/** A channel or group on Telegram, by a bot. https://core.telegram.org/bots/api */
export const channelType = networkChannel<TelegramOptions>({
  label: "Telegram",
  options,
  secrets: ["token"],
  limits: () => LIMITS,
  face: ({ chat }) => ({
    place: "room",
    account: String(chat),
    pictures: "above",
    card: { shape: "barred", titleLines: undefined, descriptionLines: 4 },
  }),
  compose,
  read,
  // A bot's number is the first part of its token.
  login: async ({ options: { token } }) => ({ token, bot: token.split(":")[0] ?? "" }),
  verify: {
    request: (options) => {
      const query = new URLSearchParams({ chat_id: String(options.chat) });
      const url = `${addressOf(options, "getChatMember")}?${query}&user_id={{secret:bot}}`;
      return { method: "GET", url, headers: {} };
    },
    fault,
    next: "Copy the token from @BotFather again, and make the bot an administrator of the channel who may post messages.",
  },
});
