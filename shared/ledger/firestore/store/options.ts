import type { Clock } from '../../../runtime/clock.ts';
import type { Query } from './kind.ts';

/** What Firestore bills, in documents; a query that finds nothing counts as one read. */
export interface Usage {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
}

export interface FirestoreLedgerOptions {
  /** Default: that of the credentials. */
  readonly projectId?: string;
  /** Default: `(default)`. */
  readonly databaseId?: string;
  /** `host:port` of an emulator or a proxy before it. Default: FIRESTORE_EMULATOR_HOST, else the service. */
  readonly emulator?: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** How long (ms) one read or commit may take (default 10 s). */
  readonly deadlineMs?: number;
  /** Told of each answer what it costs. */
  readonly onUsage?: (usage: Usage) => void;
  /** Told of each query before it is asked. */
  readonly onQuery?: (collection: string, query: Query, kind: 'find' | 'count') => void;
  /** Milliseconds added to the server's time (default none): a test lets time pass by it. */
  readonly shiftMs?: () => number;
}
