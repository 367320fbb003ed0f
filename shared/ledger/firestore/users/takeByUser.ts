import type { ResourceRecord } from '../../records.ts';
import { acquire, brokenBy } from '../../transitions/users.ts';
import { resources } from '../documents/resource.ts';
import { putRecord } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

/** Gives the resource to a user. A virtual one that had it parked is no longer whole. */
export async function takeByUser(
  session: Session,
  record: ResourceRecord,
  to: { readonly dest: string; readonly owner: string },
): Promise<ResourceRecord> {
  const taken = acquire(record, to, session.moment);
  const holder = record.heldBy === null ? null : await session.get(resources, record.heldBy);
  // Written in any case: who gives the holder free in the same moment has to see that a part of it is gone.
  if (holder !== null) putRecord(session, brokenBy(holder, session.moment) ?? holder, holder);
  putRecord(session, taken, record);
  return taken;
}
