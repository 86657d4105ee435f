import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { COMMANDS } from "../src/commands/index.ts";
import { packageRoot } from "../src/package.ts";

// The tool as people get it: packed, installed in an empty folder, run there.
const run = promisify(execFile);
const root = packageRoot;
const home = mkdtempSync(join(tmpdir(), "pressrun-packed-"));
const PATH = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
/** npm reads its own settings (which registry, say) from the person's home. */
const env = { ...process.env, PATH };
const tool = join(home, "node_modules/.bin/pressrun");
const dist = join(home, "node_modules/pressrun/dist");

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

  it.each(Object.keys(COMMANDS))("has all of the command %s", async (name) => {
    const { stdout } = await pressrun([name, "--help"], home);
    expect(stdout).toContain(`pressrun ${name}`);
    expect(stdout).toContain("--json");
  });

  it("makes the same edition as its source does", async () => {
    const article = "the-night-train-returns";
    await pressrun(["init", "packed"], home);
    await pressrun(["init", "source"], home);
    await pressrun(["render", article], join(home, "packed"));
    await run(process.execPath, [join(root, "src/cli.ts"), "render", article], {
      cwd: join(home, "source"),
      env,
    });
    const parts = ["newsletter.html", "newsletter.txt", "posts/bluesky.txt"];
    const [packed, source] = ["packed", "source"].map((name) =>
      parts.map((part) => readFileSync(join(home, name, "out", article, part), "utf8")),
    );
    expect(packed).toEqual(source);
  });

  it("finds the programs and files that it runs and reads beside its code", async () => {
    const paper = join(home, "paper");
    // With a style that mjml needs a package for which is loaded at its first use.
    const mjml =
      '<mjml><mj-head><mj-style inline="inline">p { color: red }</mj-style></mj-head><mj-body><mj-section><mj-column><mj-text><p>a</p></mj-text></mj-column></mj-section></mj-body></mjml>';
    const apart = run(process.execPath, [join(dist, "compose/mjml-process.js")], { env });
    apart.child.stdin?.end(mjml);
    expect(JSON.parse((await apart).stdout)).toContain('<p style="color: red;">a</p>');

    const thread = new Worker(join(dist, "ledger/apart-thread.js"), {
      workerData: { file: join(paper, ".pressrun/sandbox/ledger.db"), owner: "test" },
    });
    expect(await once(thread, "message")).toEqual([{ kind: "ready" }]);
    await thread.terminate();

    const { stdout } = await pressrun(["schedule", "crontab"], paper);
    expect(stdout).toContain(join(dist, "cli.js"));
    expect((await pressrun(["export-endpoint", "cloudflare"], paper)).stdout).toContain("worker.js");
  });

  it("has what it loads late by name", async () => {
    const paper = join(home, "paper");
    const server = createServer((_, response) => {
      response
        .setHeader("content-type", "text/plain")
        .end("The tide\n\nIt comes in at six in the morning.\n");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tide.txt`;
    const imported = pressrun(["import", address, "--allow-private"], paper);
    expect((await imported.finally(() => server.close())).stdout).toContain("content/articles/the-tide.md");
    expect((await pressrun(["schedule", "github"], paper)).stdout).toContain("BLUESKY_APP_PASSWORD");
  });

  it("shows its preview", async () => {
    const preview = spawn(tool, ["preview"], { cwd: join(home, "paper"), env: { PATH, HOME: home } });
    const ended = once(preview, "exit");
    const [printed] = (await once(preview.stdout, "data")) as [Buffer];
    const [address = ""] = /http:\S+/.exec(String(printed)) ?? [];
    const page = await fetch(address);
    expect(await page.text()).toContain("<html");
    preview.kill("SIGTERM");
    await ended;
  });

  it("carries the licences of what it is bundled with", () => {
    const text = readFileSync(join(dist, "LICENCES.txt"), "utf8");
    for (const name of ["zod", "yaml", "handlebars", "lodash", "mjml-core"])
      expect(text).toMatch(new RegExp(`(^|, )${name} \\d`, "m"));
  });

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
