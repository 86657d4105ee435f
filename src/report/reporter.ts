import type { Notice } from "../errors.ts";

/** What a run says while it works; always on stderr, silent under --json but for nothing at all. */
export interface Reporter {
  notice(notice: Notice): void;
  /** A bar and ETA on a terminal, lines otherwise; shows nothing in the first second. */
  progress(label: string, total: number): Progress;
}

export interface Progress {
  /** `detail` stands behind the bar: "2 failed". */
  advance(count: number, detail?: string): void;
  done(): void;
}
