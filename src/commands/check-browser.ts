import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "../app.ts";
import type { Lens } from "../check/browser.ts";
import type { CheckContext } from "../check/index.ts";
import { lookAt, type Screenshot } from "../check/rendered.ts";
import { UserError } from "../errors.ts";
import { refusalOf } from "../model/disk.ts";
import type { Edition } from "../model/edition.ts";
import type { Finding } from "../model/finding.ts";
import { type FieldValues, join as splice } from "../model/splice.ts";
import { localImage } from "../preview/images.ts";

/**
 * What a real browser finds in the newsletter of the reader whose copy is longest; its screenshots are written to
 * `out/<slug>/screenshots/`.
 */
export async function checkInBrowser(
  app: App,
  lens: Lens,
  edition: Edition,
  { files }: CheckContext,
  values: FieldValues,
): Promise<{ readonly findings: readonly Finding[]; readonly screenshots: readonly string[] }> {
  const { newsletter, article } = edition;
  const { findings, screenshots } = await lookAt(lens, {
    html: splice(newsletter.html, values),
    files,
    image: (src) => imageOf(src, edition, app.paths.root),
  });
  const folder = join(app.paths.out, article.slug, "screenshots");
  await writeScreenshots(folder, screenshots);
  return { findings, screenshots: screenshots.map(({ name }) => join(folder, name)) };
}

async function imageOf(src: string, { newsletter, publication }: Edition, root: string) {
  const embedded = newsletter.embedded.find(({ cid }) => src === `cid:${cid}`);
  const { imagesUrl } = publication;
  return embedded?.bytes ?? (imagesUrl === undefined ? undefined : localImage(src, imagesUrl, root));
}

/** All of them or none: those of an earlier look stay until the new ones are whole. */
async function writeScreenshots(folder: string, screenshots: readonly Screenshot[]): Promise<void> {
  let draft: string | undefined;
  try {
    await mkdir(join(folder, ".."), { recursive: true });
    draft = await mkdtemp(`${folder}.`);
    for (const { name, png } of screenshots) await writeFile(join(draft, name), png);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    if (draft !== undefined) await rm(draft, { recursive: true, force: true });
    throw new UserError({
      code: "out-unwritable",
      message: `The screenshots cannot be written here: ${why}.`,
      next: "Make the folder writable, or move away what stands in its place.",
      place: { file: folder },
    });
  }
}
