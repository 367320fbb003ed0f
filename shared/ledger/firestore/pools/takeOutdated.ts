import type { TakeOrder, Wake } from '../../port.ts';
import { takeOne } from '../../transitions/takes.ts';
import { wakeOf } from '../../transitions/work.ts';
import { EMPTY_POOL, poolSizes } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { builtOtherwise } from '../queries.ts';
import type { Session } from '../store/session.ts';
import type { ResourceRecord } from '../../records.ts';
import { isPaused, type TypeRecord } from '../../typeRecord.ts';
import { hoarding, rebuildsAllowed } from './rebuilds.ts';

/** As many as one commit takes beside the pool's document. */
const AT_ONCE = 200;

export async function takeOutdated(parts: LedgerParts, order: TakeOrder): Promise<readonly Wake[]> {
  const wakes: Wake[] = [];
  for (;;) {
    const limit = Math.min(order.limit - wakes.length, AT_ONCE);
    const taken = await takeSome(parts, { ...order, limit });
    wakes.push(...taken);
    if (taken.length < limit || wakes.length === order.limit) return wakes;
  }
}

function takeSome(parts: LedgerParts, order: TakeOrder): Promise<readonly Wake[]> {
  return parts.store.commit(async (session) => {
    const spec = await parts.types.get(session, order.type);
    if (spec?.managed !== true || isPaused(spec) || spec.removed) return [];
    const outdated = await outdatedOf(parts, session, { spec, limit: order.limit });
    return outdated.map((record) => {
      const reason = 'built from an old config';
      const taking = { order, task: 'recycle', reason, doomed: false } as const;
      const taken = takeOne(record, taking, session.moment);
      putRecord(session, taken, record);
      return wakeOf(taken, 'recycle');
    });
  });
}

async function outdatedOf(
  parts: LedgerParts,
  session: Session,
  { spec, limit }: { readonly spec: TypeRecord; readonly limit: number },
): Promise<readonly ResourceRecord[]> {
  const found = await session.find(resources, builtOtherwise(spec.type, spec.hash, limit));
  const outdated = [...found].sort((a, b) => a.lastUpdate - b.lastUpdate);
  if (outdated.length === 0) return [];
  // Read before the count and written with what is taken: two at once must not both count the same members that stay.
  const pool = (await session.get(poolSizes, spec.type)) ?? EMPTY_POOL;
  const allowed = Math.min(limit, await rebuildsAllowed(session, spec));
  const chosen =
    allowed > 0 ? outdated.slice(0, allowed) : await hoarding(parts, session, { spec, outdated });
  if (chosen.length > 0) session.put(poolSizes, spec.type, pool);
  return chosen;
}
