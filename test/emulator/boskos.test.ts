import { randomUUID } from 'node:crypto';

import { beforeAll } from '@jest/globals';

import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { describeBoskos } from '../contract/boskos/boskosContract.ts';
import { openHttpStage } from '../contract/boskos/httpStage.ts';
import { openRanchStage } from '../contract/boskos/ranchStage.ts';
import type { OpenLedger } from '../contract/ledger/world.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';

let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

const open: OpenLedger = async (clock) =>
  openFirestoreLedger({
    // A project of its own is an empty ledger.
    projectId: `boskos-${randomUUID()}`,
    emulator,
    clock: systemClock,
    random: () => Math.random(),
    shiftMs: () => clock.ahead(),
  });

describeBoskos('the ranch, Firestore', () => openRanchStage(open));
describeBoskos('our own server over HTTP, both on Firestore', () => openHttpStage(open));
