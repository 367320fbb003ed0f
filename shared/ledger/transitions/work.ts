import type { ResourceRecord, Task, Work, WorkRecord } from '../records.ts';
import type { Wake } from '../port.ts';

/** Entries kept of a record's history: a cycle writes five, so this is the present round and the one before. */
const HISTORY_LENGTH = 12;

/** What every transition needs to know beside the record. */
export interface Moment {
  /** Milliseconds since the epoch by the ledger's clock. */
  readonly at: number;
  /** A fresh random number in [0, 1). */
  readonly rand: number;
}

/** Mason's part of a record on which it never worked. */
export const NEW_WORK: Work = {
  cycle: 0,
  token: 0,
  phase: null,
  claimedUntil: null,
  dueAt: null,
  notBefore: 0,
  doomed: false,
  owner: null,
  leases: [],
  configHash: null,
  builtBy: null,
  constructingSince: null,
  awaySince: null,
  awaitsSlot: false,
  checkpoint: null,
  attempts: 0,
  crashes: 0,
  lastError: null,
  quarantine: null,
  failedCycle: null,
  failures: [],
  queue: null,
  history: [],
};

/** What every way out of a run or into another phase resets. */
export const AT_REST = {
  claimedUntil: null,
  notBefore: 0,
  constructingSince: null,
  awaySince: null,
  awaitsSlot: false,
  checkpoint: null,
  attempts: 0,
  crashes: 0,
  failedCycle: null,
  queue: null,
} as const satisfies Partial<Work>;

export function withWork(record: ResourceRecord, change: Partial<Work>): WorkRecord {
  return { ...record, work: { ...(record.work ?? NEW_WORK), ...change } };
}

export function withHistory(record: WorkRecord, at: number, what: string): WorkRecord {
  const history = [...record.work.history, { at, what }].slice(-HISTORY_LENGTH);
  return { ...record, work: { ...record.work, history } };
}

/** What stands behind an order in the history, where it is known who gave it. */
export const signed = (by: string | undefined): string => (by === undefined ? '' : `, by ${by}`);

export function wakeOf(record: WorkRecord, task: Task): Wake {
  return { task, type: record.type, name: record.name, cycle: record.work.cycle };
}

/** For its next work, if there is any. */
export function wakesOf(record: WorkRecord): Wake[] {
  const { phase } = record.work;
  return phase === null ? [] : [wakeOf(record, phase)];
}

/**
 * What is kept of a resource whose record ended. Should its name come again, the counters go on from here: a run of the
 * former bearer, or a thing that it makes too late, must not pass for one of the new.
 */
export interface Past {
  readonly cycle: number;
  readonly token: number;
}

export const hasWork = (record: ResourceRecord | null): record is WorkRecord => record?.work != null;

/** Whether a run of the record may still write at this time. */
export function isClaimed(record: ResourceRecord, at: number): boolean {
  return (record.work?.claimedUntil ?? 0) > at;
}

/** Whether something may have been built of it, which only recycle can take away. */
export function isBuilt({ work }: ResourceRecord): boolean {
  return work !== null && (work.builtBy !== null || work.leases.length > 0);
}
