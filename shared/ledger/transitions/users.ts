import { STATE, type ResourceRecord, type UserData } from '../records.ts';
import { holdsItsNeeds } from './park.ts';
import { releaseAs } from './release.ts';
import type { Moment } from './work.ts';

/** A user takes a resource: from here on Mason neither holds nor parks it. */
export function acquire(
  record: ResourceRecord,
  to: { readonly dest: string; readonly owner: string },
  { at }: Moment,
): ResourceRecord {
  return { ...record, state: to.dest, owner: to.owner, heldBy: null, lastUpdate: at };
}

/**
 * A free virtual resource of which a user took a parked part no longer holds its needs: it is dirty.
 * @returns what the holder becomes; null: it stays as it is.
 */
export function brokenBy(holder: ResourceRecord | null, { at }: Moment): ResourceRecord | null {
  if (holder?.state !== STATE.free || holder.owner !== '') return null;
  return { ...holder, state: STATE.dirty, lastUpdate: at };
}

export interface ReleaseSight {
  readonly record: ResourceRecord;
  /** The records of its own leases, if it is a virtual resource. */
  readonly leased: readonly ResourceRecord[];
  /** The resource that `dest` names, if it names one. */
  readonly named: ResourceRecord | null;
  readonly lifespanMs: number | null;
  /** Whether Mason builds members of its type. */
  readonly managed: boolean;
}

/**
 * A user gives a resource back. A virtual one released free without its needs parked is dirty; a physical one put back
 * under the name of a virtual resource that no longer leases it is dirty too, since nobody would ever find it there.
 */
export function release(sight: ReleaseSight, dest: string, moment: Moment): ResourceRecord {
  const { record, named } = sight;
  const how = { ...moment, lifespanMs: sight.lifespanMs };
  if (dest === STATE.free && sight.managed && !isWhole(sight)) return releaseAs(record, STATE.dirty, how);
  if (named?.work == null) return releaseAs(record, dest, how);
  const leases = named.work.leases.some(({ name }) => name === record.name);
  return leases
    ? { ...releaseAs(record, dest, { ...how, lifespanMs: null }), heldBy: named.name }
    : releaseAs(record, STATE.dirty, how);
}

const isWhole = ({ record, leased }: ReleaseSight): boolean =>
  record.work?.builtBy != null && holdsItsNeeds(record, leased);

/** Merges as the original does: an empty value deletes its key. */
export function update(
  record: ResourceRecord,
  to: { readonly state: string; readonly userData: UserData },
  { at }: Moment,
): ResourceRecord {
  const merged = Object.entries({ ...record.userData, ...to.userData }).filter(([, value]) => value !== '');
  return { ...record, state: to.state, userData: Object.fromEntries(merged), lastUpdate: at };
}
