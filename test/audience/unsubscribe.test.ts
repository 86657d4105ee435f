import { createHash, createHmac } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  INERT_TOKEN,
  makeUnsubscribeToken,
  readUnsubscribeToken,
  unsubscribeKey,
} from "../../src/audience/unsubscribe.ts";
import { UserError } from "../../src/errors.ts";

const KEY = "a key of this test, long enough to be one";
const LEAVING = { id: "4f1c2a", list: "email" };

describe("the token", () => {
  it("is as documented", () => {
    const keyId = createHash("sha256").update(KEY).digest("hex").slice(0, 8);
    const claim = Buffer.from(`${keyId}.4f1c2a.email`).toString("base64url");
    const signature = createHmac("sha256", KEY).update(claim).digest("base64url");
    expect(makeUnsubscribeToken(KEY, LEAVING)).toBe(`${claim}.${signature}`);
  });

  it("says who leaves what, for every id and list, under any of the keys", () => {
    const list = fc.string({ minLength: 1 }).filter((name) => !name.includes("."));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), list, fc.string(), fc.string(), (id, name, older, newer) => {
        const token = makeUnsubscribeToken(older, { id, list: name });
        expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
        expect(readUnsubscribeToken([newer, older], token)).toEqual({ id, list: name });
      }),
    );
  });

  it("is worth nothing once a character is changed, or under another key", () => {
    const token = makeUnsubscribeToken(KEY, LEAVING);
    expect(readUnsubscribeToken(["another"], token)).toBeUndefined();
    expect(readUnsubscribeToken([], token)).toBeUndefined();
    // The last character of 43 carries two unused bits, so only the others are changed.
    for (let at = 0; at < token.length - 1; at += 1) {
      const other = token[at] === "A" ? "B" : "A";
      expect(readUnsubscribeToken([KEY], token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  it.each(["", ".", "..", INERT_TOKEN, "a.b.c", `${makeUnsubscribeToken(KEY, LEAVING)}.x`])(
    "%j is nobody's",
    (token) => {
      expect(readUnsubscribeToken([KEY], token)).toBeUndefined();
    },
  );

  it("is not made for a list whose name could be taken for part of an id", () => {
    expect(() => makeUnsubscribeToken(KEY, { id: "1", list: "a.b" })).toThrow("holds a dot");
  });
});

describe("the kept key", () => {
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), "pressrun-key-"));
  });
  afterEach(() => rm(state, { recursive: true }));
  const keys = (): string => join(state, "keys");

  it("is made once, of 32 random bytes, for its owner alone", async () => {
    const key = await unsubscribeKey(state, { create: true });
    expect(Buffer.from(key ?? "", "base64url").length).toBe(32);
    expect(await unsubscribeKey(state, { create: true })).toBe(key);
    expect(await unsubscribeKey(state, { create: false })).toBe(key);
    expect(await readdir(keys())).toEqual(["unsubscribe"]);
    expect((await stat(keys())).mode & 0o777).toBe(0o700);
    expect((await stat(join(keys(), "unsubscribe"))).mode & 0o777).toBe(0o600);
  });

  it("is the same for all who ask at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => unsubscribeKey(state, { create: true })));
    expect(new Set(all).size).toBe(1);
    expect(await readdir(keys())).toEqual(["unsubscribe"]);
  });

  it("is not made by one who only looks", async () => {
    expect(await unsubscribeKey(state, { create: false })).toBeUndefined();
    expect(await readdir(state)).toEqual([]);
  });

  it("is refused when the file holds none", async () => {
    await mkdir(keys());
    const file = join(keys(), "unsubscribe");
    await writeFile(file, "\n");
    await expect(unsubscribeKey(state, { create: true })).rejects.toThrow(UserError);
    expect(await readFile(file, "utf8")).toBe("\n");
  });

  it("is refused when its folder cannot be one", async () => {
    await writeFile(keys(), "a file");
    await expect(unsubscribeKey(state, { create: true })).rejects.toThrow(UserError);
  });
});
