import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { describeFuzz } from '../../contract/boskosWire/fuzz.ts';

describeFuzz(
  'SQLite',
  async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  { calls: 1_000, bodies: 20, raw: 300 },
);
