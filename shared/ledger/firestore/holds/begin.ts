import type { HoldOrder, HoldResult } from '../../port.ts';
import { beginHold } from '../../transitions/holds.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';

export function begin({ store }: LedgerParts, name: string, order: HoldOrder): Promise<HoldResult> {
  return store.commit(async (session): Promise<HoldResult> => {
    const record = await session.get(resources, name);
    const held = beginHold(record, order, session.moment);
    if (typeof held === 'string') return { kind: 'refused', reason: held };
    putRecord(session, held, record);
    return { kind: 'held', record: held };
  });
}
