import type { Place } from "../errors.ts";

/** An error keeps an article from being published unless --force is given; a warning stops nothing. */
export type Severity = "error" | "warning";

/** What of an edition a finding is about. */
export type Part = "article" | "newsletter" | "text" | "headers" | "image" | "footer" | `post:${string}`;

/** One thing about an edition that its writer should know before it leaves. */
export interface Finding {
  /** Of the rule: stable, kebab-case. */
  readonly id: string;
  readonly severity: Severity;
  readonly part: Part;
  /** What is wrong: one sentence. */
  readonly message: string;
  /** What to do about it: one sentence in the imperative. */
  readonly next: string;
  /** Where it was written, as far as that is known. */
  readonly place?: Place | undefined;
  /** An error that not even --force lets through. */
  readonly hard?: boolean | undefined;
}
