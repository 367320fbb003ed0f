import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll } from '@jest/globals';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import type { LedgerClock } from './world.ts';
import { describeLedger } from './ledgerContract.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-ledger-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (path: string, clock: LedgerClock) =>
  openSqliteLedger({ path, now: () => clock.now(), random: () => Math.random() });

describeLedger('SQLite in memory', async (clock) => at(':memory:', clock));
describeLedger('a SQLite file', async (clock) => at(join(folder, `${randomUUID()}.sqlite`), clock));
