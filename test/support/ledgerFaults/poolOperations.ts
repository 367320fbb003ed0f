import { acquireOf, releaseOf } from '../../contract/ledger/usersSteps.ts';
import { LONG_MS, physical, virtual } from '../../contract/ledger/world.ts';
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
  type Operation,
} from './operation.ts';

const EXPIRY_MS = 1_000;

export const POOL_OPERATIONS: readonly Operation[] = [
  {
    name: 'keepSize that makes',
    prepare: async (world) => {
      await store(world, PROJECTS);
      return () => keepSize(world, 'project');
    },
    count: statesOf('project'),
    once: { free: 3 },
  },
  {
    name: 'keepSize that makes more',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(PROJECTS);
      await store(world, physical('project', 5));
      return () => keepSize(world, 'project');
    },
    count: statesOf('project'),
    once: { free: 5 },
  },
  {
    name: 'keepSize that makes the named',
    isVariant: true,
    prepare: async (world) => {
      await store(world, physical('project', ['p', 'q']));
      return () => keepSize(world, 'project');
    },
    count: statesOf('project'),
    once: { free: 2 },
  },
  {
    name: 'keepSize that drops',
    prepare: async (world) => {
      await world.configure(physical('project', ['p', 'q', 'r']));
      await store(world, physical('project', ['q']));
      return () => keepSize(world, 'project');
    },
    count: statesOf('project'),
    once: { free: 1 },
  },
  {
    name: 'keepSize that retires',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(PROJECTS);
      await store(world, physical('project', 1));
      return () => keepSize(world, 'project');
    },
    count: statesOf('project'),
    once: { free: 1, toBeDeleted: 2 },
  },
  {
    name: 'keepSize that dooms',
    prepare: async (world) => {
      await cluster(world, 'done');
      await store(world, PROJECTS);
      return () => keepSize(world, 'cluster');
    },
    count: historyOf('c'),
    once: [
      'dirty: cycle 1 begins',
      'recycle done',
      'fulfill done',
      'clean done',
      'free',
      'not wanted any more: cycle 2 begins',
    ],
  },
  {
    name: 'keepSize that buries',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(PROJECTS);
      const [name = ''] = await world.names('project');
      await acquireOf(world, 'project', { name });
      await releaseOf(world, name, 'tombstone');
      return () => keepSize(world, 'project');
    },
    count: statesOf('project'),
    once: { free: 3 },
  },
  {
    name: 'keepSize that buries all',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(physical('project', ['p']), CLUSTER);
      await store(world, CLUSTER);
      return () => keepSize(world, 'project');
    },
    count: statesOf('project'),
    once: {},
  },
  {
    name: 'expire',
    prepare: async (world) => {
      await world.configure(physical('project', ['p', 'q'], { lifespanMs: EXPIRY_MS }));
      await acquireOf(world, 'project', { name: 'p' });
      await releaseOf(world, 'p', 'free');
      world.advance(EXPIRY_MS);
      return () => world.ledger.pools.expire('project');
    },
    count: statesOf('project'),
    once: { free: 1, toBeDeleted: 1 },
  },
  {
    name: 'takeDirty',
    prepare: async (world) => {
      await world.configure(PROJECTS, CLUSTER);
      return () => world.ledger.pools.takeDirty(takeOrder(world, 'cluster'));
    },
    count: workOf('c', 'cycle', 'token', 'phase'),
    once: { cycle: 1, token: 1, phase: 'recycle' },
  },
  {
    name: 'takeForJanitor',
    prepare: async (world) => {
      await world.configure(physical('project', ['p']));
      await acquireOf(world, 'project', { name: 'p' });
      await releaseOf(world, 'p', 'dirty');
      return () => world.ledger.pools.takeForJanitor(takeOrder(world, 'project'));
    },
    count: workOf('p', 'cycle', 'token', 'phase'),
    once: { cycle: 1, token: 1, phase: 'janitor' },
  },
  {
    name: 'takeGivenBack',
    prepare: async (world) => {
      await world.configure(physical('project', ['p', 'q']));
      for (const name of ['p', 'q']) {
        await acquireOf(world, 'project', { name });
        await releaseOf(world, name, 'dirty');
      }
      const given = [await world.record('p'), await world.record('q')];
      return () => world.ledger.pools.takeGivenBack(given, world.order());
    },
    count: async (world) => ({ p: await workOf('p', 'cycle')(world), q: await workOf('q', 'cycle')(world) }),
    once: { p: { cycle: 1 }, q: { cycle: 1 } },
  },
  {
    name: 'takeOutdated',
    prepare: async (world) => {
      await world.configure(virtual('cluster', ['c', 'd']));
      await world.build('cluster');
      await store(world, virtual('cluster', ['c', 'd'], { hash: 'cluster-2' }));
      return () => world.ledger.pools.takeOutdated(takeOrder(world, 'cluster'));
    },
    count: statesOf('cluster'),
    once: { cleaning: 1, free: 1 },
  },
  {
    name: 'takeNamed',
    prepare: async (world) => {
      await cluster(world, 'done');
      const orderedAt = (await world.now()) + LONG_MS;
      return () => world.ledger.pools.takeNamed('c', orderedAt, world.order());
    },
    count: workOf('c', 'cycle', 'phase'),
    once: { cycle: 2, phase: 'recycle' },
  },
  {
    name: 'reap',
    prepare: async (world) => {
      await world.configure(physical('project', ['p', 'q']));
      await acquireOf(world, 'project', { name: 'p' });
      world.advance(LONG_MS);
      return () => world.ledger.pools.reap('project', LONG_MS / 2);
    },
    count: bearerOf('p'),
    once: { state: 'dirty', owner: '' },
  },
];
