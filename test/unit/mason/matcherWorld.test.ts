import { describe, expect, test } from '@jest/globals';

import type { Acquired } from '../../../shared/ledger/port.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { createWorldRandom, shuffled } from '../../support/worldRandom.ts';
import { MINUTE } from './planLine.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** A world whose virtual resources are all due for fulfill, and of whose physical ones a user holds so many. */
async function shortOf(
  config: string,
  held: Readonly<Record<string, number>>,
  { seed = 1, watched = true } = {},
): Promise<{ world: World; held: Record<string, string[]> }> {
  // No user here vanishes, however long he keeps what he holds.
  const world = createWorld({ config, seed, leaseExpiryMs: 10_000 * MINUTE });
  world.watched = watched;
  world.hold('fulfill');
  await world.tick();
  const names: Record<string, string[]> = {};
  for (const [type, count] of Object.entries(held)) {
    names[type] = [];
    for (let index = 0; index < count; index += 1) names[type].push((await world.acquire(type)).name);
  }
  return { world, held: names };
}

/** Those of the type that wait, in the order in which they began to. */
async function inLine(world: World, type: string): Promise<string[]> {
  const waiting = (await world.members(type)).filter(({ work }) => work?.queue != null);
  return waiting
    .sort((a, b) => (a.work?.queue?.since ?? 0) - (b.work?.queue?.since ?? 0))
    .map(({ name }) => name);
}

/** Those of the type that are free, in the order in which they became so. */
async function freed(world: World, type: string): Promise<string[]> {
  const free = (await world.members(type)).filter(({ state }) => state === 'free');
  return free.sort((a, b) => a.lastUpdate - b.lastUpdate).map(({ name }) => name);
}

/**
 * At the end, where the world's own look at 200 records after each call would take longer than all the rest.
 * @throws if a physical resource is held twice, or a virtual one holds a part of its needs
 */
async function audit(world: World): Promise<void> {
  const { records, types } = await world.inventory();
  const held = records.flatMap(({ work }) => work?.leases.map(({ name }) => name) ?? []);
  expect(new Set(held).size).toBe(held.length);
  for (const { type, work } of records) {
    const needs = types.find((spec) => spec.type === type)?.needs ?? {};
    if (work === null || work.leases.length === 0) continue;
    for (const [need, count] of Object.entries(needs))
      expect(work.leases.filter((lease) => lease.type === need)).toHaveLength(count);
  }
}

const userAsks = (world: World, type: string, requestId: string): Promise<Acquired> =>
  world.users.acquire({ type, state: 'free', dest: 'busy', owner: 'bob', requestId });

describe('50 virtual resources that need 3 each of 150 physical ones, 20 of which are free', () => {
  const config = configOf(physical('project', 150), virtual('cluster', { min: 50, needs: { project: 3 } }));

  test.each([1, 2])('all become free, in the order in which they began to wait (seed %i)', async (seed) => {
    const { world, held } = await shortOf(config, { project: 130 }, { seed, watched: false });
    const chance = createWorldRandom(seed);
    world.wire.order = (letters) => shuffled(letters, chance);
    await world.letGo();
    const line = await inLine(world, 'cluster');
    const atOnce = await freed(world, 'cluster');
    expect([atOnce.length, line.length]).toEqual([6, 44]);
    for (const name of shuffled(held['project'] ?? [], chance)) await world.release(name, 'free');
    expect(await freed(world, 'cluster')).toEqual([...atOnce, ...line]);
    expect(await world.unrest()).toEqual([]);
    await audit(world);
  });

  test('also when the others come back dirty, over minutes, through the janitor', async () => {
    const { world, held } = await shortOf(config, { project: 130 }, { watched: false });
    await world.letGo();
    const line = await inLine(world, 'cluster');
    const atOnce = await freed(world, 'cluster');
    const chance = createWorldRandom(7);
    for (const name of shuffled(held['project'] ?? [], chance)) {
      await world.release(name, 'dirty');
      if (chance.number() < 0.1) await world.minutes(Math.ceil(chance.number() * 5));
    }
    await world.restore(5);
    expect(await freed(world, 'cluster')).toEqual([...atOnce, ...line]);
    await audit(world);
  });
});

describe('two types that need {p, q} and {q, p}', () => {
  const config = configOf(
    physical('p', 8),
    physical('q', 8),
    virtual('one', { min: 4, needs: { p: 1, q: 1 } }),
    virtual('other', { min: 4, needs: { q: 1, p: 1 } }),
  );

  test.each(SEEDS)('never hold each other up, in whatever order supply comes (seed %i)', async (seed) => {
    const { world, held } = await shortOf(config, { p: 8, q: 8 }, { seed });
    const chance = createWorldRandom(seed);
    world.wire.order = (letters) => shuffled(letters, chance);
    await world.letGo();
    const returns = shuffled([...(held['p'] ?? []), ...(held['q'] ?? [])], chance);
    for (const [index, name] of returns.entries()) {
      await world.release(name, 'free');
      const back = returns.slice(0, index + 1);
      const pairs = Math.min(...['p', 'q'].map((type) => back.filter((one) => one.startsWith(type)).length));
      const states = [await world.states('one'), await world.states('other')];
      expect(states.reduce((sum, { free = 0 }) => sum + free, 0)).toBe(pairs);
    }
    expect(await world.unrest()).toEqual([]);
  });

  test.each(SEEDS.slice(0, 5))(
    'go round and round through the hands of their users (seed %i)',
    async (seed) => {
      const { world } = await shortOf(config, { p: 6, q: 6 }, { seed });
      const chance = createWorldRandom(seed);
      world.wire.order = (letters) => shuffled(letters, chance);
      await world.letGo();
      const served = new Set<string>();
      for (let minute = 0; served.size < 8 && minute < 60; minute += 1) {
        for (const name of [...(await freed(world, 'one')), ...(await freed(world, 'other'))]) {
          served.add(name);
          const { type } = await world.member(name);
          await world.acquire(type);
          await world.release(name, 'dirty');
        }
        await world.minutes(1);
        await audit(world);
      }
      expect(served.size).toBe(8);
    },
  );
});

describe('a type whose need can not be met for now', () => {
  test('delays no other type by more than its waiter’s patience, as sync sees it each minute', async () => {
    const config = configOf(
      physical('p', 4),
      physical('z', 1),
      virtual('a-starved', { min: 1, needs: { p: 1, z: 1 } }),
      virtual('other', { min: 1, needs: { p: 1 } }),
    );
    const { world, held } = await shortOf(config, { p: 4, z: 1 });
    await world.letGo();
    await world.release(held['p']?.[0] ?? '', 'free');
    expect(await world.states('other')).toEqual({ cleaning: 1 });
    await world.minutes(2);
    expect(await world.states('other')).toEqual({ free: 1 });
    expect(await world.states('a-starved')).toEqual({ cleaning: 1 });

    await world.release(held['z']?.[0] ?? '', 'free');
    await world.release(held['p']?.[1] ?? '', 'free');
    expect(await world.states('a-starved')).toEqual({ free: 1 });
  });

  test('nor when it is the very type that both need', async () => {
    const config = configOf(
      physical('p', 4),
      virtual('a-starved', { min: 1, needs: { p: 3 } }),
      virtual('other', { min: 1, needs: { p: 1 } }),
    );
    const { world, held } = await shortOf(config, { p: 4 });
    await world.letGo();
    await world.release(held['p']?.[0] ?? '', 'free');
    await world.release(held['p']?.[1] ?? '', 'free');
    expect(await world.states('other')).toEqual({ cleaning: 1 });
    await world.minutes(2);
    expect(await world.states('other')).toEqual({ free: 1 });
    for (const name of held['p']?.slice(2) ?? []) await world.release(name, 'free');
    expect(await world.states('a-starved')).toEqual({ free: 1 });
  });

  test('by as much as its config says', async () => {
    const config = configOf(
      physical('p', 2),
      physical('z', 1),
      virtual('a-starved', { min: 1, needs: { p: 1, z: 1 }, mason: { patience: '10m' } }),
      virtual('other', { min: 1, needs: { p: 1 } }),
    );
    const { world, held } = await shortOf(config, { p: 2, z: 1 });
    await world.letGo();
    await world.release(held['p']?.[0] ?? '', 'free');
    await world.minutes(9);
    expect(await world.states('other')).toEqual({ cleaning: 1 });
    await world.minutes(2);
    expect(await world.states('other')).toEqual({ free: 1 });
  });

  test('never delays who needs nothing of what it needs', async () => {
    const config = configOf(
      physical('p', 1),
      physical('z', 1),
      virtual('a-starved', { min: 1, needs: { z: 1 } }),
      virtual('other', { min: 1, needs: { p: 1 } }),
    );
    const { world } = await shortOf(config, { z: 1 });
    await world.letGo();
    expect(await world.states('other')).toEqual({ free: 1 });
  });
});

describe('users and virtual resources in one line', () => {
  const config = configOf(physical('p', 4), virtual('cluster', { min: 3, needs: { p: 1 } }));

  test('are served in the order in which they began to wait', async () => {
    const { world, held } = await shortOf(config, { p: 4 });
    const [first = '', second = '', third = ''] = held['p'] ?? [];
    const letters = world.wire.waiting.length;
    expect(letters).toBe(3);
    let passing = 1;
    world.wire.fate = () => (passing-- > 0 ? 'deliver' : 'hold');
    await world.settle();
    expect(await userAsks(world, 'p', 'request')).toMatchObject({ kind: 'none' });
    passing = 2;
    await world.settle();
    passing = Infinity;
    expect(await inLine(world, 'cluster')).toHaveLength(3);
    const [before, behind] = await inLine(world, 'cluster');

    await world.release(first, 'free');
    expect(await world.member(before ?? '')).toMatchObject({ state: 'free' });
    expect(await userAsks(world, 'p', 'request')).toMatchObject({ kind: 'none' });
    await world.release(second, 'free');
    expect(await world.member(behind ?? '')).toMatchObject({ state: 'cleaning' });
    expect(await userAsks(world, 'p', 'request')).toMatchObject({
      kind: 'acquired',
      resource: { name: second },
    });
    await world.release(third, 'free');
    expect(await world.member(behind ?? '')).toMatchObject({ state: 'free' });
  });

  test('a poller that stopped gets nothing, and holds up nobody once its time is over', async () => {
    const { world, held } = await shortOf(config, { p: 4 });
    expect(await userAsks(world, 'p', 'request')).toMatchObject({ kind: 'none' });
    await world.letGo();
    const line = await inLine(world, 'cluster');
    await world.release(held['p']?.[0] ?? '', 'free');
    expect(await inLine(world, 'cluster')).toEqual(line);
    await world.advance(29_000);
    await world.tick();
    expect(await inLine(world, 'cluster')).toEqual(line);
    await world.advance(2_000);
    await world.tick();
    expect(await inLine(world, 'cluster')).toEqual(line.slice(1));
  });

  test('a poller that goes on polling is served before those behind it', async () => {
    const { world, held } = await shortOf(config, { p: 4 });
    await userAsks(world, 'p', 'request');
    await world.letGo();
    for (let poll = 0; poll < 20; poll += 1) {
      await world.advance(20_000);
      await world.tick();
      expect(await userAsks(world, 'p', 'request')).toMatchObject({ kind: 'none' });
    }
    await world.release(held['p']?.[0] ?? '', 'free');
    expect(await inLine(world, 'cluster')).toHaveLength(3);
    expect(await userAsks(world, 'p', 'request')).toMatchObject({ kind: 'acquired' });
  });
});

describe('what is reserved ahead of a user', () => {
  const config = configOf(
    physical('p', 6),
    physical('z', 3),
    virtual('cluster', { min: 3, needs: { p: 2, z: 1 } }),
  );
  const reserved = async (world: World, type: string, since = Infinity): Promise<number> => {
    const spec = await world.ledger.configs.type(type);
    if (spec?.component == null) throw new Error(`${type} is in no component`);
    return (await world.process.mason.matcher.reservedAhead(spec.component, { type, since })).count;
  };

  test('is what those before it need, as far as it is there', async () => {
    const { world, held } = await shortOf(config, { p: 6, z: 3 });
    await world.letGo();
    expect(await reserved(world, 'p')).toBe(0);
    for (const name of held['p']?.slice(0, 5) ?? []) await world.release(name, 'free');
    expect(await reserved(world, 'p')).toBe(5);
    const line = await Promise.all((await inLine(world, 'cluster')).map((name) => world.worked(name)));
    const since = (index: number): number => line[index]?.work.queue?.since ?? 0;
    expect(await reserved(world, 'p', since(0))).toBe(0);
    expect(await reserved(world, 'p', since(1))).toBe(2);
    expect(await reserved(world, 'p', since(2))).toBe(4);
  });

  test('lapses with the patience of those before it', async () => {
    const { world, held } = await shortOf(config, { p: 6, z: 3 });
    await world.letGo();
    await world.release(held['p']?.[0] ?? '', 'free');
    expect(await userAsks(world, 'p', '')).toMatchObject({ kind: 'none' });
    await world.advance(MINUTE + 1);
    expect(await userAsks(world, 'p', '')).toMatchObject({ kind: 'acquired' });
  });

  test('does not lapse while what those before it lack yields, though it is gone at once', async () => {
    const { world, held } = await shortOf(config, { p: 2, z: 3 });
    await world.letGo();
    expect(await reserved(world, 'p')).toBe(4);
    for (const [index, name] of (held['z'] ?? []).entries()) {
      await world.advance(50_000);
      expect(await userAsks(world, 'p', '')).toMatchObject({ kind: 'none' });
      await world.release(name, 'free');
      expect(await inLine(world, 'cluster')).toHaveLength([2, 1, 1][index] ?? 0);
    }
  });

  test('is all that they could reserve while a matcher is at work', async () => {
    const { world, held } = await shortOf(config, { p: 6, z: 3 });
    await world.letGo();
    await world.release(held['p']?.[0] ?? '', 'free');
    await world.advance(10 * MINUTE);
    expect(await reserved(world, 'p')).toBe(0);
    const id = (await world.ledger.configs.type('p'))?.component?.id ?? '';
    await world.ledger.queue.claimMatcher(id, 30_000);
    expect(await reserved(world, 'p')).toBe(1);
  });

  test('keeps no matcher out', async () => {
    const { world, held } = await shortOf(config, { p: 6, z: 3 });
    await world.letGo();
    for (const name of held['p'] ?? []) await world.release(name, 'free');
    await reserved(world, 'p');
    await world.release(held['z']?.[0] ?? '', 'free');
    expect(await inLine(world, 'cluster')).toHaveLength(2);
  });
});
