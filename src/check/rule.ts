import type { Place } from "../errors.ts";
import type { Part, Severity } from "../model/finding.ts";
import type { Subject } from "./subject.ts";

/** One line of the table in docs/check.md, and how to find what breaks it. */
export interface Rule {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly severity: Severity;
  /** An error that not even --force lets through: readers would be left without something the law gives them. */
  readonly hard?: true;
  /** "post" stands for the channel's: post:bluesky. */
  readonly part: Part | "post";
  /** What it finds, as a noun phrase. */
  readonly what: string;
  /** Why that matters, with the source. */
  readonly why: string;
  /** Codes of what reading and composing noticed that this rule speaks for. */
  readonly notices?: readonly string[];
  find(subject: Subject): readonly Hit[];
}

/** One break of a rule. */
export interface Hit {
  readonly message: string;
  readonly next: string;
  readonly place?: Place | undefined;
  /** Where it is not the rule's own. */
  readonly part?: Part | undefined;
}

/** A text as a message quotes it: one line, at most 60 characters. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `"${line.slice(0, 59)}…"` : `"${line}"`;
}
