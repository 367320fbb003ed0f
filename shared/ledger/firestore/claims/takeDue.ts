import type { Wake } from '../../port.ts';
import type { WorkRecord } from '../../records.ts';
import { hasWork, wakesOf, withWork } from '../../transitions/work.ts';
import { changeEach } from '../changeEach.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { dueAtAll, dueBy } from '../queries.ts';
import { documentId } from '../store/documentId.ts';

const PAGE = 500;

export async function takeDue(
  { store }: LedgerParts,
  limit: number,
  graceMs: number,
): Promise<readonly Wake[]> {
  const due = await changeEach(store, {
    limit,
    find: (session, sought) => session.find(resources, dueBy(session.moment.at, sought)),
    become: (record, { at }) =>
      hasWork(record) && record.work.dueAt !== null && record.work.dueAt <= at
        ? withWork(record, { dueAt: at + graceMs })
        : null,
  });
  return due.flatMap(wakesOf);
}

/** All with work that nobody has at this moment. Reads them all. */
export function unclaimed({ store }: LedgerParts): Promise<readonly Wake[]> {
  return store.look(async (session) => {
    const { at } = session.moment;
    const wakes: Wake[] = [];
    let last: readonly [number, string] | null = null;
    for (;;) {
      const page: WorkRecord[] = (await session.find(resources, dueAtAll(last, PAGE))).filter(hasWork);
      wakes.push(...page.filter(({ work }) => (work.claimedUntil ?? 0) <= at).flatMap(wakesOf));
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE) return wakes;
      last = [end.work.dueAt ?? 0, documentId(end.name)];
    }
  });
}
