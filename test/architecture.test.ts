import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "@jest/globals";

const SRC = join(import.meta.dirname, "../src");

/** Which rooms of src/ a room may import from. Its own folder and these few files are free to all: see FREE. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  read: ["model"],
  compose: ["model"],
  check: ["model"],
  deliver: ["model"],
  report: ["model"],
  schedule: ["model"],
  preview: ["model"],
  doctor: ["model", "mail", "http.ts"],
  bounces: ["model", "mail", "http.ts"],
  serve: ["model", "http.ts"],
  channels: ["model", "mail", "http.ts", "file-lock.ts"],
  ledger: ["model", "audience/examples.ts", "file-lock.ts"],
  mail: ["model"],
  audience: ["model"],
  "http.ts": ["model"],
  "file-lock.ts": ["model"],
  "private-file.ts": [],
  "own-process.ts": [],
  "config.ts": ["model", "channels", "config"],
  config: ["model", "channels", "mail/endpoint.ts", "config.ts"],
  "pipeline.ts": ["model", "read", "compose", "check", "deliver", "schedule", "report", "app.ts"],
  "app.ts": ["*"],
  commands: [
    "model",
    "pipeline.ts",
    "read",
    "compose",
    "check",
    "deliver",
    "schedule",
    "report",
    "preview",
    "doctor",
    "bounces",
    "serve",
    "channels",
    "audience",
    "mail",
    "ledger",
    "mail/endpoint.ts",
    "app.ts",
    "config.ts",
  ],
  "cli.ts": ["commands"],
  "index.ts": ["model", "pipeline.ts", "app.ts", "commands", "channels"],
};
const FREE = ["errors.ts", "own-process.ts", "package.ts", "private-file.ts"];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = globSync("**/*.ts", { cwd: SRC });
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), "utf8");
  const targets = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return Array.from(targets, ([, target = ""]) => ({
    from: file,
    to: relative(SRC, join(SRC, dirname(file), target)),
  }));
});

const room = (file: string) => file.split("/")[0] ?? file;

function isAllowed({ from, to }: Import): boolean {
  if (FREE.includes(to) || room(from) === room(to)) return true;
  const allowed = MAY_IMPORT[room(from)] ?? [];
  return allowed.includes("*") || allowed.includes(to) || allowed.includes(room(to));
}

describe("the architecture", () => {
  it("has imports to look at", () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it("lets each room import only what stands below it", () => {
    expect(imports.filter((each) => !isAllowed(each))).toEqual([]);
  });

  it("names every room", () => {
    expect(
      [...new Set(files.map(room))].filter((name) => !(name in MAY_IMPORT) && !FREE.includes(name)),
    ).toEqual([]);
  });

  it("touches the process in src/cli.ts alone", () => {
    const touching = files.filter((file) =>
      /(?<![\w.])process\.(env|argv|exit|cwd|stdout|stderr|stdin|on)\b|\bconsole\./.test(
        readFileSync(join(SRC, file), "utf8"),
      ),
    );
    expect(touching).toEqual(["cli.ts"]);
  });

  it("keeps files to a size that can be read in one go", () => {
    const lines = files.map((file) => readFileSync(join(SRC, file), "utf8").split("\n").length);
    const sorted = lines.toSorted((a, b) => a - b);
    expect(sorted.at(-1)).toBeLessThanOrEqual(400);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(130);
  });
});
