import type { PlannedRequest, PostDraft } from "../model/draft.ts";

/** Bytes stand in base64 beside the request. */
type FrozenRequest = PlannedRequest & { readonly bytes?: string };

/** A post as JSON text for the ledger; `thaw` gives the same post back, byte for byte. */
export function freeze(draft: PostDraft): string {
  const requests = draft.requests.map(({ body, ...request }) =>
    body instanceof Uint8Array
      ? { ...request, bytes: Buffer.from(body).toString("base64") }
      : { ...request, body },
  );
  return JSON.stringify({ ...draft, requests });
}

export function thaw(frozen: string): PostDraft {
  const draft = JSON.parse(frozen) as Omit<PostDraft, "requests"> & { requests: readonly FrozenRequest[] };
  const requests = draft.requests.map(({ bytes, ...request }) =>
    bytes === undefined ? request : { ...request, body: new Uint8Array(Buffer.from(bytes, "base64")) },
  );
  return { ...draft, requests };
}
