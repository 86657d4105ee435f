import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { rulesText } from "../../scripts/rules.ts";

it("docs/check.md is what `node scripts/rules.ts` makes of the rules", () => {
  expect(readFileSync(join(import.meta.dirname, "../../docs/check.md"), "utf8")).toBe(rulesText());
});
