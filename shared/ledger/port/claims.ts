import type { Json, ResourceRecord, Task, UserData, WorkRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import type { GivenBack } from './givenBack.ts';
import type { Wake } from './wake.ts';

// Who works on a record, and what comes of it.

/** What a run writes with: a precondition that fails once another run has claimed the record. */
export interface Fence {
  readonly name: string;
  readonly token: number;
}

export interface ClaimOrder {
  readonly name: string;
  readonly task: Task;
  /** Of a system message; null for a bare name, which may wake a resource before its time. */
  readonly cycle: number | null;
  /** How long (ms) the claim holds without renewal. */
  readonly holdMs: number;
  /** How long (ms) a published message may take before sync publishes it again. */
  readonly graceMs: number;
}

/**
 * unknown: no such resource, or Mason has no work with it; stale: another cycle or phase; claimed: a live run has it;
 * early: it is backing off; slots: as many are under construction as its type allows.
 */
export type Refusal =
  'unknown' | 'stale' | 'claimed' | 'early' | 'quarantined' | 'unconfigured' | 'paused' | 'slots';

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly record: WorkRecord; readonly spec: TypeRecord }
  /** Its config changed before its construct began: it goes back to recycle. */
  | { readonly kind: 'restarted'; readonly wake: Wake }
  /** Its process died too often. */
  | { readonly kind: 'quarantined'; readonly record: WorkRecord }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/** What a run ends with. */
export type Settlement =
  /** Leases go back dirty, user data is cleared; then phase fulfill, or the tombstone of a doomed resource. */
  | { readonly kind: 'recycled'; readonly graceMs: number }
  /** Leases all of its needs at once, if nobody else waits and they are there; back to recycle if its config changed. */
  | { readonly kind: 'fulfilled'; readonly graceMs: number }
  /** Takes (or keeps) its place in the queue. */
  | { readonly kind: 'waiting'; readonly dueInMs: number; readonly patienceMs: number }
  | { readonly kind: 'constructed'; readonly userData: UserData; readonly graceMs: number }
  /** Parks every lease and gives the resource free. */
  | { readonly kind: 'freed'; readonly graceMs: number }
  /** The janitor is done: free, or the tombstone of a doomed resource. */
  | { readonly kind: 'cleaned' }
  | { readonly kind: 'notYet'; readonly checkpoint: Json; readonly againInMs: number }
  /**
   * Its Boskos can't be asked since the claim at `awaySince` (ms since the epoch), and the phase was not begun; null: since
   * now. What passes until the next claim is no time of its construct.
   */
  | { readonly kind: 'deferred'; readonly againInMs: number; readonly awaySince: number | null }
  /** `retryInMs: null` puts it into quarantine. */
  | { readonly kind: 'failed'; readonly message: string; readonly retryInMs: number | null };

/** An end that was written down. */
export interface WrittenEnd {
  readonly kind: 'settled';
  readonly record: ResourceRecord;
  /** What is due now, in the order to publish. */
  readonly wakes: readonly Wake[];
  /** Types of which a resource became free: somebody may wait for it. */
  readonly yields: readonly string[];
  /** What is dirty by this and nobody's, to be taken up at once (see Pools) if its type wants that. */
  readonly givenBack: readonly GivenBack[];
}

export type Settled =
  | WrittenEnd
  /** Another run has claimed the record; nothing was written. */
  | { readonly kind: 'lost' }
  /** Only of `fulfilled`: supply is short, or others wait before it; nothing was written. */
  | { readonly kind: 'short' };

/** How a run ends that has nothing to do but to be written down. */
export type EndAtOnce =
  /** As of `fulfilled`; what is short begins to wait, and looks for itself after `waitMs`. */
  { readonly kind: 'fulfilled'; readonly waitMs: number } | { readonly kind: 'freed' };

export type RunAtOnce =
  | {
      readonly kind: 'settled';
      /** As a claim alone would have left it. */
      readonly record: WorkRecord;
      readonly spec: TypeRecord;
      readonly settled: WrittenEnd;
    }
  | Exclude<ClaimResult, { kind: 'claimed' }>;

export interface Claims {
  claim(order: ClaimOrder): Promise<ClaimResult>;
  /** A whole run in one commit: the claim, and its end by the same rules. */
  claimAndSettle(order: ClaimOrder, end: EndAtOnce): Promise<RunAtOnce>;
  /** @returns false once another run has claimed the record. */
  renew(fence: Fence, holdMs: number): Promise<boolean>;
  settle(fence: Fence, settlement: Settlement): Promise<Settled>;
  /**
   * The oldest record of the type that was refused for want of a construct slot, if there is a slot now.
   * Each record is handed out once per refusal.
   */
  nextForSlot(type: string): Promise<Wake | null>;
  /** Puts off by `graceMs` and returns up to `limit` records whose time has come, the longest due first. */
  takeDue(limit: number, graceMs: number): Promise<readonly Wake[]>;
  /** All unclaimed records with work whose time may come: for a start where no message survived. */
  unclaimed(): Promise<readonly Wake[]>;
  /**
   * Out of quarantine, with its attempts at zero. A physical one that was set aside as a suspect becomes dirty: what wakes
   * it finds nothing to do until it is taken. Null: it is not in quarantine.
   * @param by whose order it is, for the history
   */
  retry(name: string, graceMs: number, by?: string): Promise<Wake | null>;
}
