import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import { finish } from './finish.ts';
import { releaseAs } from './release.ts';
import { restart } from './restart.ts';
import type { Change, SettleSight } from './change.ts';
import { hasWork, wakeOf, withWork, type Moment } from './work.ts';

/**
 * Parks each leased resource (state = the virtual resource's name, unowned) and frees the virtual one, in one commit:
 * a free virtual resource always holds exactly its needs. If a lease was lost meanwhile, it goes back to recycle.
 */
export function park({ record, leased, spec }: SettleSight, graceMs: number, moment: Moment): Change {
  const held = leased.filter((physical) => isLeasedBy(physical, record));
  if (held.length < record.work.leases.length) {
    const back = restart(record, { reason: 'a lease was lost', doomed: false, graceMs }, moment);
    return { puts: [back], wakes: [wakeOf(back, 'recycle')], yields: [] };
  }
  const parked = held.map((physical) => ({
    ...forgiven(releaseAs(physical, record.name, { ...moment, lifespanMs: null })),
    heldBy: record.name,
  }));
  const free = finish(record, { state: STATE.free, lifespanMs: spec.lifespanMs, what: 'free' }, moment);
  return { puts: [free, ...parked], wakes: [], yields: free.state === STATE.free ? [free.type] : [] };
}

/** What was just built of it speaks for it. */
const forgiven = (physical: ResourceRecord): ResourceRecord =>
  hasWork(physical) ? withWork(physical, { failures: [] }) : physical;

const isLeasedBy = (physical: ResourceRecord, { name, work }: WorkRecord): boolean =>
  physical.heldBy === name && physical.owner === work.owner;
