import * as z from "zod";
import type { Notice } from "../errors.ts";
import type { PlannedRequest } from "../model/draft.ts";
import type { Limits } from "../model/limits.ts";
import { expiryNotices } from "./expiry.ts";
import { AUTHORIZED, graphFailure, saidIn } from "./graph/failure.ts";
import {
  type Answer,
  type Found,
  formBody,
  isFailure,
  type Looking,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Opening,
  type Reading,
} from "./network/index.ts";
import { privateUrl } from "./private-url.ts";
import { keepToken, readToken } from "./token.ts";

const options = z.strictObject({
  type: z.literal("threads").optional(),
  token: z
    .string()
    .default("")
    .describe("A long-lived access token with threads_basic and threads_content_publish"),
  image: z
    .enum(["card", "attach"])
    .default("card")
    .describe("attach: the picture, by its public address; else Threads makes a card of the link"),
  server: privateUrl().default("https://graph.threads.net").describe("Address of the API"),
});
export type ThreadsOptions = z.infer<typeof options>;

/** https://developers.facebook.com/docs/threads/overview and …/threads/posts */
const LIMITS: Limits = {
  measures: [{ unit: "emoji-bytes", max: 500 }],
  pings: true,
  shortLinks: false,
  // The network takes one topic a post.
  tags: 1,
  assumed: false,
};
const ALT = 1000;
const FORM = { ...AUTHORIZED, "content-type": "application/x-www-form-urlencoded" };

function compose({ options: { server, image }, post }: Material<ThreadsOptions>): readonly NetworkRequest[] {
  const picture = image === "attach" ? post.picture : undefined;
  const content = picture
    ? {
        media_type: "IMAGE",
        image_url: picture.url,
        alt_text: picture.alt.slice(0, ALT).toWellFormed() || undefined,
      }
    : { media_type: "TEXT" };
  return [
    {
      step: "container",
      method: "POST",
      url: `${server}/v1.0/me/threads`,
      headers: FORM,
      body: formBody({ ...content, text: post.text }),
      // Publishing it twice makes one post of it.
      keeps: true,
    },
    {
      step: "ready",
      method: "GET",
      url: `${server}/v1.0/{{container}}?fields=status,error_message`,
      headers: AUTHORIZED,
    },
    {
      step: "publish",
      method: "POST",
      url: `${server}/v1.0/me/threads_publish`,
      headers: FORM,
      body: formBody({}, { creation_id: "container" }),
      posts: true,
    },
  ];
}

/** Seconds: pictures are fetched by the network. */
const LOOK_AGAIN = 3;

function read(answer: Answer, { step }: PlannedRequest): Reading | undefined {
  const failure = graphFailure(answer);
  if (failure !== undefined) return failure;
  const { id, status, error_message } = saidIn(answer) ?? {};
  if (step === "ready" && status === "IN_PROGRESS") return { wait: LOOK_AGAIN };
  if (step === "ready" && (status === "ERROR" || status === "EXPIRED"))
    return { state: "failed", reason: { kind: "rejected", text: String(error_message ?? status) } };
  if (typeof id !== "string") return undefined;
  if (step === "container") return { values: { container: id } };
  return step === "publish" ? { receipt: { code: answer.status, text: id } } : {};
}

/** A container tells whether it was published. Without one nothing can have been. */
async function find(
  _: PlannedRequest,
  { options: { server }, values: { container }, ask }: Looking<ThreadsOptions>,
): Promise<Found | "absent" | undefined> {
  if (typeof container !== "string") return "absent";
  const url = `${server}/v1.0/${encodeURIComponent(container)}?fields=status,error_message`;
  const { status } = saidIn(await ask({ method: "GET", url, headers: AUTHORIZED })) ?? {};
  if (status === "PUBLISHED") return { receipt: { code: 200, text: `container ${container}` } };
  return status === "FINISHED" || status === "ERROR" || status === "EXPIRED" ? "absent" : undefined;
}

/** A token holds for 60 days, and is renewed when half of them are over. */
const RENEW_MS = 30 * 86_400_000;
const renewed = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

async function login({ options, context, ask }: Opening<ThreadsOptions>) {
  const { token: written, server } = options;
  const kept = readToken(context, written);
  const token = kept?.token ?? written;
  const endsAt = kept?.expiresAt?.getTime() ?? 0;
  if (endsAt - RENEW_MS > context.now().getTime()) return { token };
  const url = `${server}/refresh_access_token?grant_type=th_refresh_token&access_token={{secret:token}}`;
  const answer = await ask({ method: "GET", url, headers: {} }, { token });
  const read = renewed.safeParse(isFailure(answer) || answer.status !== 200 ? undefined : answer.body);
  // Tokens of less than a day are not renewed yet: as long as it holds, the old one does.
  if (!read.success) return { token };
  const { access_token, expires_in } = read.data;
  const expiresAt = new Date(context.now().getTime() + expires_in * 1000);
  keepToken(context, written, { token: access_token, expiresAt });
  return { token: access_token };
}

const NEXT = "Make a new long-lived token in the app's dashboard, and put it where pressrun.yaml reads it.";

async function foresee({ options, context }: Opening<ThreadsOptions>): Promise<readonly Notice[]> {
  const expiresAt = readToken(context, options.token)?.expiresAt;
  return expiryNotices("Threads", context.name, expiresAt, { now: context.now(), next: NEXT });
}

/** https://developers.facebook.com/docs/threads/posts */
export const channelType = networkChannel<ThreadsOptions>({
  label: "Threads",
  options,
  secrets: ["token"],
  limits: () => LIMITS,
  face: () => ({ link: 30, card: { descriptionLines: 0 } }),
  compose,
  read,
  login,
  foresee,
  verify: {
    request: ({ server }) => ({
      method: "GET",
      url: `${server}/v1.0/me?fields=id,username`,
      headers: AUTHORIZED,
    }),
    next: NEXT,
  },
  find,
});
