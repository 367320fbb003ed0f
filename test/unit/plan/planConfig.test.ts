import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { readConfig } from '../../../shared/config/readConfig.ts';
import { MASON_KEYS } from '../../../shared/config/schema.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import type { ConfigPlan, PoolPlan } from '../../../shared/plan/plan.ts';
import { planConfig } from '../../../shared/plan/planConfig.ts';
import { openLedgerCopy } from '../../../shared/runtime/composeLocal.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual, type Entry } from '../../support/worldConfig.ts';

async function planFor(world: World, text: string): Promise<ConfigPlan> {
  const { config } = readConfig({ file: 'resources.yaml', text }, world.process.mason.known);
  if (config === null) throw new Error('the config is refused');
  return planConfig({
    ledger: world.ledger,
    config,
    keepsSizes: true,
    openCopy: (contents) => openLedgerCopy(contents, world),
    now: () => world.clock.now(),
    newName: () => world.random.uuid(),
  });
}

const poolOf = ({ pools }: ConfigPlan, type: string): PoolPlan => {
  const pool = pools.find((one) => one.type === type);
  if (pool === undefined) throw new Error(`no plan for ${type}`);
  return pool;
};

/** Name → step, with what it waits for. */
const stepsOf = (pool: PoolPlan): Record<string, string> =>
  Object.fromEntries(
    pool.steps.map(({ name, step, waitsFor }) => [
      name,
      waitsFor === null ? step : `${step} later: ${waitsFor}`,
    ]),
  );

/** A world at rest. */
async function worldOf(...entries: readonly Entry[]): Promise<World> {
  const world = createWorld({ config: configOf(...entries) });
  await world.tick();
  await world.restore();
  return world;
}

/** What sync did in one tick, read from the records alone. */
interface Done {
  readonly made: readonly string[];
  readonly gone: readonly string[];
  readonly leaving: readonly string[];
  readonly goingRound: readonly string[];
  readonly untouched: readonly string[];
}

async function tickOnce(world: World, text: string): Promise<Done> {
  const before = byName((await world.inventory()).records);
  world.setConfig(text);
  world.hold('recycle', 'fulfill', 'clean', 'free');
  // The phases stand still, so that nothing but what sync did itself is seen.
  await world.post('sync', EVERYTHING);
  const swept = byName((await world.inventory()).records);
  await world.letGo();
  const isLeaving = ({ state, work }: ResourceRecord): boolean =>
    state === 'toBeDeleted' || work?.doomed === true;
  const both = [...before.values()].flatMap((old) => {
    const now = swept.get(old.name);
    return now === undefined ? [] : [{ old, now }];
  });
  const names = (some: readonly { readonly old: ResourceRecord }[]): string[] =>
    some.map(({ old }) => old.name).sort();
  return {
    made: [...swept.keys()].filter((name) => !before.has(name)).sort(),
    gone: [...before.keys()].filter((name) => !swept.has(name)).sort(),
    leaving: names(both.filter(({ old, now }) => isLeaving(now) && !isLeaving(old))),
    goingRound: names(
      both.filter(({ old, now }) => old.state === 'free' && now.state === 'cleaning' && !isLeaving(now)),
    ),
    untouched: names(
      both.filter(({ old, now }) => old.lastUpdate === now.lastUpdate && old.state === now.state),
    ),
  };
}

const byName = (records: readonly ResourceRecord[]): Map<string, ResourceRecord> =>
  new Map(records.map((record) => [record.name, record]));

/** Holds the plan against what the next sync does. */
async function expectExact(world: World, text: string): Promise<void> {
  const { pools } = await planFor(world, text);
  const now = pools.flatMap(({ steps }) => steps.filter(({ waitsFor }) => waitsFor === null));
  const named = (...wanted: readonly string[]): string[] =>
    now
      .filter(({ step }) => wanted.includes(step))
      .map(({ name }) => name)
      .sort();
  const unnamed = pools.reduce((sum, pool) => sum + pool.unnamed, 0);
  const done = await tickOnce(world, text);
  expect(done.made).toHaveLength(named('create').length + unnamed);
  expect(done.made).toEqual(expect.arrayContaining(named('create')));
  expect({ gone: done.gone, leaving: done.leaving, goingRound: done.goingRound }).toEqual({
    gone: named('delete'),
    leaving: named('drain'),
    goingRound: named('build', 'rebuild', 'clean'),
  });
  const later = pools.flatMap(({ steps }) => steps.filter(({ waitsFor }) => waitsFor !== null));
  expect(done.untouched).toEqual(expect.arrayContaining(later.map(({ name }) => name)));
}

const projects = (count: number, change: Record<string, unknown> = {}) => physical('project', count, change);
const clusters = (min: number, version = 1, max = Math.max(min, 1)) =>
  virtual('cluster', { min, max, content: { version } });
/** A static virtual type. */
const labs = (names: readonly string[], version = 1): Entry => ({
  ...virtual('lab', { content: { version } }),
  'min-count': undefined,
  'max-count': undefined,
  names,
});

describe('a config that', () => {
  test('is the one in force changes nothing', async () => {
    const world = await worldOf(projects(4), clusters(2));
    const plan = await planFor(world, configOf(projects(4), clusters(2)));
    for (const pool of plan.pools)
      expect(pool).toMatchObject({ changes: [], steps: [], unnamed: 0, surplus: 0, builds: 0, destroys: 0 });
    expect(poolOf(plan, 'cluster')).toMatchObject({ members: 2, min: 2, max: 2 });
  });

  test('leaves the ledger as it is, whatever it says', async () => {
    const world = await worldOf(projects(4), clusters(2));
    const before = await world.inventory();
    await planFor(world, configOf(projects(1), labs(['lab-1'])));
    expect(await world.inventory()).toEqual(before);
  });

  test('makes pools grow: static members by name, dynamic ones by number', async () => {
    const world = await worldOf(projects(4), clusters(2), labs(['lab-1']));
    const plan = await planFor(world, configOf(projects(6), clusters(4), labs(['lab-1', 'lab-2'])));
    expect(stepsOf(poolOf(plan, 'project'))).toEqual({ 'project-5': 'create', 'project-6': 'create' });
    expect(poolOf(plan, 'project')).toMatchObject({ changes: ['size 4 → 6'], builds: 0, members: 4 });
    expect(poolOf(plan, 'cluster')).toMatchObject({ changes: ['size 2 → 4'], unnamed: 2, builds: 2 });
    expect(poolOf(plan, 'lab')).toMatchObject({ builds: 1, destroys: 0 });
    expect(stepsOf(poolOf(plan, 'lab'))).toEqual({ 'lab-2': 'create' });
  });

  test('names a new type', async () => {
    const world = await worldOf(projects(4));
    const plan = await planFor(world, configOf(projects(4), clusters(2)));
    expect(poolOf(plan, 'cluster')).toMatchObject({ changes: ['new'], unnamed: 2, builds: 2, members: 0 });
  });

  test('makes pools shrink: what is built is drained, what is not goes at once, what is parked waits', async () => {
    const world = await worldOf(projects(4), clusters(1));
    const parked = (await world.members('project')).find(({ heldBy }) => heldBy !== null);
    const [cluster] = await world.members('cluster');
    const plan = await planFor(world, configOf(projects(0, { names: ['other'] }), clusters(1)));
    expect(poolOf(plan, 'project').changes).toEqual(['size 4 → 1']);
    expect(stepsOf(poolOf(plan, 'project'))).toEqual({
      'project-1': 'delete',
      'project-2': 'delete',
      'project-3': 'delete',
      'project-4': 'delete',
      other: 'create',
      [parked?.name ?? '']: `drain later: it is parked for ${cluster?.name}`,
    });
  });

  test('leaves a type out drains it, and says who is in the way', async () => {
    const world = await worldOf(projects(4), labs(['lab-1', 'lab-2', 'lab-3']));
    await world.acquireNamed('lab-2', 'alice');
    await world.process.mason.ledger.holds.begin('lab-3', { forMs: 60_000, reason: 'to look' });
    const plan = await planFor(world, configOf(projects(4)));
    expect(poolOf(plan, 'lab')).toMatchObject({
      changes: ['removed'],
      min: 0,
      max: 0,
      builds: 0,
      destroys: 3,
    });
    expect(stepsOf(poolOf(plan, 'lab'))).toEqual({
      'lab-1': 'drain',
      'lab-2': 'drain later: alice uses it (busy)',
      'lab-3': expect.stringMatching(/^drain later: a person holds it until 2/),
    });
  });

  test('builds otherwise rebuilds each member, one after the other, those in use when they come back', async () => {
    const world = await worldOf(projects(4), labs(['lab-1', 'lab-2', 'lab-3']));
    await world.acquireNamed('lab-2', 'alice');
    const plan = await planFor(world, configOf(projects(4), labs(['lab-1', 'lab-2', 'lab-3'], 2)));
    const steps = stepsOf(poolOf(plan, 'lab'));
    expect(steps['lab-2']).toBe('rebuild later: alice uses it (busy)');
    expect([steps['lab-1'], steps['lab-3']].sort()).toEqual([
      'rebuild',
      'rebuild later: the pool has none to spare until others are free',
    ]);
    expect(poolOf(plan, 'lab')).toMatchObject({ changes: ['what it is built by'], builds: 3, destroys: 3 });
  });

  test('builds otherwise, of a type that is paused, by the config or a person: all wait for its end', async () => {
    const world = await worldOf(projects(4), labs(['lab-1', 'lab-2']));
    const paused = { ...labs(['lab-1', 'lab-2'], 2), mason: { paused: true } };
    const wait = 'rebuild later: its type is paused';
    const plan = await planFor(world, configOf(projects(4), paused));
    expect(stepsOf(poolOf(plan, 'lab'))).toEqual({ 'lab-1': wait, 'lab-2': wait });
    await world.ledger.configs.pause('lab', { by: 'alice', reason: 'to look' });
    const again = await planFor(world, configOf(projects(4), labs(['lab-1', 'lab-2'], 2)));
    expect(stepsOf(poolOf(again, 'lab'))).toEqual({ 'lab-1': wait, 'lab-2': wait });
  });

  test('wants fewer of a dynamic pool than users hold says how many are too much', async () => {
    const world = await worldOf(projects(4), clusters(3));
    for (let user = 0; user < 3; user += 1) await world.acquire('cluster');
    const plan = await planFor(world, configOf(projects(4), clusters(1)));
    expect(poolOf(plan, 'cluster')).toMatchObject({ steps: [], surplus: 2, changes: ['size 3 → 1'] });
  });

  test('changes what it needs, its lifespan and its settings tells each', async () => {
    const world = await worldOf(projects(4), clusters(1));
    const change = virtual('cluster', {
      min: 1,
      needs: { project: 2 },
      lifespan: '2h',
      mason: { 'max-attempts': 7, paused: true },
    });
    const plan = await planFor(world, configOf(projects(4), change));
    expect(poolOf(plan, 'cluster').changes).toEqual([
      'needs 1 project → 2 project',
      'lifespan',
      'mason: max-attempts, paused',
    ]);
  });

  test("changes each of a type's own settings names them as the config does", async () => {
    const world = await worldOf(projects(4, { mason: {} }), clusters(1));
    const mason = {
      'max-attempts': 7,
      'construct-timeout': '31m',
      'max-constructing': 16,
      'retry-base': '11s',
      'retry-max': '11m',
      patience: '2m',
      paused: true,
      'lease-expiry': '31m',
      'reap-states': ['busy'],
      'quarantine-hold': '25h',
      'suspect-after': 4,
      janitor: { type: 'None' },
    };
    expect(Object.keys(mason)).toEqual(MASON_KEYS);
    const plan = await planFor(world, configOf(projects(4, { mason }), clusters(1)));
    expect(poolOf(plan, 'project').changes).toEqual([`mason: ${MASON_KEYS.join(', ')}`]);
  });

  test('makes a virtual type of a physical one, and the other way round', async () => {
    const world = await worldOf(projects(4), labs(['lab-1']), physical('store', 1));
    const swapped = configOf(projects(4), physical('lab', 1), { ...labs(['store-1']), type: 'store' });
    const plan = await planFor(world, swapped);
    expect(stepsOf(poolOf(plan, 'lab'))).toEqual({ 'lab-1': 'clean' });
    expect(stepsOf(poolOf(plan, 'store'))).toEqual({ 'store-1': 'build' });
    expect(poolOf(plan, 'lab').changes).toContain('now physical');
    expect(poolOf(plan, 'store').changes).toContain('now virtual');
    expect([poolOf(plan, 'lab').destroys, poolOf(plan, 'store').builds]).toEqual([1, 1]);
  });

  test.each([
    ['project', 'quota'],
    ['quota', 'project'],
  ])('renames %s to %s: each of its names is made anew under the other', async (from, to) => {
    const names = ['thing-1', 'thing-2'];
    const world = await worldOf({ type: from, state: 'free', names });
    const plan = await planFor(world, configOf({ type: to, state: 'free', names }));
    expect(stepsOf(poolOf(plan, to))).toEqual({ 'thing-1': 'create', 'thing-2': 'create' });
    world.setConfig(configOf({ type: to, state: 'free', names }));
    await world.tick();
    await world.tick();
    expect(await world.states(to)).toEqual({ free: 2 });
  });
});

describe('what sync then does is what the plan says', () => {
  const some = fc.record({
    supply: fc.integer({ min: 8, max: 12 }),
    dynamic: fc.record({ min: fc.integer({ min: 0, max: 3 }), more: fc.integer({ min: 0, max: 2 }) }),
    labs: fc.subarray(['lab-1', 'lab-2', 'lab-3'], { minLength: 1 }),
    version: fc.integer({ min: 1, max: 2 }),
    hasClusters: fc.boolean(),
    hasLabs: fc.boolean(),
  });
  type Some = typeof some extends fc.Arbitrary<infer Value> ? Value : never;
  const textOf = ({ supply, dynamic, labs: names, version, hasClusters, hasLabs }: Some): string =>
    configOf(
      projects(supply),
      ...(hasClusters ? [clusters(dynamic.min, version, Math.max(1, dynamic.min + dynamic.more))] : []),
      ...(hasLabs ? [labs(names, version)] : []),
    );

  test('for any two configs, with users and people at work, at rest or not', async () => {
    const cases = fc.record({
      from: some,
      to: some,
      users: fc.array(fc.constantFrom('cluster', 'lab', 'project'), { maxLength: 4 }),
      holds: fc.boolean(),
      dirties: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ from, to, users, holds, dirties }) => {
        const world = createWorld({ config: textOf(from) });
        await world.minutes(3);
        for (const type of users)
          await world.users.acquire({ type, state: 'free', dest: 'busy', owner: 'alice', requestId: '' });
        if (holds) await world.ledger.holds.begin('lab-1', { forMs: 3_600_000, reason: '' });
        world.hold('fulfill');
        const mine = (await world.inventory()).records.filter(({ owner }) => owner === 'alice');
        if (dirties && mine[0] !== undefined) await world.release(mine[0].name, 'dirty');
        await world.settle();
        await expectExact(world, textOf(to));
      }),
      { numRuns: 60 },
    );
  });

  test('to the end: as many constructs and destroys as it said', async () => {
    const world = await worldOf(projects(6), labs(['lab-1', 'lab-2', 'lab-3']), clusters(2));
    const user = await world.acquireNamed('lab-2');
    const text = configOf(projects(6), labs(['lab-2', 'lab-3', 'lab-4'], 2), clusters(1));
    const { pools } = await planFor(world, text);
    const before = world.script.calls.length;
    world.setConfig(text);
    await world.minutes(2);
    await world.release(user.name, 'free');
    await world.restore(10);
    const asked = world.script.calls.slice(before);
    const count = (what: string): number => asked.filter((call) => call.what === what).length;
    const sum = (of: 'builds' | 'destroys'): number => pools.reduce((total, pool) => total + pool[of], 0);
    expect([count('construct'), count('destroy')]).toEqual([sum('builds'), sum('destroys')]);
    expect([sum('builds'), sum('destroys')]).toEqual([3, 4]);
  });
});
