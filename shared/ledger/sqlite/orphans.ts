import type { ResourceRecord } from '../records.ts';
import { keeperOf, takeInOrphan, type Keeper } from '../transitions/orphans.ts';
import type { Moment } from '../transitions/work.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { putRecord, readRecord, selectRecords } from './rows.ts';

/** From a random place on, and round: in time each is looked at, however many there are. */
export function takeInOrphans(database: Database, limit: number, moment: Moment): string[] {
  const behind = keptIn(database, 'kept_rand >= ?', [moment.rand, limit]);
  const before = keptIn(database, 'kept_rand < ?', [moment.rand, limit - behind.length]);
  return [...behind, ...before].flatMap((record) => {
    const dirty = takeInOrphan(record, keeperFor(database, record), moment);
    if (dirty === null) return [];
    putRecord(database, dirty);
    return [dirty.name];
  });
}

const keptIn = (database: Database, condition: string, values: readonly number[]): ResourceRecord[] =>
  selectRecords(
    database,
    `INDEXED BY resources_kept WHERE ${condition} ORDER BY kept_rand LIMIT ?`,
    ...values,
  );

function keeperFor(database: Database, record: ResourceRecord): Keeper | null {
  const keeper = readRecord(database, keeperOf(record) ?? '');
  return keeper === null ? null : { record: keeper, spec: readType(database, keeper.type) };
}
