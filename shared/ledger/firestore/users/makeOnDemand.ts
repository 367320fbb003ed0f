import type { AcquireRequest } from '../../port.ts';
import { makeResource } from '../../transitions/pool.ts';
import { EMPTY_POOL, poolSizes } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { tombstones } from '../queries.ts';
import type { Session } from '../store/session.ts';
import { markServed } from './place.ts';

/** Who loses more often leaves it to his next poll: for long, the pool's document takes about one write a second. */
const MAX_CONFLICTS = 10;

/** A pool that is full now may have room at a later poll, until one resource was made for the request. */
export async function makeOnDemand(
  { types }: LedgerParts,
  session: Session,
  request: AcquireRequest,
): Promise<void> {
  if (session.attempt > MAX_CONFLICTS) return;
  const pool = (await session.get(poolSizes, request.type)) ?? EMPTY_POOL;
  // In this order: if the sweep has deleted the pool, it has deleted the type with it, which a cache may yet know.
  const spec = await types.read(session, request.type);
  if (spec?.size.kind !== 'dynamic' || spec.removed) return;
  const { max } = spec.size;
  if (pool.members >= max && pool.members - (await session.count(resources, tombstones(spec.type))) >= max)
    return;
  const name = request.newName();
  session.assumeAbsent(resources, name);
  putRecord(session, makeResource(spec, { name, past: null }, session.moment), null);
  session.put(poolSizes, spec.type, { ...pool, members: pool.members + 1, applied: null });
  await markServed(session, request, name);
}
