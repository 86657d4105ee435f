import { expect, it } from "@jest/globals";
import { showNewItems } from "../../src/commands/imported.ts";

it.each([
  [1, "its one item counts as seen"],
  [0, "its 0 items count as seen"],
  [1200, "its 1,200 items count as seen"],
])("of %d items it speaks as people do", (total, words) => {
  const items = { firstSight: true, total, imported: [], notices: [] };
  const view = { shown: "feed.xml", cwd: "/", folder: "/" };
  expect(showNewItems(items, [], view).text()).toBe(
    `First sight of feed.xml: ${words}, none was imported. What comes from now on is new.`,
  );
});
