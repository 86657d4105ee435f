import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Change } from "../../src/preview/events.ts";
import { type WatchedFolder, watchFolders } from "../../src/preview/watch.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function watching(folders: (root: string) => readonly WatchedFolder[]) {
  const root = mkdtempSync(join(tmpdir(), "pressrun-watch-"));
  mkdirSync(join(root, "content/articles"), { recursive: true });
  const changes: Change[] = [];
  const { close } = watchFolders(
    folders(root),
    (change) => changes.push(change),
    (error) => {
      throw error;
    },
  );
  closing.push(close);
  return { root, changes };
}

const all = (root: string): readonly WatchedFolder[] => [
  { folder: root, recursive: false, what: "files", names: ["pressrun.yaml", "templates"] },
  { folder: join(root, "content"), recursive: true, what: "files" },
  { folder: join(root, "templates"), recursive: true, what: "files" },
  { folder: join(root, "inbox"), recursive: true, what: "inbox" },
];

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, 100));

/** However many changes it is told as. */
async function heardOf(changes: readonly Change[], act: () => void): Promise<void> {
  const before = changes.length;
  act();
  await until(() => changes.length > before);
  await quiet();
}

describe("a change", () => {
  it("is told once for each save, with the time of the save", async () => {
    const { root, changes } = watching(all);
    const before = Date.now();
    // As vim does: the text goes to another file, which then takes the name.
    writeFileSync(join(root, "content/articles/a.md~"), "One");
    writeFileSync(join(root, "content/articles/a.md~"), "One two");
    renameSync(join(root, "content/articles/a.md~"), join(root, "content/articles/a.md"));
    await until(() => changes.length > 0);
    await quiet();
    expect(changes).toEqual([{ what: "files", savedAt: expect.any(Number) }]);
    expect(changes[0]?.savedAt).toBeGreaterThanOrEqual(before - 20);
    expect(changes[0]?.savedAt).toBeLessThanOrEqual(Date.now());
  });

  it("is told of folders that come to be later, and come again", async () => {
    const { root, changes } = watching(all);
    mkdirSync(join(root, "templates"));
    await until(() => changes.length === 1);
    writeFileSync(join(root, "templates/post.hbs"), "{{summary}}");
    await until(() => changes.length === 2);
    rmSync(join(root, "templates"), { recursive: true });
    await until(() => changes.length === 3);
    mkdirSync(join(root, "templates"));
    await until(() => changes.length === 4);
    writeFileSync(join(root, "templates/post.hbs"), "{{link}}");
    await until(() => changes.length === 5);
  });

  it("is told of a file that took the place of another, and of what follows", async () => {
    const { root, changes } = watching(all);
    const file = join(root, "content/articles/a.md");
    await heardOf(changes, () => writeFileSync(file, "One"));
    // As git does.
    await heardOf(changes, () => rmSync(file));
    await heardOf(changes, () => writeFileSync(file, "Two"));
    writeFileSync(`${file}~`, "Three");
    await heardOf(changes, () => renameSync(`${file}~`, file));
    for (const turn of [4, 5]) await heardOf(changes, () => writeFileSync(file, `In place ${turn}`));
  });

  it("is told of any depth, through links, and a link to itself is no end of it", async () => {
    const { root, changes } = watching(all);
    mkdirSync(join(root, "elsewhere"));
    await heardOf(changes, () => symlinkSync(join(root, "elsewhere"), join(root, "content/linked")));
    await heardOf(changes, () => symlinkSync(join(root, "content"), join(root, "content/loop")));
    await heardOf(changes, () => writeFileSync(join(root, "elsewhere/d.md"), "One"));
    for (const text of ["Two", "Three"]) {
      await heardOf(changes, () => mkdirSync(join(root, "content/a/b"), { recursive: true }));
      await heardOf(changes, () => writeFileSync(join(root, "content/a/b/c.md"), text));
      await heardOf(changes, () => rmSync(join(root, "content/a"), { recursive: true }));
    }
  });

  it("is told beside a link that leads to itself", async () => {
    const { root, changes } = watching((folder) => {
      symlinkSync("round", join(folder, "content/round"));
      return all(folder);
    });
    await heardOf(changes, () => writeFileSync(join(root, "content/articles/a.md"), "One"));
  });

  it("is told of the names that matter alone", async () => {
    const { root, changes } = watching(all);
    writeFileSync(join(root, "notes.txt"), "x");
    await quiet();
    writeFileSync(join(root, "pressrun.yaml"), "x");
    await until(() => changes.length === 1);
  });

  it("of the inbox is told apart", async () => {
    const { root, changes } = watching((folder) => {
      mkdirSync(join(folder, "inbox/a"), { recursive: true });
      return all(folder);
    });
    writeFileSync(join(root, "inbox/a/0001-a@example.org.eml"), "x");
    await until(() => changes.length === 1);
    expect(changes[0]?.what).toBe("inbox");
  });
});
