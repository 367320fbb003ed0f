import { randomUUID } from 'node:crypto';

import { beforeAll } from '@jest/globals';

import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { describeFuzz } from '../contract/boskosWire/fuzz.ts';
import { describeWire } from '../contract/boskosWire/transcript.ts';
import type { OpenLedger } from '../contract/ledger/world.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';

let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

const open: OpenLedger = async (clock) =>
  openFirestoreLedger({
    // A project of its own is an empty ledger.
    projectId: `wire-${randomUUID()}`,
    emulator,
    clock: systemClock,
    random: () => Math.random(),
    shiftMs: () => clock.ahead(),
  });

describeWire('Firestore', open);
// Each of them is three calls to the emulator or more.
describeFuzz('Firestore', open, { calls: 200, bodies: 4, raw: 50 });
