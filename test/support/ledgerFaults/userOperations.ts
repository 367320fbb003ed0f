import { acquireOf, ask, TTL_MS } from '../../contract/ledger/usersSteps.ts';
import { LONG_MS, physical, type World } from '../../contract/ledger/world.ts';
import { bearerOf, cluster, PROJECTS, statesOf, type Operation } from './operation.ts';

/** Three free projects, all of them another's. */
async function allTaken(world: World): Promise<void> {
  await world.configure(PROJECTS);
  for (const _ of [1, 2, 3]) await ask(world, 'project', { owner: 'bob' });
}

async function inAlicesHands(world: World): Promise<void> {
  await world.configure(physical('project', ['p', 'q']));
  await acquireOf(world, 'project', { name: 'p' });
}

export const USER_OPERATIONS: readonly Operation[] = [
  {
    name: 'acquire',
    prepare: async (world) => {
      await world.configure(PROJECTS);
      return () => ask(world, 'project');
    },
    count: statesOf('project'),
    once: { busy: 1, free: 2 },
  },
  {
    name: 'acquire of a request',
    prepare: async (world) => {
      await world.configure(PROJECTS);
      return () => ask(world, 'project', { requestId: 'r' });
    },
    count: statesOf('project'),
    once: { busy: 1, free: 2 },
  },
  {
    name: 'acquire of a request that was in line',
    isVariant: true,
    prepare: async (world) => {
      await allTaken(world);
      await ask(world, 'project', { requestId: 'r' });
      const [name = ''] = await world.names('project');
      await world.ledger.users.release({ name, dest: 'free', owner: 'bob' });
      return () => ask(world, 'project', { requestId: 'r' });
    },
    count: statesOf('project'),
    once: { busy: 3 },
  },
  {
    name: 'acquire that gets in line',
    prepare: async (world) => {
      await allTaken(world);
      return () => ask(world, 'project', { requestId: 'r' });
    },
    count: (world) => ask(world, 'project', { requestId: 's' }),
    once: { kind: 'none', position: 2, length: 2 },
  },
  {
    name: 'acquire that keeps its place in line',
    isVariant: true,
    prepare: async (world) => {
      await allTaken(world);
      await ask(world, 'project', { requestId: 'r' });
      return () => ask(world, 'project', { requestId: 'r' });
    },
    count: (world) => ask(world, 'project', { requestId: 's' }),
    once: { kind: 'none', position: 2, length: 2 },
  },
  {
    name: 'acquire that makes one on demand',
    prepare: async (world) => {
      await world.configure(physical('project', [0, 3]));
      return () => ask(world, 'project', { requestId: 'r' });
    },
    count: statesOf('project'),
    once: { free: 1 },
  },
  {
    name: 'acquireByState',
    prepare: async (world) => {
      await world.configure(physical('project', ['p', 'q', 'r']));
      const names = ['p', 'q'];
      return () => world.ledger.users.acquireByState({ state: 'free', dest: 'busy', owner: 'alice', names });
    },
    count: statesOf('project'),
    once: { busy: 2, free: 1 },
  },
  {
    name: 'acquireByState of what a cluster has parked',
    isVariant: true,
    prepare: async (world) => {
      await cluster(world, 'done');
      const names = await world.names('project', 'c');
      return () => world.ledger.users.acquireByState({ state: 'c', dest: 'busy', owner: 'alice', names });
    },
    count: bearerOf('c'),
    once: { state: 'dirty', owner: '' },
  },
  {
    name: 'release',
    prepare: async (world) => {
      await inAlicesHands(world);
      return () => world.ledger.users.release({ name: 'p', dest: 'dirty', owner: 'alice' });
    },
    count: bearerOf('p'),
    once: { state: 'dirty', owner: '' },
  },
  {
    name: 'release of a whole cluster',
    isVariant: true,
    prepare: async (world) => {
      await cluster(world, 'done');
      await acquireOf(world, 'cluster', { name: 'c' });
      return () => world.ledger.users.release({ name: 'c', dest: 'free', owner: 'alice' });
    },
    count: bearerOf('c'),
    once: { state: 'free', owner: '' },
  },
  {
    name: 'update',
    prepare: async (world) => {
      await inAlicesHands(world);
      const userData = { a: '1', b: '' };
      return () => world.ledger.users.update({ name: 'p', state: 'busy', owner: 'alice', userData });
    },
    count: async (world) => (await world.record('p')).userData,
    once: { a: '1' },
  },
  {
    name: 'reset',
    prepare: async (world) => {
      await world.configure(PROJECTS);
      for (const owner of ['alice', 'bob']) await ask(world, 'project', { owner });
      world.advance(LONG_MS);
      const type = 'project';
      return () => world.ledger.users.reset({ type, state: 'busy', dest: 'dirty', expireMs: LONG_MS / 2 });
    },
    count: statesOf('project'),
    once: { dirty: 2, free: 1 },
  },
  {
    name: 'forget',
    prepare: async (world) => {
      await world.configure(physical('project', 1));
      for (const requestId of ['r', 's']) await ask(world, 'project', { requestId });
      world.advance(TTL_MS);
      return () => world.ledger.users.forget(0);
    },
    count: (world) => ask(world, 'project', { requestId: 't' }),
    once: { kind: 'none', position: 1, length: 1 },
  },
];
