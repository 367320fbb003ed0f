import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, jest } from '@jest/globals';

import { startEmulator } from '../../shared/cloud/emulators.ts';
import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { describeLedger } from '../contract/ledger/ledgerContract.ts';

/** Each of a random life's steps is a few calls to the emulator. */
const RANDOM_RUNS = 3;
jest.setTimeout(120_000);

let emulator: Awaited<ReturnType<typeof startEmulator>>;
beforeAll(async () => {
  emulator = await startEmulator('firestore', { projectId: 'ledger' });
});
afterAll(() => emulator.stop());

describeLedger(
  'Firestore',
  async (clock) =>
    openFirestoreLedger({
      // A project of its own is an empty ledger.
      projectId: `ledger-${randomUUID()}`,
      emulator: emulator.host,
      clock: systemClock,
      random: () => Math.random(),
      shiftMs: () => clock.ahead(),
    }),
  RANDOM_RUNS,
);
