import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { SHAPES } from "../bounces/shapes.ts";
import { copyOf, newPublication, run } from "./run.ts";

const READER = "reader.one@example.org";
let published: string;
let messageId: string;

/** A publication whose example readers have its article. */
beforeAll(async () => {
  published = await newPublication();
  await run(published, ["publish", "the-night-train-returns", "--sandbox"]);
  const list = (await run(published, ["subscribers", "list", "--sandbox", "--json"])).json();
  expect(list.map(({ address }: { address: string }) => address)).toContain(READER);
  const inbox = join(published, ".pressrun/sandbox/inbox/the-night-train-returns");
  const mails = readdirSync(inbox).map((name) => readFileSync(join(inbox, name), "utf8"));
  const mine = mails.find((mail) => mail.includes(`To: `) && mail.includes(READER)) ?? "";
  messageId = /^Message-ID: (<[^>]+>)/im.exec(mine)?.[1] ?? "";
  expect(messageId).toMatch(/^<[0-9a-f]{32}@/);
});

const raw = (system: string, to = READER, id = messageId) =>
  SHAPES.find((shape) => shape.system === system)?.raw(to, id) ?? "";

const mbox = (...mails: string[]) => {
  const file = join(mkdtempSync(join(tmpdir(), "pressrun-mbox-")), "box");
  const quoted = mails.map(
    (mail) =>
      `From MAILER-DAEMON Tue Nov 24 09:00:00 2026\n${mail.replaceAll("\r\n", "\n").replace(/^(>*From )/gm, ">$1")}\n`,
  );
  writeFileSync(file, quoted.join("\n"));
  return file;
};

describe("bounces", () => {
  it("reads an mbox, suppresses who is gone, and counts nothing twice", async () => {
    const folder = copyOf(published);
    const file = mbox(
      raw("Out of office"),
      raw("Postfix"),
      raw("Sendmail", "stranger@example.net", "<x@elsewhere.example>"),
    );
    const first = await run(folder, ["bounces", file]);
    expect(first.out).toBe(
      "3 mails read: 1 gone for good, 1 about no mail of ours.\n1 address is never written to again.",
    );
    expect(first.exit).toBe(0);
    expect((await run(folder, ["bounces", file])).out).toBe(
      "3 mails read: 1 known already, 1 about no mail of ours.",
    );
    const { err, exit } = await run(folder, ["subscribers", "add", READER]);
    expect(err).toContain("is suppressed");
    expect(exit).toBe(2);
  });

  it("reads a Maildir and suppresses after five soft bounces in thirty days", async () => {
    const folder = copyOf(published);
    const maildir = mkdtempSync(join(tmpdir(), "pressrun-maildir-"));
    for (const part of ["new", "cur", "tmp"]) mkdirSync(join(maildir, part));
    const soft = raw("Gmail, over quota");
    for (let index = 1; index <= 4; index += 1)
      writeFileSync(join(maildir, "cur", `${index}:2,S`), `X-Number: ${index}\r\n${soft}`);
    writeFileSync(join(maildir, "tmp", "5"), `X-Number: unfinished\r\n${soft}`);
    const json = async () => (await run(folder, ["bounces", maildir, "--json"])).json();
    expect(await json()).toEqual({
      read: 4,
      found: { hard: 0, soft: 4, complaint: 0 },
      known: 0,
      suppressed: 0,
      unmatched: 0,
    });
    writeFileSync(join(maildir, "new", "5"), `X-Number: 5\r\n${soft}`);
    expect(await json()).toMatchObject({ read: 5, found: { soft: 1 }, known: 4, suppressed: 1 });
  });

  it("suppresses who complained, by one mail alone", async () => {
    const folder = copyOf(published);
    const file = join(folder, "complaint.eml");
    writeFileSync(file, raw("ARF, the address struck out"));
    expect((await run(folder, ["bounces", file, "--json"])).json()).toMatchObject({
      read: 1,
      found: { complaint: 1 },
      suppressed: 1,
    });
  });

  it("says what is no mailbox, and shows no password", async () => {
    const folder = copyOf(published);
    const nothing = await run(folder, ["bounces", "nowhere"]);
    expect([nothing.exit, nothing.err]).toEqual([
      2,
      expect.stringContaining("There is no mailbox at nowhere."),
    ]);
    const noMaildir = await run(folder, ["bounces", "."]);
    expect([noMaildir.exit, noMaildir.err]).toEqual([2, expect.stringContaining("is no Maildir")]);
    const refused = await run(folder, ["bounces", "imap://ada:s3cret@127.0.0.1:1/INBOX"]);
    expect([refused.exit, refused.err]).toEqual([
      2,
      expect.stringContaining("The mailbox on 127.0.0.1 cannot be read: 127.0.0.1 refuses connections."),
    ]);
    expect(refused.err).not.toContain("s3cret");
    // A password that is half of every word is no secret, and would make the sentence unreadable.
    const short = await run(folder, ["bounces", "imap://u:p@127.0.0.1:1/INBOX"]);
    expect(short.err).toBe(refused.err);
  });
});
