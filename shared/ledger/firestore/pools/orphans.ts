import { keeperOf, takeInOrphan, type Keeper } from '../../transitions/orphans.ts';
import type { ResourceRecord } from '../../records.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { keptBefore, keptFrom } from '../queries.ts';
import type { Session } from '../store/session.ts';

/** From a random place on, and round: in time each is looked at, however many there are. */
export function takeInOrphans(parts: LedgerParts, limit: number): Promise<readonly string[]> {
  return parts.store.commit(async (session) => {
    const dirty: string[] = [];
    for (const record of await someKept(session, limit)) {
      const taken = takeInOrphan(record, await keeperFor(parts, session, record), session.moment);
      if (taken === null) continue;
      putRecord(session, taken, record);
      dirty.push(taken.name);
    }
    return dirty;
  });
}

async function someKept(session: Session, limit: number): Promise<readonly ResourceRecord[]> {
  const from = session.random();
  const behind = await session.find(resources, keptFrom(from, limit));
  if (behind.length === limit) return behind;
  return [...behind, ...(await session.find(resources, keptBefore(from, limit - behind.length)))];
}

async function keeperFor(
  { types }: LedgerParts,
  session: Session,
  record: ResourceRecord,
): Promise<Keeper | null> {
  const keeper = await session.get(resources, keeperOf(record) ?? '');
  if (keeper === null) return null;
  // Who leases it leases it, whoever builds him: saves a read.
  const spec = record.heldBy === null ? await types.get(session, keeper.type) : null;
  return { record: keeper, spec };
}
