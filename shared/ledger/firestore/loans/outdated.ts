import type { ResourceRecord } from '../../records.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { returnedBefore, returnedFrom } from '../queries.ts';

export const outdated = (
  { store, types }: LedgerParts,
  { type, limit, from }: { readonly type: string; readonly limit: number; readonly from: number },
): Promise<readonly ResourceRecord[]> =>
  store.look(async (session) => {
    const spec = await types.get(session, type);
    if (spec === null) return [];
    // No hash is empty: of a type that left the config every member is outdated.
    const hash = spec.removed ? '' : spec.hash;
    const behind = await session.find(resources, returnedFrom({ type, hash }, from, limit));
    const isMore = behind.length < limit;
    const before = isMore
      ? await session.find(resources, returnedBefore({ type, hash }, from, limit - behind.length))
      : [];
    return [...behind, ...before].sort((a, b) => a.lastUpdate - b.lastUpdate);
  });
