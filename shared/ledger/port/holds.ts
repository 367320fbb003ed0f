import type { ResourceRecord } from '../records.ts';
import type { GivenBack } from './givenBack.ts';

// What is set aside for people to look at.

export interface HoldOrder {
  /** Milliseconds. */
  readonly forMs: number;
  /** In a person's words; may be empty. */
  readonly reason: string;
  /** Whose order it is, for the history. */
  readonly by?: string;
}

/** notFree: only a free resource or one in quarantine can be held. */
export type HoldRefusal = 'unknown' | 'notFree' | 'notHeld';

export type HoldResult =
  | { readonly kind: 'held'; readonly record: ResourceRecord }
  | { readonly kind: 'refused'; readonly reason: HoldRefusal };

export interface EndedHold {
  /** As it is now. */
  readonly record: ResourceRecord;
  /** What one in quarantine gave back. */
  readonly returned: readonly string[];
  /** Of all of these, what Mason may have work with now. */
  readonly givenBack: readonly GivenBack[];
}
export type ReleaseResult =
  ({ readonly kind: 'released' } & EndedHold) | { readonly kind: 'refused'; readonly reason: HoldRefusal };

export interface Holds {
  /**
   * Sets a free resource or one in quarantine aside: nobody gets it, and Mason does nothing with it, until the time is over
   * or a person releases it. One that is held already is held for so long from now on.
   */
  begin(name: string, order: HoldOrder): Promise<HoldResult>;
  /**
   * Ends a hold. One in quarantine stays there and gives its leases back; of a virtual one that is no longer whole, free
   * becomes dirty.
   * @param by whose order it is, for the history
   */
  release(name: string, to: 'free' | 'dirty', by?: string): Promise<ReleaseResult>;
  /** Ends up to `limit` holds whose time is over, and returns what was kept in quarantine for long enough. */
  endDue(limit: number): Promise<readonly EndedHold[]>;
}
