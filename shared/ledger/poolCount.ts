import * as z from 'zod';

import { STATE } from './records.ts';

/**
 * As what a member is counted, each once. `working`: Mason works on it, and it does not wait for supply; `dirty`: also what is to
 * be deleted; `inUse`: in any other state, as users have their own words.
 */
export const SHOWN = [
  'free',
  'inUse',
  'leased',
  'parked',
  'working',
  'waiting',
  'dirty',
  'held',
  'quarantined',
] as const;
export type Shown = (typeof SHOWN)[number];
export type Counts = Readonly<Record<Shown, number>>;

/** How many members a pool has, and as what. */
export interface PoolCount {
  readonly type: string;
  readonly members: number;
  readonly counts: Counts;
}

/** What a ledger can count. */
export interface Tally {
  readonly members: number;
  readonly waiting: number;
  /** Leased or parked for a virtual resource. */
  readonly kept: number;
  /** Leased for one: a user may have one in that state, too, as another Mason does. */
  readonly leased: number;
  readonly inState: (state: string) => number;
}

export function countOf(type: string, { members, waiting, kept, leased, inState }: Tally): PoolCount {
  const known = {
    free: inState(STATE.free),
    leased,
    // Its state is a name, by which nobody could count it.
    parked: Math.max(0, kept - leased),
    working: Math.max(0, inState(STATE.cleaning) - waiting),
    waiting,
    dirty: inState(STATE.dirty) + inState(STATE.toBeDeleted) + inState(STATE.tombstone),
    held: inState(STATE.held),
    quarantined: inState(STATE.quarantined),
  };
  const counted = Object.values(known).reduce((sum, count) => sum + count, 0);
  return { type, members, counts: { ...known, inUse: Math.max(0, members - counted) } };
}

export const sampleSchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Type → as what → how many. What is none is left out. */
  pools: z.record(z.string(), z.record(z.string(), z.number())),
});
/** How full the pools were in one minute. */
export type Sample = Readonly<z.infer<typeof sampleSchema>>;

/** How long (ms) samples are kept: a day, and an hour more, so that a plot of a day has no gap at its beginning. */
export const SAMPLES_KEPT_MS = 25 * 3_600_000;
export const SAMPLE_MS = 60_000;

/** The minute (ms since the epoch) in which it lies. */
export const minuteOf = (at: number): number => Math.floor(at / SAMPLE_MS) * SAMPLE_MS;

export const sampleOf = (at: number, pools: readonly PoolCount[]): Sample => ({
  at,
  pools: Object.fromEntries(
    pools.map(({ type, counts }) => [
      type,
      Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ]),
  ),
});
