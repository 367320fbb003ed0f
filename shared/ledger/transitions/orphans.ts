import { STATE, type ResourceRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { releaseAs } from './release.ts';
import { isDynamicName, isForeign } from './users.ts';
import type { Moment } from './work.ts';

/** The virtual resource for which it lies where it is; null: for none. */
export function keeperOf({ heldBy, owner, state }: ResourceRecord): string | null {
  if (heldBy !== null) return heldBy;
  return owner === '' && isDynamicName(state) ? state : null;
}

/** Where sync finds it when it looks for orphans, in [0, 1); null: it lies there for nobody. */
export const keptRand = (record: ResourceRecord): number | null =>
  keeperOf(record) === null ? null : record.rand;

export interface Keeper {
  readonly record: ResourceRecord;
  readonly spec: TypeRecord | null;
}

/**
 * Nobody would ever fetch it: who it lies there for is gone, or does not lease it.
 * @param keeper null: it is gone
 * @returns it, dirty; null: it is no orphan
 */
export function takeInOrphan(
  record: ResourceRecord,
  keeper: Keeper | null,
  moment: Moment,
): ResourceRecord | null {
  if (keeperOf(record) === null) return null;
  if (keeper?.record.work?.leases.some(({ name }) => name === record.name) === true) return null;
  // What another Mason builds may have parts here of which this ledger knows nothing.
  if (record.heldBy === null && keeper !== null && isForeign(keeper.spec)) return null;
  return releaseAs(record, STATE.dirty, { ...moment, lifespanMs: null });
}
