import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { matchReport, type Records } from "../../src/bounces/match.ts";
import { readReport } from "../../src/bounces/report.ts";
import type { Mailed } from "../../src/model/bounce.ts";
import { mutated } from "./mutated.ts";
import { SHAPES as BASIC } from "./shapes.ts";
import { SHAPES_ABROAD } from "./shapes-abroad.ts";

const SHAPES = [...BASIC, ...SHAPES_ABROAD];

const TO = "reader@receiver.example";
const ID = "<0123456789abcdef0123456789abcdef@reed.example>";
const OTHER = {
  slug: "the-tide-tables",
  revision: 0,
  recipient: "other@receiver.example",
  messageId: "<ffff@reed.example>",
};
const sent: readonly Mailed[] = [
  { slug: "the-tide-tables", revision: 0, recipient: TO, messageId: ID },
  OTHER,
];

const records: Records = {
  mailedTo: (address) => sent.filter(({ recipient }) => recipient === address),
  mailedAs: (ids) => sent.filter(({ messageId = "" }) => ids.includes(messageId)),
  addressOf: () => undefined,
  subscriberOf: () => undefined,
  messageIdOf: ({ messageId = "" }) => messageId,
};

async function bounceOf(raw: string) {
  const report = await readReport(Buffer.from(raw));
  return report && matchReport(report, records);
}

describe("reports", () => {
  it("are at hand in the shapes of many mail systems", () => {
    expect(SHAPES.length).toBeGreaterThanOrEqual(40);
  });

  it.each(SHAPES.map((shape) => [shape.system, shape] as const))("%s", async (_, { kind, raw }) => {
    const bounce = await bounceOf(raw(TO, ID));
    expect(bounce && { kind: bounce.kind, recipient: bounce.recipient, slug: bounce.slug }).toEqual(
      kind && { kind, recipient: TO, slug: "the-tide-tables" },
    );
    if (kind !== undefined) expect(bounce?.text).not.toBe("");
  });

  it("change nothing where they are about no mail of ours", async () => {
    for (const { raw } of SHAPES)
      expect(
        await bounceOf(raw("stranger@receiver.example", "<stranger@elsewhere.example>")),
      ).toBeUndefined();
  });

  it("do not give up a reader whose mail was forwarded to an address that is gone", async () => {
    const raw = SHAPES[0]?.raw("forwarded@elsewhere.example", ID) ?? "";
    expect(await bounceOf(raw)).toMatchObject({ kind: "soft", recipient: TO });
  });

  it("match by a token of ours where the Message-ID is lost", async () => {
    const token = `${"a".repeat(30)}.${"b".repeat(43)}`;
    const raw =
      SHAPES[0]
        ?.raw(TO, "<lost@reed.example>")
        .replace(
          "Subject: The tide",
          `List-Unsubscribe: <https://reed.example/u?t=${token}>,\r\n <mailto:x@reed.example>\r\nSubject: The tide`,
        ) ?? "";
    const report = await readReport(Buffer.from(raw));
    if (report === undefined) throw new Error("no report");
    const own: Records = {
      ...records,
      subscriberOf: (text) => (text === token ? "s1" : undefined),
      addressOf: () => TO,
    };
    expect(matchReport(report, own)).toMatchObject({ kind: "hard", recipient: TO });
  });

  // Where the time grew with the square of the length, these would take hours.
  it.each([
    ["subject", "fail".repeat(250_000), "Nobody reads this."],
    ["line", "Undeliverable", `${"-".repeat(1_000_000)}.`],
  ])("may have a %s that does not end", async (_, subject, text) => {
    const raw = `From: mailer-daemon@receiver.example\r\nSubject: ${subject}\r\n\r\n${text}\r\n`;
    expect((await bounceOf(raw)) === undefined).toBe(true);
  });

  it("suppress nobody else, whatever is done to them", async () => {
    await fc.assert(
      fc.asyncProperty(mutated(TO, ID), async (raw) => {
        const bounce = await bounceOf(raw);
        expect(bounce === undefined || bounce.recipient === TO).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
