import { realpath, stat } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";

export const isRemote = (src: string) => /^https?:\/\//i.test(src);

/**
 * A local image's path relative to the article's file. A path that starts with "/" starts at the publication's
 * folder, as it starts at the site's root in Hugo, Jekyll and Eleventy.
 */
export function relativeImage(src: string, file: string, root: string): string {
  if (!src.startsWith("/")) return src;
  return relative(dirname(file), resolve(root, `.${src}`))
    .split(sep)
    .join("/");
}

/**
 * What is wrong with an image of an article, as the end of a sentence. A local one must be a file inside the
 * publication, symbolic links resolved: a mail must not carry other files of the machine away.
 */
export async function imageProblem(src: string, file: string, root: string): Promise<string | undefined> {
  if (isRemote(src)) return URL.canParse(src) ? undefined : "is not a web address";
  if (/^(\/\/|[a-z][a-z0-9+.-]+:)/i.test(src)) return "is neither a file nor an http(s) address";
  const path = resolve(dirname(file), relativeImage(src, file, root));
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return `names a file that does not exist (${src})`;
  if (!real.startsWith((await realpath(root)) + sep)) return `names a file outside the publication (${src})`;
  return (await stat(real)).isFile() ? undefined : `does not name a file (${src})`;
}
