import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll } from '@jest/globals';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { describeLedger } from './ledgerContract.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-ledger-'));
});
afterAll(() => rm(folder, { recursive: true }));

describeLedger('a SQLite file', async (clock) =>
  openSqliteLedger({
    path: join(folder, `${randomUUID()}.sqlite`),
    now: () => clock.now(),
    random: () => Math.random(),
  }),
);
