import type {
  Acquired,
  AcquireRequest,
  EndAtOnce,
  Fence,
  GivenBack,
  Grant,
  Granted,
  NamedTake,
  Pools,
  PoolView,
  Queue,
  Settled,
  SizeChange,
  Users,
  Wake,
  WrittenEnd,
} from '../ledger/port.ts';
import type { PoolCount } from '../ledger/poolCount.ts';
import type { Task, UserData, WorkRecord } from '../ledger/records.ts';
import type { Component } from '../ledger/typeRecord.ts';

/**
 * Boskos in Mason's terms. The ranch does each operation in one commit of the ledger; over HTTP it is a sequence of
 * calls that can be taken up again. A rejected promise is a fault of the infrastructure: deliver the message again.
 */
export interface Boskos {
  // ---- what sync and people ask for

  /** Its pools, for people. */
  pools(): Promise<readonly PoolView[]>;
  /** How many members these types have, in their order: see Views. */
  counts(types: readonly string[]): Promise<readonly PoolCount[]>;
  /** How many of the type are free or in use. */
  ready(type: string): ReturnType<Pools['ready']>;

  /**
   * Gives signs of life for what another server lends, takes up what was left half done there. One of these that fails keeps
   * the others from nothing.
   */
  keepUp(): Promise<KeptUp>;
  /**
   * Some of what lies under the name of a virtual resource that is gone, or does not lease it → dirty.
   * @returns their names
   */
  takeInOrphans(): Promise<readonly string[]>;
  /** How many pools may be looked after at a time. */
  readonly poolsAtOnce: number;
  /** Makes the pool as large as its config says, and enforces lifespans and lease expiry. */
  tend(type: string): Promise<PoolChange>;
  /** Up to `limit` dirty or toBeDeleted virtual resources → cleaning, due for recycle. */
  takeDirty(type: string, limit: number): Promise<readonly Wake[]>;
  /** Up to `limit` free ones that were built by another config than today's → cleaning, due for recycle. */
  takeOutdated(type: string, limit: number): Promise<readonly Wake[]>;
  /** A person's order to recycle this resource, given at `orderedAt` (ms since the epoch). */
  takeNamed(name: string, orderedAt: number): Promise<NamedTake>;
  /** Up to `limit` dirty or toBeDeleted physical resources → cleaning, due for the janitor. */
  takeForJanitor(type: string, limit: number): Promise<readonly Wake[]>;
  /**
   * Of what was given back just now, what is due for recycle or the janitor → cleaning. Whatever it does not take is left
   * to the three above, which all of that is over HTTP.
   */
  takeGivenBack(given: readonly GivenBack[]): Promise<readonly Wake[]>;

  // ---- a run

  /** Whether the run may do something with the resource, and with which leases: asked before they are destroyed or built of. */
  confirm(record: WorkRecord): Promise<Confirmed>;

  /**
   * How a run of this task ends, if it asks nobody but the ledger: then it is claimed and settled in one commit
   * (Claims.claimAndSettle), which saves one of its two. Null: the run asks something in between.
   */
  endAtOnce(task: Task): EndAtOnce['kind'] | null;

  // ---- how a run ends

  /** recycle: gives its leases back dirty, clears its user data; a doomed resource ends in a tombstone. */
  returnLeases(run: Fence): Promise<Settled>;
  /** fulfill: leases all that it needs, if nobody waits before it. */
  leaseAll(run: Fence): Promise<Settled>;
  /** clean: stores what was constructed. */
  keepConstructed(run: Fence, userData: UserData): Promise<Settled>;
  /** free: parks its leases under its name and frees it. */
  parkAndFree(run: Fence): Promise<Settled>;
  /** janitor: free, or the tombstone of a doomed resource. */
  releaseCleaned(run: Fence): Promise<Settled>;

  // ---- what the matcher asks for

  /** For each physical type of the component, up to `limit` free resources, the longest unchanged first. */
  supply(component: Component, limit: number): ReturnType<Queue['supply']>;
  /** To each waiter all that it needs, or nothing, up to the first of whose grant something is taken. */
  grantAll(grants: readonly Grant[]): Promise<readonly Granted[]>;
  /** Keeps from others what those in line have reserved: type → how many. */
  hold(reserved: Readonly<Record<string, number>>): Promise<void>;
}

export type Confirmed =
  /** With those leases that it still has. */
  | { readonly kind: 'ours'; readonly record: WorkRecord }
  /** It has been let go: whatever was made of it now belongs to somebody else. */
  | { readonly kind: 'disowned' }
  /** It is ours, and has lost a lease of which it was to be built: this run has ended with that. */
  | { readonly kind: 'restarted'; readonly settled: WrittenEnd }
  /** Another run has it by now. */
  | { readonly kind: 'lost' };

export interface KeptUp {
  /** Who is to look, since the server no longer counts something as ours. */
  readonly wakes: readonly Wake[];
  /** What went wrong: it is tried again the next time. */
  readonly faults: readonly unknown[];
}

export interface PoolChange extends SizeChange {
  /** Their lifespan is over. */
  readonly expired: readonly string[];
  /** Their owner vanished. */
  readonly reaped: readonly string[];
}

/** Boskos's own operations, as its users call them. */
export interface BoskosUsers extends Omit<Users, 'acquire' | 'forget'> {
  acquire(request: UserRequest): Promise<Exclude<Acquired, { kind: 'contended' }>>;
}
export type UserRequest = Omit<AcquireRequest, 'newName' | 'ahead' | 'requestTtlMs'>;
