import { STATE, type ResourceRecord } from '../../records.ts';
import { releaseAs } from '../../transitions/release.ts';
import { REAPED_STATES } from '../../transitions/states.ts';
import { changeEach } from '../changeEach.ts';
import { resources, restFields } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { heldByUsers, stray, strayIn } from '../queries.ts';

export async function reap(
  { store, types }: LedgerParts,
  { type, leaseExpiryMs }: { readonly type: string; readonly leaseExpiryMs: number },
): Promise<readonly string[]> {
  const reaped = await changeEach(store, {
    find: async (session) => {
      const before = session.moment.at - leaseExpiryMs;
      const isManaged = (await types.get(session, type))?.managed === true;
      const [vanished, left] = await Promise.all([
        session.find(resources, heldByUsers(type, REAPED_STATES, before)),
        // A virtual resource in a state that nobody knows is left there; a physical one may be in its users' own state.
        session.find(resources, isManaged ? stray(type, before) : strayIn(type, REAPED_STATES, before)),
      ]);
      return [...vanished, ...left];
    },
    become: (record, moment): ResourceRecord | null => {
      const { userSince, straySince } = restFields(record);
      const since = userSince ?? straySince ?? Infinity;
      return since < moment.at - leaseExpiryMs
        ? releaseAs(record, STATE.dirty, { ...moment, lifespanMs: null })
        : null;
    },
  });
  return reaped.map(({ name }) => name);
}
