import * as z from "zod";
import { request } from "../../http.ts";
import type { Limits } from "../../model/limits.ts";

/** Of NIP-11's own example, which relays start from: https://github.com/nostr-protocol/nips/blob/master/11.md */
const CONTENT_CHARACTERS = 8196;
const MESSAGE_BYTES = 16_384;
/** Id, key, signature, the names of the fields, and tags with links and hashtags. */
const AROUND_CONTENT_BYTES = 2_048;

interface RelayLimits {
  readonly content: number;
  readonly message: number;
}

function limitsOf({ content, message }: RelayLimits, assumed: boolean): Limits {
  return {
    measures: [
      { unit: "codepoints", max: content },
      { unit: "bytes", max: Math.max(1, message - AROUND_CONTENT_BYTES) },
    ],
    shortLinks: false,
    // The network counts none; more are taken for spam.
    tags: 4,
    threads: true,
    assumed,
  };
}

export const DOCUMENTED = limitsOf({ content: CONTENT_CHARACTERS, message: MESSAGE_BYTES }, true);

const described = z.object({
  limitation: z
    .object({
      max_message_length: z.int().min(1).optional(),
      max_content_length: z.int().min(1).optional(),
    })
    .optional(),
});

/** What every one of the relays takes, as they say themselves (NIP-11); undefined when none of them answered. */
export async function askLimits(
  relays: readonly string[],
  options: { readonly signal: AbortSignal; readonly deadlineMs?: number | undefined },
): Promise<Limits | undefined> {
  const told = await Promise.all(relays.map((relay) => askOne(relay, options)));
  const known = told.filter((each) => each !== undefined);
  if (known.length === 0) return undefined;
  const content = Math.min(...known.map((each) => each.content));
  const message = Math.min(...known.map((each) => each.message));
  return limitsOf({ content, message }, false);
}

async function askOne(
  relay: string,
  { signal, deadlineMs }: { readonly signal: AbortSignal; readonly deadlineMs?: number | undefined },
): Promise<RelayLimits | undefined> {
  try {
    const init = { headers: { accept: "application/nostr+json" }, signal };
    const answer = await request(relay.replace(/^ws/, "http"), init, deadlineMs);
    const read = described.safeParse(answer.ok ? await answer.json() : undefined);
    if (!read.success) return undefined;
    const { max_content_length, max_message_length } = read.data.limitation ?? {};
    return {
      content: max_content_length ?? CONTENT_CHARACTERS,
      message: max_message_length ?? MESSAGE_BYTES,
    };
  } catch {
    return undefined;
  }
}
