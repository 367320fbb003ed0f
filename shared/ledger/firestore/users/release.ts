import type { Touched, Users } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import {
  isDynamicName,
  isUsers,
  mayBeName,
  release as releaseRecord,
  released,
  type ReleaseSight,
} from '../../transitions/users.ts';
import { pasts } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { leasedBy, putRecord, type LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

export function release(parts: LedgerParts, request: Parameters<Users['release']>[0]): Promise<Touched> {
  return parts.store.commit(async (session): Promise<Touched> => {
    const record = await session.get(resources, request.name);
    if (record === null) return { kind: 'notFound' };
    if (!isUsers(record, request.owner)) return { kind: 'ownerMismatch', owner: record.owner };
    return giveBack(parts, session, { record, dest: request.dest });
  });
}

export async function giveBack(
  parts: LedgerParts,
  session: Session,
  { record, dest }: { readonly record: ResourceRecord; readonly dest: string },
): Promise<Touched> {
  const [spec, leased, sight] = await Promise.all([
    parts.types.get(session, record.type),
    leasedBy(session, record),
    readDest(parts, session, dest),
  ]);
  const resource = releaseRecord({ record, spec, leased, ...sight }, dest, session.moment);
  putRecord(session, resource, record);
  // Its bearer must not give up its leases in the same moment, or nobody would find this one any more.
  const bearer = sight.named?.record ?? null;
  if (bearer !== null && resource.heldBy === bearer.name) putRecord(session, bearer, bearer);
  return released(resource, spec);
}

async function readDest(
  { types }: LedgerParts,
  session: Session,
  dest: string,
): Promise<Pick<ReleaseSight, 'named' | 'isPast'>> {
  if (!mayBeName(dest)) return { named: null, isPast: false };
  const record = await session.get(resources, dest);
  if (record !== null) {
    return { named: { record, spec: await types.get(session, record.type) }, isPast: false };
  }
  return { named: null, isPast: isDynamicName(dest) || (await session.get(pasts, dest)) !== null };
}
