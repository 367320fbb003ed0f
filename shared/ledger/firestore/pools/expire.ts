import { STATE, type ResourceRecord } from '../../records.ts';
import { changeEach } from '../changeEach.ts';
import { expiringOf, resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { expiring } from '../queries.ts';

export async function expire({ store }: LedgerParts, type: string): Promise<readonly string[]> {
  const over = await changeEach(store, {
    find: (session) => session.find(resources, expiring(type, session.moment.at)),
    become: (record, { at }): ResourceRecord | null =>
      (expiringOf(record) ?? Infinity) <= at
        ? { ...record, state: STATE.toBeDeleted, expiration: null, lastUpdate: at }
        : null,
  });
  return over.map(({ name }) => name);
}
