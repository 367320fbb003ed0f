import type { Intent, NewIntent } from '../../port.ts';
import { intents } from '../documents/intent.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { intendedBefore } from '../queries.ts';

/** One that was noted already stays as old as it is. */
export function intend({ store }: LedgerParts, noted: readonly NewIntent[]): Promise<void> {
  return store.commit(async (session) => {
    const known = await session.getAll(
      intents,
      noted.map(({ owner }) => owner),
    );
    const { at } = session.moment;
    for (const [index, { owner, type, state, dest, name, kind, task, reason }] of noted.entries())
      if (known[index] == null)
        session.put(intents, owner, { owner, type, state, dest, name, kind, task, reason, at });
  });
}

export function drop({ store }: LedgerParts, owners: readonly string[]): Promise<void> {
  return store.commit(async (session) => {
    await session.getAll(intents, owners);
    for (const owner of owners) session.remove(intents, owner);
  });
}

export const unsettled = ({ store }: LedgerParts, ageMs: number, limit: number): Promise<readonly Intent[]> =>
  store.look((session) => session.find(intents, intendedBefore(session.moment.at - ageMs, limit)));
