import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "@jest/globals";

// The tool as people get it: packed, installed in an empty folder, run there.
const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const home = mkdtempSync(join(tmpdir(), "pressrun-packed-"));
const PATH = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
/** npm reads its own settings (which registry, say) from the person's home. */
const env = { ...process.env, PATH };
const tool = join(home, "node_modules/.bin/pressrun");

async function pressrun(args: readonly string[], cwd: string) {
  return run(tool, args, { cwd, env: { PATH, HOME: home } });
}

describe("the packed tool", () => {
  beforeAll(async () => {
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", home], { cwd: root, env });
    const json = stdout.slice(stdout.indexOf("["));
    const tarball = join(home, (JSON.parse(json) as { filename: string }[])[0]!.filename);
    await run("npm", ["install", "--prefix", home, "--no-audit", "--no-fund", tarball], { cwd: home, env });
    await run("npx", ["--no-install", "publint", "--strict", tarball], { cwd: root, env });
    await run("npx", ["--no-install", "attw", tarball, "--profile", "esm-only"], { cwd: root, env });
  }, 240_000);

  it("starts a publication and publishes its sample, once", async () => {
    await pressrun(["init", "paper"], home);
    const paper = join(home, "paper");
    const publish = ["publish", "the-night-train-returns", "--sandbox", "--json"];
    const first = JSON.parse((await pressrun(publish, paper)).stdout);
    const second = JSON.parse((await pressrun(publish, paper)).stdout);
    const row = { failed: 0, uncertain: 0, pending: 0, missed: 0 };
    expect(first).toMatchObject({
      article: "the-night-train-returns",
      revision: 0,
      dryRun: false,
      sandbox: true,
      channels: [
        { channel: "email", planned: 3, sent: 3, skipped: 0, ...row },
        { channel: "bluesky", planned: 1, sent: 1, skipped: 0, ...row },
      ],
    });
    expect(second.channels).toMatchObject([
      { channel: "email", planned: 3, sent: 0, skipped: 3, ...row },
      { channel: "bluesky", planned: 1, sent: 0, skipped: 1, ...row },
    ]);
    expect(second.edition).toBe(first.edition);
    expect(readdirSync(join(paper, ".pressrun/sandbox/inbox/the-night-train-returns"))).toHaveLength(3);
  }, 60_000);

  it("says its version and its help without loading a library", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect((await pressrun(["--version"], home)).stdout).toBe(`${version}\n`);
    const hook = join(import.meta.dirname, "fixtures/list-modules.mjs");
    const { stdout, stderr } = await run(process.execPath, ["--import", hook, tool, "--help"], {
      cwd: home,
      env,
    });
    const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded: file:"));
    const own = loaded.filter((line) => line.includes("/node_modules/pressrun/dist/"));
    expect(stdout).toContain("pressrun <command>");
    expect(own.length).toBeGreaterThan(2);
    expect(loaded.filter((line) => !own.includes(line))).toEqual([]);
  });
});
