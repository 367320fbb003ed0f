import type { NamedTake, Pools } from '../../port.ts';
import { orderRefusal } from '../../transitions/order.ts';
import { takeOne } from '../../transitions/takes.ts';
import { wakeOf } from '../../transitions/work.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';

type Order = Parameters<Pools['takeNamed']>[2];

export function takeNamed(
  { store, types }: LedgerParts,
  { name, orderedAt, ...order }: Order & { readonly name: string; readonly orderedAt: number },
): Promise<NamedTake> {
  return store.commit(async (session): Promise<NamedTake> => {
    const record = await session.get(resources, name);
    const spec = record === null ? null : await types.get(session, record.type);
    const refusal = orderRefusal(record, spec, orderedAt);
    if (record === null || refusal !== null) return { kind: 'refused', reason: refusal ?? 'unknown' };
    const doomed = spec?.removed === true;
    const taken = takeOne(record, { order, task: 'recycle', reason: 'ordered', doomed }, session.moment);
    putRecord(session, taken, record);
    return { kind: 'taken', wake: wakeOf(taken, 'recycle') };
  });
}
