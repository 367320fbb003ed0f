import { acquireOf, releaseOf } from '../../contract/ledger/usersSteps.ts';
import { LONG_MS, physical, virtual, type World } from '../../contract/ledger/world.ts';
import { bearerOf, cluster, CLUSTER, historyOf, PROJECTS, statesOf, type Operation } from './operation.ts';

const ORDER = { forMs: LONG_MS, reason: 'why' };

/** One in quarantine, with its lease. */
async function quarantined(world: World): Promise<void> {
  await cluster(world, 'clean');
  await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: null });
}

export const HOLD_OPERATIONS: readonly Operation[] = [
  {
    name: 'begin a hold',
    prepare: async (world) => {
      await cluster(world, 'done');
      return () => world.ledger.holds.begin('c', ORDER);
    },
    count: bearerOf('c'),
    once: { state: 'held', owner: 'mason-hold' },
  },
  {
    name: 'release what is held',
    prepare: async (world) => {
      await cluster(world, 'done');
      await world.ledger.holds.begin('c', ORDER);
      return () => world.ledger.holds.release('c', 'free');
    },
    count: bearerOf('c'),
    once: { state: 'free', owner: '' },
  },
  {
    name: 'release what quarantine keeps',
    isVariant: true,
    prepare: async (world) => {
      await quarantined(world);
      return () => world.ledger.holds.release('c', 'free');
    },
    count: statesOf('project'),
    once: { dirty: 1, free: 2 },
  },
  {
    name: 'endDue',
    prepare: async (world) => {
      await world.configure(PROJECTS, {
        ...CLUSTER,
        settings: { ...CLUSTER.settings, quarantineHoldMs: 0, suspectAfter: 1 },
      });
      await world.bring('c', 'clean');
      await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: null });
      return () => world.ledger.holds.endDue(10);
    },
    count: async (world) => [
      await statesOf('project')(world),
      ((await historyOf('c')(world)) as readonly string[]).filter((what) => what === 'its leases went back')
        .length,
    ],
    once: [{ free: 2, quarantined: 1 }, 1],
  },
  {
    name: 'takeInOrphans',
    prepare: async (world) => {
      await world.configure(physical('project', ['p']), virtual('lab', 1, { managed: false }));
      const [lab = ''] = await world.names('lab');
      await acquireOf(world, 'project', { name: 'p' });
      await releaseOf(world, 'p', lab);
      await world.configure(physical('project', ['p']), virtual('lab', 1));
      return () => world.ledger.pools.takeInOrphans(10);
    },
    count: bearerOf('p'),
    once: { state: 'dirty', owner: '' },
  },
];
