import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { fromWebPath, webPath } from "../../src/model/web-path.ts";

it("comes back from an address as the path that went in", () => {
  const segment = fc.string({ unit: "grapheme" }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
      const path = segments.join("/");
      expect(fromWebPath(webPath(path))).toBe(path);
      expect(new URL(`https://example.org/${webPath(path)}`)).toMatchObject({ search: "", hash: "" });
    }),
  );
});

it.each(["50%.png", "a%FF.png", "%E0%A4%A.png"])("takes %s as it stands", (address) => {
  expect(fromWebPath(address)).toBe(address);
});
