import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newPaper, SLUG } from "../commands/paper.ts";

const REPO = join(import.meta.dirname, "../..");

describe("adding a channel", () => {
  let tool: string;
  let paper: string;
  let server: Server;
  let seen: unknown[];

  beforeEach(async () => {
    tool = mkdtempSync(join(tmpdir(), "pressrun-toy-"));
    paper = newPaper();
    seen = [];
    server = createServer(async ({ method, url, headers }, response) => {
      seen.push({ method, url, authorization: headers.authorization });
      response.writeHead(201, { "content-type": "application/json" }).end('{"id":"7"}');
    }).listen(0, "127.0.0.1");
    server.on("request", async (request) => seen.push(await json(request)));
    await once(server, "listening");
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
    for (const folder of [tool, paper]) rmSync(folder, { recursive: true });
  });

  /** What preview's page is told to draw. */
  async function postsInPreview(cli: string, env: NodeJS.ProcessEnv): Promise<unknown> {
    const preview = spawn(process.execPath, [cli, "preview", "--json", "--cwd", paper], { env });
    try {
      const [document] = (await once(preview.stdout, "data")) as [Buffer];
      const address = JSON.parse(document.toString()).url;
      return JSON.parse(await (await fetch(`${address}article/${SLUG}`)).text()).edition.posts;
    } finally {
      preview.kill("SIGINT");
      await once(preview, "exit");
    }
  }

  it("is its file and one line: then preview draws it, and it publishes", async () => {
    for (const name of ["src", "templates", "package.json"]) {
      cpSync(join(REPO, name), join(tool, name), { recursive: true });
    }
    symlinkSync(join(REPO, "node_modules"), join(tool, "node_modules"));
    const toy = readFileSync(join(REPO, "test/fixtures/toy-channel/toy.ts"), "utf8");
    writeFileSync(join(tool, "src/channels/toy.ts"), toy.replace("../../../src/channels/", "./"));
    const index = join(tool, "src/channels/index.ts");
    const line = '  toy: () => import("./toy.ts"),\n';
    const before = readFileSync(index, "utf8");
    writeFileSync(index, before.replace("  bluesky: () =>", `${line}  bluesky: () =>`));

    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const yaml = `publication:\n  name: Quayside Weekly\nchannels:\n  toy: {server: "${url}", token: "\${TOY_TOKEN}"}\n`;
    writeFileSync(join(paper, "pressrun.yaml"), yaml);
    const cli = join(tool, "src/cli.ts");
    const env = { ...process.env, TOY_TOKEN: "a secret token" };
    const publish = () =>
      promisify(execFile)(process.execPath, [cli, "publish", SLUG, "--yes", "--json", "--cwd", paper], {
        env,
      });
    expect((await postsInPreview(cli, env)) as unknown).toMatchObject([
      {
        channel: "toy",
        face: { label: "Toy", place: "stream" },
        counts: [{ unit: "graphemes", length: 18, max: 100 }],
        parts: [{ kind: "text", text: "The lamps are lit." }],
      },
    ]);
    expect(seen).toEqual([]);
    const first = JSON.parse((await publish()).stdout);
    expect(first.channels).toMatchObject([{ channel: "toy", sent: 1, url: "https://toy.example/7" }]);
    expect(seen).toEqual([
      { method: "POST", url: "/posts", authorization: "Bearer a secret token" },
      { text: "The lamps are lit." },
    ]);
    const second = JSON.parse((await publish()).stdout);
    expect(second.channels).toMatchObject([{ channel: "toy", sent: 0, skipped: 1 }]);
    expect(seen).toHaveLength(2);
  });
});
