import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { Firestore } from '@google-cloud/firestore';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { waiting } from '../../shared/ledger/firestore/queries.ts';
import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Query } from '../../shared/ledger/firestore/store/kind.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { acquireOf, releaseOf } from '../contract/ledger/usersSteps.ts';
import { openWorld, physical, virtual, type World } from '../contract/ledger/world.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';

let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

/** What the ledger was asked for. */
let asked: Query[];
let firestore: Firestore;
let world: World;
let close: () => Promise<void>;
beforeEach(async () => {
  asked = [];
  const projectId = `many-${randomUUID()}`;
  firestore = new Firestore({ projectId, host: emulator, ssl: false });
  ({ world, close } = await openWorld(async (clock) =>
    openFirestoreLedger({
      projectId,
      emulator,
      clock: systemClock,
      random: () => Math.random(),
      shiftMs: () => clock.ahead(),
      onQuery: (_, query) => asked.push(query),
    }),
  ));
});
afterEach(async () => {
  await Promise.all([close(), firestore.terminate()]);
});

/** So many members more that are as this one is: to build each would take minutes. */
async function copy(name: string, count: number): Promise<void> {
  const resources = firestore.collection('resources');
  const fields = (await resources.doc(name).get()).data();
  const batch = firestore.batch();
  for (let index = 0; index < count; index += 1)
    batch.create(resources.doc(`${name}-${index}`), { ...fields, name: `${name}-${index}` });
  await batch.commit();
}

describe('more outdated members than one commit takes', () => {
  test.each([
    ['as many as the pool can spare', 1_000, 248],
    ['up to the limit', 230, 230],
  ])('are taken all at once, %s', async (_, limit, taken) => {
    const cluster = virtual('cluster', [4, 251]);
    await world.configure(virtual('cluster', [1, 1]));
    await world.build('cluster');
    const [built = ''] = await world.names('cluster');
    await copy(built, 250);
    await world.configure({ ...cluster, hash: 'cluster-2' });
    const { pools } = world.ledger;
    const wakes = await pools.takeOutdated({ type: 'cluster', limit, ...world.order() });
    expect(new Set(wakes.map(({ name }) => name)).size).toBe(taken);
    expect(await world.names('cluster', 'free')).toHaveLength(251 - taken);
  });
});

test('a line that a new config makes due is read once, also where a run has one of it', async () => {
  const lab = virtual('lab', ['a', 'b', 'c'], { needs: { project: 1 } });
  const none = physical('project', []);
  await world.configure(lab, none);
  for (const name of ['a', 'b', 'c']) await world.wait(name);
  await world.begin('b');
  asked = [];
  await world.ledger.configs.store([{ ...lab, hash: 'lab-2' }, none]);
  expect(asked.filter((query) => isDeepStrictEqual(query, waiting('lab')))).toHaveLength(1);
  const now = await world.now();
  for (const [name, isDue] of Object.entries({ a: true, b: false, c: true }))
    expect(((await world.work(name)).work.dueAt ?? Infinity) <= now).toBe(isDue);
});

test('where others take what was found, those behind them are looked for', async () => {
  await world.configure(virtual('cluster', ['a', 'b', 'c', 'd', 'e']));
  const { pools } = world.ledger;
  const takes = await Promise.all(
    [2, 2, 1].map((limit) => pools.takeDirty({ type: 'cluster', limit, ...world.order() })),
  );
  expect(takes.map(({ length }) => length)).toEqual([2, 2, 1]);
});

/** A user declares one dead; so many others are then as it is. */
async function bury(type: string, count: number): Promise<void> {
  const [first = '', ...others] = (await world.names(type, 'free')).slice(0, count);
  await acquireOf(world, type, { name: first });
  await releaseOf(world, first, 'tombstone');
  const resources = firestore.collection('resources');
  const fields = (await resources.doc(first).get()).data();
  const batch = firestore.batch();
  for (const name of others) batch.set(resources.doc(name), { ...fields, name });
  await batch.commit();
}

test('more dead members than one commit drops are all dropped, and none of the living with them', async () => {
  await world.configure(physical('thing', 150));
  await bury('thing', 130);
  const [used = ''] = await world.names('thing', 'free');
  await acquireOf(world, 'thing', { name: used });
  await releaseOf(world, used, 'dirty');
  await world.ledger.configs.store([physical('thing', 20)]);
  const change = await world.ledger.pools.keepSize('thing', world.order());
  expect(change.dropped).toHaveLength(130);
  expect(await world.names('thing')).toHaveLength(20);
  expect(await world.names('thing', 'free')).toHaveLength(19);
  expect(await world.names('thing', 'dirty')).toEqual([used]);
});
