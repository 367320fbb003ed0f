import type { Queue } from '../../port.ts';
import { STATE } from '../../records.ts';
import type { Component } from '../../typeRecord.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { oldest } from '../queries.ts';

export function supply(
  { store, sight }: LedgerParts,
  { physicalTypes }: Component,
  limit: number,
): ReturnType<Queue['supply']> {
  return store.look(async (session) => {
    sight.keep(session);
    const free = await Promise.all(
      physicalTypes.map(async (type) => {
        const found = await session.find(resources, oldest(type, STATE.free, limit));
        return [type, found.map(({ name, lastUpdate }) => ({ name, lastUpdate }))] as const;
      }),
    );
    return { at: session.moment.at, free: Object.fromEntries(free) };
  });
}
