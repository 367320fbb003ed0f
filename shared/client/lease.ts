import type { UserData } from '../ledger/records.ts';

/** A resource and what its maker has stored with it. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  /** Texts by key. It may hold credentials. */
  readonly userData: UserData;
}

/**
 * A resource that is the caller's until he releases it, or gives no sign of life for longer than the server's lease expiry.
 * Plain data: it can be written down as JSON, and released by another process.
 *
 * @typeParam Data what `parse` makes of the user data; without it the user data as it is
 */
export interface Lease<Data = UserData> extends Resource {
  /** The state that it was given (`dest`). */
  readonly state: string;
  /** In whose name it is held. */
  readonly owner: string;
  /** Of a virtual resource, what it is made of, which is the caller's, too. */
  readonly leased: readonly Resource[];
  readonly data: Data;
}

/** What of a lease has to be known to keep it, or to give it back. */
export interface Held {
  readonly name: string;
  readonly state: string;
  readonly owner: string;
  readonly leased: readonly { readonly name: string }[];
}

/** What was given back. */
export interface Released {
  readonly name: string;
  /** The state it was released to. The server may know better: what is not whole any more it makes dirty. */
  readonly state: string;
  /** Of what it is made of, what was given back with it. */
  readonly leased: readonly string[];
  /**
   * Of what it is made of, what was in nobody's hands or another's: given back by an earlier try, or taken away when its
   * lease expired.
   */
  readonly missing: readonly string[];
  /** False: the server tells nobody what a resource is made of, so what there may be comes back when its lease expires. */
  readonly complete: boolean;
}
