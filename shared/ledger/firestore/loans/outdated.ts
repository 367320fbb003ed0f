import type { ResourceRecord } from '../../records.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { returnedBuiltOtherwise } from '../queries.ts';

export const outdated = (
  { store, types }: LedgerParts,
  type: string,
  limit: number,
): Promise<readonly ResourceRecord[]> =>
  store.look(async (session) => {
    const spec = await types.get(session, type);
    if (spec === null) return [];
    // No hash is empty: of a type that left the config every member is outdated.
    const hash = spec.removed ? '' : spec.hash;
    const found = await session.find(resources, returnedBuiltOtherwise(type, hash, limit));
    return found.sort((a, b) => a.lastUpdate - b.lastUpdate);
  });
