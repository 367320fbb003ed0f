import type { Loans } from '../../port.ts';
import { endLoan } from '../../transitions/loans.ts';
import { pasts } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

type Over = Parameters<Loans['end']>[0];

export function end({ store }: LedgerParts, over: Over): Promise<void> {
  return store.commit(async (session) => {
    await session.getAll(
      resources,
      over.map(({ name }) => name),
    );
    for (const loan of over) await endOne(session, loan);
  });
}

async function endOne(session: Session, { name, owner }: Over[number]): Promise<void> {
  const record = await session.get(resources, name);
  const ended = endLoan(record, owner);
  if (ended === null) return;
  if (ended.kind === 'keep') {
    putRecord(session, ended.record, record);
    return;
  }
  if (ended.past !== null) {
    await session.get(pasts, name);
    session.put(pasts, name, ended.past);
  }
  session.remove(resources, name);
}
