/** Somebody asked for the newsletter, and has not confirmed it yet. */
export interface Signup {
  /** SHA-256 of the token in the confirmation mail: the ledger alone confirms nothing. */
  readonly tokenHash: string;
  /** Normalised. */
  readonly address: string;
  readonly name?: string | undefined;
  readonly tags: readonly string[];
  /** What the person was shown when they asked. */
  readonly text: string;
  /** Keyed hash of the address that the request came from. */
  readonly ip: string;
  readonly at: Date;
}

/** Proof of a double opt-in. */
export interface Consent {
  /** ISO 8601 UTC, as below. */
  readonly requestedAt: string;
  readonly confirmedAt: string;
  /** Keyed hash of the address that it was confirmed from. */
  readonly ip: string;
  readonly text: string;
}

/** How long a confirmation link is good for. */
export const SIGNUP_DAYS = 7;

/** Who joins and who leaves, on the web. */
export interface Consents {
  /** From now on nobody of these subscribers is written to; it is on the disk when this returns. */
  leave(ids: readonly string[], at: Date): void;
  /**
   * Takes up to so many who left off the list, and suppresses their addresses. Whoever opens the ledger finds that done;
   * who left while it is open stays on the list until then.
   * @returns whether there are more.
   */
  takeOff(most: number): boolean;
  /** Sets which of `topics` a subscriber has as tags; other tags stay. */
  choose(id: string, topics: readonly string[], chosen: readonly string[]): void;
  add(signup: Signup): void;
  /** Of a confirmation mail that could not be handed over. */
  drop(tokenHash: string): void;
  /** When a confirmation mail was last asked for at this address. */
  lastAsked(address: string): Date | undefined;
  /** Whether a confirmation link is good. */
  isOpen(tokenHash: string, at: Date): boolean;
  /**
   * Puts who asked on the list, with the proof. Who had left, or was forgotten, comes back; an address that bounced or
   * complained stays suppressed. One transaction.
   * @returns false for a link that is not good, or no longer.
   */
  confirm(tokenHash: string, ip: string, at: Date): boolean;
  /** When the log of an endpoint elsewhere was last read to its end. */
  syncedAt(log: string): Date | undefined;
  noteSynced(log: string, at: Date): void;
}
