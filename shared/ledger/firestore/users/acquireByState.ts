import type { Users } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import { resources } from '../documents/resource.ts';
import { existing, type LedgerParts } from '../ledgerParts.ts';
import { takeByUser } from './takeByUser.ts';

export function acquireByState(
  { store }: LedgerParts,
  request: Parameters<Users['acquireByState']>[0],
): Promise<readonly ResourceRecord[] | null> {
  const names = [...new Set(request.names)];
  return store.commit(async (session) => {
    const found = existing(await session.getAll(resources, names)).filter(
      ({ state, owner }) => state === request.state && owner === '',
    );
    if (found.length < names.length) return null;
    const taken: ResourceRecord[] = [];
    for (const record of found.sort((a, b) => a.lastUpdate - b.lastUpdate))
      taken.push(await takeByUser(session, record, request));
    return taken;
  });
}
