import type { Fence } from '../../port.ts';
import { withWork } from '../../transitions/work.ts';
import { resources } from '../documents/resource.ts';
import { fenced, putRecord, type LedgerParts } from '../ledgerParts.ts';

export async function renew(parts: LedgerParts, fence: Fence, holdMs: number): Promise<boolean> {
  const renewed = await parts.store.commit(
    async (session) => {
      const record = await fenced(parts, session, fence);
      if (record?.work.claimedUntil == null) return null;
      const until = session.moment.at + holdMs;
      const held = withWork(record, { claimedUntil: until, dueAt: until });
      putRecord(session, held, record);
      return held;
    },
    {
      onWritten(versions, held) {
        const at = versions.get(`${resources.collection}/${fence.name}`);
        if (held !== null && at !== undefined) parts.held.keep(held, at);
      },
    },
  );
  return renewed !== null;
}
