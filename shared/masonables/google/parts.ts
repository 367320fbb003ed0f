import type { GoogleParts } from './callGoogle.ts';

/** What comes from outside. */
export interface GcpParts extends GoogleParts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}
