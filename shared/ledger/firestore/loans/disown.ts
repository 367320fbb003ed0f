import type { Fence } from '../../port.ts';
import { disown as disownRecord } from '../../transitions/loans.ts';
import { fenced, leasedBy, putRecord, type LedgerParts } from '../ledgerParts.ts';

export function disown(parts: LedgerParts, fence: Fence): Promise<readonly string[] | null> {
  return parts.store.commit(async (session) => {
    const record = await fenced(parts, session, fence);
    if (record === null) return null;
    const leased = await leasedBy(session, record);
    const disowned = disownRecord(record, leased, session.moment);
    if (disowned === null) return null;
    putRecord(session, disowned.record, record);
    const before = new Map(leased.map((one) => [one.name, one]));
    for (const put of disowned.returned) putRecord(session, put, before.get(put.name) ?? null);
    return disowned.returned.map(({ name }) => name);
  });
}
