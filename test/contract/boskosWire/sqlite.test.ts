import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { describeWire } from './transcript.ts';

describeWire('SQLite', async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
);
