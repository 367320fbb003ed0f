import type { ResourceRecord } from '../records.ts';
import type { Moment } from '../transitions/work.ts';
import { resources } from './documents/resource.ts';
import { existing, putRecord } from './ledgerParts.ts';
import type { Session } from './store/session.ts';
import type { Store } from './store/store.ts';

/** Records changed in one commit: enough to be quick, few enough that one conflict costs little. */
const AT_ONCE = 50;

export interface Changing<Changed extends ResourceRecord> {
  /** Finds up to `limit` of them. */
  readonly find: (session: Session, limit: number) => Promise<readonly ResourceRecord[]>;
  /** What the record becomes; null: it stays as it is. */
  readonly become: (record: ResourceRecord, moment: Moment) => Changed | null;
  /** Default: no limit. */
  readonly limit?: number;
}

/** Looks that one call takes at most: each but the first was lost to others, in part, and there may be more behind it. */
const MAX_LOOKS = 10;

/**
 * Changes records that don't depend on each other, in their order. Each is changed as it is at that moment: one that
 * another has changed since it was found is read and asked again what it becomes. If that is nothing, and the limit has
 * cut off what was found, others are looked for.
 */
export async function changeEach<Changed extends ResourceRecord>(
  store: Store,
  changing: Changing<Changed>,
): Promise<Changed[]> {
  const { limit = Infinity } = changing;
  const changed: Changed[] = [];
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const sought = limit - changed.length;
    const round = await changeFound(store, changing, sought);
    changed.push(...round.changed);
    if (round.found < sought || changed.length >= limit) break;
  }
  return changed;
}

async function changeFound<Changed extends ResourceRecord>(
  store: Store,
  { find, become }: Changing<Changed>,
  limit: number,
): Promise<{ readonly changed: readonly Changed[]; readonly found: number }> {
  const look = async (from: Session): Promise<{ found: readonly ResourceRecord[]; from: Session }> => ({
    found: await find(from, limit),
    from,
  });
  const { found, from } = await store.look(look);
  const changed: Changed[] = [];
  for (let start = 0; start < found.length; start += AT_ONCE) {
    const names = found.slice(start, start + AT_ONCE).map(({ name }) => name);
    changed.push(...(await store.commit((session) => changeAll(session, names, become), { from: [from] })));
  }
  return { changed, found: found.length };
}

async function changeAll<Changed extends ResourceRecord>(
  session: Session,
  names: readonly string[],
  become: Changing<Changed>['become'],
): Promise<Changed[]> {
  const records = existing(await session.getAll(resources, names));
  return records.flatMap((record) => {
    const changed = become(record, session.moment);
    if (changed === null) return [];
    putRecord(session, changed, record);
    return [changed];
  });
}
