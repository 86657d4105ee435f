import type { Ledger } from "../model/ledger.ts";
import type { ServeWords } from "./words.ts";

/** What the endpoint is for, and what it stands on. */
export interface Site {
  /** The publication's name and language. */
  readonly name: string;
  readonly language: string;
  readonly words: ServeWords;
  /** The address that mails carry; the other pages stand beside it. */
  readonly url: URL;
  /** Pages of the publication may ask by script. */
  readonly origin?: string | undefined;
  /** Tags that readers choose themselves → what they are called. */
  readonly topics: Readonly<Record<string, string>>;
  readonly ledger: Pick<Ledger, "subscribers" | "consents" | "person">;
  /** The id in a token of ours; undefined for every other token. */
  subscriberOf(token: string): string | undefined;
  /** Says of a token that it stands for nobody: in mails of `--test`, and what doctor asks with. */
  isInert(token: string): boolean;
  /** A keyed hash: tells callers apart and nothing else. */
  hash(text: string): string;
  /** @throws whatever kept the mail from being handed over. */
  mailConfirmation(to: string, link: string): Promise<void>;
  now(): Date;
  /** What went wrong inside, for the log. */
  report(error: unknown): void;
}

/** One request, as the pages see it. */
export interface Visit {
  readonly method: string;
  readonly url: URL;
  /** Fields of a form or of a JSON object; a field given several times holds all. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** The caller speaks JSON, and is answered so. */
  readonly wantsJson: boolean;
  /** Keyed hash of the caller's address. */
  caller(): string;
}

export interface Reply {
  readonly status: number;
  readonly title: string;
  /** One sentence, for JSON; also the page unless `body` is given. */
  readonly text: string;
  /** Finished HTML. */
  readonly body?: string | undefined;
  /** What a caller that speaks JSON is told instead of the sentence. */
  readonly json?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export const first = ({ fields }: Visit, name: string): string => fields.get(name)?.[0]?.trim() ?? "";

export const tokenOf = ({ url }: Visit): string => url.searchParams.get("t") ?? "";
