import type { Notice, Problem } from "../errors.ts";
import type { Delivery, Outcome, Receipt } from "./delivery.ts";
import type { Draft } from "./draft.ts";
import type { Edition } from "./edition.ts";
import type { OwnFace } from "./face.ts";
import type { Limits } from "./limits.ts";

/** One configured way out: an SMTP server with a list, or one social account. */
export interface Channel {
  /** Its key in the configuration; "email" for the newsletter. */
  readonly name: string;
  /** How a post is counted here; undefined for mail. */
  readonly limits?: Limits | undefined;
  /** How readers see its posts, where that differs from `faceOf`'s. */
  readonly face?: OwnFace | undefined;
  /** Deliveries under way at once. */
  readonly concurrency: number;
  /** A correction changes what stands there, so it goes here as well; elsewhere posts stay as they are. */
  readonly corrects?: boolean | undefined;
  /** A second try at a delivery never makes a second message, however late the first one is carried out. */
  readonly repeatable?: boolean | undefined;
  /** Asks the server for its limits, where it tells them and they are not known of late. Never fails: they stay as they are. */
  learn?(signal: AbortSignal): Promise<void>;
  /** What a post that is out still lacks, such as a relay that was away, is made up for. Never fails. */
  makeUp?(signal: AbortSignal): Promise<void>;
  /** Pure: the same edition gives the same draft. */
  compose(edition: Edition): Draft;
  /** Problems that would make every delivery fail (login, address). Sends nothing. */
  verify(signal: AbortSignal): Promise<readonly Problem[]>;
  /** What works now and soon will not, such as a token near its end. Asked by doctor alone; sends nothing. */
  foresee?(signal: AbortSignal): Promise<readonly Notice[]>;
  /** Idempotent under `delivery.key` wherever the network allows it. Remote failures are values, never exceptions. */
  send(delivery: Delivery, signal: AbortSignal): Promise<Outcome>;
  /**
   * Was an uncertain delivery accepted? A receipt: yes. "absent": surely not. undefined: cannot tell now.
   * A channel whose network can never tell has no `find`.
   */
  find?(delivery: Delivery, signal: AbortSignal): Promise<Receipt | "absent" | undefined>;
  close(): Promise<void>;
}
