import type { Article } from "../model/article.ts";
import type { Publication } from "../model/publication.ts";
import type { Field, Layout } from "./post.ts";
import { render } from "./render.ts";
import { POST_SHAPE } from "./shape.ts";
import { loadTemplates } from "./templates.ts";
import { createTokens } from "./tokens.ts";
import { oneLine, showDate } from "./words.ts";

const FIELDS: readonly Field["field"][] = ["summary", "link", "tags", "footer"];

/** post.hbs, cut at the places that depend on what fits. */
export async function postLayout(options: {
  readonly article: Article;
  readonly publication: Publication;
  readonly language: string;
  readonly channel: string;
  readonly templates: string;
}): Promise<Layout> {
  const { article, publication, language, channel, templates } = options;
}
