import type { Wake } from '../../port.ts';
import { hasWork, wakeOf, withWork } from '../../transitions/work.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { awaitingSlot, constructing } from '../queries.ts';

/** Who came to this phase first: neither a refusal nor a failed attempt changes when a record was last updated. */
export function nextForSlot({ store, types }: LedgerParts, type: string): Promise<Wake | null> {
  return store.commit(async (session) => {
    const spec = await types.get(session, type);
    const [record = null] = await session.find(resources, awaitingSlot(type));
    if (spec === null || !hasWork(record)) return null;
    if ((await session.count(resources, constructing(type))) >= spec.settings.maxConstructing) return null;
    putRecord(session, withWork(record, { awaitsSlot: false }), record);
    return wakeOf(record, 'clean');
  });
}
