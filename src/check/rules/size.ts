import { CLIPPED_BYTES, NEAR_BYTES } from "../../model/limits.ts";
import type { Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

const count = (bytes: number) => bytes.toLocaleString("en");

function say({ html, edition, context }: Subject) {
  const isFitted =
    edition.newsletter.fit !== undefined || context.notices.some(({ code }) => code === "unfit");
  const start = isFitted ? "Shorten" : "Set `email.fit: true` in pressrun.yaml, or shorten";
  return {
    message: `The newsletter has ${count(Buffer.byteLength(html))} bytes of HTML for its longest recipient; Gmail cuts it off at ${count(CLIPPED_BYTES)}.`,
    next: `${start} the article: a teaser and its link to the web, fewer related links, or smaller tables.`,
  };
}

export const SIZE_RULES: readonly Rule[] = [
  {
    id: "size-clipped",
    severity: "error",
    hard: true,
    part: "newsletter",
    what: "more than 102,400 bytes of HTML for the longest recipient",
    why: "Gmail clips the rest, and the unsubscribe link with it (its behaviour since 2012, seen at 102 KB).",
    find: (subject) => (Buffer.byteLength(subject.html) > CLIPPED_BYTES ? [say(subject)] : []),
  },
  {
    id: "size-near-limit",
    severity: "warning",
    part: "newsletter",
    what: "more than 92,160 bytes of HTML for the longest recipient",
    notices: ["near-limit"],
    why: "Nine tenths of what Gmail shows: the next long name or link is too much.",
    find: (subject) => {
      const bytes = Buffer.byteLength(subject.html);
      return bytes > NEAR_BYTES && bytes <= CLIPPED_BYTES ? [say(subject)] : [];
    },
  },
];
