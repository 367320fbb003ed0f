import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, test } from '@jest/globals';

import { startEmulator, type Emulator } from '../../shared/cloud/emulators.ts';
import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { expectNoneTwice } from '../support/boskosProcess/twoServers.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator('firestore', { projectId: 'two' });
}, 60_000);
afterAll(() => emulator.stop());

test('two servers on one Firestore, 16 clients each: no resource is given twice, none is lost', async () => {
  const projectId = `two-${randomUUID()}`;
  await expectNoneTwice(
    async () =>
      openFirestoreLedger({
        projectId,
        emulator: emulator.host,
        clock: systemClock,
        random: () => Math.random(),
      }),
    // Each call is two to four of the emulator's, which does some 400 a second.
    { ledger: ['firestore', emulator.host, projectId], resources: 6, rounds: 2 },
  );
});
