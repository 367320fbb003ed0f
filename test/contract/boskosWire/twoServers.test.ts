import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, test } from '@jest/globals';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { expectNoneTwice } from '../../support/boskosProcess/twoServers.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-two-servers-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('two servers on one file, 16 clients each: no resource is given twice, none is lost', async () => {
  const path = join(folder, 'ledger.sqlite');
  await expectNoneTwice(
    async () => openSqliteLedger({ path, now: () => Date.now(), random: () => Math.random() }),
    { ledger: ['sqlite', path], resources: 12, rounds: 20 },
  );
});
