import { PHASES, STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { restart } from './restart.ts';
import { take } from './take.ts';
import { isDynamicName } from './users.ts';
import { hasWork, isBuilt, isClaimed, NEW_WORK, type Moment, type Past } from './work.ts';

export interface Birth {
  readonly name: string;
  /** What is known of that name's former bearer. */
  readonly past: Past | null;
  /** See Restores.begin; left out for a name that nobody had before. */
  readonly floor?: Past | null;
}

/**
 * @param spec whose config state it gets; a member that Mason builds is never born free: nothing is built yet. Nor is one that
 * may have been in use in what the ledger has forgotten
 */
export function makeResource(spec: TypeRecord, birth: Birth, moment: Moment): ResourceRecord {
  const { name, past, floor = null } = birth;
  const isLeftAlone = spec.state === STATE.free || spec.state === STATE.returned;
  const mayBeUsed = floor !== null && moment.at - floor.token < FORGOTTEN_MS;
  const state = isLeftAlone && (spec.managed || mayBeUsed) ? STATE.dirty : spec.state;
  return newRecord({ name, type: spec.type, state, past: since(past, floor) }, moment);
}

/** How long (ms) after a restore a name can come to the ledger that was in use before: with the first config, or the next. */
const FORGOTTEN_MS = 604_800_000;

/** Since when a name's counters go on, if it has no record: not below what was forgotten of it. */
export function since(past: Past | null, floor: Past | null): Past | null {
  if (past === null || floor === null) return past ?? floor;
  return { cycle: Math.max(past.cycle, floor.cycle), token: Math.max(past.token, floor.token) };
}

/** A record of which nothing is known but what its name's former bearer left. */
export function newRecord(
  { past, ...known }: Pick<ResourceRecord, 'name' | 'type' | 'state'> & { readonly past: Past | null },
  { at, rand }: Moment,
): ResourceRecord {
  return {
    schema: 1,
    ...known,
    owner: '',
    userData: {},
    heldBy: null,
    lastUpdate: at,
    expiration: null,
    rand,
    work: past === null ? null : { ...NEW_WORK, ...past },
    loan: null,
    hold: null,
  };
}

/** What is kept of a resource whose record ends. Null: its name never comes again, or nobody ever worked on it. */
export const pastOf = ({ name, work }: ResourceRecord): Past | null =>
  work === null || isDynamicName(name) ? null : { cycle: work.cycle, token: work.token };

export type Retirement =
  /** A user or a virtual resource has it: it goes when it comes back. */
  | { readonly kind: 'inUse' }
  | { readonly kind: 'leaving' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'put'; readonly record: ResourceRecord }
  | { readonly kind: 'doom'; readonly record: WorkRecord };

type How = Moment & { readonly owner: string; readonly graceMs: number };

/** What becomes of a member that its pool has no place for. A dynamic pool asks only for those that aren't leaving. */
export function retire(record: ResourceRecord, spec: TypeRecord, how: How): Retirement {
  if (record.loan !== null || record.hold !== null) return { kind: 'inUse' };
  if (hasWork(record) && record.work.phase !== null) return retireAtWork(record, spec, how);
  if (record.owner !== '' || record.heldBy !== null) return { kind: 'inUse' };
  if (spec.managed || isBuilt(record)) return doom(record, 'recycle', how);
  if (spec.size.kind === 'static') return { kind: 'drop' };
  return { kind: 'put', record: { ...record, state: STATE.toBeDeleted, lastUpdate: how.at } };
}

function retireAtWork(record: WorkRecord, spec: TypeRecord, how: How): Retirement {
  const { work } = record;
  if (work.doomed) return { kind: 'leaving' };
  if (isClaimed(record, how.at)) return { kind: 'inUse' };
  if (work.phase !== 'janitor') {
    const why = { reason: UNWANTED, doomed: true, graceMs: how.graceMs };
    return { kind: 'doom', record: restart(record, why, how) };
  }
  // One that is being cleaned goes when it is clean; one that could not be cleaned would stay for ever.
  if (work.quarantine === null) return { kind: 'inUse' };
  if (spec.size.kind === 'static' && !spec.managed) return { kind: 'drop' };
  return doom(record, spec.managed ? 'recycle' : 'janitor', how);
}

const UNWANTED = 'not wanted any more';

function doom(record: ResourceRecord, task: 'recycle' | 'janitor', how: How): Retirement {
  const { owner, graceMs } = how;
  return {
    kind: 'doom',
    record: take(record, { task, owner, graceMs, reason: UNWANTED, doomed: true }, how),
  };
}

/** Those that go first when a pool shrinks: what has cost least so far, and what users wait for last. */
export function leastWanted(members: readonly ResourceRecord[]): ResourceRecord[] {
  return [...members].sort((a, b) => cost(a) - cost(b) || a.lastUpdate - b.lastUpdate);
}

const FREE_COST = 10;

function cost({ state, work }: ResourceRecord): number {
  if (state === STATE.toBeDeleted || state === STATE.dirty) return 0;
  if (state === STATE.quarantined) return 1;
  if (work?.phase != null) return 2 + PHASES.findIndex((phase) => phase === work.phase);
  return state === STATE.free ? FREE_COST : FREE_COST - 1;
}

export const isLeaving = ({ state, work }: ResourceRecord): boolean =>
  state === STATE.toBeDeleted || (work?.doomed === true && work.phase !== null);
