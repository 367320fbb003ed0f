import type { GivenBack } from './givenBack.ts';
import type { Wake } from './wake.ts';

// How many members there are, and which of them need work.

export interface TakeOrder {
  readonly type: string;
  /** Where fewer are taken, there are no more for now. */
  readonly limit: number;
  /** A name that only this lease knows, made anew for each resource. */
  readonly newOwner: () => string;
  readonly graceMs: number;
}

/** underWay: it is due for recycle already, which the order wakes; held: by a user, or by Mason in a later phase. */
export type OrderRefusal = 'unknown' | 'stale' | 'held' | 'underWay' | 'unconfigured' | 'paused';
export type NamedTake =
  | { readonly kind: 'taken'; readonly wake: Wake }
  | { readonly kind: 'refused'; readonly reason: OrderRefusal };

export interface SizeChange {
  readonly made: readonly string[];
  /** Gone from the ledger: neither owned nor parked, and not wanted any more. */
  readonly dropped: readonly string[];
  /** On their way to the tombstone. */
  readonly doomed: readonly Wake[];
}

export interface Pools {
  /**
   * Makes what is missing to the pool's min, and what virtual resources wait for up to its max; dooms what is too much;
   * drops tombstones. Safe when two do it at once.
   */
  keepSize(
    type: string,
    names: { readonly newName: () => string; readonly newOwner: () => string; readonly graceMs: number },
  ): Promise<SizeChange>;
  /**
   * How many members are free, kept for somebody or in use, with nothing left to do, and when (ms since the epoch) that was
   * so. They are counted, not read.
   */
  ready(type: string): Promise<{ readonly at: number; readonly members: number }>;
  /** Unowned resources whose lifespan is over → toBeDeleted. @returns their names. */
  expire(type: string): Promise<readonly string[]>;
  /** Dirty and toBeDeleted members of a virtual type, and free ones never built → cleaning, cycle + 1, phase recycle. */
  takeDirty(order: TakeOrder): Promise<readonly Wake[]>;
  /**
   * Dirty and toBeDeleted members of a physical type → cleaning, cycle + 1, for the janitor; for recycle where something
   * was built, since the type was a virtual one. Those of another Mason's virtual type are left alone.
   */
  takeForJanitor(order: TakeOrder): Promise<readonly Wake[]>;
  /**
   * Of these, which were given back just now, what those two would take: they need not be looked for. What somebody has
   * touched since is left to him. All that are taken are in one commit.
   */
  takeGivenBack(
    given: readonly GivenBack[],
    order: Pick<TakeOrder, 'newOwner' | 'graceMs'>,
  ): Promise<readonly Wake[]>;
  /**
   * Free members built from another config than today's → cleaning, as many as leaves the pool at min − 1; one more only
   * where somebody has waited for longer than his patience for what it holds.
   */
  takeOutdated(order: TakeOrder): Promise<readonly Wake[]>;
  /** A person's order to recycle this one: dirty, toBeDeleted or unowned free, and so since before `orderedAt`. */
  takeNamed(
    name: string,
    orderedAt: number,
    order: Pick<TakeOrder, 'newOwner' | 'graceMs'>,
  ): Promise<NamedTake>;
  /**
   * Since more than `leaseExpiryMs`: what vanished owners hold in one of the states, what nobody owns in one of those, and
   * virtual resources left in no known state → dirty. What the type's config says goes before both.
   *
   * @param states default: those that the original reaps
   */
  reap(type: string, leaseExpiryMs: number, states?: readonly string[]): Promise<readonly string[]>;
  /**
   * Up to `limit` of those that lie under the name of a virtual resource, from a random place on: who it is kept for is gone,
   * or does not lease it → dirty. @returns their names
   */
  takeInOrphans(limit: number): Promise<readonly string[]>;
}
