import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import { packageRoot } from "../src/package.ts";
import { newPublication } from "./commands/run.ts";

it("a command that reaches no channel loads none", async () => {
  const hook = join(import.meta.dirname, "fixtures/list-modules.mjs");
  const cli = join(packageRoot, "src/cli.ts");
  const { stderr } = await promisify(execFile)(process.execPath, ["--import", hook, cli, "status"], {
    cwd: await newPublication(),
  });
  const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded: file:"));
  const names = loaded.map((line) => line.slice(line.lastIndexOf("/") + 1));
  expect(names).toContain("app.ts");
  expect(names.filter((name) => ["smtp.ts", "inbox.ts"].includes(name))).toEqual([]);
});
