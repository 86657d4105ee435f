import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { look } from "../../src/schedule/alarm.ts";

it("looks past what cannot be looked at, and sees that something changed", () => {
  const folder = mkdtempSync(join(tmpdir(), "pressrun-alarm-"));
  try {
    const articles = join(folder, "content/articles");
    const config = join(folder, "pressrun.yaml");
    mkdirSync(articles, { recursive: true });
    writeFileSync(config, "publication: {name: P}\n");
    const seen = () => look({ config, args: "", env: {} });
    symlinkSync("round.md", join(articles, "round.md"));
    symlinkSync("nowhere.md", join(articles, "gone.md"));
    const first = seen();
    expect([typeof first, seen()]).toEqual(["string", first]);
    writeFileSync(join(articles, "new.md"), "# New\n");
    expect(seen()).not.toBe(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
