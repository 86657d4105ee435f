import * as z from "zod";
import type { PlannedRequest } from "../model/draft.ts";
import { type Limits, measure } from "../model/limits.ts";
import { escaped, markdownOf } from "./devto/markdown.ts";
import {
  type Answer,
  type Found,
  type Looking,
  type Material,
  type NetworkRequest,
  networkChannel,
  type Reading,
} from "./network/index.ts";
import { privateUrl } from "./private-url.ts";
import { summaryOf } from "./summary.ts";

const options = z.strictObject({
  type: z.literal("devto").optional(),
  api_key: z.string().default("").describe("Of Settings, Extensions, DEV Community API Keys"),
  body: z
    .enum(["article", "summary"])
    .default("article")
    .describe("The whole article, or its summary with a link"),
  published: z.boolean().default(true).describe("false: a draft there, which a person publishes"),
  series: z.string().min(1).optional().describe("A series that the articles belong to"),
  organization_id: z.int().min(1).optional().describe("The organisation that publishes"),
  server: privateUrl().default("https://dev.to").describe("Another community on Forem"),
});
export type DevtoOptions = z.infer<typeof options>;

/** app/models/article.rb */
const LONGEST_TITLE = 128;
const MOST_TAGS = 4;

/** The title is of the network's rules; of the description none is known. */
const LIMITS: Limits = {
  measures: [{ unit: "graphemes", max: 300 }],
  shortLinks: false,
  tags: MOST_TAGS,
  card: { thumbnailBytes: 0, title: LONGEST_TITLE },
  assumed: false,
};

const HEADERS = { "api-key": "{{secret:api_key}}", accept: "application/vnd.forem.api-v1+json" };

function compose(material: Material<DevtoOptions>): readonly NetworkRequest[] {
  const { options, post, edition } = material;
  const { server, body, published, series, organization_id } = options;
  const { article } = edition;
  const summary = summaryOf(post);
  return [
    {
      method: "POST",
      url: `${server}/api/articles`,
      headers: { ...HEADERS, "content-type": "application/json" },
      body: {
        article: {
          title: post.card?.title ?? shortTitle(article.title),
          description: summary === "" ? undefined : summary,
          body_markdown: body === "article" ? markdownOf(article) : teaser(summary, article),
          canonical_url: article.url,
          main_image: post.picture?.url,
          tags: tagsOf(material),
          series,
          organization_id,
          published,
        },
      },
      posts: true,
    },
  ];
}

function shortTitle(title: string): string {
  if (measure(title, "utf16") <= LONGEST_TITLE) return title;
  const words = title.slice(0, LONGEST_TITLE - 1).replace(/\s\S*$/, "");
  return `${words.toWellFormed()}…`;
}

function teaser(summary: string, { title, url }: { title: string; url?: string | undefined }): string {
  const text = escaped(summary);
  if (url === undefined) return text;
  const target = new URL(url).href.replaceAll("(", "%28").replaceAll(")", "%29");
  return `${text}\n\n[${escaped(title)}](${target})`;
}

/** Letters and digits alone, at most 30 of them (app/models/tag.rb). */
const TAG = /^[\p{L}\p{N}]{1,30}$/u;

/** Those of the post; where a person wrote that, the article's. */
function tagsOf({ post, edition }: Material<DevtoOptions>): readonly string[] {
  const inPost = post.parts.flatMap((part) => (part.kind === "tag" ? [part.tag] : []));
  const tags = post.reason === undefined ? edition.article.tags : inPost;
  const plain = tags
    .map((tag) => tag.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""))
    .filter((tag) => TAG.test(tag));
  return [...new Set(plain)].slice(0, MOST_TAGS);
}

function read({ status, body }: Answer, _: PlannedRequest): Reading | undefined {
  const { id } = Object(body) as { id?: unknown };
  return (status === 200 || status === 201) && typeof id === "number" ? taken(status, body) : undefined;
}

function taken(code: number, body: unknown): Found {
  const { id, url } = Object(body) as { id?: unknown; url?: unknown };
  return {
    receipt: { code, text: `article ${String(id)}`, url: typeof url === "string" ? url : undefined },
  };
}

/** Own articles, drafts too, in pages of the most that the API gives. */
const PER_PAGE = 1000;
const PAGES = 5;

/** One canonical address has one article there; without an address the title is what there is. */
async function find(
  { body }: PlannedRequest,
  { options: { server }, ask }: Looking<DevtoOptions>,
): Promise<Found | "absent" | undefined> {
  const { article } = Object(body) as { article: { canonical_url?: string; title: string } };
  for (let page = 1; page <= PAGES; page += 1) {
    const url = `${server}/api/articles/me/all?page=${page}&per_page=${PER_PAGE}`;
    const answer = await ask({ method: "GET", url, headers: HEADERS });
    if ("state" in answer || answer.status !== 200 || !Array.isArray(answer.body)) return undefined;
    const found = answer.body.find(({ canonical_url, title }) =>
      article.canonical_url === undefined ? title === article.title : canonical_url === article.canonical_url,
    );
    if (found !== undefined) return taken(200, found);
    if (answer.body.length < PER_PAGE) return "absent";
  }
  return undefined;
}

/** DEV and other communities on Forem. https://developers.forem.com/api/v1 */
export const channelType = networkChannel<DevtoOptions>({
  label: "Dev.to",
  options,
  secrets: ["api_key"],
  limits: () => LIMITS,
  // A cover is 1000 × 420: https://dev.to/p/editor_guide
  face: ({ server }) => ({
    place: "page",
    account: new URL(server).host,
    card: { ratio: 1000 / 420, titleLines: undefined, descriptionLines: 0, host: "none" },
  }),
  compose,
  read,
  find,
  verify: {
    request: ({ server }) => ({ method: "GET", url: `${server}/api/users/me`, headers: HEADERS }),
    next: "Make a new key under Settings, Extensions, DEV Community API Keys, and put it where pressrun.yaml reads it.",
  },
});
