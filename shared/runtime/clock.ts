/** Time as the engine sees it. The simulator has its own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Calls `action` once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, action: () => void): () => void;
}

/** The longest time (ms) that setTimeout takes, 25 days; a longer one it would take for none at all. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, action) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const isLast = leftMs <= LONGEST_TIMEOUT_MS;
      timer = isLast
        ? setTimeout(action, leftMs)
        : setTimeout(wait, LONGEST_TIMEOUT_MS, leftMs - LONGEST_TIMEOUT_MS);
    };
    wait(ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
