import { randomUUID } from 'node:crypto';

import type { Kind } from '../../../shared/ledger/firestore/store/kind.ts';
import { Store } from '../../../shared/ledger/firestore/store/store.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';

/** The simplest documents that there are. */
export const counters: Kind<number> = {
  collection: 'counters',
  encode: (n) => ({ n }),
  decode: ({ n }) => Number(n),
};

/** Opens stores on a project of their own. */
export function storesOf(projectId = `counters-${randomUUID()}`) {
  return (emulator: string, deadlineMs?: number): Store =>
    new Store({
      projectId,
      emulator,
      clock: systemClock,
      random: () => Math.random(),
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
}

export const valueOf = (store: Store, id: string): Promise<number | null> =>
  store.look((session) => session.get(counters, id));

/** Counts one more, from what is there or from nothing. */
export const countUp = (store: Store, id: string): Promise<void> =>
  store.commit(async (session) => {
    session.put(counters, id, ((await session.get(counters, id)) ?? 0) + 1);
  });
