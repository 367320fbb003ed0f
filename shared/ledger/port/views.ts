import type { ResourceRecord } from '../records.ts';
import type { PoolCount } from '../poolCount.ts';

// For people.

export interface PoolView {
  readonly type: string;
  /** State → members; those parked under a virtual resource's name count as `parked`. */
  readonly states: Readonly<Record<string, number>>;
  /** Phase → members due for it. */
  readonly phases: Readonly<Record<string, number>>;
  readonly owned: number;
  readonly waiting: number;
  readonly quarantined: number;
}

/** Somebody in line, of whatever type. */
export type Waiting =
  | { readonly kind: 'virtual'; readonly name: string; readonly type: string; readonly since: number }
  | {
      readonly kind: 'request';
      /** The request's id. */
      readonly name: string;
      readonly type: string;
      /** In which state he wants one. */
      readonly state: string;
      readonly since: number;
    };

export interface RecordFilter {
  readonly type?: string;
  readonly state?: string;
  readonly owner?: string;
  readonly phase?: string;
  /** What names begin with. */
  readonly prefix?: string;
  /** Exclusive. */
  readonly after?: string;
  readonly limit: number;
}

export interface Views {
  record(name: string): Promise<ResourceRecord | null>;
  /** Up to `limit` records by name. */
  records(filter: RecordFilter): Promise<readonly ResourceRecord[]>;
  /** Every type that has members, and every state that one of them is in: reads them all. */
  pools(): Promise<readonly PoolView[]>;
  /**
   * How many members there are of these types, in their order. They are counted one after the other, not read, so that it costs
   * the same however many there are; while they move, one may be counted twice.
   */
  counts(types: readonly string[]): Promise<readonly PoolCount[]>;
  /** Up to `limit` of those in line, who has waited longest first. */
  waiting(limit: number): Promise<readonly Waiting[]>;
}
