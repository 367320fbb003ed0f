import { randomUUID } from 'node:crypto';

import { beforeAll, test } from '@jest/globals';

import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { expectNoneTwice } from '../support/boskosProcess/twoServers.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';

let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

test('two servers on one Firestore, 16 clients each: no resource is given twice, none is lost', async () => {
  const projectId = `two-${randomUUID()}`;
  await expectNoneTwice(
    async () =>
      openFirestoreLedger({
        projectId,
        emulator,
        clock: systemClock,
        random: () => Math.random(),
      }),
    // Each call is two to four of the emulator's, which does some 400 a second.
    { ledger: ['firestore', emulator, projectId], resources: 6, rounds: 2 },
  );
});
