import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { codeOf, refusalOf, whyRefused } from "../../src/model/disk.ts";

const folder = mkdtempSync(join(tmpdir(), "pressrun-disk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function refused(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("what the system refuses", () => {
  writeFileSync(join(folder, "file"), "");
  symlinkSync("round", join(folder, "round"));

  it.each([
    ["nowhere", "there is no such file or folder"],
    ["file/below", "a folder on the way to it is a file"],
    [".", "it is a folder, not a file"],
    ["round", "its symbolic links lead round in circles"],
    ["n".repeat(300), "its name is longer than the system allows"],
  ])("is said in words: %.10s", (name, words) => {
    const error = refused(() => readFileSync(join(folder, name)));
    expect(refusalOf(error)).toBe(words);
  });

  it("is said in the system's words where it is seldom", () => {
    const error = refused(() => chmodSync(join(folder, "file\0"), 0o600));
    expect([codeOf(error), refusalOf(error)]).toEqual(["ERR_INVALID_ARG_VALUE", undefined]);
    const seldom = Object.assign(new Error("EXDEV: cross-device link, rename 'x'"), {
      code: "EXDEV",
      errno: -18,
      syscall: "rename",
    });
    expect(refusalOf(seldom)).toBe("cross-device link not permitted");
  });

  it("leaves other errors alone", () => {
    expect([refusalOf(new Error("a bug")), refusalOf(undefined), refusalOf("text")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([whyRefused(new Error("it is short")), whyRefused("text")]).toEqual(["it is short", "text"]);
  });
});
