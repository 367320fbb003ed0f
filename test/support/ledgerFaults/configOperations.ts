import { virtual, physical } from '../../contract/ledger/world.ts';
import { CLUSTER, keepSize, PROJECTS, store, workOf, type Operation } from './operation.ts';

const content =
  (hash: string): Operation['count'] =>
  async (world) => {
    const { configs } = world.ledger;
    const types = await configs.types();
    return { types: types.map(({ type }) => type), old: await configs.content('cluster', hash) };
  };

export const CONFIG_OPERATIONS: readonly Operation[] = [
  {
    name: 'store of the first config',
    prepare: async (world) => () => store(world, PROJECTS, CLUSTER),
    count: async (world) => (await world.ledger.configs.types()).map(({ type, hash }) => [type, hash]),
    once: [
      ['cluster', 'cluster-1'],
      ['project', 'project-1'],
    ],
  },
  {
    name: 'store of a change for which somebody waits',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(physical('project', [0, 3]), CLUSTER);
      await world.wait('c');
      return () => store(world, PROJECTS, { ...CLUSTER, hash: 'cluster-2' });
    },
    count: workOf('c', 'token', 'phase', 'configHash'),
    once: { token: 3, phase: 'fulfill', configHash: 'cluster-1' },
  },
  {
    name: 'store of a config without a type',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(PROJECTS, CLUSTER);
      return () => store(world, PROJECTS);
    },
    count: async (world) => (await world.ledger.configs.types()).map(({ type, removed }) => [type, removed]),
    once: [
      ['cluster', true],
      ['project', false],
    ],
  },
  {
    name: 'pause',
    prepare: async (world) => {
      await world.configure(PROJECTS, CLUSTER);
      return () => world.ledger.configs.pause('cluster', { by: 'alice', reason: '' });
    },
    count: async (world) => (await world.ledger.configs.type('cluster'))?.pause?.by,
    once: 'alice',
  },
  {
    name: 'sweep of an old content',
    prepare: async (world) => {
      await world.configure(virtual('cluster', ['c']));
      await store(world, virtual('cluster', ['c'], { hash: 'cluster-2' }));
      return () => world.ledger.configs.sweep();
    },
    count: content('cluster-1'),
    once: { types: ['cluster'], old: null },
  },
  {
    name: 'sweep of a type that is gone',
    isVariant: true,
    prepare: async (world) => {
      await world.configure(PROJECTS, physical('cluster', ['c']));
      await store(world, PROJECTS);
      await keepSize(world, 'cluster');
      return () => world.ledger.configs.sweep();
    },
    count: content('cluster-1'),
    once: { types: ['project'], old: null },
  },
];
