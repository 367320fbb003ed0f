import { STATE, type WorkRecord } from '../records.ts';
import { releaseAs } from './release.ts';
import { AT_REST, withHistory, withWork, type Moment } from './work.ts';

/**
 * Releases what Mason had: there is no work left to do on it. What another server lends becomes free there, and must never
 * look like supply here.
 */
export function finish(
  record: WorkRecord,
  how: { readonly state: string; readonly lifespanMs: number | null; readonly what: string },
  moment: Moment,
): WorkRecord {
  const state = record.loan !== null && how.state === STATE.free ? STATE.returned : how.state;
  const released = withWork(releaseAs(record, state, { ...moment, lifespanMs: how.lifespanMs }), {
    ...AT_REST,
    phase: null,
    dueAt: null,
    owner: null,
    lastError: null,
    quarantine: null,
  });
  return withHistory(released, moment.at, how.what);
}
