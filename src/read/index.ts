import type { ReadArticle } from "../model/article.ts";
import { type ArticleFolders, findArticle, refuseSecondFile, showPath } from "./find.ts";
import { readMarkdown } from "./markdown.ts";
import { readText } from "./source.ts";

export interface ReadOptions extends ArticleFolders {
  /** Folder of the publication; local images must lie in it. */
  readonly root: string;
  /** IANA zone of times without an offset. */
  readonly timezone: string;
}

/**
 * The article that a slug or a path names.
 * @throws UserError with everything that is wrong, each with file, line and column.
 */
export async function readArticle(nameOrPath: string, options: ReadOptions): Promise<ReadArticle> {
  const { cwd, root, timezone } = options;
  const file = await findArticle(nameOrPath, options);
  const shown = showPath(file, cwd);
  const read = await readMarkdown(await readText(file, shown), { file, shown, root, timezone });
  await refuseSecondFile(read.article, options);
  return read;
}
