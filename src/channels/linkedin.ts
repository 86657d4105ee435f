import * as z from "zod";
import type { PlannedRequest } from "../model/draft.ts";
import type { Post, Thumbnail } from "../model/edition.ts";
import type { Limits } from "../model/limits.ts";
import { foresee, login } from "./linkedin/login.ts";
import { HASHTAG_ROOM, littleText } from "./linkedin/text.ts";
import {
  type Answer,
  type Found,
  isFailure,
  type Looking,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Reading,
  value,
} from "./network/index.ts";
import { privateUrl } from "./private-url.ts";

const options = z.strictObject({
  type: z.literal("linkedin").optional(),
  author: z
    .string()
    .regex(/^urn:li:(person|organization):[\w-]+$/, "must be such as urn:li:organization:123456")
    .describe("Who posts: urn:li:organization:… (a page) or urn:li:person:…"),
  token: z.string().default("").describe("An access token; or, with refresh, a refresh token"),
  refresh: z.boolean().default(false).describe("The token is a refresh token, which some apps get"),
  client_id: z
    .string()
    .default("")
    .describe("Client ID of the app, to refresh the token or tell when it ends"),
  client_secret: z.string().default("").describe("Client secret of the app"),
  version: z
    .string()
    .regex(/^20\d{4}$/, "must be a year and month, such as 202610")
    .default("202610")
    .describe("Version of the API (LinkedIn-Version); each is taken for a year"),
  server: privateUrl().default("https://api.linkedin.com").describe("Address of the API"),
  oauth: privateUrl().default("https://www.linkedin.com").describe("Address that gives out tokens"),
});
export type LinkedInOptions = z.infer<typeof options>;

const TAGS = 3;

/** https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api, …/images-api, …/multiimage-post-api */
const LIMITS: Limits = {
  measures: [{ unit: "utf16", max: 3000 - TAGS * HASHTAG_ROOM, as: "little-text" }],
  shortLinks: false,
  tags: TAGS,
  card: { thumbnailBytes: 5_000_000, title: 400, description: 4086 },
  images: {
    count: 20,
    bytes: 5_000_000,
    pixels: 36_152_320,
    alt: 4086,
    formats: ["image/jpeg", "image/png", "image/gif"],
  },
  assumed: false,
};

function headers(version: string) {
  return {
    authorization: "Bearer {{secret:token}}",
    "linkedin-version": version,
    "x-restli-protocol-version": "2.0.0",
  };
}

function compose({ options, post }: Material<LinkedInOptions>): readonly NetworkRequest[] {
  const { author, server, version } = options;
  const thumbnail = post.card?.thumbnail;
  const images = post.images ?? (thumbnail ? [thumbnail] : []);
  return [
    ...images.flatMap((image, index) => upload(options, image, index + 1)),
    {
      step: "post",
      method: "POST",
      url: `${server}/rest/posts`,
      headers: { ...headers(version), "content-type": "application/json" },
      body: {
        author,
        commentary: littleText(post.parts),
        visibility: "PUBLIC",
        distribution: {
          feedDistribution: "MAIN_FEED",
          targetEntities: [],
          thirdPartyDistributionChannels: [],
        },
        content: contentOf(post),
        lifecycleState: "PUBLISHED",
        isReshareDisabledByAuthor: false,
      },
      posts: true,
    },
  ];
}

/** A card of its own making: the network reads none from the page. */
function contentOf({ card, images = [] }: Post) {
  const [first, ...more] = images.map(({ alt }, index) => ({
    id: value(`image_${index + 1}`),
    altText: alt === "" ? undefined : alt,
  }));
  if (first) return more.length > 0 ? { multiImage: { images: [first, ...more] } } : { media: first };
  if (card === undefined) return undefined;
  const { url: source, title, description, thumbnail } = card;
  return {
    article: {
      source,
      title,
      description: description === "" ? undefined : description,
      thumbnail: thumbnail ? value("image_1") : undefined,
      thumbnailAltText: thumbnail?.alt ? thumbnail.alt : undefined,
    },
  };
}

function upload(
  { author, server, version }: LinkedInOptions,
  { bytes, mediaType }: Thumbnail,
  number: number,
): readonly NetworkRequest[] {
  return [
    {
      step: `image ${number}`,
      method: "POST",
      url: `${server}/rest/images?action=initializeUpload`,
      headers: { ...headers(version), "content-type": "application/json" },
      body: { initializeUploadRequest: { owner: author } },
    },
    {
      step: `upload ${number}`,
      method: "PUT",
      url: `{{upload_${number}}}`,
      headers: { authorization: "Bearer {{secret:token}}", "content-type": mediaType },
      body: bytes,
    },
  ];
}

const URN = /urn:li:(?:share|ugcPost):\d+/;

function read(answer: Answer, { step = "", headers: sent }: PlannedRequest): Reading | undefined {
  const { status, body } = answer;
  const [kind, number] = step.split(" ");
  if (status === 426) return tooOld(sent["linkedin-version"]);
  if (kind === "image" && status === 200) return place(body, number);
  if (kind !== "post") return undefined;
  const urn = URN.exec(answer.headers.get("x-restli-id") ?? "")?.[0];
  if (status === 201 && urn) return taken(urn, status);
  // An earlier try whose answer was lost: the network tells which post it was.
  const { message } = Object(body) as { message?: unknown };
  const earlier =
    status === 422 && /duplicate/i.test(String(message)) ? URN.exec(String(message))?.[0] : undefined;
  return earlier === undefined ? undefined : taken(earlier, status);
}

function tooOld(version = ""): Reading {
  const text = `the API's version ${version} is no longer taken; set version in pressrun.yaml to one of this year`;
  return { state: "failed", reason: { kind: "login", code: 426, text } };
}

function place(body: unknown, number = ""): Reading | undefined {
  const { value: told } = Object(body) as { value?: { uploadUrl?: unknown; image?: unknown } };
  const { uploadUrl, image } = Object(told) as { uploadUrl?: unknown; image?: unknown };
  if (typeof image !== "string" || !isOurs(uploadUrl)) return undefined;
  return { values: { [`image_${number}`]: image, [`upload_${number}`]: String(uploadUrl) } };
}

/** The token goes along: to the network's own hosts and to none else. */
function isOurs(address: unknown): boolean {
  const { success, data } = privateUrl().safeParse(address);
  if (!success) return false;
  const { hostname } = new URL(data);
  return hostname.endsWith(".linkedin.com") || hostname === "127.0.0.1";
}

const taken = (urn: string, code: number): Found => ({
  receipt: { code, text: urn, url: `https://www.linkedin.com/feed/update/${urn}/` },
});

/** Needs r_organization_social or r_member_social, which not every app has: without it nobody can tell. */
async function find(
  { body }: PlannedRequest,
  { options: { author, server, version }, ask }: Looking<LinkedInOptions>,
): Promise<Found | "absent" | undefined> {
  const query = `author=${encodeURIComponent(author)}&q=author&count=50&sortBy=CREATED`;
  const answer = await ask({
    method: "GET",
    url: `${server}/rest/posts?${query}`,
    headers: { ...headers(version), "x-restli-method": "FINDER" },
  });
  if (isFailure(answer) || answer.status !== 200) return undefined;
  const { elements } = Object(answer.body) as { elements?: unknown };
  if (!Array.isArray(elements)) return undefined;
  const { commentary } = body as { readonly commentary: string };
  const found = elements.find((each) => lettersOf(each?.commentary) === lettersOf(commentary));
  return found ? taken(String(found.id), 200) : "absent";
}

/** However the network writes the same text down. */
const lettersOf = (commentary: unknown) =>
  String(commentary)
    .replace(/\{hashtag\|\\?#\|([^}]*)\}/g, "#$1")
    .replace(/\\(.)/gs, "$1")
    .replace(/\s+/g, "");

/** https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api */
export const channelType = networkChannel<LinkedInOptions>({
  label: "LinkedIn",
  options,
  secrets: ["token"],
  limits: () => LIMITS,
  // Three lines of a post, as its site shows them to readers: about 210 characters.
  face: ({ author }) => ({
    avatar: author.includes(":organization:") ? "square" : "round",
    fold: 210,
    card: { descriptionLines: 0, host: "below" },
  }),
  compose,
  read,
  login,
  foresee,
  verify: {
    request: ({ server }) => ({
      method: "GET",
      url: `${server}/v2/userinfo`,
      headers: { authorization: "Bearer {{secret:token}}" },
    }),
    // A token that may post and not see who it is.
    isWell: ({ status }) => status === 403,
    next: "Make a token with w_organization_social (a page) or w_member_social in the developer portal, and put it where pressrun.yaml reads it.",
  },
  find,
});
