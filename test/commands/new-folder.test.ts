import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "@jest/globals";
import { makeFolder } from "../../src/commands/new-folder.ts";
import { newPublication, run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "pressrun-folder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes a folder and those on the way to it, and says which were new", async () => {
  expect(await makeFolder(join(folder, "a/b/c"))).toEqual(
    ["a", "a/b", "a/b/c"].map((path) => join(folder, path)),
  );
  expect(await makeFolder(join(folder, "a/b"))).toEqual([]);
  symlinkSync("a", join(folder, "link"));
  expect(await makeFolder(join(folder, "link/d"))).toEqual([join(folder, "link/d")]);
});

it("comes to an end where no folder can be made", async () => {
  writeFileSync(join(folder, "file"), "");
  symlinkSync("nowhere", join(folder, "dangling"));
  await expect(makeFolder(join(folder, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(join(folder, "file/below/it"))).rejects.toMatchObject({ code: "ENOTDIR" });
  await expect(makeFolder(join(folder, "dangling"))).rejects.toMatchObject({ code: "EEXIST" });
  if (existsSync("/proc/self"))
    await expect(makeFolder("/proc/none/below")).rejects.toMatchObject({ code: "ENOENT" });
});

it("serves the commands that write where a person says", async () => {
  const paper = await newPublication();
  try {
    for (const where of ["pressrun.yaml/x", ...(existsSync("/proc/self") ? ["/proc/none/below"] : [])]) {
      for (const argv of [
        ["export-endpoint", "vercel", where],
        ["init", where],
      ]) {
        const { exit, out, err } = await run(paper, argv);
        expect({ exit, out }).toEqual({ exit: 2, out: "" });
        expect(err).toMatch(
          /cannot be written.*: (a folder on the way to it is a file|there is no such file or folder)\. /,
        );
      }
    }
  } finally {
    rmSync(paper, { recursive: true, force: true });
  }
});
