import type { EndAtOnce, Settlement } from '../../../shared/ledger/port.ts';
import type { Phase } from '../../../shared/ledger/records.ts';
import { acquireOf, releaseOf } from '../../contract/ledger/usersSteps.ts';
import {
  GOOD_END,
  GRACE_MS,
  HOLD_MS,
  LONG_MS,
  physical,
  virtual,
  type World,
} from '../../contract/ledger/world.ts';
import {
  bearerOf,
  cluster,
  CLUSTER,
  historyOf,
  keepSize,
  PROJECTS,
  statesOf,
  store,
  takeOrder,
  workOf,
  type Act,
  type Operation,
} from './operation.ts';

const settling =
  (phase: Phase, settlement: Settlement) =>
  async (world: World): Promise<Act> => {
    await cluster(world, phase);
    const run = await world.begin('c');
    return () => world.settle(run, settlement);
  };

const atOnce =
  (phase: Phase, end: EndAtOnce) =>
  async (world: World): Promise<Act> => {
    await cluster(world, phase);
    return runAtOnce(world, end);
  };

async function runAtOnce(world: World, end: EndAtOnce): Promise<Act> {
  const { phase, cycle } = (await world.work('c')).work;
  const order = { name: 'c', task: phase ?? 'free', cycle, holdMs: HOLD_MS, graceMs: GRACE_MS };
  return () => world.ledger.claims.claimAndSettle(order, end);
}

const cleaning =
  (dest: 'dirty' | 'toBeDeleted') =>
  async (world: World): Promise<Act> => {
    await world.configure(physical('project', ['p']));
    await acquireOf(world, 'project', { name: 'p' });
    await releaseOf(world, 'p', dest);
    await world.ledger.pools.takeForJanitor(takeOrder(world, 'project'));
    const run = await world.begin('p');
    return () => world.settle(run, GOOD_END.janitor);
  };

/** `c` has the only construct slot, and `d` wants one. */
async function oneSlot(world: World): Promise<void> {
  await world.configure(virtual('cluster', ['c', 'd'], { settings: { maxConstructing: 1 } }));
  for (const name of ['c', 'd']) await world.bring(name, 'clean');
}

export const CLAIM_OPERATIONS: readonly Operation[] = [
  {
    name: 'claim of recycle',
    prepare: async (world) => {
      await cluster(world, 'recycle');
      return () => world.claim('c');
    },
    count: workOf('c', 'token', 'cycle', 'crashes'),
    once: { token: 2, cycle: 1, crashes: 0 },
  },
  {
    name: 'claim of clean',
    isVariant: true,
    prepare: async (world) => {
      await cluster(world, 'clean');
      return () => world.claim('c');
    },
    count: workOf('c', 'token', 'crashes', 'builtBy'),
    once: { token: 4, crashes: 0, builtBy: 'cluster-1' },
  },
  {
    name: 'claim after a death',
    isVariant: true,
    prepare: async (world) => {
      await cluster(world, 'clean');
      await world.begin('c');
      world.advance(HOLD_MS);
      return () => world.claim('c');
    },
    count: workOf('c', 'token', 'crashes'),
    once: { token: 5, crashes: 1 },
  },
  {
    name: 'claim that begins again',
    isVariant: true,
    prepare: async (world) => {
      await cluster(world, 'fulfill');
      await store(world, PROJECTS, { ...CLUSTER, hash: 'cluster-2' });
      return () => world.claim('c');
    },
    count: workOf('c', 'cycle', 'phase'),
    once: { cycle: 2, phase: 'recycle' },
  },
  {
    name: 'claim without a slot',
    isVariant: true,
    prepare: async (world) => {
      await oneSlot(world);
      await world.begin('c');
      return () => world.claim('d');
    },
    count: workOf('d', 'awaitsSlot', 'token'),
    once: { awaitsSlot: true, token: 3 },
  },
  {
    name: 'renew',
    prepare: async (world) => {
      await cluster(world, 'clean');
      const run = await world.begin('c');
      return () => world.ledger.claims.renew(run, HOLD_MS);
    },
    count: workOf('c', 'token', 'crashes'),
    once: { token: 4, crashes: 0 },
  },
  {
    name: 'settle recycled',
    prepare: settling('recycle', GOOD_END.recycle),
    count: historyOf('c'),
    once: ['dirty: cycle 1 begins', 'recycle done'],
  },
  {
    name: 'settle recycled, with leases',
    isVariant: true,
    prepare: async (world) => {
      await cluster(world, 'done');
      await world.ledger.pools.takeNamed('c', (await world.now()) + LONG_MS, world.order());
      const run = await world.begin('c');
      return () => world.settle(run, GOOD_END.recycle);
    },
    count: statesOf('project'),
    once: { dirty: 1, free: 2 },
  },
  {
    name: 'settle recycled, of a doomed one',
    isVariant: true,
    prepare: async (world) => {
      await cluster(world, 'done');
      await store(world, PROJECTS);
      await keepSize(world, 'cluster');
      const run = await world.begin('c');
      return () => world.settle(run, GOOD_END.recycle);
    },
    count: bearerOf('c'),
    once: { state: 'tombstone', owner: '' },
  },
  {
    name: 'settle fulfilled',
    prepare: settling('fulfill', GOOD_END.fulfill),
    count: statesOf('project'),
    once: { free: 2, leased: 1 },
  },
  {
    name: 'settle waiting',
    prepare: settling('fulfill', { kind: 'waiting', dueInMs: LONG_MS, patienceMs: 60_000 }),
    count: workOf('c', 'token', 'claimedUntil'),
    once: { token: 3, claimedUntil: null },
  },
  {
    name: 'claimAndSettle fulfilled',
    prepare: atOnce('fulfill', { kind: 'fulfilled', waitMs: LONG_MS }),
    count: statesOf('project'),
    once: { free: 2, leased: 1 },
  },
  {
    name: 'claimAndSettle fulfilled, where supply is short',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(virtual('cluster', ['c'], { needs: { project: 1 } }), physical('project', 0));
      await world.bring('c', 'fulfill');
      return runAtOnce(world, { kind: 'fulfilled', waitMs: LONG_MS });
    },
    count: workOf('c', 'token', 'claimedUntil', 'phase'),
    once: { token: 3, claimedUntil: null, phase: 'fulfill' },
  },
  {
    name: 'claimAndSettle freed',
    prepare: atOnce('free', { kind: 'freed' }),
    count: statesOf('project'),
    once: { c: 1, free: 2 },
  },
  {
    name: 'settle constructed',
    prepare: settling('clean', GOOD_END.clean),
    count: historyOf('c'),
    once: ['dirty: cycle 1 begins', 'recycle done', 'fulfill done', 'clean done'],
  },
  {
    name: 'settle freed',
    prepare: settling('free', GOOD_END.free),
    count: statesOf('project'),
    once: { c: 1, free: 2 },
  },
  {
    name: 'settle cleaned',
    prepare: cleaning('dirty'),
    count: historyOf('p'),
    once: ['dirty: cycle 1 begins', 'cleaned'],
  },
  {
    name: 'settle cleaned, of a doomed one',
    isVariant: true,
    prepare: cleaning('toBeDeleted'),
    count: historyOf('p'),
    once: ['toBeDeleted: cycle 1 begins', 'ended'],
  },
  {
    name: 'settle notYet',
    prepare: settling('clean', { kind: 'notYet', checkpoint: { step: 1 }, againInMs: LONG_MS }),
    count: workOf('c', 'checkpoint', 'attempts', 'token'),
    once: { checkpoint: { step: 1 }, attempts: 0, token: 4 },
  },
  {
    name: 'settle deferred',
    prepare: settling('clean', { kind: 'deferred', againInMs: LONG_MS, awaySince: null }),
    count: workOf('c', 'attempts', 'crashes', 'token'),
    once: { attempts: 0, crashes: 0, token: 4 },
  },
  {
    name: 'settle failed',
    prepare: settling('clean', { kind: 'failed', message: 'no', retryInMs: LONG_MS }),
    count: workOf('c', 'attempts', 'crashes'),
    once: { attempts: 1, crashes: 0 },
  },
  {
    name: 'settle failed, for good',
    isVariant: true,
    prepare: settling('clean', { kind: 'failed', message: 'no', retryInMs: null }),
    count: workOf('c', 'attempts', 'dueAt'),
    once: { attempts: 1, dueAt: null },
  },
  {
    name: 'nextForSlot',
    prepare: async (world) => {
      await oneSlot(world);
      const run = await world.begin('c');
      await world.claim('d');
      await world.end(run, GOOD_END.clean);
      return () => world.ledger.claims.nextForSlot('cluster');
    },
    count: workOf('d', 'awaitsSlot'),
    once: { awaitsSlot: false },
  },
  {
    name: 'takeDue',
    prepare: async (world) => {
      await cluster(world, 'fulfill');
      world.advance(LONG_MS);
      return () => world.ledger.claims.takeDue(10, GRACE_MS);
    },
    count: (world) => world.ledger.claims.takeDue(10, GRACE_MS),
    once: [],
  },
  {
    name: 'retry',
    prepare: async (world) => {
      await cluster(world, 'clean');
      await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: null });
      return () => world.ledger.claims.retry('c', GRACE_MS);
    },
    count: workOf('c', 'attempts', 'quarantine', 'token'),
    once: { attempts: 0, quarantine: null, token: 4 },
  },
];
