import * as z from "zod";
import type { Notice } from "../errors.ts";
import type { JsonValue, PlannedRequest } from "../model/draft.ts";
import type { Limits } from "../model/limits.ts";
import { expiryNotices } from "./expiry.ts";
import { AUTHORIZED, graphFailure, saidIn } from "./graph/failure.ts";
import {
  type Answer,
  type Found,
  type Looking,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Opening,
  type Reading,
  value,
} from "./network/index.ts";
import { privateUrl } from "./private-url.ts";

const options = z.strictObject({
  type: z.literal("facebook").optional(),
  page: z
    .string()
    .regex(/^\d+$/, "must be the number of a page, in quotation marks")
    .describe("Number of the page"),
  token: z
    .string()
    .default("")
    .describe("A page access token with pages_manage_posts and pages_read_engagement"),
  version: z
    .string()
    .regex(/^v\d+\.\d+$/, "must be such as v24.0")
    .default("v24.0")
    .describe("Version of the Graph API; each is taken for about two years"),
  server: privateUrl().default("https://graph.facebook.com").describe("Address of the API"),
});
export type FacebookOptions = z.infer<typeof options>;

/** https://developers.facebook.com/docs/pages-api/posts and …/docs/graph-api/reference/page/photos */
const LIMITS: Limits = {
  measures: [{ unit: "utf16", max: 63_206 }],
  shortLinks: false,
  // The network counts none; more are taken for spam.
  tags: 3,
  images: { count: 10, bytes: 4_000_000, alt: 1000, formats: ["image/jpeg", "image/png"] },
  assumed: false,
};

function compose({ options, post }: Material<FacebookOptions>): readonly NetworkRequest[] {
  const base = `${options.server}/${options.version}/${options.page}`;
  const images = post.images ?? [];
  const link = post.parts.find((part) => part.kind === "link");
  return [
    ...images.map(
      ({ bytes, mediaType, alt }, index): NetworkRequest => ({
        step: `photo ${index + 1}`,
        method: "POST",
        url: `${base}/photos`,
        headers: AUTHORIZED,
        form: [
          { name: "published", value: "false" },
          ...(alt === "" ? [] : [{ name: "alt_text_custom", value: alt }]),
          {
            name: "source",
            value: bytes,
            filename: `picture-${index + 1}.${mediaType.slice(6)}`,
            type: mediaType,
          },
        ],
      }),
    ),
    {
      step: "post",
      method: "POST",
      url: `${base}/feed`,
      headers: { ...AUTHORIZED, "content-type": "application/json" },
      body: {
        message: post.text,
        // A post has photos or a link.
        link: images.length === 0 ? link?.url : undefined,
        attached_media:
          images.length > 0
            ? images.map((_, index) => ({ media_fbid: value(`photo_${index + 1}`) }))
            : undefined,
      },
      posts: true,
    },
  ];
}

function read(answer: Answer, { step = "" }: PlannedRequest): Reading | undefined {
  const failure = graphFailure(answer);
  if (failure !== undefined) return failure;
  const { id } = saidIn(answer) ?? {};
  if (typeof id !== "string") return undefined;
  const [kind, number] = step.split(" ");
  return kind === "photo"
    ? { values: { [`photo_${number}`]: id } }
    : taken(id, `https://www.facebook.com/${id}`);
}

const taken = (id: string, url: string): Found => ({ receipt: { code: 200, text: id, url } });

const lettersOf = (text: unknown) => String(text).normalize("NFC").replace(/\s+/g, "");

/** The network sends no key: the page's own latest posts tell. */
async function find(
  { body }: PlannedRequest,
  { options: { server, version, page }, ask }: Looking<FacebookOptions>,
): Promise<Found | "absent" | undefined> {
  const url = `${server}/${version}/${page}/feed?fields=id,message,permalink_url&limit=50`;
  const { data } = saidIn(await ask({ method: "GET", url, headers: AUTHORIZED })) ?? {};
  if (!Array.isArray(data)) return undefined;
  const { message } = body as { readonly [key: string]: JsonValue };
  const found = data.find((each) => lettersOf(each?.message) === lettersOf(message));
  if (found === undefined) return "absent";
  const { id, permalink_url } = found as { readonly id: unknown; readonly permalink_url?: unknown };
  return taken(
    String(id),
    typeof permalink_url === "string" ? permalink_url : `https://www.facebook.com/${id}`,
  );
}

const debugged = z.object({
  data: z.object({ expires_at: z.number(), data_access_expires_at: z.number().optional() }),
});
const NEXT = "Make a new page token in the Graph API Explorer, and put it where pressrun.yaml reads it.";

/** A page token made of a long-lived one has no end (0); the consent behind it has one, after 90 days. */
async function foresee({ options, context, ask }: Opening<FacebookOptions>): Promise<readonly Notice[]> {
  const { token, server, version } = options;
  const url = `${server}/${version}/debug_token?input_token={{secret:token}}`;
  const read = debugged.safeParse(saidIn(await ask({ method: "GET", url, headers: AUTHORIZED }, { token })));
  if (!read.success) return [];
  const { expires_at, data_access_expires_at = 0 } = read.data.data;
  const ends = [expires_at, data_access_expires_at].filter((seconds) => seconds > 0);
  const first = ends.length > 0 ? new Date(Math.min(...ends) * 1000) : undefined;
  return expiryNotices("Facebook", context.name, first, { now: context.now(), next: NEXT });
}

/** https://developers.facebook.com/docs/pages-api/posts */
export const channelType = networkChannel<FacebookOptions>({
  label: "Facebook",
  options,
  secrets: ["token"],
  limits: () => LIMITS,
  // As its site shows posts to readers: about 480 characters.
  face: () => ({ fold: 480, card: { descriptionLines: 1 } }),
  compose,
  read,
  foresee,
  verify: {
    request: ({ server, version, page }) => ({
      method: "GET",
      url: `${server}/${version}/${page}?fields=id,name`,
      headers: AUTHORIZED,
    }),
    next: NEXT,
  },
  find,
});
