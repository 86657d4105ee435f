import { grouped } from "./grouped.ts";
import type { Site } from "./site.ts";

/** Of a list of a million these are taken off in 5 ms; nobody is answered meanwhile. */
const SOME = 25;
/** Times as long as that took, the endpoint does nothing but answer. */
const REST = 19;
/** Milliseconds until it is tried again, where the disk or another process kept it from being done. */
const AGAIN = 5_000;

/** Those who leave by the endpoint. */
export interface Departures {
  /** Resolves when it is on the disk that this subscriber is not written to any more. */
  leave(id: string): Promise<void>;
  close(): void;
}

/**
 * A mail to a million brings a crowd that leaves in the same minute: each is answered once it is written down that they
 * left, and the list follows as there is time.
 */
export function departures({ ledger, now, report }: Pick<Site, "ledger" | "now" | "report">): Departures {
  const { consents } = ledger;
  let isAtIt = false;
  let timer: NodeJS.Timeout | undefined;
  const takeSomeOff = (): void => {
    const start = performance.now();
    try {
      isAtIt = consents.takeOff(SOME);
      if (isAtIt) timer = setTimeout(takeSomeOff, REST * (performance.now() - start));
    } catch (error) {
      report(error);
      timer = setTimeout(takeSomeOff, AGAIN);
    }
  };
  const leave = grouped<string>((ids) => {
    consents.leave(ids, now());
    if (isAtIt) return;
    isAtIt = true;
    timer = setTimeout(takeSomeOff, 0);
  });
  // What is left of them is done by whoever opens the ledger next.
  return { leave, close: () => clearTimeout(timer) };
}
