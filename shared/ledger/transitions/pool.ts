import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { restart } from './restart.ts';
import { take } from './take.ts';
import { hasWork, isClaimed, type Moment } from './work.ts';

/** @param spec whose config state it gets; a member that Mason builds is never born free: nothing is built yet */
export function makeResource(spec: TypeRecord, name: string, { at, rand }: Moment): ResourceRecord {
  const state = spec.managed && spec.state === STATE.free ? STATE.dirty : spec.state;
  return {
    schema: 1,
    name,
    type: spec.type,
    state,
    owner: '',
    userData: {},
    heldBy: null,
    lastUpdate: at,
    expiration: null,
    rand,
    work: null,
  };
}

export type Retirement =
  /** A user or a virtual resource has it: it goes when it comes back. */
  | { readonly kind: 'inUse' }
  | { readonly kind: 'leaving' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'put'; readonly record: ResourceRecord }
  | { readonly kind: 'doom'; readonly record: WorkRecord };

/** What becomes of a member that its pool has no place for. */
export function retire(
  record: ResourceRecord,
  spec: TypeRecord,
  how: Moment & { readonly owner: string; readonly graceMs: number },
): Retirement {
  if (hasWork(record) && record.work.phase !== null) return retireAtWork(record, how);
  if (record.owner !== '' || record.heldBy !== null) return { kind: 'inUse' };
  if (spec.managed) {
    return {
      kind: 'doom',
      record: take(
        record,
        {
          task: 'recycle',
          owner: how.owner,
          graceMs: how.graceMs,
          reason: 'not wanted any more',
          doomed: true,
        },
        how,
      ),
    };
  }
  if (spec.size.kind === 'static') return { kind: 'drop' };
  if (record.state === STATE.toBeDeleted) return { kind: 'leaving' };
  return { kind: 'put', record: { ...record, state: STATE.toBeDeleted, lastUpdate: how.at } };
}

function retireAtWork(record: WorkRecord, how: Moment & { readonly graceMs: number }): Retirement {
  if (record.work.doomed) return { kind: 'leaving' };
  if (record.work.phase === 'janitor' || isClaimed(record, how.at)) return { kind: 'inUse' };
  return {
    kind: 'doom',
    record: restart(record, { reason: 'not wanted any more', doomed: true, graceMs: how.graceMs }, how),
  };
}

/** Those that go first when a pool shrinks: what has cost least so far, and what users wait for last. */
export function leastWanted(members: readonly ResourceRecord[]): ResourceRecord[] {
  return [...members].sort((a, b) => rank(a) - rank(b) || a.lastUpdate - b.lastUpdate);
}

function rank({ state, work }: ResourceRecord): number {
  if (state === STATE.toBeDeleted || state === STATE.dirty) return 0;
  if (state === STATE.quarantined) return 1;
  if (work?.phase != null) return 2;
  return state === STATE.free ? 4 : 3;
}

export const isLeaving = ({ state, work }: ResourceRecord): boolean =>
  state === STATE.toBeDeleted || (work?.doomed === true && work.phase !== null);
