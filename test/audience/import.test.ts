import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { toCsv, toJsonLines } from "../../src/audience/export.ts";
import { importSubscribers, type RejectedRow } from "../../src/audience/import.ts";
import { openLedger } from "../../src/ledger/index.ts";
import type { Ledger } from "../../src/model/ledger.ts";

const AT = new Date("2026-11-23T09:00:00.000Z");
let root: string;
let ledger: Ledger;
let rejected: RejectedRow[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "pressrun-test-"));
  ledger = await openLedger({ file: join(root, "ledger.db"), create: true, readOnly: false });
  rejected = [];
});
afterEach(async () => {
  await ledger.close();
  rmSync(root, { recursive: true, force: true });
});

function add(list: string | Uint8Array, to = ledger) {
  const source = (async function* () {
    yield Buffer.from(list);
  })();
  return importSubscribers(source, {
    name: "readers.csv",
    subscribers: to.subscribers,
    at: AT,
    onRejected: (row) => rejected.push(row),
    onProgress: () => undefined,
  });
}

const people = () =>
  [...ledger.subscribers.list()].map(({ id: _id, joinedAt: _joined, ...person }) => person);
const report = { added: 0, updated: 0, unchanged: 0, suppressed: 0, rejected: 0 };

describe("a list of subscribers", () => {
  it("comes in from CSV: names, tags, other columns as fields", async () => {
    const list = `\uFEFFE-Mail Address;Name;Tags;City;
ADA@Example.org;"Ada
 Example";uk, weekly;Leeds;
zoe@münchen.example; Zoë ;;;
`;
    expect(await add(list)).toEqual({ ...report, added: 2 });
    expect(people()).toEqual([
      { address: "ada@example.org", name: "Ada Example", tags: ["uk", "weekly"], fields: { City: "Leeds" } },
      { address: "zoe@xn--mnchen-3ya.example", name: "Zoë", tags: [], fields: {} },
    ]);
  });

  it.each(["utf16le", "utf16be"])(
    "comes in as a spreadsheet saves it: %s, with tabs and first names",
    async (encoding) => {
      const text = Buffer.from(
        "\uFEFFFirst Name\tLast Name\tE-Mail\r\nZoë\tExample\tzoe@example.org\r\n",
        "utf16le",
      );
      expect(await add(encoding === "utf16le" ? text : text.swap16())).toEqual({ ...report, added: 1 });
      expect(people()).toEqual([
        { address: "zoe@example.org", name: "Zoë", tags: [], fields: { "Last Name": "Example" } },
      ]);
    },
  );

  it("comes in from JSON lines", async () => {
    const list = `{"email":"ada@example.org","name":"Ada","tags":["uk","weekly"],"fields":{"city":"Leeds"},"plan":3,"old":null}

{"address":"bob@example.org","tags":"uk;weekly"}`;
    expect(await add(list)).toEqual({ ...report, added: 2 });
    expect(people()).toEqual([
      {
        address: "ada@example.org",
        name: "Ada",
        tags: ["uk", "weekly"],
        fields: { city: "Leeds", plan: "3" },
      },
      { address: "bob@example.org", name: undefined, tags: ["uk", "weekly"], fields: {} },
    ]);
  });

  it("takes the mail address where a list also has postal ones", async () => {
    await add("Address,Email\n1 Quay Street,ada@example.org\n");
    expect(people()).toEqual([
      { address: "ada@example.org", name: undefined, tags: [], fields: { Address: "1 Quay Street" } },
    ]);
  });

  it("knows an address under every spelling", async () => {
    expect(await add("email,name\nAda@Example.ORG,Ada\n ada@example.org ,\n")).toEqual({
      ...report,
      added: 1,
      unchanged: 1,
    });
    expect(await add("email,name\nada@example.org,Ada E.\n")).toEqual({ ...report, updated: 1 });
  });

  it("leaves suppressed addresses out and says how many", async () => {
    await ledger.subscribers.suppress("ada@example.org", { kind: "rejected", text: "unsubscribed" }, AT);
    expect(await add("email\nADA@example.org\nbob@example.org\n")).toEqual({
      ...report,
      added: 1,
      suppressed: 1,
    });
    expect(people().map(({ address }) => address)).toEqual(["bob@example.org"]);
  });

  it("leaves bad rows out, each with its line and the reason", async () => {
    const list = Buffer.concat([
      Buffer.from(
        'email,name,joined_at\nada@example.org,Ada,2024-05-01\nnobody,x,\na@b@c@,x,\nx@example.org,"open,\ny@example.org,b,c,d\nz@example.org,Z,someday\n',
      ),
      Buffer.from([0x7a, 0x40, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x2c, 0xe9, 0x0a]),
      Buffer.from(",,\n"),
    ]);
    expect(await add(list)).toEqual({ ...report, added: 1, rejected: 7 });
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [3, "not an address: there is no name before an @"],
      [4, "the part before the @ holds characters that mail servers refuse"],
      [5, "has a quote that is never closed"],
      [6, "has 4 cells where the first line has 3"],
      [7, "joined_at is not a date"],
      [8, "is not UTF-8 text"],
      [9, "not an address: there is no name before an @"],
    ]);
    expect([...ledger.subscribers.list()].map(({ joinedAt }) => joinedAt)).toEqual([
      "2024-05-01T00:00:00.000Z",
    ]);
  });

  it("leaves out JSON lines that are no objects", async () => {
    expect(await add('{"email":"ada@example.org"}\n[1]\n{"email":\n{"name":"Ada"}\n')).toEqual({
      ...report,
      added: 1,
      rejected: 3,
    });
  });

  it.each<[string, string | Uint8Array, string]>([
    ["empty", "", "readers.csv: There is nothing in this list. Give it a first line"],
    ["blank", "\n \r\n", "readers.csv: There is nothing in this list."],
    [
      "without a header",
      "ada@example.org\nbob@example.org\n",
      "readers.csv:1: No column of the first line is named email or address.",
    ],
    [
      "in UTF-16 that does not say so",
      Buffer.from("email\nada@example.org\n", "utf16le"),
      "readers.csv:1: This is not a list in UTF-8 text.",
    ],
    [
      "with two columns of one name",
      "email,name,email\nada@example.org,Ada,bob@example.org\n",
      'readers.csv:1: Two columns of the first line are named "email". Give one of them another name, or leave it out.',
    ],
    [
      "with a line that no reader has",
      `email,name\nada@example.org,${"a".repeat(1_000_001)}`,
      "readers.csv:2: This line is longer than 1,000,000 characters, as no reader's is.",
    ],
    [
      "binary",
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) % 251),
      "readers.csv:1: This is not a list in UTF-8 text.",
    ],
  ])("is refused when it is %s", async (_what, list, message) => {
    await expect(add(list)).rejects.toMatchObject({ exit: 2, message: expect.stringContaining(message) });
    expect(people()).toEqual([]);
  });

  it.each(["csv", "jsonl"])("goes out as %s and comes back the same", async (format) => {
    await add(
      'email,name,tags,city,"na""me"\nada@example.org,"Example, Ada",uk;weekly,Leeds,\nzoë@example.org,=1+1,,,"a\nb"\nbob@example.org,,,,\n',
    );
    const list = () => ledger.subscribers.list();
    const text = [...(format === "csv" ? toCsv(list) : toJsonLines(list()))].join("");
    const other = await openLedger({ file: join(root, "other.db"), create: true, readOnly: false });
    expect(await add(text, other)).toEqual({ ...report, added: 3 });
    const withoutIds = (from: Ledger) => [...from.subscribers.list()].map(({ id: _id, ...person }) => person);
    expect(withoutIds(other)).toEqual(withoutIds(ledger));
    await other.close();
  });
});
