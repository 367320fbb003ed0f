import type { UserData } from '../../../ledger/records.ts';

/**
 * The calls of Boskos's wire (boskos-wire.md). Each throws BoskosFault where the server is not there or is no Boskos that
 * lets us in; what Boskos itself says is a value.
 *
 * `null` and `notFound` are no proof: while the original can't reach its Kubernetes, it answers 404 to everything (its
 * ranch/ranch.go makes a ResourceNotFound of any failed read).
 */
export interface BoskosClient {
  /**
   * Leases the longest unchanged resource. Sent once: who gets a fault whose `sent` is true has to look whether he got it.
   * @returns null if none is free, or the server knows no such type
   */
  acquire(wanted: Wanted): Promise<LentResource | null>;
  /**
   * Leases one by its name. (One name at a call: the original keeps what a failing call took.) Sent once, as `acquire`.
   * @returns null if it is not there, not in that state, or held by somebody
   */
  acquireByState(wanted: WantedByName): Promise<LentResource | null>;
  /** Repeated by itself. So `notOurs` and `notFound` may also mean that an earlier attempt arrived, its reply lost. */
  release(released: Released): Promise<Answer>;
  /** Repeated by itself. */
  update(updated: Updated): Promise<Answer>;
  /** @returns null if there is no resource of that type */
  metric(type: string): Promise<TypeMetric | null>;
  /**
   * What an owner holds, without user data. Only Mason's own server answers this.
   * @returns null if the server has no such call: the original answers with nothing
   */
  held(owner: string): Promise<readonly LentResource[] | null>;
}

export interface Wanted {
  readonly type: string;
  readonly state: string;
  /** The state that it is to have then. */
  readonly dest: string;
  readonly owner: string;
}

export interface WantedByName extends Omit<Wanted, 'type'> {
  readonly name: string;
}

export interface Released {
  readonly name: string;
  /** The state that it is to have then. */
  readonly dest: string;
  readonly owner: string;
}

export interface Updated {
  readonly name: string;
  /** The state that it has. */
  readonly state: string;
  readonly owner: string;
  /** Merged into what is there; an empty text deletes its key. Default: only the time of the last update changes. */
  readonly userData?: UserData;
}

export interface LentResource {
  readonly type: string;
  readonly name: string;
  readonly state: string;
  readonly owner: string;
  readonly userData: UserData;
  /** Milliseconds since the epoch. */
  readonly lastUpdate: number;
  /** Milliseconds since the epoch, of a dynamic resource's end; null: none is set. */
  readonly expiration: number | null;
}

/** Numbers of resources. */
export interface TypeMetric {
  /** By state. */
  readonly current: Readonly<Record<string, number>>;
  /** By owner; that of what nobody holds is empty. */
  readonly owner: Readonly<Record<string, number>>;
}

/** `notOurs`: another owner holds it, or nobody. `otherState`: it is ours, in another state than we say. */
export type Answer = 'done' | 'notFound' | 'notOurs' | 'otherState';
