import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import { releaseAs } from './release.ts';
import { restart } from './restart.ts';
import type { Change, SettleSight } from './change.ts';
import { AT_REST, wakeOf, withHistory, withWork, type Moment } from './work.ts';

/**
 * Parks each leased resource (state = the virtual resource's name, unowned) and frees the virtual one, in one commit:
 * a free virtual resource always holds exactly its needs. If a lease was lost meanwhile, it goes back to recycle.
 */
export function park({ record, leased, lifespanMs }: SettleSight, graceMs: number, moment: Moment): Change {
  const held = leased.filter((physical) => isLeasedBy(physical, record));
  if (held.length < record.work.leases.length) {
    const back = restart(record, { reason: 'a lease was lost', doomed: false, graceMs }, moment);
    return { puts: [back], wakes: [wakeOf(back, 'recycle')], yields: [] };
  }
  const parked = held.map((physical) => ({
    ...releaseAs(physical, record.name, { ...moment, lifespanMs: null }),
    heldBy: record.name,
  }));
  const free = withWork(releaseAs(record, STATE.free, { ...moment, lifespanMs }), {
    ...AT_REST,
    phase: null,
    dueAt: null,
    owner: null,
    lastError: null,
  });
  return { puts: [withHistory(free, moment.at, 'free'), ...parked], wakes: [], yields: [record.type] };
}

const isLeasedBy = (physical: ResourceRecord, { name, work }: WorkRecord): boolean =>
  physical.heldBy === name && physical.owner === work.owner;

/** Whether every lease of the virtual resource is parked under its name. */
export function holdsItsNeeds(record: ResourceRecord, leased: readonly ResourceRecord[]): boolean {
  const leases = record.work?.leases ?? [];
  const parked = leased.filter(
    ({ heldBy, state, owner }) => heldBy === record.name && state === record.name && owner === '',
  );
  return parked.length === leases.length;
}
