import type { TakeOrder, Wake } from '../../port.ts';
import { takeBy, takesForJanitor, takesForRecycle, type Takes } from '../../transitions/takes.ts';
import { wakeOf } from '../../transitions/work.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import { changeEach } from '../changeEach.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { shelved } from '../queries.ts';

export const takeDirty = async (parts: LedgerParts, order: TakeOrder): Promise<readonly Wake[]> =>
  takeShelved(parts, order, takesForRecycle(await typeOf(parts, order)));

export const takeForJanitor = async (parts: LedgerParts, order: TakeOrder): Promise<readonly Wake[]> =>
  takeShelved(parts, order, takesForJanitor(await typeOf(parts, order)));

const typeOf = ({ store, types }: LedgerParts, { type }: TakeOrder): Promise<TypeRecord | null> =>
  store.look((session) => types.get(session, type));

async function takeShelved(
  { store }: LedgerParts,
  order: TakeOrder,
  takes: Takes | null,
): Promise<readonly Wake[]> {
  if (takes === null) return [];
  const taken = await changeEach(store, {
    limit: order.limit,
    find: (session, sought) => session.find(resources, shelved(order.type, takes.shelves, sought)),
    become: (record, moment) => takeBy(takes, { record, order }, moment),
  });
  return taken.map((record) => wakeOf(record, record.work.phase ?? 'recycle'));
}
