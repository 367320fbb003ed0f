import type { GivenBack } from '../ledger/port.ts';

/**
 * Wakes whom a write lets go on that no run has made: a user's call, a person's order, the end of a hold. It is written by
 * then, so nobody is told of a fault but the log: it costs time alone, since the ticks look for all of these.
 */
export interface Waking {
  /** Those who wait for resources of these types. */
  yielded(types: readonly string[]): Promise<void>;
  /** Whoever cleans or recycles what was given back. */
  givenBack(given: readonly GivenBack[]): Promise<void>;
}
