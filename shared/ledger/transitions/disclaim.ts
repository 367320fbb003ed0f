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

/** Since when a name's counters go on, if it has no record: not below what was forgotten of it. */
export function since(past: Past | null, floor: Past | null): Past | null {
  if (past === null || floor === null) return past ?? floor;
  return { cycle: Math.max(past.cycle, floor.cycle), token: Math.max(past.token, floor.token) };
}

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
  const next = work.quarantine === null ? givenUp({ record: built, spec }, moment) : setBack(built);
  const counted = withWork(next, { cycle: Math.max(floor, work.cycle + 1), token: floor });
  return withHistory(counted, moment.at, 'the ledger was restored from a backup');
}

function givenUp({ record, spec }: DisclaimSight, moment: Moment): ResourceRecord {
  if (!isBuilt(record)) return atRest(record, record.heldBy ?? STATE.dirty, moment);
  // The server that has it tells when it comes back.
  if (record.state === STATE.returned && record.loan === null) return atRest(record, STATE.returned, moment);
  return toRecycle({ record, spec }, moment);
}

/** It may have been built since, by whichever config: destroy is to look. */
const mayBeBuiltBy = ({ builtBy, configHash }: Work, spec: TypeRecord | null): string | null =>
  builtBy ?? (spec?.managed === true ? (configHash ?? spec.hash) : null);

function atRest(record: ResourceRecord, state: string, moment: Moment): ResourceRecord {
  return withWork(
    { ...releaseAs(record, state, { ...moment, lifespanMs: null }), heldBy: record.heldBy },
    { ...AT_REST, phase: null, dueAt: null, owner: null, doomed: false },
  );
}

function toRecycle({ record, spec }: DisclaimSight, moment: Moment): ResourceRecord {
  const { name, loan, state, work } = record;
  const owner = loan?.owner ?? `mason-restored:${name}`;
  const doomed = state === STATE.toBeDeleted || work?.doomed === true || spec?.removed === true;
  const reason = 'nothing is known of it';
  return take(
    { ...record, heldBy: null, hold: null },
    { task: 'recycle', owner, doomed, reason, graceMs: 0 },
    moment,
  );
}

/** Tried again, it begins with what all of them begin with. */
const setBack = (record: ResourceRecord): ResourceRecord =>
  record.work?.phase === 'janitor' ? record : withWork(record, { phase: 'recycle', checkpoint: null });
