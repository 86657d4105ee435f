import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { BUSY, deliver, LOST, newPaper, POSTED, REFUSED, SENT, SLUG, withLedger } from "./paper.ts";
import { run } from "./run.ts";

const NONE = { sent: 0, failed: 0, uncertain: 0, skipped: 0, pending: 0, missed: 0 };
const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
let folder: string;
beforeEach(() => {
  folder = newPaper();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const wellDelivered = () =>
  withLedger(folder, async (ledger) => {
    await deliver(ledger, "email", { "a@example.org": SENT, "b@example.org": REFUSED });
    await deliver(ledger, "bluesky", { bluesky: POSTED });
  });
const badlyDelivered = () =>
  withLedger(folder, (ledger) =>
    deliver(ledger, "email", {
      "a@example.org": SENT,
      "b@example.org": LOST,
      "c@example.org": BUSY,
      "d@example.org": undefined,
    }),
  );

describe("status", () => {
  it("says that nothing was published yet", async () => {
    expect(await run(folder, ["status"])).toMatchObject({
      exit: 0,
      out: "Nothing has been published yet. Try `pressrun publish <article> --sandbox`.",
      err: "",
    });
    expect((await run(folder, ["status", "--json"])).json()).toEqual([]);
    expect(await run(folder, ["status", SLUG])).toMatchObject({
      exit: 0,
      out: `Nothing of "${SLUG}" has been published yet. Try \`pressrun publish ${SLUG} --sandbox\`.`,
    });
    expect((await run(folder, ["status", SLUG, "--json"])).json()).toEqual({
      article: SLUG,
      revision: 0,
      edition: null,
      channels: [],
    });
  });

  it("refuses a word that names no article", async () => {
    expect(await run(folder, ["status", "harbor-lights"])).toMatchObject({
      exit: 2,
      err: 'pressrun: There is no article "harbor-lights", and the ledger knows of none. Run `pressrun status` for those it knows.\n',
    });
  });

  it("knows a file by the slug in its front matter, and one that is gone by its name", async () => {
    await wellDelivered();
    const put = (name: string, slug: string) =>
      writeFileSync(join(folder, name), `---\ntitle: B\nslug: ${slug}\n---\n\nText.\n`);
    put("content/articles/b.md", SLUG);
    expect((await run(folder, ["status", "content/articles/b.md", "--json"])).json()).toMatchObject({
      article: SLUG,
      edition: "sha256:one",
    });
    put("content/articles/b.md", "the-second");
    for (const name of ["content/articles/b.md", "the-second"])
      expect((await run(folder, ["status", name, "--json"])).json()).toMatchObject({
        article: "the-second",
        edition: null,
      });
    put(`content/articles/${SLUG}.md`, "[broken");
    for (const name of [`content/articles/${SLUG}.md`, `content/elsewhere/${SLUG}.md`])
      expect((await run(folder, ["status", name, "--json"])).json()).toMatchObject({ edition: "sha256:one" });
  });

  it("counts what became of each channel's deliveries", async () => {
    await wellDelivered();
    expect(await run(folder, ["status", `content/articles/${SLUG}.md`])).toMatchObject({
      exit: 0,
      out: `harbour-lights
           planned  sent  failed  uncertain  skipped  pending  missed
  email          2     1       1          0        0        0       0
  bluesky        1     1       0          0        0        0       0  https://example.org/post/1

  Failed: refused for good. See why with \`pressrun status harbour-lights --failed\`; once that is mended, have them
  sent again with \`pressrun resolve harbour-lights --failed --resend\`.`,
    });
    const one = {
      article: SLUG,
      revision: 0,
      edition: "sha256:one",
      channels: [
        { channel: "email", planned: 2, ...NONE, sent: 1, failed: 1 },
        { channel: "bluesky", planned: 1, ...NONE, sent: 1, url: "https://example.org/post/1" },
      ],
    };
    expect((await run(folder, ["status", SLUG, "--json"])).json()).toEqual(one);
    expect((await run(folder, ["status", "--json"])).json()).toEqual([one]);
  });

  it("lists deliveries of the states asked for", async () => {
    await wellDelivered();
    const { exit, json } = await run(folder, ["status", SLUG, "--failed", "--uncertain", "--json"]);
    expect(exit).toBe(0);
    expect(json().deliveries).toEqual([
      {
        channel: "email",
        to: "b@example.org",
        state: "failed",
        attempts: 1,
        code: 550,
        messageId: null,
        text: "no such user",
        at: "2026-11-23T09:00:00.000Z",
      },
    ]);
    expect((await run(folder, ["status", SLUG, "--failed"])).out).toContain(
      "\n\n  email  b@example.org  failed after 1 attempt: 550 no such user  (2026-11-23T09:00:00.000Z)",
    );
    expect((await run(folder, ["status", SLUG, "--missed"])).out).toContain(
      "\n\n  None in the states asked for.",
    );
  });

  it("ends with 1, and says what to do, while anything is uncertain or still to retry", async () => {
    await badlyDelivered();
    expect(await run(folder, ["status", "--uncertain", "--pending"])).toMatchObject({
      exit: 1,
      out: `harbour-lights
         planned  sent  failed  uncertain  skipped  pending  missed
  email        4     1       0          1        0        2       0

  email  b@example.org  uncertain after 1 attempt: the connection broke  (2026-11-23T09:00:00.000Z)
  email  c@example.org  pending after 1 attempt: 451 later  (2026-11-23T09:00:00.000Z, again from 2026-11-23T10:00:00.000Z)
  email  d@example.org  pending, not tried yet  (2026-11-23T09:00:00.000Z)

  Uncertain: the other side may have it. Look with \`pressrun status harbour-lights --uncertain\`, then decide with
  \`pressrun resolve harbour-lights --resend\` or \`--assume-sent\`.
  Pending goes out with the next \`pressrun publish harbour-lights\`.`,
    });
  });

  it("shows a correction first, and the revisions before it", async () => {
    await wellDelivered();
    await withLedger(folder, (ledger) =>
      deliver(
        ledger,
        "email",
        { "a@example.org": SENT },
        { slug: SLUG, revision: 1, hash: "sha256:two", bodyHash: "b" },
      ),
    );
    expect((await run(folder, ["status", SLUG, "--json"])).json()).toMatchObject({
      revision: 1,
      edition: "sha256:two",
      channels: [{ channel: "email", planned: 1 }],
      earlier: [{ revision: 0, edition: "sha256:one" }],
    });
    expect((await run(folder, ["status"])).out).toMatch(
      /^harbour-lights\n[\s\S]*\n\nharbour-lights \(correction 1\)\n/,
    );
  });

  it("leaves every byte of the folder as it is", async () => {
    await badlyDelivered();
    const fingerprint = () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => [name, hashOf(join(parentPath, name))])
        .toSorted();
    const before = fingerprint();
    await run(folder, ["status", "--pending"]);
    expect(fingerprint()).toEqual(before);
    expect(before.map(([name]) => name)).toContain("ledger.db");
  });
});
