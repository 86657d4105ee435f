import { createHash } from "node:crypto";
import { expect, it } from "@jest/globals";
import { describeDraft, type PlannedRequest } from "../../src/model/draft.ts";

it("describes bytes by their length, type and hash, and leaves the rest as it is", () => {
  const bytes = Buffer.from([0xff, 0xd8]);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const request: PlannedRequest = { method: "POST", url: "https://example.org/a", headers: {} };
  const jpeg = { "content-type": "image/jpeg" };
  const requests = [
    request,
    { ...request, body: { text: "Hello", swap: null } },
    { ...request, headers: jpeg, body: bytes },
    { ...request, body: bytes },
  ];
  const described = describeDraft({ kind: "post", requests, limitsAssumed: true });
  expect(JSON.parse(JSON.stringify(described))).toEqual({
    requests: [
      request,
      { ...request, body: { text: "Hello", swap: null } },
      { ...request, headers: jpeg, body: `<2 bytes image/jpeg sha256:${hash}>` },
      { ...request, body: `<2 bytes application/octet-stream sha256:${hash}>` },
    ],
    limitsAssumed: true,
  });
});
