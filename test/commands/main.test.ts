import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { COMMANDS } from "../../src/commands/index.ts";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "pressrun-main-"));

describe("the command line", () => {
  it("lists every command in its help, and has help for each", async () => {
    const { out } = await run(folder, ["--help"]);
    for (const [name, { usage }] of Object.entries(COMMANDS)) {
      expect(out).toContain(usage.replace("..", "…"));
      const help = await run(folder, [name, "--help"]);
      expect({ exit: help.exit, err: help.err }).toEqual({ exit: 0, err: "" });
      expect(help.out).toContain(`pressrun ${usage.split(" ")[0]}`);
      expect(help.out).toContain("Exit codes");
    }
  });

  it("tells its version, to scripts as one JSON document", async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
    expect((await run(folder, ["--version"])).out).toBe(version);
    expect((await run(folder, ["--version", "--json"])).json()).toEqual({ version });
  });

  it("gives scripts every problem as one JSON document, and people one line each", async () => {
    const { exit, err, json } = await run(folder, ["status", "--json"]);
    expect(exit).toBe(2);
    expect(json()).toEqual({
      errors: [expect.objectContaining({ code: expect.any(String), message: expect.any(String) })],
    });
    expect(err).toMatch(/^pressrun: .*\n$/);
  });

  it("calls a bug a bug: exit 70, with its stack", async () => {
    writeFileSync(join(folder, "pressrun.yaml"), "mode: sandbox\npublication: {name: Test Paper}\n");
    const broken = {
      now: () => {
        throw new TypeError("the clock broke");
      },
    };
    const { exit, err } = await run(folder, ["subscribers", "add", "a@example.org", "--sandbox"], broken);
    expect(exit).toBe(70);
    expect(err).toContain("TypeError: the clock broke");
    expect(err).toContain("main.test.ts");
  });

  it.each([
    [["publish", "x", "--dryrun"], '"publish" has no option --dryrun. Did you mean --dry-run?'],
    [["publish", "x", "--sanbdox=yes"], '"publish" has no option --sanbdox. Did you mean --sandbox?'],
    [["due", "-q"], '"due" has no option -q. Run `pressrun due --help`.'],
    [["due", "now"], '"now" is one word too many for "due". Run `pressrun due --help`.'],
    [["publish", "x", "--only"], "--only needs a value. Run `pressrun publish --help`."],
    [
      ["publish"],
      'Something is missing after "publish": pressrun publish <article..>. Run `pressrun publish --help`.',
    ],
    [["help", "nonsense"], 'There is no command "nonsense". Run `pressrun --help` for the list.'],
    [
      ["subscribers", "list", "x"],
      '`subscribers list` does not take "x". Run `pressrun subscribers --help`.',
    ],
    [
      ["subscribers", "import", "x", "--tag", "y"],
      "`subscribers import` does not take --tag. Run `pressrun subscribers --help`.",
    ],
  ])("says what is wrong with %j", async (argv, sentence) => {
    const { exit, out, err } = await run(folder, argv);
    expect({ exit, out, err }).toEqual({ exit: 2, out: "", err: `pressrun: ${sentence}\n` });
  });

  it("helps in every way that people ask for it", async () => {
    const { out } = await run(folder, ["publish", "--help"]);
    for (const argv of [
      ["help", "publish"],
      ["publish", "-h"],
      ["-h", "publish"],
    ])
      expect((await run(folder, argv)).out).toBe(out);
    expect((await run(folder, ["-h"])).out).toBe((await run(folder, ["help"])).out);
  });

  it("runs where --cwd says", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "pressrun-elsewhere-"));
    expect((await run(elsewhere, ["status", "--cwd", folder])).exit).toBe(0);
    expect((await run(tmpdir(), ["--cwd", folder, "status"])).exit).toBe(0);
    expect((await run(elsewhere, ["status", "--config", join(folder, "pressrun.yaml")])).exit).toBe(0);
  });
});
