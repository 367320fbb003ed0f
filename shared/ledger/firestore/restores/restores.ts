import type { Restores } from '../../port.ts';
import { disclaim, EVERYBODY, floorAt } from '../../transitions/disclaim.ts';
import { pasts } from '../documents/pool.ts';
import { drop, unsettled } from '../loans/intents.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { records } from '../queries.ts';

/** Records of one commit: with their user data they stay below what a commit takes. */
const AT_ONCE = 20;

export const restores = (parts: LedgerParts): Restores => ({
  begin: () => begin(parts),
  disclaim: (page) => disclaimPage(parts, page),
});

async function begin(parts: LedgerParts): Promise<number> {
  await forgetIntents(parts);
  return parts.store.commit(async (session) => {
    const floor = floorAt(session.moment, await session.get(pasts, EVERYBODY));
    session.put(pasts, EVERYBODY, { cycle: floor, token: floor });
    return floor;
  });
}

async function forgetIntents(parts: LedgerParts): Promise<void> {
  for (;;) {
    const noted = await unsettled(parts, 0, AT_ONCE);
    if (noted.length === 0) return;
    await drop(
      parts,
      noted.map(({ owner }) => owner),
    );
  }
}

const disclaimPage = (
  { store, types }: LedgerParts,
  { floor, after, limit }: Parameters<Restores['disclaim']>[0],
): ReturnType<Restores['disclaim']> =>
  store.commit(async (session) => {
    const size = Math.min(limit, AT_ONCE);
    const query = records({ ...(after !== null && { after }), limit: size });
    const found = await session.find(resources, query);
    const names: string[] = [];
    for (const record of found) {
      const spec = await types.get(session, record.type);
      const disclaimed = disclaim({ record, spec }, floor, session.moment);
      if (disclaimed === null) continue;
      putRecord(session, disclaimed, record);
      names.push(record.name);
    }
    return { names, after: found.length < size ? null : (found.at(-1)?.name ?? null) };
  });
