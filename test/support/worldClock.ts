import type { Clock } from '../../shared/runtime/clock.ts';

/** A clock whose hands the test moves. Nothing happens in its time but what `advance` lets happen. */
export interface WorldClock extends Clock {
  /**
   * Lets `ms` milliseconds pass. Timers fire in their order, each at its own time, and `settle` is awaited after each,
   * so that what a timer starts is over, or waits for time itself, before the next one fires.
   */
  advance(ms: number, settle: () => Promise<void>): Promise<void>;
  /** Timers that are set and have not fired: what a process that is at rest must not have. */
  timers(): number;
}

/** When worlds begin, in ms since the epoch. */
const BEGINNING = Date.UTC(2026, 0, 1);

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

export function createWorldClock(): WorldClock {
  let elapsed = 0;
  const timers = new Set<Timer>();
  const nextUntil = (end: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => BEGINNING + elapsed,
    monotonic: () => elapsed,
    after(ms, action) {
      const timer = { at: elapsed + ms, action };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(ms, settle) {
      const end = elapsed + ms;
      await settle();
      for (let next = nextUntil(end); next !== undefined; next = nextUntil(end)) {
        timers.delete(next);
        elapsed = Math.max(elapsed, next.at);
        next.action();
        await settle();
      }
      elapsed = end;
    },
    timers: () => timers.size,
  };
}
