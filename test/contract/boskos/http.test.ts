import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import type { OpenLedger } from '../ledger/world.ts';
import { describeBoskos } from './boskosContract.ts';
import { openHttpStage } from './httpStage.ts';
import { openOriginalStage } from './originalStage.ts';

const open: OpenLedger = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() });

describeBoskos('our own server over HTTP', () => openHttpStage(open));
describeBoskos('a model of the original server over HTTP', () => openOriginalStage(open));
