import { STATE, type ResourceRecord, type Task, type WorkRecord } from '../records.ts';
import { hasWork, withHistory, withWork, type Moment } from './work.ts';

/** Out of quarantine, with its attempts at zero. @returns null: it is not in quarantine */
export function retryQuarantined(
  record: ResourceRecord | null,
  graceMs: number,
  { at }: Moment,
): { readonly record: WorkRecord; readonly task: Task } | null {
  if (!hasWork(record) || record.work.quarantine === null || record.work.phase === null) return null;
  const again = withWork(
    { ...record, state: STATE.cleaning, lastUpdate: at },
    { quarantine: null, attempts: 0, crashes: 0, dueAt: at + graceMs, notBefore: 0, checkpoint: null },
  );
  return { record: withHistory(again, at, 'out of quarantine'), task: record.work.phase };
}
