import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { newPublication, type Ran, run } from "../commands/run.ts";
import {
  GONE,
  type MailServers,
  PASSWORD,
  READER,
  startMailServers,
  UNREACHED,
  USER,
  WRITER,
  whyNoMailServers,
} from "./postfix.ts";

const missing = whyNoMailServers();
if (missing) console.warn(`Real mail servers: skipped, ${missing}.`);
const withServers = missing && !process.env.CI ? describe.skip : describe;

const CLI = join(import.meta.dirname, "../../src/cli.ts");
/** Articles enough for an address that is not reached to be given up. */
const ARTICLES = ["one", "two", "three", "four", "five"];

withServers("bounces of postfix and dovecot", () => {
  let servers: MailServers;
  beforeAll(async () => {
    if (missing) throw new Error(missing);
    servers = await startMailServers();
  });
  afterAll(() => servers?.stop());

  it("a refused and a never reached address end as suppressions; who reads stays", async () => {
    const folder = await newPublication();
    const login = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
    writeFileSync(
      join(folder, "pressrun.yaml"),
      `publication: {name: The Reed, url: https://example.org, language: en, timezone: UTC, postal_address: "1 Quay Street"}
email:
  from: The Reed <${WRITER}>
  server: smtp://${login}@localhost:${servers.smtpPort}?tls=opportunistic
  unsubscribe_url: https://example.org/u
`,
    );
    for (const slug of ARTICLES)
      writeFileSync(
        join(folder, `content/articles/${slug}.md`),
        `---\ntitle: The tide tables, part ${slug}\ndescription: What the harbour office changed in the tables of this winter, and why.\n---\n\nThe harbour office has changed the tables.\n`,
      );
    for (const address of [READER, GONE, UNREACHED]) await run(folder, ["subscribers", "add", address]);

    const first = await run(folder, ["publish", "one", "--yes", "--force", "--json"]);
    expect(first.json().channels[0]).toMatchObject({ planned: 3, sent: 3 });
    const found = await read(folder, 2);
    expect(found.json()).toEqual({
      read: 2,
      found: { hard: 1, soft: 1, complaint: 0 },
      known: 0,
      suppressed: 1,
      unmatched: 0,
    });
    // What was understood is moved out of the way.
    expect((await run(folder, ["bounces", servers.returned, "--json"])).json()).toMatchObject({ read: 0 });

    for (const slug of ARTICLES.slice(1)) {
      const { channels } = (await run(folder, ["publish", slug, "--yes", "--force", "--json"])).json();
      expect(channels[0]).toMatchObject({ sent: 2, failed: 0, uncertain: 0 });
      expect((await read(folder, 1)).json()).toMatchObject({ found: { hard: 0, soft: 1, complaint: 0 } });
    }
    const last = await run(folder, ["publish", "the-night-train-returns", "--yes", "--force", "--json"]);
    expect(last.json().channels[0]).toMatchObject({ sent: 1 });
  });

  it("reads a mailbox over TLS alone, from a server whose certificate is good for its name", async () => {
    const folder = await newPublication();
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, servers.ca);
    const { imapPort, imapsPort } = servers;
    const login = `news:${encodeURIComponent(PASSWORD)}`;
    const read = async (url: string, env: Record<string, string> = { NODE_EXTRA_CA_CERTS: ca }) => {
      const argv = [CLI, "bounces", url, "--json", "--cwd", folder];
      const child = spawn(process.execPath, argv, { env: { ...process.env, ...env } });
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "exit"),
      ]);
      expect(out + err).not.toContain(PASSWORD);
      return code === 0 ? Object.keys(JSON.parse(out))[0] : `${code} ${err.trim()}`;
    };
    expect(await read(`imaps://${login}@localhost:${imapsPort}/INBOX`)).toBe("read");
    expect(await read(`imap://${login}@localhost:${imapPort}/INBOX?tls=required`)).toBe("read");
    expect(await read(`imap://${login}@localhost:${imapPort}/INBOX`, {})).toBe("read");
    expect(await read(`imap://${login}@localhost:${imapPort}/INBOX?tls=none`, {})).toBe("read");
    for (const [url, env] of [
      [`imaps://${login}@localhost:${imapsPort}`, {}],
      [`imap://${login}@localhost:${imapPort}?tls=required`, {}],
    ] as const)
      expect(await read(url, env)).toMatch(
        /^2 .*The mailbox on localhost cannot be read: its certificate cannot be trusted \(self-signed certificate\)/i,
      );
    // The certificate is for localhost and 127.0.0.1.
    expect(await read(`imaps://${login}@127.0.0.2:${imapsPort}`)).toMatch(
      /^2 .*127\.0\.0\.2 cannot be read: .*altnames/,
    );
  }, 60_000);

  /** Reads the writer's mailbox once `count` bounces have come back. */
  async function read(folder: string, count: number): Promise<Ran> {
    await servers.returnedMails(count);
    return run(folder, ["bounces", servers.returned, "--json"]);
  }
});
