import { execFile, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { newPublication, run } from "./commands/run.ts";
import { startSmtp } from "./servers/smtp.ts";

const exec = promisify(execFile);
const CLI = join(import.meta.dirname, "../src/cli.ts");
const SLUG = "the-night-train-returns";

/** Ends with whatever code the process ended with. */
async function cli(args: readonly string[], options: { cwd?: string; nodeArgs?: string[] } = {}) {
  const { nodeArgs = [], ...rest } = options;
  const env = { PATH: process.env.PATH };
  return exec(process.execPath, [...nodeArgs, CLI, ...args], { env, ...rest }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

describe("the process", () => {
  it("says in one line that Node is too old, and exits 2", async () => {
    const old = join(import.meta.dirname, "fixtures/old-node.mjs");
    expect(await cli(["--help"], { nodeArgs: ["--import", old] })).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "pressrun: this is Node 20.20.2, and pressrun needs 24.15 or newer. Install it from nodejs.org, then run the same command again.\n",
    });
  });

  it("prints help with 0, and for no command with 2", async () => {
    const help = await cli(["--help"]);
    const none = await cli([]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(none).toMatchObject({ code: 2, stdout: help.stdout });
  });

  it("stops in good order on SIGINT: exit 75, nothing uncertain, and the next run sends only the rest", async () => {
    const paper = await newPublication();
    const server = await startSmtp({
      onMailFrom: (_address, _session, done) => setTimeout(done, 20),
    });
    const env = { PATH: process.env.PATH, SMTP_URL: `smtp://127.0.0.1:${server.port}` };
    writeFileSync(
      join(paper, "pressrun.yaml"),
      "mode: live\npublication: {name: Test Paper}\nemail: {from: news@example.org, server: '${SMTP_URL}', connections: 2}\n",
    );
    const readers = Array.from({ length: 60 }, (_, index) => `r${index}@example.org`);
    writeFileSync(join(paper, "list.csv"), ["email", ...readers].join("\n"));
    expect((await run(paper, ["subscribers", "import", "list.csv"], { env })).exit).toBe(0);

    const child = spawn(process.execPath, [CLI, "publish", SLUG, "--yes", "--json"], { cwd: paper, env });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    while (server.taken.length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    const [row] = JSON.parse(out).channels;
    expect({ code, planned: row.planned, uncertain: row.uncertain }).toEqual({
      code: 75,
      planned: 60,
      uncertain: 0,
    });
    expect(row.sent).toBe(server.taken.length);
    expect(row.pending).toBe(60 - server.taken.length);

    const rest = await run(paper, ["publish", SLUG, "--yes", "--json"], { env });
    expect(rest.json().channels[0]).toMatchObject({ planned: 60, skipped: row.sent, sent: row.pending });
    expect(server.taken.flatMap(({ to }) => to).toSorted()).toEqual(readers.toSorted());
    await server.stop();
  });
});
