import type { AcquireRequest } from '../../port.ts';
import { makeResource } from '../../transitions/pool.ts';
import { EMPTY_POOL, poolSizes } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { dead } from '../queries.ts';
import type { Session } from '../store/session.ts';
import { markServed } from './place.ts';

/** A pool that is full now may have room at a later poll, until one resource was made for the request. */
export async function makeOnDemand(
  { types }: LedgerParts,
  session: Session,
  request: AcquireRequest,
): Promise<void> {
  const spec = await types.get(session, request.type);
  if (spec?.size.kind !== 'dynamic' || spec.removed) return;
  const pool = (await session.get(poolSizes, spec.type)) ?? EMPTY_POOL;
  const { max } = spec.size;
  if (pool.members >= max && pool.members - (await session.count(resources, dead(spec.type))) >= max) return;
  const name = request.newName();
  await session.get(resources, name);
  putRecord(session, makeResource(spec, { name, past: null }, session.moment), null);
  session.put(poolSizes, spec.type, { ...pool, members: pool.members + 1 });
  await markServed(session, request, name);
}
