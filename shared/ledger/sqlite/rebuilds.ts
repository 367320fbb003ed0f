import { STATE, type ResourceRecord } from '../records.ts';
import { boundsOf, type TypeRecord } from '../typeRecord.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { selectRecords } from './rows.ts';
import { countStock } from './stock.ts';

/** As many as leaves at least min − 1 members free or in use: rebuilding is never what empties a pool. */
export const rebuildsAllowed = (database: Database, spec: TypeRecord): number =>
  countReady(database, spec.type) - (boundsOf(spec).min - 1);

export const countReady = (database: Database, type: string): number =>
  database.count(
    `SELECT count(*) AS n FROM resources WHERE type = ? AND phase IS NULL AND (owner <> '' OR held_by IS NOT NULL OR state = '${STATE.free}')`,
    type,
  );

/**
 * The one exception: an outdated member may hold just what others wait for, as when a type needs less than it did. While
 * the pool is short by those who wait, it would never be rebuilt, and they would wait for ever.
 *
 * @returns one outdated member that holds what somebody has lacked for longer than his patience; none if more of that
 * type is on its way, or a member is giving its leases back already
 */
export function hoarding(
  database: Database,
  { spec, outdated, at }: { spec: TypeRecord; outdated: readonly ResourceRecord[]; at: number },
): ResourceRecord[] {
  const lacked = new Set(
    (spec.component?.virtualTypes ?? []).flatMap((type) => lackedBy(database, type, at)),
  );
  const hoarder = outdated.find(({ work }) => work?.leases.some(({ type }) => lacked.has(type)) === true);
  return hoarder === undefined || isReturning(database, spec.type) ? [] : [hoarder];
}

/** What the first in line of the type lacks, if it has waited for longer than its patience. */
function lackedBy(database: Database, virtualType: string, at: number): string[] {
  const [first] = selectRecords(
    database,
    'INDEXED BY resources_waiting WHERE type = ? AND queue_since IS NOT NULL ORDER BY queue_since, name LIMIT 1',
    virtualType,
  );
  const place = first?.work?.queue;
  if (place == null || at - place.since <= place.patienceMs) return [];
  return Object.entries(readType(database, virtualType)?.needs ?? {})
    .filter(([type, count]) => countStock(database, type) < count)
    .map(([type]) => type);
}

const isReturning = (database: Database, type: string): boolean =>
  database.has(
    `SELECT 1 FROM resources WHERE type = ? AND state = '${STATE.cleaning}' AND phase = 'recycle' LIMIT 1`,
    type,
  );
