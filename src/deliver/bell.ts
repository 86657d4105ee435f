/** Rings whenever something under way has ended. One waits for it at a time: who waits next takes the place. */
export interface Bell {
  ring(): void;
  /** Resolves when it rings. */
  next(): Promise<void>;
  /** Resolves once that is enough, or after so many milliseconds: without a promise for each ring. */
  until(isEnough: () => boolean, mostMs: number): Promise<void>;
}

export function createBell(): Bell {
  let tell = () => {};
  return {
    ring: () => tell(),
    next: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
    until: (isEnough, mostMs) =>
      new Promise((resolve) => {
        if (isEnough()) return resolve();
        const timer = setTimeout(resolve, mostMs);
        tell = () => {
          if (!isEnough()) return;
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
