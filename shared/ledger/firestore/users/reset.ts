import type { Users } from '../../port.ts';
import { resources, restFields } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { heldByUsers } from '../queries.ts';
import { giveBack } from './release.ts';

type Request = Parameters<Users['reset']>[0];

/** One commit each: what becomes of one may hang on another that is reset with it. */
export async function reset(
  parts: LedgerParts,
  { type, state, dest, expireMs }: Request,
): Promise<Readonly<Record<string, string>>> {
  const { store } = parts;
  const found = await store.look((session) =>
    session.find(resources, heldByUsers(type, [state], session.moment.at - expireMs)),
  );
  const owners: [string, string][] = [];
  for (const { name } of found) {
    const owner = await store.commit(async (session) => {
      const record = await session.get(resources, name);
      const since = record === null ? undefined : restFields(record).userSince;
      const isOver = since !== undefined && since < session.moment.at - expireMs;
      if (record?.state !== state || !isOver) return null;
      await giveBack(parts, session, { record, dest });
      return record.owner;
    });
    if (owner !== null) owners.push([name, owner]);
  }
  return Object.fromEntries(owners.sort(([a], [b]) => (a < b ? -1 : 1)));
}
