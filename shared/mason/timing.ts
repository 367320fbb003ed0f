import type { WorkRecord } from '../ledger/records.ts';

/** Durations of the engine, all in milliseconds. */
export interface Timing {
  /** How long a claim holds without renewal. */
  readonly holdMs: number;
  /** How often a run renews its claim. */
  readonly renewMs: number;
  /** How long a published message may take before sync publishes it again. */
  readonly graceMs: number;
  /** How long one invocation may run: below a push subscription's ack deadline of 600 s. */
  readonly invocationMs: number;
  /** How long a waiting resource rests before it is looked at again; sync's matcher is there every minute. */
  readonly waitMs: number;
}

export const DEFAULT_TIMING: Timing = {
  holdMs: 30_000,
  renewMs: 10_000,
  graceMs: 60_000,
  invocationMs: 530_000,
  waitMs: 600_000,
};

/** When (ms since the epoch) a record was claimed, as the claim has left it; null: it was not. */
export const claimedAt = ({ work }: WorkRecord, { holdMs }: Timing): number | null =>
  work.claimedUntil === null ? null : work.claimedUntil - holdMs;
