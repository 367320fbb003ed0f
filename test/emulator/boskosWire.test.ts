import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, jest } from '@jest/globals';

import { startEmulator, type Emulator } from '../../shared/cloud/emulators.ts';
import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { describeFuzz } from '../contract/boskosWire/fuzz.ts';
import { describeWire } from '../contract/boskosWire/transcript.ts';
import type { OpenLedger } from '../contract/ledger/world.ts';

jest.setTimeout(60_000);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator('firestore', { projectId: 'wire' });
});
afterAll(() => emulator.stop());

const open: OpenLedger = async (clock) =>
  openFirestoreLedger({
    // A project of its own is an empty ledger.
    projectId: `wire-${randomUUID()}`,
    emulator: emulator.host,
    clock: systemClock,
    random: () => Math.random(),
    shiftMs: () => clock.ahead(),
  });

describeWire('Firestore', open);
// Each of them is three calls to the emulator or more.
describeFuzz('Firestore', open, { calls: 200, bodies: 4, raw: 50 });
