import type { ResourceRecord } from '../../records.ts';
import { boundsOf, type TypeRecord } from '../../typeRecord.ts';
import { resources } from '../documents/resource.ts';
import { existing, type LedgerParts } from '../ledgerParts.ts';
import { firstWaiting, ready, returning } from '../queries.ts';
import type { Session } from '../store/session.ts';
import { countStock } from './stock.ts';

/** As many as leaves at least min − 1 members free or in use: rebuilding is never what empties a pool. */
export const rebuildsAllowed = async (session: Session, spec: TypeRecord): Promise<number> =>
  (await countReady(session, spec.type)) - (boundsOf(spec).min - 1);

export const countReady = (session: Session, type: string): Promise<number> =>
  session.count(resources, ready(type));

/**
 * The one exception: an outdated member may hold just what others wait for, as when a type needs less than it did. While
 * the pool is short by those who wait, it would never be rebuilt, and they would wait for ever.
 *
 * @returns one outdated member that holds what somebody has lacked for longer than his patience; none if more of that
 * type is on its way, or a member is giving its leases back already
 */
export async function hoarding(
  parts: LedgerParts,
  session: Session,
  { spec, outdated }: { readonly spec: TypeRecord; readonly outdated: readonly ResourceRecord[] },
): Promise<ResourceRecord[]> {
  const lacked = new Set<string>();
  for (const type of spec.component?.virtualTypes ?? [])
    for (const missing of await lackedBy(parts, session, type)) lacked.add(missing);
  const hoarder = outdated.find(({ work }) => work?.leases.some(({ type }) => lacked.has(type)) === true);
  const isReturning = hoarder !== undefined && (await session.has(resources, returning(spec.type)));
  return isReturning ? [] : existing([hoarder ?? null]);
}

/** What the first in line of the type lacks, if it has waited for longer than its patience. */
async function lackedBy({ types }: LedgerParts, session: Session, virtualType: string): Promise<string[]> {
  const [first] = await session.find(resources, firstWaiting(virtualType));
  const place = first?.work?.queue;
  if (place == null || session.moment.at - place.since <= place.patienceMs) return [];
  const needs = Object.entries((await types.get(session, virtualType))?.needs ?? {});
  const stocks = await Promise.all(needs.map(([type]) => countStock(session, type)));
  return needs.flatMap(([type, count], index) => ((stocks[index] ?? 0) < count ? [type] : []));
}
