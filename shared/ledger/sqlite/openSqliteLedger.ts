import type { Ledger } from '../port.ts';
import { claims } from './claims.ts';
import { configs } from './configs.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { holds } from './holds.ts';
import { loans } from './loans.ts';
import { pools } from './pools.ts';
import { queue } from './queue.ts';
import { restores } from './restores.ts';
import { samples } from './samples.ts';
import { users } from './users.ts';
import { views } from './views.ts';

/**
 * The ledger in one SQLite file (WAL, every commit on the disk before it is acknowledged), or in memory.
 * Several processes may have the same file open.
 *
 * @throws MasonError LEDGER_UNREADABLE if a newer release wrote the file
 */
export function openSqliteLedger(options: DatabaseOptions): Ledger {
  const database = new Database(options);
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
