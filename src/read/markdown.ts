import { basename, extname } from "node:path";
import { type Notice, type Problem, UserError } from "../errors.ts";
import type { Article, ReadArticle } from "../model/article.ts";
import { type Body, readBody } from "./body.ts";
import { type Fields, LONGEST } from "./fields.ts";
import { type Parts, parseFrontMatter, splitFrontMatter } from "./frontmatter.ts";
import { imageProblem, relativeImage } from "./image.ts";
import { SLUG, slugify } from "./slug.ts";

export interface MarkdownContext {
  /** Absolute path that the article has or will have: its images are relative to it. */
  readonly file: string;
  /** The path as the user would type it. */
  readonly shown: string;
  /** Folder of the publication; local images must lie in it. */
  readonly root: string;
  /** IANA zone of times without an offset. */
  readonly timezone: string;
}

/**
 * Reads an article from Markdown with front matter.
 * @throws UserError with everything that is wrong, each with file, line and column.
 */
export async function readMarkdown(text: string, context: MarkdownContext): Promise<ReadArticle> {
  const { file, shown, root, timezone } = context;
  const parts = splitFrontMatter(text, shown);
  const front = parseFrontMatter(parts.yaml, shown);
  const { readFields } = await import("./fields.ts");
  const { fields, problems, notices } = await readFields(front, {
    timezone,
    imageProblem: (src) => imageProblem(src, file, root),
  });
  const body = await readBody(parts.body, {
    file: shown,
    line: parts.bodyLine,
    title: fields?.title,
    url: fields?.url,
    relativeImage: (src) => relativeImage(src, file, root),
  });
  const slug = fields?.slug ?? basename(file, extname(file));
  const all = [
    ...problems,
    ...(fields === undefined ? [] : missingParts(fields, body, slug, shown)),
    ...(await imageProblems(body, context)),
  ];
  if (fields === undefined || body.title === undefined || all.length > 0)
    throw new UserError(all.toSorted(byPlace));
  const article = makeArticle({ fields, parts, body, slug, title: body.title, context });
  return { article, notices: [...notices, ...missingNotices(article, fields, shown), ...body.notices] };
}

function byPlace(a: Problem, b: Problem): number {
  const lines = (a.place?.line ?? 0) - (b.place?.line ?? 0);
  return lines === 0 ? (a.place?.column ?? 0) - (b.place?.column ?? 0) : lines;
}

function missingParts(fields: Fields, { title }: Body, slug: string, file: string): Problem[] {
  const problems: Problem[] = [];
  if (title === undefined) {
    problems.push({
      code: "missing-title",
      message: "The article has no title.",
      next: "Write `title: …` in its front matter, or a first line `# …`.",
      place: { file, line: 1 },
    });
  }
  if (fields.title === undefined && (title?.length ?? 0) > LONGEST.line) {
    problems.push({
      code: "long-title",
      message: `The first heading is longer than ${LONGEST.line.toLocaleString("en")} characters.`,
      next: "Write `title: …` in the front matter, or a shorter heading.",
      place: { file, line: 1 },
    });
  }
  if (fields.slug === undefined && !SLUG.test(slug)) {
    problems.push({
      code: "missing-slug",
      message: `The file's name cannot be the article's slug, which has up to 80 of a-z, 0-9 and -.`,
      next: `Write \`slug: ${slugify(slug) ?? "my-article"}\` in its front matter, or rename the file.`,
      place: { file },
    });
  }
  return problems;
}

async function imageProblems({ images }: Body, { file, root }: MarkdownContext): Promise<Problem[]> {
  const checked = images.map(async ({ src, place }) => {
    const problem = await imageProblem(src, file, root);
    return problem && { code: "image", message: `An image ${problem}.`, place };
  });
  return (await Promise.all(checked)).filter((problem) => typeof problem === "object");
}

function missingNotices(article: Article, fields: Fields, file: string): Notice[] {
  const missing = (key: string, message: string, next: string) => ({
    code: `missing-${key}`,
    message,
    next,
    place: { file },
  });
  const { url, date, image, body } = article;
  const credit = fields.image?.credit === undefined ? "" : ", only an image credit";
  return [
    ...(url === undefined
      ? [missing("url", "The article has no url: no call to action, no link card.", "Add `url: https://…`.")]
      : []),
    ...(date === undefined ? [missing("date", "The article has no date.", "Add `date: 2026-03-08`.")] : []),
    ...(image === undefined
      ? [missing("image", `The article has no image${credit}.`, "Add `image: {src: …, alt: …}`.")]
      : []),
    ...(image !== undefined && fields.image?.alt === undefined
      ? [
          missing(
            "alt",
            "The image has no alt text: readers who cannot see it learn nothing.",
            "Add `alt: …` to it.",
          ),
        ]
      : []),
    ...(body.trim() === ""
      ? [missing("text", "The article has no text.", "Write it below the front matter.")]
      : []),
  ];
}

interface Made {
  readonly fields: Fields;
  readonly parts: Parts;
  readonly body: Body;
  readonly slug: string;
  readonly title: string;
  readonly context: MarkdownContext;
}

function makeArticle({ fields, parts, body, slug, title, context }: Made): Article {
  const { src, alt = "", credit } = fields.image ?? {};
  const { subject, preheader, to, template } = fields.email;
  return {
    slug,
    file: context.file,
    title,
    description: fields.description,
    date: fields.date?.iso,
    url: fields.url,
    author: fields.author,
    image:
      src === undefined ? undefined : { src: relativeImage(src, context.file, context.root), alt, credit },
    credit: src === undefined ? credit : undefined,
    tags: fields.tags,
    language: fields.language,
    related: fields.related,
    relatedRaw: fields.relatedRaw,
    draft: fields.draft,
    summary: fields.summary,
    posts: fields.posts,
    email: { subject, preheader, to, template },
    publishAt: fields.publish_at?.iso,
    queue: fields.queue,
    channels: fields.channels,
    body: body.markdown,
    bodyLine: parts.bodyLine,
    html: body.html,
  };
}
