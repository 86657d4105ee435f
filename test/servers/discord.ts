import { z } from "zod";
import { type Asked, formOf, isJson, isPicture, type Loopback, Refused, startLoopback } from "./loopback.ts";

/** Webhooks as https://docs.discord.com/developers/resources/webhook has them, on loopback. */
export interface Discord extends Loopback {
  readonly messages: readonly Message[];
}

export interface Message {
  readonly id: string;
  readonly content: string;
  readonly embeds: readonly Embed[];
  readonly files: readonly { readonly name: string; readonly alt: string; readonly bytes: Buffer }[];
  /** Who was pinged. */
  readonly pings: readonly string[];
}

const snowflake = z.string().regex(/^(0|[1-9]\d*)$/);
/** As JSON Schema counts: code points. */
const most = (length: number) => z.string().refine((text) => [...text].length <= length);
const address = most(2048).refine((url) => /^(https?|attachment):/.test(url) && URL.canParse(url));
const embed = z.strictObject({
  title: most(256).optional(),
  description: most(4096).optional(),
  url: address.optional(),
  image: z.strictObject({ url: address, description: most(4096).optional() }).optional(),
});
type Embed = z.infer<typeof embed>;

/**
 * The parts of IncomingWebhookRequestPartial that are known here (Discord's OpenAPI description, v10), which says no
 * more of names that it does not know than that they are none of its own.
 */
const given = z.strictObject({
  content: most(2000).optional(),
  username: z.string().min(1).max(80).optional(),
  embeds: z.array(embed).max(10).optional(),
  attachments: z
    .array(
      z.strictObject({
        id: snowflake,
        filename: z.string().min(1).max(1024).optional(),
        description: most(1024).optional(),
      }),
    )
    .max(10)
    .optional(),
  allowed_mentions: z
    .strictObject({ parse: z.array(z.enum(["users", "roles", "everyone"])).optional() })
    .optional(),
});
type Given = z.infer<typeof given>;

function read(asked: Asked, form: FormData | undefined): Given {
  if (form === undefined && !isJson(asked)) throw refusal(50_035, "Invalid Form Body: content type");
  const text = form ? form.get("payload_json") : String(asked.body);
  if (typeof text !== "string") throw refusal(50_035, "Invalid Form Body: payload_json");
  const found = given.safeParse(JSON.parse(text));
  if (!found.success) throw refusal(50_035, `Invalid Form Body: ${found.error}`);
  return found.data;
}

export interface Webhook {
  readonly id: string;
  readonly token: string;
}

const TEN_MIB = 10 * 1024 * 1024;

export async function startDiscord({ id, token }: Webhook): Promise<Discord> {
  const messages: Message[] = [];

  async function execute(asked: Asked): Promise<Message> {
    const isForm = asked.headers["content-type"]?.startsWith("multipart/form-data") === true;
    const form = isForm ? await formOf(asked) : undefined;
    const message = read(asked, form);
    const { embeds = [], content = "" } = message;
    const files = form ? await filesIn(form, message) : [];
    if (content === "" && embeds.length === 0 && files.length === 0)
      throw refusal(50_006, "Cannot send an empty message");
    within("content", content, 2000);
    within("username", message.username, 80);
    checkEmbeds(embeds, files);
    const parse = message.allowed_mentions?.parse ?? ["everyone", "users", "roles"];
    const pings = parse.includes("everyone") ? (content.match(/@(everyone|here)/g) ?? []) : [];
    const made = { id: String(1_200_000 + messages.length), content, embeds, files, pings };
    messages.push(made);
    return made;
  }

  const server = await startLoopback(async (asked) => {
    const found = /^\/api\/webhooks\/(\d+)\/([\w-]+)$/.exec(asked.path);
    if (found === null) throw new Refused(404, { message: "404: Not Found", code: 0 });
    if (found[1] !== id) throw new Refused(404, { message: "Unknown Webhook", code: 10_015 });
    if (found[2] !== token)
      throw new Refused(401, { message: `Invalid Webhook Token ${found[2]}`, code: 50_027 });
    if (asked.headers.authorization !== undefined) throw new Refused(401, { message: "401", code: 0 });
    checkQuery(asked.query);
    if (asked.method === "GET") return { status: 200, body: { id, token, type: 1, channel_id: "7" } };
    const message = await execute(asked);
    const entity = { id: message.id, channel_id: "7", content: message.content };
    return asked.query.get("wait") === "true" ? { status: 200, body: entity } : { status: 204, body: "" };
  });
  return { ...server, messages };
}

function checkQuery(query: URLSearchParams): void {
  for (const [name, value] of query) {
    const isKnown =
      name === "wait" ? /^(true|false)$/.test(value) : name === "thread_id" && /^\d+$/.test(value);
    if (!isKnown) throw refusal(50_035, `Invalid Form Body: ${name}`);
  }
}

async function filesIn(form: FormData, { attachments = [] }: Given): Promise<Message["files"]> {
  const strangers = [...form.keys()].filter(
    (name) => name !== "payload_json" && !attachments.some(({ id }) => name === `files[${id}]`),
  );
  if (strangers.length > 0) throw refusal(50_035, `Invalid Form Body: ${strangers.join(", ")}`);
  return Promise.all(
    attachments.map(async ({ id, filename, description = "" }) => {
      const file = form.get(`files[${id}]`);
      if (!(file instanceof File) || file.name !== filename) throw refusal(50_035, `no files[${id}]`);
      within("description", description, 1024);
      const bytes = Buffer.from(await file.arrayBuffer());
      if (bytes.length > TEN_MIB)
        throw new Refused(413, { message: "Request entity too large", code: 40_005 });
      if (!(await isPicture(bytes, file.type))) throw refusal(50_046, "Invalid file uploaded");
      return { name: filename, alt: description, bytes };
    }),
  );
}

function checkEmbeds(embeds: readonly Embed[], files: Message["files"]): void {
  if (embeds.length > 10) throw refusal(50_035, "Invalid Form Body: embeds");
  let all = 0;
  for (const { title = "", description = "", url, image } of embeds) {
    within("title", title, 256);
    within("embed description", description, 4096);
    all += title.length + description.length;
    if (title + description === "" || (url !== undefined && !/^https?:/.test(url)))
      throw refusal(50_035, "Invalid Form Body: embed");
    const name = image?.url.replace("attachment://", "");
    if (image && !files.some((file) => file.name === name)) throw refusal(50_035, "unknown attachment");
    within("image description", image?.description, 4096);
  }
  if (all > 6000) throw refusal(50_035, "Embed size exceeds maximum size of 6000");
}

function within(name: string, text: string | undefined, most: number): void {
  if (text !== undefined && [...text].length > most)
    throw refusal(50_035, `Invalid Form Body: ${name}: Must be ${most} or fewer in length.`);
  if (text !== undefined && !text.isWellFormed())
    throw refusal(50_109, "The request body contains invalid JSON.");
}

const refusal = (code: number, message: string) => new Refused(400, { message, code });
