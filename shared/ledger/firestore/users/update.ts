import type { Touched, Users } from '../../port.ts';
import { isUsers, update as updateRecord } from '../../transitions/users.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';

export function update({ store }: LedgerParts, request: Parameters<Users['update']>[0]): Promise<Touched> {
  return store.commit(async (session): Promise<Touched> => {
    const record = await session.get(resources, request.name);
    if (record === null) return { kind: 'notFound' };
    if (!isUsers(record, request.owner)) return { kind: 'ownerMismatch', owner: record.owner };
    if (record.state !== request.state) return { kind: 'stateMismatch', state: record.state };
    const resource = updateRecord(record, request, session.moment);
    putRecord(session, resource, record);
    return { kind: 'done', resource, yields: [], givenBack: [] };
  });
}
