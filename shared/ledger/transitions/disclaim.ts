import { STATE, type ResourceRecord, type Work, type WorkRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { releaseAs } from './release.ts';
import { take } from './take.ts';
import { AT_REST, isBuilt, NEW_WORK, withHistory, withWork, type Moment, type Past } from './work.ts';

/** The name under which the past of all names is kept: no resource has it. */
export const EVERYBODY = '';

/**
 * From where on counters are counted after a restore: milliseconds since the epoch, so that it is above whatever was counted
 * before, also in what was forgotten and after an earlier restore of the same backup. Nothing is done more than a thousand
 * times a second to one resource.
 */
export const floorAt = ({ at }: Pick<Moment, 'at'>, before: Past | null): number =>
  Math.max(Math.floor(at), (before?.token ?? 0) + 1);

export interface DisclaimSight {
  readonly record: ResourceRecord;
  readonly spec: TypeRecord | null;
}

/**
 * The record is older than what has happened: whoever had the resource may have lost it, and somebody else may have it. A
 * physical one is dirty, or lies under the name of the virtual one that leases it; a virtual one is due for recycle, since it
 * may have been built meanwhile. One in quarantine stays there, for a person to look. Counters go up to the floor, so that no
 * run that still lives can write, and nothing that was made outside since the backup passes for what is made from now on.
 *
 * @returns null: it has been done
 */
export function disclaim({ record, spec }: DisclaimSight, floor: number, moment: Moment): WorkRecord | null {
  const work = record.work ?? NEW_WORK;
  if (work.token >= floor) return null;
  const builtBy = mayBeBuiltBy(work, spec);
  const built = builtBy === null ? record : withWork(record, { builtBy });
  const counters = { cycle: Math.max(floor, work.cycle + 1), token: floor };
  if (work.quarantine === null && mustRecycle(built))
    return toRecycle({ record: built, spec }, counters, moment);
  const next = work.quarantine === null ? atRest(built, moment) : setBack(built);
  return withHistory(withWork(next, counters), moment.at, RESTORED);
}

const RESTORED = 'the ledger was restored from a backup';

/** Of what another server has again, that one tells when it comes back. */
const mustRecycle = (record: ResourceRecord): boolean => isBuilt(record) && !isElsewhere(record);
const isElsewhere = ({ state, loan, work }: ResourceRecord): boolean =>
  state === STATE.returned && loan === null && work?.builtBy != null;

/** It may have been built since, by whichever config: destroy is to look. */
const mayBeBuiltBy = ({ builtBy, configHash }: Work, spec: TypeRecord | null): string | null =>
  builtBy ?? (spec?.managed === true ? (configHash ?? spec.hash) : null);

function atRest(record: ResourceRecord, moment: Moment): ResourceRecord {
  const { heldBy } = record;
  const state = isElsewhere(record) ? STATE.returned : (heldBy ?? STATE.dirty);
  return withWork(
    { ...releaseAs(record, state, { ...moment, lifespanMs: null }), heldBy },
    { ...AT_REST, phase: null, dueAt: null, owner: null, doomed: false },
  );
}

function toRecycle({ record, spec }: DisclaimSight, { cycle, token }: Past, moment: Moment): WorkRecord {
  const { name, loan, state, work } = record;
  const owner = loan?.owner ?? `mason-restored:${name}`;
  const doomed = state === STATE.toBeDeleted || work?.doomed === true || spec?.removed === true;
  // Taking counts one more.
  const counted = withWork({ ...record, heldBy: null, hold: null }, { cycle: cycle - 1, token: token - 1 });
  return take(counted, { task: 'recycle', owner, doomed, reason: RESTORED, graceMs: 0 }, moment);
}

/** Tried again, it begins with what all of them begin with. */
const setBack = (record: ResourceRecord): ResourceRecord =>
  record.work?.phase === 'janitor' ? record : withWork(record, { phase: 'recycle', checkpoint: null });
