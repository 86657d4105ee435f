import { createHash } from "node:crypto";
import type { Newsletter } from "./edition.ts";

/** What a channel would send, from the edition alone: shown by preview, written by --dry-run, sent by deliver. */
export type Draft = MailDraft | PostDraft;

export interface MailDraft {
  readonly kind: "mail";
  readonly slug: string;
  readonly revision: number;
  readonly newsletter: Newsletter;
  readonly at: Date;
}

export interface PostDraft {
  readonly kind: "post";
  /** In sending order. The ledger freezes them with the intent, so that a retry sends the same bytes. */
  readonly requests: readonly PlannedRequest[];
  readonly limitsAssumed: boolean;
}

/** One HTTP request as data. Values that only the server can give stand as `{{name}}`; secrets as `***`. */
export interface PlannedRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or the bytes of a file. */
  readonly body?: JsonValue | Uint8Array | undefined;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A request as it is shown and kept for people: the same, but for bytes. */
export type DescribedRequest = Omit<PlannedRequest, "body"> & { readonly body?: JsonValue | undefined };

/** The JSON of `posts/<channel>.json` and the outbox. */
export function describeDraft({ requests, limitsAssumed }: PostDraft): {
  readonly requests: readonly DescribedRequest[];
  readonly limitsAssumed: boolean;
} {
  return { requests: requests.map(describeRequest), limitsAssumed };
}

/** Bytes become one line that tells them from others: `<48213 bytes image/jpeg sha256:…>`. */
function describeRequest({ method, url, headers, body }: PlannedRequest): DescribedRequest {
  if (!(body instanceof Uint8Array)) return { method, url, headers, body };
  const hash = createHash("sha256").update(body).digest("hex");
  const type = headers["content-type"] ?? "application/octet-stream";
  return { method, url, headers, body: `<${body.length} bytes ${type} sha256:${hash}>` };
}
