import type { Ledger } from '../port.ts';
import type { ResourceRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { claims } from './claims.ts';
import { configs, putTypes } from './configs.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { holds } from './holds.ts';
import { loans } from './loans.ts';
import { pools } from './pools.ts';
import { queue } from './queue.ts';
import { restores } from './restores.ts';
import { putRecords } from './rows.ts';
import { samples } from './samples.ts';
import { users } from './users.ts';
import { views } from './views.ts';

/**
 * The ledger in one SQLite file (WAL, every commit on the disk before it is acknowledged), or in memory.
 * Several processes may have the same file open.
 *
 * @throws MasonError LEDGER_UNREADABLE if a newer release wrote the file
 */
export const openSqliteLedger = (options: DatabaseOptions): Ledger => ledgerOn(new Database(options));

/** A ledger in memory that says what another one said: whatever is tried on it, that one stays as it is. */
export async function openSqliteCopy(
  { types, records }: LedgerContents,
  options: Omit<DatabaseOptions, 'path'>,
): Promise<Ledger> {
  const database = new Database({ ...options, path: ':memory:' });
  await database.transact(() => {
    putTypes(database, types);
    putRecords(database, records);
  });
  return ledgerOn(database);
}

export interface LedgerContents {
  readonly types: readonly TypeRecord[];
  readonly records: readonly ResourceRecord[];
}

function ledgerOn(database: Database): Ledger {
  return {
    claims: claims(database),
    pools: pools(database),
    queue: queue(database),
    users: users(database),
    configs: configs(database),
    loans: loans(database),
    holds: holds(database),
    restores: restores(database),
    views: views(database),
    samples: samples(database),
    close: () => database.close(),
  };
}
