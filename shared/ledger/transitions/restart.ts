import { STATE, type WorkRecord } from '../records.ts';
import { AT_REST, withHistory, withWork, type Moment } from './work.ts';

/**
 * Sends a resource that Mason holds back to recycle as a new cycle, without an attempt counted. Its leases go with it:
 * recycle returns them.
 */
export function restart(
  record: WorkRecord,
  why: { readonly reason: string; readonly doomed: boolean; readonly graceMs: number },
  { at }: Moment,
): WorkRecord {
  const { work } = record;
  const again = withWork(
    { ...record, state: STATE.cleaning, lastUpdate: at },
    {
      ...AT_REST,
      cycle: work.cycle + 1,
      token: work.token + 1,
      phase: 'recycle',
      dueAt: at + why.graceMs,
      doomed: work.doomed || why.doomed,
      quarantine: null,
      // Its leases have yet to go back, and with them what is known of them.
      failedCycle: work.failedCycle,
    },
  );
  return withHistory(again, at, `${why.reason}: cycle ${work.cycle + 1} begins`);
}
