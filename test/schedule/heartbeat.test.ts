import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ping } from "../../src/schedule/heartbeat.ts";
import { run } from "../commands/run.ts";
import { type Press, startPress } from "../servers/press.ts";

describe("a heartbeat", () => {
  const heard: string[] = [];
  const server = createServer(({ method, url }, response) => {
    heard.push(`${method} ${url}`);
    response.writeHead(500).end();
  });
  let press: Press;
  beforeEach(async () => {
    heard.splice(0);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    press = await startPress(`schedule: {heartbeat_url: "http://127.0.0.1:${port}/ping/3f0c-secret?x=1"}`);
    await run(press.folder, ["subscribers", "add", "ada@example.org"]);
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await press.stop();
  });
  const due = (...args: string[]) =>
    run(press.folder, ["due", ...args], { now: () => new Date("2026-11-24T08:00:00Z") });

  it("tells of every run how it began and how it ended, whatever the monitor says", async () => {
    expect(await due()).toMatchObject({ exit: 0, out: "", err: "" });
    expect(await due()).toMatchObject({ exit: 0, out: "", err: "" });
    press.article("lamps", "publish_at: 2026-11-20T08:00Z");
    const late = await due();
    expect(late.exit).toBe(1);
    expect(late.out + late.err).not.toContain("3f0c-secret");
    const beat = (what: string) => `POST /ping/3f0c-secret/${what}?x=1`;
    expect(heard).toEqual(["start", "0", "start", "0", "start", "1"].map(beat));
  });

  it("is left alone by a look ahead and by the sandbox", async () => {
    await due("--at", "2026-11-24 09:00");
    await due("--sandbox");
    expect(heard).toEqual([]);
  });

  it("is not waited for without end", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    await ping(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/ping`, "start");
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  }, 30_000);

  it("changes nothing when nobody is there", async () => {
    server.close();
    server.closeAllConnections();
    expect(await due()).toMatchObject({ exit: 0, out: "", err: "" });
  });
});
