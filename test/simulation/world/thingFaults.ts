import { STATE, type ResourceRecord } from '../../../shared/ledger/records.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import type { Outside } from './outside.ts';

/** What is free, or was given to a user as it was built, is really there: whole, and made of what it leases. */
export function thingFaults(
  outside: Outside,
  {
    house,
    records,
    types,
  }: {
    readonly house: string;
    readonly records: readonly ResourceRecord[];
    readonly types: readonly TypeRecord[];
  },
): readonly string[] {
  const managed = new Set(types.filter((spec) => spec.managed).map(({ type }) => type));
  return records.filter(({ type }) => managed.has(type)).flatMap((record) => faultOf(outside, house, record));
}

function faultOf(outside: Outside, house: string, { name, state, work }: ResourceRecord): string[] {
  if (work?.phase !== null || (state !== STATE.free && state !== STATE.busy)) return [];
  if (work.builtBy === null) return [];
  const thing = outside.of(house, name).find(({ cycle }) => cycle === work.cycle);
  if (thing === undefined)
    return [`${name} is ${state}, and what was built for cycle ${work.cycle} is not there`];
  if (!thing.isWhole) return [`${name} is ${state}, and what was built for it is half done`];
  const leased = work.leases.map((lease) => lease.name).sort();
  const parts = [...thing.parts].sort();
  return leased.join() === parts.join()
    ? []
    : [`${name} leases ${leased.join()}, and was made of ${parts.join()}`];
}
