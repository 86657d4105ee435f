import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { openMemory } from "../../../src/channels/network/memory.ts";
import { seal, value } from "../../../src/channels/network/request.ts";
import { freeze, thaw } from "../../../src/ledger/frozen.ts";

const KEY = { channel: "x", slug: "harbour-lights", revision: 0, recipient: "x" };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "memory-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const requestsSaying = (text: string) =>
  [
    { form: [{ name: "media", value: Buffer.from(text), filename: "a.png", type: "image/png" }] },
    { body: Buffer.from(text) },
    { body: { text, reply: { to: value("post_1") } }, posts: true },
  ].map((each, index) =>
    seal({ step: `post ${index}`, method: "POST", url: "https://a.example", headers: {}, ...each }),
  );

it("knows how far a post got, also by what the ledger kept of it; of another post it knows nothing", () => {
  const memory = openMemory({ name: "x", state: folder, cache: folder, now: () => new Date() });
  const requests = requestsSaying("One.");
  memory.advance(KEY, requests, { next: 3, values: { post_1: "7" } });
  const kept = thaw(freeze({ kind: "post", requests, limitsAssumed: false })).requests;
  for (const same of [requests, requestsSaying("One."), kept])
    expect(memory.progress(KEY, same)).toMatchObject({ next: 3, values: { post_1: "7" } });
  expect(memory.progress(KEY, requestsSaying("Two."))).toBeUndefined();
});
