import type { PoolCount, Sample } from '../poolCount.ts';

// How full the pools were.

export interface Samples {
  /**
   * Keeps what `count` tells for this minute, unless somebody has done so, and forgets what is too old (SAMPLES_KEPT_MS).
   * @param count called only if it is needed
   */
  write(count: () => Promise<readonly PoolCount[]>): Promise<void>;
  /** Those since then (ms since the epoch), the oldest first. */
  read(since: number): Promise<readonly Sample[]>;
}
