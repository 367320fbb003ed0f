import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, jest } from '@jest/globals';

import { startEmulator, type Emulator } from '../../shared/cloud/emulators.ts';
import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { describeBoskos } from '../contract/boskos/boskosContract.ts';
import { openHttpStage } from '../contract/boskos/httpStage.ts';
import { openRanchStage } from '../contract/boskos/ranchStage.ts';
import type { OpenLedger } from '../contract/ledger/world.ts';

jest.setTimeout(60_000);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator('firestore', { projectId: 'boskos' });
});
afterAll(() => emulator.stop());

const open: OpenLedger = async (clock) =>
  openFirestoreLedger({
    // A project of its own is an empty ledger.
    projectId: `boskos-${randomUUID()}`,
    emulator: emulator.host,
    clock: systemClock,
    random: () => Math.random(),
    shiftMs: () => clock.ahead(),
  });

describeBoskos('the ranch, Firestore', () => openRanchStage(open));
describeBoskos('our own server over HTTP, both on Firestore', () => openHttpStage(open));
