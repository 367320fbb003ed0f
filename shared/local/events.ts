import type { Log, LogEntry } from '../runtime/log.ts';

/** Something that happened, at `at` (ms since the epoch). */
export interface Event extends LogEntry {
  readonly at: number;
}

export interface Events {
  readonly log: Log;
  /** The last ones, the oldest first. */
  recent(): readonly Event[];
  /** @returns how to end it */
  subscribe(listener: (event: Event) => void): () => void;
}

/** Enough to fill the largest terminal. */
const KEPT = 200;
/** What can go wrong with every tick. */
const RECURRING: readonly string[] = ['sync-failed', 'tick-failed', 'look-failed', 'function-said'];
/** How often (ms) what goes wrong in every tick is said again. */
const REPEAT_MS = 60_000;

/** What happens in this process, told to whoever listens. */
export function createEvents(now: () => number): Events {
  const kept: Event[] = [];
  const listeners = new Set<(event: Event) => void>();
  const saidAt = new Map<string, number>();

  /** A fault that lasts comes with every tick, once a second: nobody would see anything else. */
  const isRepeated = ({ event, message, at }: Event): boolean => {
    if (!RECURRING.includes(event)) return false;
    const isNews = at - (saidAt.get(message) ?? -Infinity) >= REPEAT_MS;
    if (isNews) saidAt.set(message, at);
    for (const [old, time] of saidAt) if (at - time > REPEAT_MS) saidAt.delete(old);
    return !isNews;
  };

  return {
    log(entry) {
      const event = { ...entry, at: now() };
      if (isRepeated(event)) return;
      kept.push(event);
      if (kept.length > KEPT) kept.shift();
      for (const listener of listeners) listener(event);
    },
    recent: () => kept,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
