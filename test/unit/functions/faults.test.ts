import { describe, expect, test } from '@jest/globals';

import { EVERYTHING } from '../../../shared/topics/message.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { failing, type Fault } from '../../support/worldProcess.ts';

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

/** Two pools, one construct slot, a scripted janitor: most of what the functions ever ask of the ledger. */
const configAt = (version: number): string =>
  configOf(
    physical('project', 3, { mason: { janitor: { type: 'Scripted' } } }),
    virtual('cluster', { needs: { project: 1 }, content: { version }, mason: { 'max-constructing': 1 } }),
  );

/** Everything that happens to a pool in its life: built, used, released, deleted, rebuilt as stale. */
async function live(world: World): Promise<void> {
  await world.minutes(2);
  await useOne(world, 'dirty');
  await useOne(world, 'toBeDeleted');
  world.setConfig(configAt(2));
  await world.minutes(2);
}

async function useOne(world: World, dest: string): Promise<void> {
  const free = (await world.members('cluster')).find(({ state, owner }) => state === 'free' && owner === '');
  if (free !== undefined) {
    const cluster = await world.acquire('cluster');
    await world.acquireLeased(cluster);
    await world.release(cluster.name, dest);
    for (const { name } of cluster.work?.leases ?? []) await world.release(name, dest);
  }
  await world.minutes(2);
}

/** What must be true of a world that is at rest, whatever happened to it before. */
async function expectWhole(world: World): Promise<void> {
  // A tick has many calls, of which one may fail each time; the next minute's does the same work.
  expect(world.wire.deadLetters.filter(({ data }) => data !== EVERYTHING)).toEqual([]);
  expect(world.said('quarantined')).toEqual([]);
  const clusters = await world.members('cluster');
  for (const { name, userData, work } of clusters) {
    expect(userData).toMatchObject({ secret: `${name}-${work?.cycle ?? 0}`, content: '{"version":2}' });
  }
  expect(new Set(world.script.made.keys())).toEqual(new Set(clusters.map(({ name }) => name)));
  await world.minutes(1);
  expect(world.clock.timers()).toBe(0);
}

/** How often the same call (the same operation on the same type, task or settlement) is tried: most where runs end. */
const occurrences = (name: string): number => (name.startsWith('claims.') ? 2 : 1);

/** The calls of a life to let fail: most are the same again, from one minute's tick to the next. */
async function momentsOfALife(): Promise<readonly number[]> {
  const world = createWorld({ config: configAt(1) });
  const moments = new Map<string, number[]>();
  world.meddle = ({ name, index, args }) => {
    const about =
      JSON.stringify(args).match(/"(task|kind|type|topic)":"[^"]*"|^\["(cluster|project)"/g) ?? [];
    const key = [name, ...new Set(about)].join();
    const same = moments.get(key) ?? [];
    if (same.length < occurrences(name)) moments.set(key, [...same, index]);
    return undefined;
  };
  await live(world);
  await world.restore();
  await expectWhole(world);
  return [...moments.values()].flat();
}

describe('whichever single call fails, the world comes back whole:', () => {
  const faults: Record<Fault, string> = {
    unavailable: 'it was not done',
    unavailableAfter: 'it was done, and its reply is lost',
    die: 'the process dies before it',
    dieAfter: 'the process dies after it',
  };
  test.each(Object.entries(faults) as [Fault, string][])('%s (%s)', async (fault) => {
    const moments = await momentsOfALife();
    expect(moments.length).toBeGreaterThan(40);
    for (const moment of moments) {
      const world = createWorld({ config: configAt(1) });
      world.meddle = ({ index }) => (index === moment ? fault : undefined);
      await live(world);
      await world.restore();
      await expectWhole(world);
    }
  });

  test('and with one call in twenty failing in any way, too', async () => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const world = createWorld({ config: configAt(1), seed });
      const kinds = Object.keys(faults) as Fault[];
      world.meddle = () =>
        world.random.number() > 0.05 ? undefined : kinds[Math.floor(world.random.number() * kinds.length)];
      await live(world);
      world.meddle = () => undefined;
      await world.restore();
      await expectWhole(world);
    }
  });
});

describe('while the ledger can’t be reached', () => {
  test('a message is rejected, comes again, and is done then', async () => {
    const world = createWorld({ config: ONE });
    world.hold('recycle');
    await world.tick();
    world.meddle = failing('claims.claim', 'unavailable', 2);
    await world.letGo();
    expect(world.wire.rejections).toMatchObject([
      { letter: { topic: 'recycle', count: 1 }, error: { code: 'LEDGER_UNAVAILABLE' } },
    ]);
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'recycle', attempts: 0 } });
    await world.advance(20_000);
    expect(world.wire.rejections.map(({ letter }) => letter.count)).toEqual([1, 2]);
    expect(await world.only('cluster')).toMatchObject({ state: 'free' });
  });

  test('no failure of a Masonable is counted for it', async () => {
    const world = createWorld({ config: ONE });
    world.meddle = failing('configs.content', 'unavailable');
    await world.tick();
    expect(world.wire.rejections).toMatchObject([{ error: { code: 'LEDGER_UNAVAILABLE' } }]);
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'clean', attempts: 0 } });
    expect(world.clock.timers()).toBe(1);
    await world.restore(3);
  });

  test('a run whose end can’t be written is done again after its claim', async () => {
    const world = createWorld({ config: ONE });
    world.hold('clean');
    await world.tick();
    world.meddle = failing('claims.settle', 'unavailable');
    await world.letGo();
    expect(world.wire.rejections).toHaveLength(1);
    await world.restore(2);
    expect(world.script.of('construct')).toHaveLength(2);
    expect(world.wire.rejections).toHaveLength(1);
  });

  test('a run whose end was written, though its reply was lost, is not done again', async () => {
    const world = createWorld({ config: ONE });
    world.hold('clean');
    await world.tick();
    world.meddle = failing('claims.settle', 'unavailableAfter');
    await world.letGo();
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'free' } });
    await world.restore(3);
    expect(world.script.of('construct')).toHaveLength(1);
  });

  test('an order that was taken, though its reply was lost, is carried out', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.only('cluster');
    world.meddle = failing('pools.takeNamed', 'unavailableAfter');
    await world.say('recycle', name);
    expect(world.wire.rejections).toHaveLength(1);
    await world.restore(3);
    expect(await world.only('cluster')).toMatchObject({ work: { cycle: 2 } });
  });
});

describe('what fails after a run was written down', () => {
  test.each(['configs.type', 'queue.claimMatcher', 'queue.waiters', 'queue.supply'])(
    'is no failure of the run, nor of its message: %s',
    async (call) => {
      const config = configOf(
        physical('project', 1),
        virtual('suite', { min: 1, needs: { cluster: 1 } }),
        virtual('cluster', { min: 1 }),
      );
      const world = createWorld({ config });
      world.hold('free');
      await world.tick();
      world.meddle = failing(call, 'unavailable');
      await world.letGo();
      const cluster = await world.only('cluster');
      expect(cluster.work).toMatchObject({ attempts: 0, lastError: null, phase: null });
      expect(world.wire.rejections).toEqual([]);
      expect(world.said('failed')).toEqual([]);
      expect(world.said('unwoken').length).toBeLessThanOrEqual(1);
      await world.restore(2);
      expect(await world.only('cluster')).toMatchObject({ name: cluster.name, work: { cycle: 1 } });
    },
  );

  test('is said in the log: who was to be woken, why not, and who will', async () => {
    const world = createWorld({ config: ONE });
    world.hold('clean');
    await world.tick();
    world.meddle = failing('claims.nextForSlot', 'unavailable');
    await world.letGo();
    expect(world.said('unwoken')).toMatchObject([
      {
        severity: 'WARNING',
        message: expect.stringMatching(
          /^could not wake the next for its construct slot \(.*nextForSlot\); the next tick will$/,
        ) as unknown,
      },
    ]);
    expect(await world.unrest()).toEqual([]);
  });
});

describe('a publish that fails', () => {
  test('fails no run: sync finds the next phase due', async () => {
    const world = createWorld({ config: ONE });
    world.hold('recycle');
    await world.tick();
    world.meddle = ({ name }) => (name === 'topics.publish' ? 'unavailable' : undefined);
    await world.letGo();
    expect(world.wire.rejections).toEqual([]);
    expect(await world.only('cluster')).toMatchObject({
      work: { phase: 'fulfill', dueAt: expect.any(Number) as unknown },
    });
    expect(world.said('unpublished')).toMatchObject([
      { severity: 'WARNING', message: expect.stringContaining('the topic is not there') as unknown },
    ]);
    world.meddle = () => undefined;
    await world.restore(2);
    expect(world.script.of('construct')).toHaveLength(1);
  });

  test('each time for an hour costs nothing but the hour', async () => {
    const world = createWorld({ config: ONE });
    world.meddle = ({ name }) => (name === 'topics.publish' ? 'unavailable' : undefined);
    await world.minutes(60);
    expect(await world.only('cluster')).toMatchObject({
      work: { phase: 'recycle', attempts: 0, crashes: 0 },
    });
    world.meddle = () => undefined;
    await world.restore(2);
  });
});

test('a world in which every second message is lost comes to its size all the same', async () => {
  const world = createWorld({ config: configAt(2) });
  world.wire.fate = () => (world.random.number() < 0.5 ? 'drop' : 'deliver');
  await world.restore(60);
  await expectWhole(world);
});
