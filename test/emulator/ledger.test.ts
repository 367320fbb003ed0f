import { randomUUID } from 'node:crypto';

import { Firestore } from '@google-cloud/firestore';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Query } from '../../shared/ledger/firestore/store/kind.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { describeLedger } from '../contract/ledger/ledgerContract.ts';
import { allIndexes, servedBy, shapeOf, type Shape } from '../support/firestoreIndexes.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';

/** Each of a random life's 110 steps is several calls to the emulator. */
const RANDOM_RUNS = 3;
let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

/** What was asked in the tests of this file. */
const asked = new Map<string, Shape>();
const onQuery = (collection: string, query: Query): void => {
  const shape = shapeOf(collection, query);
  asked.set(JSON.stringify(shape), shape);
};

describeLedger(
  'Firestore',
  async (clock) =>
    openFirestoreLedger({
      // A project of its own is an empty ledger.
      projectId: `ledger-${randomUUID()}`,
      emulator,
      clock: systemClock,
      random: () => Math.random(),
      shiftMs: () => clock.ahead(),
      onQuery,
    }),
  RANDOM_RUNS,
);

test('a document that a newer release wrote is refused, whatever it is', async () => {
  const place = { projectId: `ledger-${randomUUID()}` };
  const firestore = new Firestore({ ...place, host: emulator, ssl: false });
  await firestore.collection('matchers').doc('a').set({ schema: 2, token: 1 });
  await firestore.collection('resources').doc('r').set({ schema: 2, type: 'project' });
  const clock = systemClock;
  const ledger = openFirestoreLedger({
    ...place,
    emulator,
    clock,
    random: () => Math.random(),
  });
  const refused = { code: 'LEDGER_UNREADABLE', message: expect.stringContaining('schema') };
  await expect(ledger.queue.claimMatcher('a', 1)).rejects.toMatchObject(refused);
  await expect(ledger.views.record('r')).rejects.toMatchObject(refused);
  await expect(ledger.users.metric('project')).rejects.toMatchObject(refused);
  await Promise.all([ledger.close(), firestore.terminate()]);
});

// The emulator needs no index, production does. These come last: they look at what all tests before them have asked.
describe('the indexes that are deployed', () => {
  test('serve every query that was asked', () => {
    const failing = [...asked.values()].filter((shape) => servedBy(shape) === null);
    expect(failing).toEqual([]);
  });

  test('are all needed', () => {
    const used = new Set([...asked.values()].flatMap((shape) => servedBy(shape) ?? []));
    expect(allIndexes().filter((index) => !used.has(index))).toEqual([]);
  });
});
