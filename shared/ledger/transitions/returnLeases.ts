import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { releaseAs } from './release.ts';
import { AT_REST, isBuilt, withHistory, withWork, type Moment } from './work.ts';

/**
 * What a virtual resource still holds of its leases, given back: nobody else would find it under its name. If a construct
 * failed on them, each is remembered to have been part of that; with the last of too many in a row it is set aside.
 */
export function returnLeases(
  holder: WorkRecord,
  { leased, spec }: { readonly leased: readonly ResourceRecord[]; readonly spec: TypeRecord | null },
  moment: Moment,
): ResourceRecord[] {
  const dirty = { ...moment, lifespanMs: null };
  const { failedCycle } = holder.work;
  const held = leased.filter((physical) => physical.heldBy === holder.name);
  if (failedCycle === null) return held.map((physical) => releaseAs(physical, STATE.dirty, dirty));
  const suspectAfter = spec?.settings.suspectAfter ?? 0;
  const failure = `${holder.name} in cycle ${failedCycle}`;
  return held.map((physical) => {
    const failures = [...(physical.work?.failures ?? []), failure].slice(-FAILURES_KEPT);
    const noted = withWork(physical, { failures });
    const isSuspect = suspectAfter > 0 && failures.length >= suspectAfter;
    return isSuspect ? setAside(noted, moment) : releaseAs(noted, STATE.dirty, dirty);
  });
}

/** As many as a config can ask for (`suspect-after`). */
const FAILURES_KEPT = 20;

/** In quarantine nobody is given it, whatever he asks for, until a person has looked at it. */
function setAside(record: WorkRecord, { at, rand }: Moment): WorkRecord {
  const { name, work } = record;
  // A parked one has no owner; in quarantine each resource has one that no user can be.
  const owner = record.owner === '' ? `mason-suspect:${name}` : record.owner;
  const count = work.failures.length;
  const what = count === 1 ? 'a failure' : `${count} failures in a row`;
  const reason = `part of ${what}: ${work.failures.join(', ')}`;
  const aside = withWork(
    { ...record, state: STATE.quarantined, owner, heldBy: null, lastUpdate: at, rand },
    {
      ...AT_REST,
      phase: isBuilt(record) ? 'recycle' : 'janitor',
      dueAt: null,
      doomed: false,
      owner,
      quarantine: { at, reason, keepUntil: null, suspect: true },
    },
  );
  return withHistory(aside, at, `quarantined: ${reason}`);
}

/** A person has looked at it: it is dirty, and as good as any other. */
export function putBack(record: WorkRecord, by: string | undefined, moment: Moment): WorkRecord {
  const dirty = withWork(releaseAs(record, STATE.dirty, { ...moment, lifespanMs: null }), {
    ...AT_REST,
    phase: null,
    dueAt: null,
    owner: null,
    quarantine: null,
    failures: [],
  });
  return withHistory(dirty, moment.at, `put back by ${by ?? 'a person'}`);
}
