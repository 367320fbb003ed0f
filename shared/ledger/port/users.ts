import type { ResourceRecord, UserData } from '../records.ts';
import type { Component } from '../typeRecord.ts';
import type { GivenBack } from './givenBack.ts';

// Boskos's own operations (see the wire).

export interface AcquireRequest {
  readonly type: string;
  readonly state: string;
  readonly dest: string;
  readonly owner: string;
  /** Empty: no place in the queue. */
  readonly requestId: string;
  /** How long (ms) a place in the queue is kept without another poll. */
  readonly requestTtlMs: number;
  readonly newName: () => string;
  /**
   * How many resources are reserved for those who wait before it, when virtual resources are among them (mason/matcher
   * knows). Null: count only the requests before it, and say `contended` if a virtual resource waits before it too.
   */
  readonly ahead: number | null;
  /**
   * When (ms since the epoch) that number was found: what became free later is not given, since somebody before it may have
   * reserved it by now. The answer is then `contended` again. Default: whatever is there is given.
   */
  readonly seenAt?: number;
  /**
   * `since` of the place for which that number was found: a call can rest for longer than its place is kept. What has
   * another one by now is ranked anew, as if it had said null. Default: the number holds for any.
   */
  readonly placeSince?: number;
}

export type Acquired =
  | { readonly kind: 'acquired'; readonly resource: ResourceRecord; readonly waitedMs: number }
  | { readonly kind: 'unknownType' }
  | { readonly kind: 'none'; readonly position: number; readonly length: number }
  /** Virtual resources wait for the type, too: ask the matcher how many are ahead now, then call again. */
  | { readonly kind: 'contended'; readonly component: Component; readonly since: number };

export type Touched =
  | {
      readonly kind: 'done';
      readonly resource: ResourceRecord;
      /** Types of which it became free: somebody may wait for it. */
      readonly yields: readonly string[];
      /** It, if Mason is to take it up at once (see Pools). */
      readonly givenBack: readonly GivenBack[];
    }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'ownerMismatch'; readonly owner: string }
  | { readonly kind: 'stateMismatch'; readonly state: string };

export interface Metric {
  readonly type: string;
  readonly current: Readonly<Record<string, number>>;
  readonly owner: Readonly<Record<string, number>>;
}

export interface Users {
  acquire(request: AcquireRequest): Promise<Acquired>;
  /** All of the names or none. Null: not all are there, unowned and in that state. */
  acquireByState(request: {
    readonly state: string;
    readonly dest: string;
    readonly owner: string;
    readonly names: readonly string[];
  }): Promise<readonly ResourceRecord[] | null>;
  release(request: {
    readonly name: string;
    readonly dest: string;
    readonly owner: string;
  }): Promise<Touched>;
  /** Merges user data: an empty value deletes its key. */
  update(request: {
    readonly name: string;
    readonly state: string;
    readonly owner: string;
    readonly userData: UserData;
  }): Promise<Touched>;
  /** @returns name → former owner. */
  reset(request: {
    readonly type: string;
    readonly state: string;
    readonly dest: string;
    readonly expireMs: number;
  }): Promise<Readonly<Record<string, string>>>;
  /** Forgets places in the queue, and answers, whose time to live was over more than `ageMs` ago. */
  forget(ageMs: number): Promise<void>;
  /** Null: there is no resource of that type. */
  metric(type: string): Promise<Metric | null>;
}
