import type { Wake } from '../../port.ts';
import { retryQuarantined } from '../../transitions/retry.ts';
import { wakeOf } from '../../transitions/work.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';

export function retry(
  { store }: LedgerParts,
  name: string,
  order: { readonly graceMs: number; readonly by: string | undefined },
): Promise<Wake | null> {
  return store.commit(async (session) => {
    const record = await session.get(resources, name);
    const again = retryQuarantined(record, order, session.moment);
    if (again === null) return null;
    putRecord(session, again.record, record);
    return wakeOf(again.record, again.task);
  });
}
