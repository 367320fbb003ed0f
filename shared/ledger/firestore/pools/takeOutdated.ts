import type { TakeOrder, Wake } from '../../port.ts';
import { wakeOf } from '../../transitions/work.ts';
import { changeEach } from '../changeEach.ts';
import { resources, SHELF, shelfOf } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { builtOtherwise } from '../queries.ts';
import type { Session } from '../store/session.ts';
import type { ResourceRecord } from '../../records.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import { hoarding, rebuildsAllowed } from './rebuilds.ts';
import { takeOne } from './takeOne.ts';

export async function takeOutdated(parts: LedgerParts, order: TakeOrder): Promise<readonly Wake[]> {
  const { store, types } = parts;
  const spec = await store.look((session) => types.get(session, order.type));
  if (spec?.managed !== true || spec.settings.paused || spec.removed) return [];
  const taken = await changeEach(store, {
    limit: order.limit,
    find: (session, limit) => outdatedOf(parts, session, { spec, limit }),
    become: (record, moment) => {
      const isOutdated = shelfOf(record) === SHELF.built && record.work?.builtBy !== spec.hash;
      const why = { order, task: 'recycle', reason: 'built from an old config', doomed: false } as const;
      return isOutdated ? takeOne(record, why, moment) : null;
    },
  });
  return taken.map((record) => wakeOf(record, 'recycle'));
}

async function outdatedOf(
  parts: LedgerParts,
  session: Session,
  { spec, limit }: { readonly spec: TypeRecord; readonly limit: number },
): Promise<readonly ResourceRecord[]> {
  const found = await session.find(resources, builtOtherwise(spec.type, spec.hash, limit));
  const outdated = [...found].sort((a, b) => a.lastUpdate - b.lastUpdate);
  if (outdated.length === 0) return [];
  const allowed = Math.min(limit, await rebuildsAllowed(session, spec));
  return allowed > 0 ? outdated.slice(0, allowed) : hoarding(parts, session, { spec, outdated });
}
