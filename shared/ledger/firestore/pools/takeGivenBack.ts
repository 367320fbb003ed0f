import type { GivenBack, TakeOrder, Wake } from '../../port.ts';
import { isTakenUp, takeGivenBack as takeRecord } from '../../transitions/takes.ts';
import { wakesOf } from '../../transitions/work.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';

/** One commit, as that was which gave them back. What its type leaves alone is not read. */
export function takeGivenBack(
  { store, types }: LedgerParts,
  given: readonly GivenBack[],
  order: Pick<TakeOrder, 'newOwner' | 'graceMs'>,
): Promise<readonly Wake[]> {
  return store.commit(async (session) => {
    const typed = await Promise.all(
      given.map(async (one) => ({ given: one, spec: await types.get(session, one.type) })),
    );
    const wanted = typed.filter(({ given: one, spec }) => isTakenUp(one, spec));
    const records = await session.getAll(
      resources,
      wanted.map(({ given: { name } }) => name),
    );
    return wanted.flatMap((one, index) => {
      const record = records[index] ?? null;
      const taken = takeRecord(record, { ...one, order }, session.moment);
      if (taken === null) return [];
      putRecord(session, taken, record);
      return wakesOf(taken);
    });
  });
}
