import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { appendPublished, type PublishedEntry, readPublished } from "../../src/ledger/published.ts";

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pressrun-test-"));
  file = join(root, "published.jsonl");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const counts = { pending: 0, sent: 3, failed: 0, uncertain: 0, skipped: 1, missed: 0 };
const mail: PublishedEntry = {
  slug: "harbour-lights",
  revision: 0,
  channel: "email",
  counts,
  edition: "sha256:1",
  at: "2026-11-23T09:00:00.000Z",
};
const post = { ...mail, channel: "bluesky", url: "https://example.org/post/1" };

describe("published.jsonl", () => {
  it("is empty where there is none", () => {
    expect(readPublished(root)).toEqual([]);
  });

  it("gives back what was added, one line each", () => {
    expect(appendPublished(root, mail)).toBe(true);
    expect(appendPublished(root, post)).toBe(true);
    expect(readPublished(root)).toEqual([mail, post]);
    expect(readFileSync(file, "utf8")).toBe(
      '{"slug":"harbour-lights","revision":0,"channel":"email","counts":{"pending":0,"sent":3,"failed":0,"uncertain":0,"skipped":1,"missed":0},"edition":"sha256:1","at":"2026-11-23T09:00:00.000Z"}\n' +
        '{"slug":"harbour-lights","revision":0,"channel":"bluesky","counts":{"pending":0,"sent":3,"failed":0,"uncertain":0,"skipped":1,"missed":0},"edition":"sha256:1","url":"https://example.org/post/1","at":"2026-11-23T09:00:00.000Z"}\n',
    );
  });

  it("names an article, revision and channel once", () => {
    appendPublished(root, mail);
    expect(appendPublished(root, { ...mail, at: "2026-11-24T09:00:00.000Z" })).toBe(false);
    expect(appendPublished(root, { ...mail, revision: 1 })).toBe(true);
    expect(readPublished(root).map(({ revision }) => revision)).toEqual([0, 1]);
  });

  it("takes a file that a person left without its last line ending, or with blank lines", () => {
    writeFileSync(file, `\r\n${JSON.stringify(mail)}\r\n\n${JSON.stringify(post)}`);
    appendPublished(root, { ...mail, revision: 1 });
    expect(readPublished(root)).toHaveLength(3);
  });

  it("adds nothing that it was not given", () => {
    appendPublished(root, { ...mail, recipient: "ada@example.org" } as PublishedEntry);
    expect(readFileSync(file, "utf8")).not.toContain("ada");
  });

  it.each([
    "<<<<<<< HEAD",
    "null",
    JSON.stringify({ ...mail, slug: 1 }),
    JSON.stringify({ ...mail, revision: -1 }),
    JSON.stringify({ ...mail, counts: { ...counts, sent: "3" } }),
    JSON.stringify({ ...mail, counts: undefined }),
    JSON.stringify({ ...mail, url: 5 }),
  ])("refuses a line that it cannot read, by file and line: %s", (line) => {
    writeFileSync(file, `${JSON.stringify(mail)}\n${line}\n`);
    const refusal = `${file}:2: This line does not say what was published.`;
    expect(() => readPublished(root)).toThrow(refusal);
    expect(() => appendPublished(root, post)).toThrow(refusal);
  });
});
