import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { describeBoskos } from './boskosContract.ts';
import { openRanchStage } from './ranchStage.ts';

describeBoskos('the ranch, SQLite', () =>
  openRanchStage(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  ),
);
