import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { privateFile, writePrivateFile } from "../src/private-file.ts";

const folder = () => mkdtempSync(join(tmpdir(), "pressrun-private-"));
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("a private file", () => {
  it("is its owner's alone, as are the folders made for it, and takes the place of an older one", () => {
    const file = join(folder(), "new/deep/token.json");
    writePrivateFile(file, "one");
    writePrivateFile(file, "two");
    expect(readFileSync(file, "utf8")).toBe("two");
    expect([modeOf(file), modeOf(join(file, ".."))]).toEqual([0o600, 0o700]);
    expect(readdirSync(join(file, ".."))).toEqual(["token.json"]);
  });

  it("leaves nothing behind where it cannot take its name", () => {
    const home = folder();
    mkdirSync(join(home, "taken"));
    expect(() => writePrivateFile(join(home, "taken"), "text")).toThrow();
    expect(readdirSync(home)).toEqual(["taken"]);
  });

  it("grows piece by piece, and stands under its name only once it is kept", () => {
    const home = folder();
    const file = join(home, "list.csv");
    const made = privateFile(file);
    expect(made.keep()).toBe(false);
    made.write("a\n");
    made.write("b\n");
    expect(readdirSync(home)).not.toContain("list.csv");
    expect(made.keep()).toBe(true);
    made.discard();
    expect(readFileSync(file, "utf8")).toBe("a\nb\n");
    const dropped = privateFile(join(home, "dropped.csv"));
    dropped.write("a\n");
    dropped.discard();
    expect(readdirSync(home)).toEqual(["list.csv"]);
  });
});
