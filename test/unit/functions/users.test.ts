import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

/** What a user does with one resource that he holds; `name`: puts it back under the virtual resource's name. */
const ENDS = ['dirty', 'free', 'name', 'other', 'toBeDeleted', 'keep'] as const;
type End = (typeof ENDS)[number];

/** A user's goodbye: what he does with the virtual resource and with each physical one, and in which order. */
interface Goodbye {
  readonly virtual: End;
  readonly physical: readonly End[];
  /** Where in the row the virtual resource comes: 0 is first. */
  readonly place: number;
  /** Whether the Scheduler ticks between one release and the next. */
  readonly ticks: boolean;
}

/** Supply for two users who never come back, so that nobody waits for what is in a state of the user's own. */
const configFor = (needed: number): string =>
  configOf(physical('project', needed * 3), virtual('cluster', { min: 1, needs: { project: needed } }));

/** A user who took all, wrote into it, and says goodbye. @returns the virtual resource as he had it */
async function sayGoodbye(world: World, goodbye: Goodbye): Promise<ResourceRecord> {
  await world.tick();
  const cluster = await world.acquire('cluster');
  const taken = await world.acquireLeased(cluster);
  for (const { name } of [cluster, ...taken]) {
    await world.users.update({ name, state: 'busy', owner: 'alice', userData: { note: 'of alice' } });
  }
  const row = taken.map(({ name }, index) => ({ name, end: goodbye.physical[index] ?? 'dirty' }));
  row.splice(goodbye.place, 0, { name: cluster.name, end: goodbye.virtual });
  for (const { name, end } of row) {
    if (end !== 'keep') await world.release(name, end === 'name' ? cluster.name : end);
    if (goodbye.ticks) await world.minutes(2);
  }
  return cluster;
}

/** A physical resource in a state of the user's own: people see it, and it is left alone. */
const isLeftAlone = ({ type, state, owner }: ResourceRecord): boolean =>
  type === 'project' && state === 'other' && owner === '';

async function expectRestored(world: World, old: ResourceRecord, { virtual: end }: Goodbye): Promise<void> {
  // Longer than the lease expiry: what he kept comes back too.
  await world.advance(31 * 60_000);
  await world.restore(20, isLeftAlone);
  const cluster = await world.only('cluster');
  const isUntouched = cluster.work.cycle === 1 && cluster.name === old.name;
  // Only a virtual resource that its user declares free, with all that it holds back in place, is taken at his word.
  if (isUntouched) expect(end).toBe('free');
  else expect(cluster.userData).toEqual(expect.not.objectContaining({ note: 'of alice' }));
  expect(cluster.userData).toMatchObject({ secret: `${cluster.name}-${cluster.work.cycle}` });
  expect((await world.members('project')).filter(({ owner }) => owner !== '')).toEqual([]);
}

describe('a user who took a virtual resource and its physical one, and does with them', () => {
  const goodbyes = ENDS.flatMap((end) =>
    ENDS.flatMap((other) =>
      [0, 1].flatMap((place) =>
        [false, true].map((ticks): Goodbye => ({ virtual: end, physical: [other], place, ticks })),
      ),
    ),
  );
  const told = ({ virtual: end, physical: [other], place, ticks }: Goodbye): string => {
    const parts = [`virtual: ${end}`, `physical: ${other ?? ''}`];
    return (place === 0 ? parts : parts.reverse()).join(ticks ? ', then long after, ' : ', then ');
  };
  test.each(goodbyes.map((goodbye) => [told(goodbye), goodbye] as const))(
    '%s: the pool comes back to its size, his data is gone',
    async (_, goodbye) => {
      const world = createWorld({ config: configFor(1) });
      await expectRestored(world, await sayGoodbye(world, goodbye), goodbye);
    },
  );
});

test('a user who took a virtual resource and two physical ones, and gives them back in any order to any state', async () => {
  const end = fc.constantFrom(...ENDS);
  const goodbyes = fc.record({
    virtual: end,
    physical: fc.tuple(end, end),
    place: fc.integer({ min: 0, max: 2 }),
    ticks: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(goodbyes, async (goodbye) => {
      const world = createWorld({ config: configFor(2) });
      await expectRestored(world, await sayGoodbye(world, goodbye), goodbye);
    }),
    { numRuns: 60, seed: 3 },
  );
});

describe('a user who took only the virtual resource and releases it', () => {
  test.each(['dirty', 'other', 'toBeDeleted', 'name'])(
    '%s: its needs come back by themselves',
    async (dest) => {
      const world = createWorld({ config: configFor(2) });
      await world.tick();
      const { name } = await world.acquire('cluster');
      await world.users.update({ name, state: 'busy', owner: 'alice', userData: { note: 'of alice' } });
      await world.release(name, dest === 'name' ? name : dest);
      await world.advance(31 * 60_000);
      await world.restore(10);
      expect((await world.only('cluster')).userData).not.toHaveProperty('note');
      expect(await world.states('project')).toEqual({ free: 4, parked: 2 });
    },
  );

  test('free: it is free again as it is, with its needs still parked', async () => {
    const world = createWorld({ config: configFor(2) });
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.release(name, 'free');
    await world.restore(2);
    expect(await world.only('cluster')).toMatchObject({ name, work: { cycle: 1 } });
    expect(world.script.of('construct')).toHaveLength(1);
  });
});

describe('a user who vanished', () => {
  test('with a virtual resource: it comes back after the lease expiry', async () => {
    const world = createWorld({ config: configFor(1), leaseExpiryMs: 30 * 60_000 });
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.minutes(29);
    expect(await world.member(name)).toMatchObject({ state: 'busy', owner: 'alice' });
    await world.minutes(2);
    expect(world.said('reaped')).toMatchObject([{ type: 'cluster', message: `cluster: reaped ${name}` }]);
    await world.restore(3);
    expect(await world.member(name)).toMatchObject({ state: 'free', owner: '', work: { cycle: 2 } });
  });

  test('with a physical resource: it comes back, through the janitor', async () => {
    const world = createWorld({ config: configFor(1) });
    await world.tick();
    const { name } = await world.acquire('project');
    await world.minutes(32);
    expect(await world.member(name)).toMatchObject({ state: 'free', owner: '', work: { cycle: 1 } });
  });

  test('is one who shows no sign of life: a heartbeat keeps what he holds', async () => {
    const world = createWorld({ config: configFor(1) });
    await world.tick();
    const { name } = await world.acquire('cluster');
    for (let beat = 0; beat < 6; beat += 1) {
      await world.minutes(15);
      await world.users.update({ name, state: 'busy', owner: 'alice', userData: {} });
    }
    expect(await world.member(name)).toMatchObject({ state: 'busy', owner: 'alice' });
    expect(world.said('reaped')).toEqual([]);
  });

  test('takes nothing with him of what Mason holds: a long construct is no vanished owner', async () => {
    const world = createWorld({ config: configFor(1), leaseExpiryMs: 60_000 });
    const { construct } = world.script;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    world.script.construct = async (call) => {
      await promise;
      return construct(call);
    };
    await world.minutes(6);
    resolve(undefined);
    await world.restore(3);
    expect(world.said('reaped')).toEqual([]);
    expect(world.script.of('construct')).toHaveLength(1);
  });
});

describe('a user’s /reset', () => {
  const busy = { type: 'project', state: 'busy', expireMs: 0 };

  test.each([
    ['to free serves those who wait, at once', 'free', { free: 1 }],
    ['to another state is nothing that anybody waits for', 'other', { cleaning: 1 }],
  ])('%s', async (_, dest, clusters) => {
    const world = createWorld({ config: configOf(physical('project', 1), virtual('cluster', { min: 1 })) });
    world.hold('recycle');
    await world.tick();
    await world.acquire('project');
    await world.letGo();
    await world.advance(1);
    const before = world.calls.length;
    expect(await world.users.reset({ ...busy, dest })).toEqual({ 'project-1': 'alice' });
    await world.settle();
    expect(await world.states('cluster')).toEqual(clusters);
    expect(world.calls.slice(before).includes('queue.waiters')).toBe(dest === 'free');
  });
});

describe('a lifespan', () => {
  const mortal = configOf(
    physical('project', 3),
    virtual('cluster', { min: 1, needs: { project: 2 }, lifespan: '1h' }),
  );

  test('that is over ends a free virtual resource: destroyed, tombstone, gone, and another is made', async () => {
    const world = createWorld({ config: mortal });
    await world.tick();
    const { name } = await world.only('cluster');
    await world.minutes(59);
    expect(await world.member(name)).toMatchObject({ state: 'free' });
    await world.minutes(1);
    expect(world.said('expired')).toMatchObject([{ message: `cluster: expired ${name}` }]);
    await world.restore(5);
    expect(await world.ledger.views.record(name)).toBeNull();
    const successor = await world.only('cluster');
    expect(successor).toMatchObject({ state: 'free', work: { cycle: 1 } });
    expect(world.script.made.size).toBe(1);
    expect(await world.states('project')).toEqual({ free: 1, parked: 2 });
  });

  test('does not end one in a user’s hands; it ends when it comes back', async () => {
    const world = createWorld({ config: mortal, leaseExpiryMs: 24 * 3_600_000 });
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.minutes(90);
    expect(await world.member(name)).toMatchObject({ state: 'busy', owner: 'alice' });
    expect(world.said('expired')).toEqual([]);
    await world.release(name, 'dirty');
    await world.restore(5);
  });

  test('begins anew with each round', async () => {
    const world = createWorld({ config: mortal });
    await world.tick();
    await world.minutes(45);
    const { name } = await world.acquire('cluster');
    await world.release(name, 'dirty');
    await world.minutes(45);
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 2 } });
    expect(world.said('expired')).toEqual([]);
  });
});

describe('a user who takes what is parked for a free virtual resource', () => {
  test('makes that one dirty: it gets other needs, and nobody gets it without', async () => {
    const world = createWorld({ config: configFor(1) });
    await world.tick();
    const cluster = await world.only('cluster');
    await world.acquireLeased(cluster, 'bob');
    expect(await world.member(cluster.name)).toMatchObject({ state: 'dirty' });
    await world.restore(3);
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ cycle: 2 });
    expect(work.leases.map(({ name }) => name)).not.toContain(cluster.work.leases[0]?.name);
    expect(await world.member('project-1')).toMatchObject({ state: 'busy', owner: 'bob' });
  });
});
