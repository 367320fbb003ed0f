import { STATE, type ResourceRecord, type Task, type WorkRecord } from '../records.ts';
import { AT_REST, withHistory, withWork, type Moment } from './work.ts';

export interface Taking {
  readonly task: Extract<Task, 'recycle' | 'janitor'>;
  readonly owner: string;
  readonly graceMs: number;
  /** Said in the history: why it was taken. */
  readonly reason: string;
  /** Whether it is to end in a tombstone. */
  readonly doomed: boolean;
}

/**
 * Begins a new cycle: the resource becomes `cleaning` under an owner that only this lease knows. Its token goes up too,
 * so that a run of an earlier cycle that still lives can write nothing.
 */
export function take(record: ResourceRecord, taking: Taking, { at }: Moment): WorkRecord {
  const cycle = (record.work?.cycle ?? 0) + 1;
  const taken = withWork(
    { ...record, state: STATE.cleaning, owner: taking.owner, lastUpdate: at, expiration: null },
    {
      ...AT_REST,
      cycle,
      token: (record.work?.token ?? 0) + 1,
      phase: taking.task,
      dueAt: at + taking.graceMs,
      doomed: taking.doomed,
      owner: taking.owner,
      quarantine: null,
    },
  );
  return withHistory(taken, at, `${taking.reason}: cycle ${cycle} begins`);
}
