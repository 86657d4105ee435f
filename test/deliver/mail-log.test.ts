import { describe, expect, it } from "@jest/globals";
import { readMailLog } from "../../src/deliver/mail-log.ts";

const NOW = new Date("2026-01-02T12:00:00Z");
const NAME = "0123456789abcdef0123456789abcdef";
const ID = `<${NAME}@example.org>`;
const tried = {
  name: NAME,
  from: new Date("2026-01-02T09:00:05.500Z"),
  to: new Date("2026-01-02T09:00:06.500Z"),
};

const line = (time: string, said: string) => `2026-01-02T${time}+00:00 mail postfix/${said}`;
const FIRST = line("09:00:00", "smtpd[1]: connect from localhost[127.0.0.1]");
const LAST = line("09:10:00", "anvil[2]: statistics: max connection rate 1/60s");
const SEEN = line("09:00:06", `cleanup[3]: 4XkA: message-id=${ID}`);
const QUEUED = line("09:00:06", "qmgr[4]: 4XkA: from=<news@example.org>, size=4500, nrcpt=1 (queue active)");
const OTHER = line("09:00:07", "qmgr[4]: 4XkB: from=<news@example.org>, size=4500, nrcpt=1 (queue active)");

async function fate(lines: readonly string[], sought = tried) {
  async function* all() {
    yield* lines;
  }
  return (await readMailLog(all(), new Set([NAME]), NOW)).fateOf(sought);
}

describe("a mail log", () => {
  it("shows what was taken", async () => {
    expect(await fate([FIRST, SEEN, QUEUED, LAST])).toEqual({ kind: "taken", messageId: ID });
    const delivered = line(
      "09:00:08",
      "lmtp[5]: 4XkA: to=<a@example.org>, relay=x, dsn=2.0.0, status=sent (250 ok)",
    );
    expect(await fate([FIRST, SEEN, OTHER, delivered])).toEqual({ kind: "taken", messageId: ID });
  });

  it("is believed without lines of a queue where it has none at all", async () => {
    expect(await fate([FIRST, SEEN])).toEqual({ kind: "taken", messageId: ID });
  });

  it("does not take a mail that broke off for one that was taken", async () => {
    const lost = line(
      "09:00:06",
      "smtpd[1]: lost connection after DATA (17000 bytes) from localhost[127.0.0.1]",
    );
    expect(await fate([FIRST, SEEN, lost, OTHER, LAST])).toEqual({ kind: "absent" });
    expect(await fate([FIRST, SEEN, lost, OTHER])).toEqual({ kind: "unknown" });
    const refused = line(
      "09:00:06",
      "cleanup[3]: 4XkA: milter-reject: END-OF-MESSAGE from localhost: 5.7.1 no",
    );
    expect(await fate([FIRST, SEEN, refused])).toEqual({ kind: "absent" });
  });

  it("takes no longer for a line of a megabyte than it is long", async () => {
    const endless = ` mail postfix/smtp[1]:${" 4XkA: to=<a@example.org>".repeat(40_000)}`;
    const ids = ` mail postfix/cleanup[1]:${` message-id=<${NAME}@`.repeat(20_000)}`;
    expect(await fate([FIRST, SEEN, OTHER, endless, ids, LAST])).toEqual({ kind: "absent" });
  });

  it("says absent only where it spans the try", async () => {
    expect(await fate([FIRST, LAST])).toEqual({ kind: "absent" });
    expect(await fate([FIRST, line("09:00:06", "smtpd[1]: disconnect")])).toEqual({ kind: "absent" });
    expect(await fate([FIRST, line("09:00:05", "smtpd[1]: disconnect")])).toEqual({ kind: "unknown" });
    expect(await fate([LAST])).toEqual({ kind: "unknown" });
    expect(await fate(["no time at all"])).toEqual({ kind: "unknown" });
  });

  it("understands the times of syslog, also across a new year", async () => {
    const local = (at: string) => {
      const [, month, day, , time] = /(\w{3}) (\d\d) (\d{4}) ([\d:]+)/.exec(new Date(at).toString()) ?? [];
      return `${month} ${day?.replace(/^0/, " ")} ${time} mail postfix/smtpd[1]: connect`;
    };
    expect(await fate([local("2026-01-02T09:00:00Z"), local("2026-01-02T09:01:00Z")])).toEqual({
      kind: "absent",
    });
    expect(await fate([local("2025-12-31T09:00:00Z"), local("2026-01-02T09:01:00Z")])).toEqual({
      kind: "absent",
    });
    expect(await fate([local("2025-12-31T09:00:00Z"), local("2025-12-31T10:00:00Z")])).toEqual({
      kind: "unknown",
    });
  });
});
