import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { type DnsServer, startDns } from "../servers/dns.ts";
import { type LinkedIn, startLinkedIn } from "../servers/linkedin.ts";
import { startSmtp, type TestServer } from "../servers/smtp.ts";
import { newPublication, run } from "./run.ts";

let dns: DnsServer | undefined;
let smtp: TestServer | undefined;
let linkedin: LinkedIn | undefined;
afterEach(async () => {
  await dns?.stop();
  await smtp?.stop();
  await linkedin?.stop();
});

/** A publication that goes out live by `server`, with mail alone. */
async function livePublication(server: string): Promise<string> {
  const folder = await newPublication();
  writeFileSync(
    join(folder, "pressrun.yaml"),
    `publication: {name: The Reed, url: https://example.org, language: en, timezone: UTC, postal_address: "1 Quay Street"}
email:
  from: The Reed <news@example.org>
  server: ${server}
  unsubscribe_url: http://127.0.0.1:1/u
`,
  );
  return folder;
}

describe("doctor", () => {
  it("leaves the network alone in the sandbox", async () => {
    const folder = await newPublication();
    const { exit, out } = await run(folder, ["doctor", "--dns", "127.0.0.1:1"]);
    expect(out).toContain("The mode is sandbox");
    expect(out).toContain("All is well.");
    expect(exit).toBe(0);
  });

  it("looks at everything that a live run needs, and sends nothing", async () => {
    smtp = await startSmtp();
    dns = await startDns({
      "example.org MX": ["10 mail.example.org"],
      "example.org TXT": ["v=spf1 mx -all"],
      "mail.example.org A": ["192.0.2.1"],
    });
    const folder = await livePublication(`smtp://127.0.0.1:${smtp.port}`);
    await run(folder, ["subscribers", "add", "ada@example.org"]);
    const before = readFileSync(join(folder, ".pressrun/ledger.db"));
    const { exit, json } = await run(folder, ["doctor", "--json", "--dns", dns.address]);
    const { checks, errors, warnings } = json();
    expect(checks.map(({ id, severity }: { id: string; severity: string }) => `${severity} ${id}`)).toEqual([
      "ok configuration",
      "ok templates",
      "ok login",
      "ok tls",
      "ok spf",
      "warning dkim-none",
      "error dmarc-missing",
      "ok mx",
      "ok mta-sts",
      "ok readers",
      "error unsubscribe-unreachable",
    ]);
    expect({ errors, warnings, exit }).toEqual({ errors: 2, warnings: 1, exit: 1 });
    expect(checks[6].record).toBe(
      '_dmarc.example.org. TXT "v=DMARC1; p=none; rua=mailto:postmaster@example.org"',
    );
    expect(smtp.taken).toEqual([]);
    expect(readFileSync(join(folder, ".pressrun/ledger.db"))).toEqual(before);
  });

  it("warns of a token that works and soon will not", async () => {
    const author = "urn:li:organization:1";
    const token = "a-token-that-ends";
    // Half a day more than ten: this test may take its time.
    const expiresAt = Math.floor(Date.now() / 1000) + 10.5 * 86_400;
    linkedin = await startLinkedIn({ token, author, expiresAt });
    const folder = await newPublication();
    const account = { server: linkedin.url, oauth: linkedin.url, author, client_id: "the-client" };
    const channels = { linkedin: { ...account, token, client_secret: "the-client-secret" } };
    const publication = { name: "The Reed" };
    writeFileSync(join(folder, "pressrun.yaml"), JSON.stringify({ publication, channels }));
    const { json } = await run(folder, ["doctor", "--json", "--dns", "127.0.0.1:1"]);
    const logins = json().checks.filter(({ area }: { area: string }) => area === "logins");
    expect(logins).toMatchObject([
      { id: "login", severity: "ok" },
      {
        id: "token-ends",
        severity: "warning",
        found: expect.stringMatching(/^The token of LinkedIn \(linkedin\) ends on \S+, in 10 days\.$/),
        next: expect.stringContaining("Make a new one"),
      },
    ]);
  });

  it("tells what is missing, and looks at the rest all the same", async () => {
    dns = await startDns({});
    const folder = await livePublication("${SMTP_URL}");
    const { exit, out } = await run(folder, ["doctor", "--dns", dns.address]);
    expect(out).toContain("SMTP_URL");
    expect(out).toContain('example.org. TXT "v=spf1 mx ~all"');
    expect(exit).toBe(1);
  });

  it("refuses a DNS server that is none", async () => {
    const folder = await newPublication();
    const { exit, err } = await run(folder, ["doctor", "--dns", "resolver.example"]);
    expect(err).toContain('"resolver.example" is not the address of a DNS server.');
    expect(exit).toBe(2);
  });
});
