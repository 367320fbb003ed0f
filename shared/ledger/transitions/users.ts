import type { AcquireRequest, Touched } from '../port.ts';
import { STATE, type ResourceRecord, type UserData } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { tellsNames } from './grant.ts';
import { releaseAs } from './release.ts';
import { givenBackIn, isTakenUp } from './takes.ts';
import { isBuilt, type Moment } from './work.ts';

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

/**
 * Whether this caller may give back or update the resource. What Mason works on is nobody's to touch, even for a caller
 * who knows its owner: /metric tells that to everybody.
 */
export function isUsers({ owner, work, hold }: ResourceRecord, caller: string): boolean {
  return caller !== '' && owner === caller && work?.phase == null && hold === null;
}

/** Whether it became free after the request was told how many are reserved before it. */
export const isUnseen = (
  { seenAt = Infinity }: Pick<AcquireRequest, 'seenAt'>,
  { lastUpdate }: ResourceRecord,
): boolean => lastUpdate >= seenAt;

/** The request as its place allows it: what was reserved before another place says nothing of this one. */
export function asPlaced(request: AcquireRequest, { since }: { readonly since: number }): AcquireRequest {
  const { requestId, placeSince = Infinity } = request;
  // Without an id it has a place for each call, and stands behind all who have one.
  return requestId === '' || since <= placeSince ? request : { ...request, ahead: null };
}

export interface ReleaseSight {
  readonly record: ResourceRecord;
  readonly spec: TypeRecord | null;
  /** The records of its own leases, if it is a virtual resource. */
  readonly leased: readonly ResourceRecord[];
  /** The resource that `dest` names, if there is one, and its type. */
  readonly named: { readonly record: ResourceRecord; readonly spec: TypeRecord | null } | null;
  /** Whether `dest` is a name that only a resource of the past can have had. */
  readonly isPast: boolean;
}

/**
 * A user gives a resource back. What nobody would find, or take for what it is not, gets another state than he asked for:
 * - a virtual one released free without its needs parked, or as returned, which is another server's word → dirty;
 * - a built one released as tombstone → toBeDeleted, so that what was built is destroyed first;
 * - any released as held, which only a person's order makes it → dirty;
 * - one put under the name of a resource that does not lease it (any more), or is gone → dirty.
 */
export function release(sight: ReleaseSight, dest: string, moment: Moment): ResourceRecord {
  const { record, spec, named } = sight;
  const lifespanMs = spec?.lifespanMs ?? null;
  const built = destOfBuilt(sight, dest);
  if (built !== dest) return releaseAs(record, built, { ...moment, lifespanMs });
  if (named?.record.work?.leases.some(({ name }) => name === record.name) === true)
    return { ...releaseAs(record, dest, { ...moment, lifespanMs: null }), heldBy: named.record.name };
  return releaseAs(record, isLost(sight) ? STATE.dirty : dest, { ...moment, lifespanMs });
}

/** What is told of a release. */
export const released = (resource: ResourceRecord, spec: TypeRecord | null): Touched => ({
  kind: 'done',
  resource,
  yields: resource.state === STATE.free ? [resource.type] : [],
  givenBack: givenBackIn([resource]).filter((given) => isTakenUp(given, spec)),
});

/** Whatever its type has become meanwhile: what was built is free only as a whole, and ends only by recycle. */
function destOfBuilt(sight: ReleaseSight, dest: string): string {
  const { record, spec } = sight;
  if (dest === STATE.held) return STATE.dirty;
  const isVirtual = spec?.managed === true || isBuilt(record);
  if (dest === STATE.free && isVirtual) return isWhole(sight) ? dest : STATE.dirty;
  if (dest === STATE.returned && isVirtual) return STATE.dirty;
  return dest === STATE.tombstone && isBuilt(record) ? STATE.toBeDeleted : dest;
}

/** Put where nobody looks. Only what another Mason builds may have parts here of which this ledger knows nothing. */
const isLost = ({ named, isPast }: ReleaseSight): boolean =>
  named === null ? isPast : !isForeign(named.spec);

export const isForeign = (spec: TypeRecord | null): boolean =>
  spec !== null && !spec.managed && spec.config !== null;

/** Built, with every lease parked under its name, and its user data still tells which they are. */
function isWhole({ record, leased }: ReleaseSight): boolean {
  const { name, work, userData } = record;
  if (work?.builtBy == null) return false;
  const parked = leased.filter(
    ({ heldBy, state, owner }) => heldBy === name && state === name && owner === '',
  );
  const names = work.leases.map((lease) => lease.name);
  return parked.length === names.length && tellsNames(userData, names);
}

const KNOWN_STATES: readonly string[] = Object.values(STATE);
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a state can be meant as the name of a resource. */
export const mayBeName = (state: string): boolean => !KNOWN_STATES.includes(state);
/** Whether it is a name as dynamic resources get it: of those no memory is kept once they are gone. */
export const isDynamicName = (name: string): boolean => UUID_V4.test(name);

/** Merges as the original does: an empty value deletes its key. */
export function update(
  record: ResourceRecord,
  to: { readonly state: string; readonly userData: UserData },
  { at }: Moment,
): ResourceRecord {
  const merged = Object.entries({ ...record.userData, ...to.userData }).filter(([, value]) => value !== '');
  return { ...record, state: to.state, userData: Object.fromEntries(merged), lastUpdate: at };
}
