import type { ResourceRecord } from '../../records.ts';
import { surrender as surrenderRecord } from '../../transitions/loans.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { lentStock } from '../queries.ts';

export const stock = (
  { store }: LedgerParts,
  type: string,
  limit: number,
): Promise<readonly ResourceRecord[]> =>
  store.look((session) => session.find(resources, lentStock(type, limit)));

export function surrender({ store }: LedgerParts, name: string, owner: string): Promise<boolean> {
  return store.commit(async (session) => {
    const record = await session.get(resources, name);
    const surrendered = surrenderRecord(record, owner, session.moment);
    if (surrendered !== null) putRecord(session, surrendered, record);
    return surrendered !== null;
  });
}
