import type { Grant, Granted } from '../../port.ts';
import { grant as grantRecord } from '../../transitions/grant.ts';
import { isFree, isGrantable } from '../../transitions/grantable.ts';
import { hasWork, wakeOf } from '../../transitions/work.ts';
import { settledBy } from '../claims/settledBy.ts';
import { resources } from '../documents/resource.ts';
import { existing, type LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

export function grantAll(
  parts: LedgerParts,
  orders: readonly Grant[],
  graceMs: number,
): Promise<readonly Granted[]> {
  const grantEach = async (session: Session): Promise<Granted[]> => {
    await session.getAll(
      resources,
      orders.flatMap(({ name, resources: names }) => [name, ...names]),
    );
    const results: Granted[] = [];
    for (const order of orders) {
      const result = await grantOne(parts, session, { order, graceMs });
      results.push(result);
      if (result.kind === 'taken') break;
    }
    return results;
  };
  const work = async (session: Session): Promise<Granted[]> => {
    const results = await grantEach(session);
    if (session.attempt > 0 || results.every(({ kind }) => kind === 'granted')) return results;
    // A write of what was recalled is checked when it is committed; a refusal writes nothing, so it has to be read.
    session.startOver();
    return grantEach(session);
  };
  return parts.store.commit(work, { from: parts.sight.looks });
}

async function grantOne(
  { types }: LedgerParts,
  session: Session,
  { order, graceMs }: { readonly order: Grant; readonly graceMs: number },
): Promise<Granted> {
  const [record = null, ...supply] = await session.getAll(resources, [
    order.name,
    ...new Set(order.resources),
  ]);
  if (!hasWork(record) || record.work.token !== order.token) return { kind: 'busy' };
  const spec = await types.get(session, record.type);
  if (spec === null || !isGrantable(record, spec, session.moment)) return { kind: 'busy' };
  const free = existing(supply).filter(isFree);
  if (free.length < order.resources.length) return { kind: 'taken' };
  const change = grantRecord(record, free, { ...session.moment, graceMs });
  settledBy(session, change, [record, ...free]);
  return { kind: 'granted', wake: wakeOf(change.puts[0], 'clean'), resources: free.map(({ name }) => name) };
}
