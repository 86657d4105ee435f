import { z } from "zod";
import { type Asked, formOf, isJson, isPicture, type Loopback, Refused, startLoopback } from "./loopback.ts";

/** The Bot API (https://core.telegram.org/bots/api) on loopback. */
export interface Telegram extends Loopback {
  readonly messages: readonly Message[];
}

export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
}

export interface Message {
  readonly id: number;
  readonly text: string;
  readonly links: readonly { readonly text: string; readonly url: string }[];
  readonly photo?: Buffer | undefined;
  readonly preview?: string | undefined;
  readonly silent: boolean;
  readonly replyTo?: number | undefined;
}

/**
 * The parts of sendMessage and sendPhoto (Bot API 9) that are known here. The real one passes over fields that it does
 * not know; a field that is misspelt or of another type is none that we want to send.
 */
const address = z
  .string()
  .url()
  .regex(/^https?:/i);
const entity = z.strictObject({
  type: z.literal("text_link"),
  offset: z.number().int().min(0),
  length: z.number().int().min(1),
  url: address,
});
const chat_id = z.union([z.number().int(), z.string().regex(/^@[A-Za-z]\w{3,31}$|^-?\d+$/)]);
const sending = z.strictObject({
  chat_id,
  text: z.string(),
  entities: z.array(entity).min(1).max(100).optional(),
  link_preview_options: z.union([
    z.strictObject({ is_disabled: z.literal(true) }),
    z.strictObject({ url: address, prefer_large_media: z.boolean().optional() }),
  ]),
  disable_notification: z.boolean().optional(),
  reply_parameters: z
    .strictObject({
      message_id: z.number().int().min(1),
      allow_sending_without_reply: z.boolean().optional(),
    })
    .optional(),
});
/** Fields of a form are text: what is no text there is its JSON. */
const picturing = z.strictObject({
  chat_id: z.string().regex(/^@[A-Za-z]\w{3,31}$|^-?\d+$/),
  disable_notification: z.enum(["true", "false"]).optional(),
  caption: z.string().min(1).optional(),
  caption_entities: z.string().optional(),
  photo: z.instanceof(File),
});

function parse<Schema extends z.ZodTypeAny>(schema: Schema, body: unknown): z.infer<Schema> {
  const read = schema.safeParse(body);
  if (!read.success) throw refusal(400, `Bad Request: ${read.error}`);
  return read.data;
}

export interface TelegramRules {
  readonly token: string;
  /** Its @name. */
  readonly chat: string;
  /** What the bot is there. */
  readonly member?: object;
}

export async function startTelegram({
  token,
  chat,
  member = { status: "administrator", can_post_messages: true },
}: TelegramRules): Promise<Telegram> {
  const messages: Message[] = [];

  function add(message: Omit<Message, "id">): object {
    const { replyTo } = message;
    if (replyTo !== undefined && !messages.some(({ id }) => id === replyTo))
      throw refusal(400, "Bad Request: message to be replied not found");
    const id = 40 + messages.length;
    messages.push({ id, ...message });
    return { message_id: id, chat: { id: -1_001_234, type: "channel", username: chat.slice(1) } };
  }

  function sendMessage(asked: Asked): object {
    if (!isJson(asked)) throw refusal(400, "Bad Request: the body is not of type application/json");
    const given = parse(sending, JSON.parse(String(asked.body)));
    checkChat(given.chat_id);
    const text = textOf(given.text, 4096, "message");
    if (text === "") throw refusal(400, "Bad Request: message text is empty");
    return add({
      text,
      links: linksOf(text, given.entities ?? []),
      preview: "url" in given.link_preview_options ? given.link_preview_options.url : undefined,
      silent: given.disable_notification === true,
      replyTo: given.reply_parameters?.message_id,
    });
  }

  async function sendPhoto(asked: Asked): Promise<object> {
    const given = parse(picturing, Object.fromEntries(await formOf(asked)));
    const { photo: file, caption = "", caption_entities = "[]" } = given;
    const entities = parse(z.array(entity), JSON.parse(caption_entities));
    checkChat(given.chat_id);
    const photo = Buffer.from(await file.arrayBuffer());
    if (photo.length > 10_000_000) throw refusal(413, "Request Entity Too Large");
    if (!(await isPicture(photo, file.type))) throw refusal(400, "Bad Request: IMAGE_PROCESS_FAILED");
    const text = textOf(caption, 1024, "message caption");
    return add({
      text,
      links: linksOf(text, entities),
      photo,
      silent: given.disable_notification === "true",
    });
  }

  function checkChat(id: unknown): void {
    if (id !== chat) throw refusal(400, "Bad Request: chat not found");
  }

  function getChatMember({ query }: Asked): object {
    checkChat(query.get("chat_id"));
    if (query.get("user_id") !== token.split(":")[0]) throw refusal(400, "Bad Request: user not found");
    return member;
  }

  const methods: Readonly<Record<string, (asked: Asked) => object | Promise<object>>> = {
    sendMessage,
    sendPhoto,
    getChatMember,
  };
  const server = await startLoopback(async (asked) => {
    const [, given, name = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(asked.path) ?? [];
    if (given !== token) throw refusal(401, `Unauthorized: ${given}`);
    const method = methods[name];
    const verb = name === "getChatMember" ? "GET" : "POST";
    if (method === undefined || asked.method !== verb) throw refusal(404, "Not Found");
    return { status: 200, body: { ok: true, result: await method(asked) } };
  });
  return { ...server, messages };
}

/** As the server keeps it: without spaces at its ends. */
function textOf(text: string, most: number, what: string): string {
  if (!text.isWellFormed()) throw refusal(400, "Bad Request: strings must be encoded in UTF-8");
  const kept = text.trim();
  if (kept.length > most) throw refusal(400, `Bad Request: ${what} is too long`);
  return kept;
}

function linksOf(text: string, entities: readonly Entity[]): Message["links"] {
  return entities.map(({ type, offset, length, url }) => {
    const said = text.slice(offset, offset + length);
    const isWhole = said.length === length && said.trim() === said && said.isWellFormed();
    if (type !== "text_link" || !isWhole || url === undefined)
      throw refusal(400, "Bad Request: can't parse entities");
    return { text: said, url };
  });
}

const refusal = (code: number, description: string) =>
  new Refused(code, { ok: false, error_code: code, description });
