import { STATE, type ResourceRecord, type Task, type WorkRecord } from '../records.ts';
import { putBack } from './returnLeases.ts';
import { hasWork, signed, withHistory, withWork, type Moment } from './work.ts';

/**
 * Out of quarantine, with its attempts at zero; what was set aside as a suspect becomes dirty, and has no phase until
 * somebody cleans it. A person's hold ends with it.
 * @returns null: it is not in quarantine
 */
export function retryQuarantined(
  record: ResourceRecord | null,
  { graceMs, by }: { readonly graceMs: number; readonly by?: string | undefined },
  moment: Moment,
): { readonly record: WorkRecord; readonly task: Task } | null {
  if (!hasWork(record) || record.work.quarantine === null || record.work.phase === null) return null;
  const { at } = moment;
  if (record.work.quarantine.suspect) return { record: putBack(record, by, moment), task: record.work.phase };
  const again = withWork(
    { ...record, state: STATE.cleaning, lastUpdate: at, hold: null },
    { quarantine: null, attempts: 0, crashes: 0, dueAt: at + graceMs, notBefore: 0, checkpoint: null },
  );
  return { record: withHistory(again, at, `out of quarantine${signed(by)}`), task: record.work.phase };
}
