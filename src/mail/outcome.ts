import type { Outcome, Reason } from "../model/delivery.ts";
import type { Reply } from "./connection.ts";
import type { MailFailure } from "./failure.ts";

/** Replies that speak of the account, whichever command they answer: RFC 4954, 6 and RFC 3207, 4. */
const LOGIN_CODES: ReadonlySet<number> = new Set([530, 534, 535, 538]);

export function sentOutcome({ code, text }: Reply, messageId: string): Outcome {
  return { state: "sent", receipt: { code, text, messageId } };
}

/**
 * What a failed handover means for the delivery. `retryAt` is `now` where it may be tried again; by how much later
 * is not this side's to say. A reply is definite at any point; silence after the body began is not.
 */
export function failedOutcome(failure: MailFailure, now: Date): Outcome {
  const { phase, code, message: text } = failure;
  if (phase === "body" && code === undefined)
    return { state: "uncertain", reason: { kind: "silence", text } };
  const kind = kindOf(failure);
  const reason: Reason = {
    kind,
    ...(code !== undefined && { code }),
    text,
    ...(isUnknownAddress(failure) && { suppress: true }),
  };
  return kind === "rejected" ? { state: "failed", reason } : { state: "failed", reason, retryAt: now };
}

function kindOf({ phase, code }: MailFailure): Reason["kind"] {
  if (phase === "login" && (code === undefined || code >= 500)) return "login";
  if (phase === "message") return "rejected";
  if (code === undefined || phase === "tls") return "unreachable";
  if (code < 500) return "busy";
  if (LOGIN_CODES.has(code)) return "login";
  // MAIL FROM names the sender alone: who refuses it refuses the list, but for 552, which is about this mail's size.
  if (phase === "sender" && code !== 552) return "login";
  return phase === "connect" ? "unreachable" : "rejected";
}

/** RFC 3463: 5.1.1 is "bad destination mailbox address". Only RCPT speaks of the address alone. */
function isUnknownAddress({ phase, message }: MailFailure): boolean {
  return phase === "recipient" && /^5\.1\.1\b/.test(message);
}
