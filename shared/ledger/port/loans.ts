import type { Loan, ResourceRecord, Task, UserData } from '../records.ts';
import type { Fence } from './claims.ts';
import type { Wake } from './wake.ts';

// What another Boskos server has lent to this Mason.

/** A note, written before a call that may bring a loan, so that nothing is lost when the reply or the process is. */
export interface Intent {
  /** The owner of the call: a name that only this loan knows. */
  readonly owner: string;
  readonly type: string;
  /** The state from which it is asked for. */
  readonly state: string;
  /** The state that it gets on the server. */
  readonly dest: string;
  /** The resource, if one is asked for by its name. */
  readonly name: string | null;
  readonly kind: Loan['kind'];
  /** What Mason is to do with it. Null: it is stock. */
  readonly task: Extract<Task, 'recycle' | 'janitor'> | null;
  /** Said in the history: why it was taken. */
  readonly reason: string;
  /** When (ms since the epoch) it was noted. */
  readonly at: number;
}
export type NewIntent = Omit<Intent, 'at'>;

/** What an intended call brought, as the server tells it. */
export interface Adoption {
  /** The intent's owner. */
  readonly owner: string;
  readonly resource: {
    readonly name: string;
    readonly type: string;
    readonly state: string;
    readonly userData: UserData;
    /** Milliseconds since the epoch; the server sees to it. */
    readonly expiration: number | null;
  };
}

/**
 * Over another server the ledger is a mirror in small: it holds what that server has lent to this Mason, and what Mason
 * knows of what it gave back. What the server is to be told of is due here until `end` says that it has been.
 */
export interface Loans {
  /** Notes calls that are about to be made, in one commit. */
  intend(intents: readonly NewIntent[]): Promise<void>;
  /**
   * Ends the intents and makes or changes the records of what they brought, in one commit. One whose intent is gone was
   * adopted or dropped by somebody else, and is passed over: two may recover the same at once. What is adopted as stock is
   * supply from then on, whatever it was on the server.
   * One whose intent is 20 s old is passed over, too, and the intent stays: others may be giving back already what it brought.
   *
   * @param keepMs after which a sign of life is due
   * @returns what is due for its task; nothing for stock
   */
  adopt(adoptions: readonly Adoption[], graceMs: number, keepMs: number): Promise<readonly Wake[]>;
  /** Ends intents that brought nothing. */
  drop(owners: readonly string[]): Promise<void>;
  /** Up to `limit` intents that are older than `ageMs`, the oldest first. */
  unsettled(ageMs: number, limit: number): Promise<readonly Intent[]>;
  /**
   * Up to `limit` records whose loan is due, the longest due first. Each is put off: by `keepMs` where the server is to have
   * a sign of life, by `tellMs` where it is to be told that the loan is over (see toTell).
   */
  due(order: {
    readonly limit: number;
    readonly keepMs: number;
    readonly tellMs: number;
  }): Promise<readonly ResourceRecord[]>;
  /**
   * The server has been told, or says that these are not ours. A loan that is no longer this one is passed over, and so is
   * one that Mason works on: that is for `disown`.
   */
  end(loans: readonly { readonly name: string; readonly owner: string }[]): Promise<void>;
  /**
   * Lets go what Mason works on, since the server says that it is not ours any more. What it leases goes back dirty.
   * @returns the names of that, of which the server is to be told now. Null: another run has the record, or the loan is over
   */
  disown(fence: Fence): Promise<readonly string[] | null>;
  /** Stock that nobody was granted is to go back. @returns whether it was still free, and is now on its way */
  surrender(name: string, owner: string): Promise<boolean>;
  /** Up to `limit` resources in stock that are free, the oldest loan first. */
  stock(type: string, limit: number): Promise<readonly ResourceRecord[]>;
  /**
   * Up to `limit` members given back that were built by another config than today's, the longest unchanged first. Of more it
   * gives those whose random cursor comes next.
   *
   * @param from in [0, 1): where to begin
   */
  outdated(type: string, limit: number, from: number): Promise<readonly ResourceRecord[]>;
}
