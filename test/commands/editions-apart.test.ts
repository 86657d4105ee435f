import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { type App, openApp } from "../../src/app.ts";
import { type Made, madeHere } from "../../src/commands/digest.ts";
import { makeEditionsApart } from "../../src/commands/editions-apart.ts";
import { errorsOf } from "../../src/commands/publish-check.ts";
import { UserError } from "../../src/errors.ts";
import { newPublication, QUIET } from "./run.ts";

const NOW = new Date("2026-11-24T09:00:00.000Z");
const wanted = (...article: string[]) => ({ article, digest: article.length > 1, slug: undefined });

async function withApp<T>(work: (app: App, told: string[], folder: string) => Promise<T>): Promise<T> {
  const folder = await newPublication();
  const told: string[] = [];
  const io = { ...QUIET, cwd: folder, now: () => NOW, err: (text: string) => void told.push(text) };
  const app = await openApp({ json: false, cwd: folder }, io, { sandbox: true, reach: "look" });
  return work(app, told, folder).finally(() => app.close());
}

async function checked(app: App, made: readonly Made[]): Promise<readonly Made[]> {
  return Promise.all(
    made.map(async (each) => ({ ...each, errors: await errorsOf(app, each.edition, each.notices) })),
  );
}

describe("editions made in a process that ends", () => {
  it.each([
    ["one article", ["the-night-train-returns"]],
    ["a digest", ["the-night-train-returns", "harbour-cranes-go-quiet"]],
  ])("are those made here, and so is what is noticed and what check finds: %s", async (_what, articles) => {
    await withApp(async (app, told) => {
      const apart = await makeEditionsApart(app, wanted(...articles), false);
      const toldApart = told.splice(0);
      expect(apart).toEqual(await checked(app, await madeHere(app, wanted(...articles), false)));
      expect(toldApart).toEqual(told);
      expect(apart).toHaveLength(1);
    });
  });

  it("carry an error of check", async () => {
    await withApp(async (app, _told, folder) => {
      const head = "---\ntitle: Filler\n---\n";
      writeFileSync(join(folder, "content/articles/filler.md"), `${head}Lorem ipsum dolor sit amet.\n`);
      const [made] = await makeEditionsApart(app, wanted("filler"), false);
      expect(made?.errors?.map(({ id }) => id)).toEqual(["leftover-filler"]);
    });
  });

  it("are refused with the same words", async () => {
    await withApp(async (app) => {
      const here = await madeHere(app, wanted("nowhere"), false).catch((error: unknown) => error);
      const apart = await makeEditionsApart(app, wanted("nowhere"), false).catch((error: unknown) => error);
      expect(here).toBeInstanceOf(UserError);
      expect(apart).toEqual(here);
    });
  });

  it("are not waited for when the run is stopped", async () => {
    await withApp(async (app) => {
      const stop = new AbortController();
      const made = makeEditionsApart({ ...app, run: { ...app.run, stop: stop.signal } }, wanted("x"), false);
      stop.abort();
      await expect(made).rejects.toThrow("Stopped before anything was sent.");
    });
  });
});
