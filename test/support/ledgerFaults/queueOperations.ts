import type { MatcherClaim } from '../../../shared/ledger/port.ts';
import { HOLD_MS, physical, type World } from '../../contract/ledger/world.ts';
import { CLUSTER, keepSize, PROJECTS, statesOf, store, type Operation } from './operation.ts';

const claimMatcher = async (world: World): Promise<MatcherClaim | null> =>
  world.ledger.queue.claimMatcher((await world.component('cluster')).id, HOLD_MS);

async function claimed(world: World): Promise<MatcherClaim> {
  await world.configure(PROJECTS, CLUSTER);
  const claim = await claimMatcher(world);
  if (claim === null) throw new Error('the matcher was not claimed');
  return claim;
}

/** What the claim after this one finds: its token tells the claims before it, its bump those who came in vain. */
async function nextClaim(world: World): Promise<unknown> {
  world.advance(HOLD_MS);
  const { token, bump, memory } = (await claimMatcher(world)) ?? {};
  return { token, bump, memory };
}

export const QUEUE_OPERATIONS: readonly Operation[] = [
  {
    name: 'claimMatcher',
    prepare: async (world) => {
      await world.configure(PROJECTS, CLUSTER);
      return () => claimMatcher(world);
    },
    count: nextClaim,
    once: { token: 2, bump: 0, memory: {} },
  },
  {
    name: 'claimMatcher that another has',
    isVariant: true,
    prepare: async (world) => {
      await claimed(world);
      return () => claimMatcher(world);
    },
    count: nextClaim,
    once: { token: 2, bump: 1, memory: {} },
  },
  {
    name: 'grant',
    prepare: async (world) => {
      await world.configure(physical('project', [0, 3]), CLUSTER);
      await world.wait('c');
      await store(world, PROJECTS, CLUSTER);
      await keepSize(world, 'project');
      const [project = ''] = await world.names('project', 'free');
      const { token } = (await world.work('c')).work;
      return () => world.grant({ name: 'c', token, resources: [project] });
    },
    count: statesOf('project'),
    once: { free: 2, leased: 1 },
  },
  {
    name: 'releaseMatcher',
    prepare: async (world) => {
      const claim = await claimed(world);
      return () => world.ledger.queue.releaseMatcher(claim, { dry: 1 });
    },
    count: nextClaim,
    once: { token: 2, bump: 0, memory: { dry: 1 } },
  },
  {
    name: 'releaseMatcher that must look again',
    isVariant: true,
    prepare: async (world) => {
      const claim = await claimed(world);
      await claimMatcher(world);
      return () => world.ledger.queue.releaseMatcher(claim, { dry: 1 });
    },
    count: nextClaim,
    once: { token: 2, bump: 1, memory: { dry: 1 } },
  },
];
