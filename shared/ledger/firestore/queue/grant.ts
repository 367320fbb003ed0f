import type { Grant, Granted } from '../../port.ts';
import { hasWork, wakeOf } from '../../transitions/work.ts';
import { grant as grantRecord } from '../../transitions/grant.ts';
import { isFree, isGrantable } from '../../transitions/grantable.ts';
import { resources } from '../documents/resource.ts';
import { existing, type LedgerParts } from '../ledgerParts.ts';
import { settledBy } from '../claims/settledBy.ts';

export function grant({ store, types }: LedgerParts, order: Grant, graceMs: number): Promise<Granted> {
  const names = [...new Set(order.resources)];
  return store.commit(async (session): Promise<Granted> => {
    const [record = null, ...supply] = await session.getAll(resources, [order.name, ...names]);
    if (!hasWork(record) || record.work.token !== order.token) return { kind: 'busy' };
    const spec = await types.get(session, record.type);
    if (spec === null || !isGrantable(record, spec, session.moment)) return { kind: 'busy' };
    const free = existing(supply).filter(isFree);
    if (free.length < order.resources.length) return { kind: 'taken' };
    const change = grantRecord(record, free, { ...session.moment, graceMs });
    settledBy(session, change, [record, ...free]);
    return { kind: 'granted', wake: wakeOf(change.puts[0], 'clean') };
  });
}
