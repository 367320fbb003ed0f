import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { describeLedger } from './ledgerContract.ts';

describeLedger('SQLite in memory', async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
);
