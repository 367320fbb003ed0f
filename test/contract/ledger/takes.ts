import { describe, expect } from '@jest/globals';

import { inWorldOf, type InWorld } from './inWorld.ts';
import { GOOD_END, LONG_MS, numbered, physical, virtual, type OpenLedger, type World } from './world.ts';
import { describeGivenBack } from './takesGivenBack.ts';
import { acquireOf, releaseOf } from './usersSteps.ts';

export function describeTakes(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('takeDirty and takeForJanitor', () => {
    describeDirty(it);
  });
  describe('takeOutdated', () => {
    describeOutdated(it);
  });
  describe('takeGivenBack', () => {
    describeGivenBack(it);
  });
  describe('takeNamed', () => {
    describeNamed(it);
  });
}

const takeDirty = (world: World, type: string, limit = 100) =>
  world.ledger.pools.takeDirty({ type, limit, ...world.order() });
const takeForJanitor = (world: World, type: string, limit = 100) =>
  world.ledger.pools.takeForJanitor({ type, limit, ...world.order() });
const takeOutdated = (world: World, type: string, limit = 100) =>
  world.ledger.pools.takeOutdated({ type, limit, ...world.order() });

function describeDirty(it: InWorld): void {
  it('takes dirty members of a virtual type, each under an owner of its own, as a new cycle', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b']));
    await world.build('cluster');
    await acquireOf(world, 'cluster', { name: 'a' });
    await releaseOf(world, 'a', 'dirty');
    await acquireOf(world, 'cluster', { name: 'b' });
    await releaseOf(world, 'b', 'toBeDeleted');
    expect([...(await takeDirty(world, 'cluster'))].sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
      { task: 'recycle', type: 'cluster', name: 'a', cycle: 2 },
      { task: 'recycle', type: 'cluster', name: 'b', cycle: 2 },
    ]);
    const [a, b] = [await world.work('a'), await world.work('b')];
    expect(a).toMatchObject({ state: 'cleaning', work: { phase: 'recycle', cycle: 2, doomed: false } });
    expect(b).toMatchObject({ state: 'cleaning', work: { phase: 'recycle', cycle: 2, doomed: true } });
    expect(a.owner).not.toBe(b.owner);
    expect(a.owner).toBe(a.work.owner);
    expect(await takeDirty(world, 'cluster')).toEqual([]);
  });

  it('takes up to the limit, and each member for one of those who ask at once', async (world) => {
    await world.configure(virtual('cluster', numbered('c', 10)));
    expect(await takeDirty(world, 'cluster', 3)).toHaveLength(3);
    const wakes = await Promise.all([1, 2, 3, 4].map(() => takeDirty(world, 'cluster', 4)));
    expect(wakes.flat()).toHaveLength(7);
    expect(new Set(wakes.flat().map(({ name }) => name)).size).toBe(7);
  });

  it('leaves what is owned, and members of a paused type', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b']), physical('project', ['p'], { state: 'dirty' }));
    await acquireOf(world, 'cluster', { name: 'a', dest: 'dirty' });
    expect((await takeDirty(world, 'cluster')).map(({ name }) => name)).toEqual(['b']);
    await releaseOf(world, 'a', 'dirty');
    await world.configure(
      virtual('cluster', ['a', 'b'], { settings: { paused: true } }),
      physical('project', ['p'], { state: 'dirty', settings: { paused: true } }),
    );
    expect(await takeDirty(world, 'cluster')).toEqual([]);
    expect(await takeForJanitor(world, 'project')).toEqual([]);
  });

  it('leaves physical ones to the janitor, and the janitor leaves virtual ones', async (world) => {
    await world.configure(virtual('cluster', ['c']), physical('project', ['p', 'q'], { state: 'dirty' }));
    expect(await takeDirty(world, 'project')).toEqual([]);
    expect(await takeForJanitor(world, 'cluster')).toEqual([]);
    await acquireOf(world, 'project', { name: 'q' });
    await releaseOf(world, 'q', 'toBeDeleted');
    const wakes = await takeForJanitor(world, 'project');
    expect(wakes.map(({ name, task }) => `${name} ${task}`).sort()).toEqual(['p janitor', 'q janitor']);
    expect(await world.work('p')).toMatchObject({ state: 'cleaning', work: { doomed: false, cycle: 1 } });
    expect(await world.work('q')).toMatchObject({ state: 'cleaning', work: { doomed: true, cycle: 1 } });
  });

  it('buries the dead of a type without a cleaner of ours, and leaves its dirty ones to others', async (world) => {
    await world.configure(physical('project', ['p', 'q'], { state: 'dirty', settings: { janitor: null } }));
    await acquireOf(world, 'project', { name: 'q' });
    await releaseOf(world, 'q', 'toBeDeleted');
    expect(await takeForJanitor(world, 'project')).toMatchObject([{ name: 'q' }]);
  });
}

function describeOutdated(it: InWorld): void {
  const cluster = (version: number, size = numbered('c', 4)) =>
    virtual('cluster', size, { hash: `cluster-${version}` });

  it('rebuilds what was built from another config, the pool never below min − 1 by that', async (world) => {
    await world.configure(cluster(1));
    await world.build('cluster');
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
    await world.configure(cluster(2));
    const rebuilt: string[] = [];
    for (let rounds = 0; rounds < 4; rounds += 1) {
      const wakes = await takeOutdated(world, 'cluster');
      expect(wakes).toMatchObject([{ task: 'recycle', cycle: 2 }]);
      expect(await world.names('cluster', 'free')).toHaveLength(3);
      expect(await takeOutdated(world, 'cluster')).toEqual([]);
      for (const { name } of wakes) {
        rebuilt.push(name);
        await world.bring(name, 'fulfill');
        expect(await takeOutdated(world, 'cluster')).toEqual([]);
        await world.bring(name, 'done');
      }
    }
    expect(rebuilt.sort()).toEqual(numbered('c', 4));
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
    for (const { work } of await world.records('cluster')) expect(work?.builtBy).toBe('cluster-2');
  });

  it('takes what a larger pool can spare at once, and never what a user has', async (world) => {
    const spare = (version: number) => virtual('cluster', [2, 6], { hash: `cluster-${version}` });
    await world.configure(virtual('cluster', [6, 6]));
    await world.build('cluster');
    await world.configure(spare(1));
    const [used = ''] = await world.names('cluster');
    await acquireOf(world, 'cluster', { name: used });
    await world.configure(spare(2));
    expect((await takeOutdated(world, 'cluster', 2)).map(({ name }) => name)).not.toContain(used);
    expect(await takeOutdated(world, 'cluster')).toHaveLength(3);
    await releaseOf(world, used, 'free');
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
  });

  it('does not rebuild while the pool is short of ready members for another reason', async (world) => {
    await world.configure(cluster(1));
    await world.build('cluster');
    await acquireOf(world, 'cluster', { name: 'c-1' });
    await releaseOf(world, 'c-1', 'dirty');
    await world.configure(cluster(2));
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
    await world.bring('c-1', 'done');
    expect(await takeOutdated(world, 'cluster')).toHaveLength(1);
  });

  it('counts what is in use as ready', async (world) => {
    await world.configure(cluster(1));
    await world.build('cluster');
    for (const name of ['c-1', 'c-2', 'c-3']) await acquireOf(world, 'cluster', { name });
    await world.configure(cluster(2));
    expect(await takeOutdated(world, 'cluster')).toMatchObject([{ name: 'c-4' }]);
  });

  it('rebuilds one below min − 1 where somebody waits in vain for what it holds, and no more', async (world) => {
    const projects = physical('project', numbered('p', 6));
    const hungry = virtual('cluster', ['a', 'b', 'c'], { needs: { project: 2 } });
    const modest = virtual('cluster', ['a', 'b', 'c'], { needs: { project: 1 }, hash: 'cluster-2' });
    const other = virtual('other', ['x', 'y', 'z'], { needs: { project: 1 } });
    await world.configure(projects, hungry);
    await world.build('cluster');
    await world.configure(projects, modest, other);
    for (const name of ['x', 'y', 'z']) await world.wait(name);
    expect(await takeOutdated(world, 'cluster')).toMatchObject([{ name: 'a' }]);
    await world.bring('a', 'fulfill');
    for (const name of await world.names('project', 'dirty')) await world.clean(name);
    for (const name of ['x', 'y']) {
      const [resource = ''] = await world.names('project', 'free');
      const { token } = (await world.work(name)).work;
      await world.grant({ name, token, resources: [resource] });
      await world.bring(name, 'done');
    }
    await world.wait('a');
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
    world.advance(LONG_MS);
    expect(await takeOutdated(world, 'cluster')).toMatchObject([{ name: 'b' }]);
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
    await world.bring('b', 'fulfill');
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
    expect((await world.work('c')).work.phase).toBeNull();
  });

  it('leaves a paused and a removed type alone', async (world) => {
    await world.configure(cluster(1));
    await world.build('cluster');
    await world.configure(
      virtual('cluster', numbered('c', 4), { hash: 'cluster-2', settings: { paused: true } }),
    );
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
    await world.ledger.configs.store([]);
    expect(await takeOutdated(world, 'cluster')).toEqual([]);
  });
}

function describeNamed(it: InWorld): void {
  const order = async (world: World, name: string, at?: number) =>
    world.ledger.pools.takeNamed(name, at ?? (await world.now()) + 1, world.order());

  it('takes a dirty, a toBeDeleted and an unowned free resource', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b', 'c']));
    await world.bring('b', 'done');
    await world.bring('c', 'done');
    await acquireOf(world, 'cluster', { name: 'c' });
    await releaseOf(world, 'c', 'toBeDeleted');
    await acquireOf(world, 'cluster', { name: 'b' });
    await releaseOf(world, 'b', 'free');
    expect(await order(world, 'b')).toEqual({
      kind: 'taken',
      wake: { task: 'recycle', type: 'cluster', name: 'b', cycle: 2 },
    });
    expect(await order(world, 'c')).toMatchObject({ kind: 'taken' });
    expect((await world.work('c')).work.doomed).toBe(true);
    expect((await world.work('b')).work.doomed).toBe(false);
  });

  it('takes a dirty one that was never worked on', async (world) => {
    await world.configure(virtual('cluster', ['a']));
    expect(await order(world, 'a')).toMatchObject({ kind: 'taken', wake: { cycle: 1 } });
  });

  it('refuses a name that it does not know, and one that this Mason does not build', async (world) => {
    await world.configure(physical('project', ['p']));
    expect(await order(world, 'nobody')).toEqual({ kind: 'refused', reason: 'unknown' });
    expect(await order(world, 'p')).toEqual({ kind: 'refused', reason: 'unconfigured' });
  });

  it('refuses a member of a paused type, which would only leave its pool', async (world) => {
    await world.configure(virtual('cluster', ['a'], { settings: { paused: true } }));
    const before = await world.records();
    expect(await order(world, 'a')).toEqual({ kind: 'refused', reason: 'paused' });
    expect(await world.records()).toEqual(before);
  });

  it('refuses what a user has, or Mason has in a later phase', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b']));
    await world.build('cluster');
    await acquireOf(world, 'cluster', { name: 'a' });
    expect(await order(world, 'a')).toEqual({ kind: 'refused', reason: 'held' });
    await acquireOf(world, 'cluster', { name: 'b' });
    await releaseOf(world, 'b', 'dirty');
    for (const phase of ['fulfill', 'clean', 'free'] as const) {
      await world.bring('b', phase);
      expect(await order(world, 'b')).toEqual({ kind: 'refused', reason: 'held' });
    }
  });

  it('says that it is under way already', async (world) => {
    await world.configure(virtual('cluster', ['a']));
    await world.bring('a', 'recycle');
    const before = await world.record('a');
    expect(await order(world, 'a')).toEqual({ kind: 'refused', reason: 'underWay' });
    expect(await world.record('a')).toEqual(before);
  });

  it('refuses an order that is older than the present state, or a state of the user’s own', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b']));
    await world.bring('a', 'done');
    const orderedAt = await world.now();
    world.advance(LONG_MS);
    await acquireOf(world, 'cluster', { name: 'a' });
    await releaseOf(world, 'a', 'free');
    expect(await order(world, 'a', orderedAt)).toEqual({ kind: 'refused', reason: 'stale' });
    expect(await order(world, 'a')).toMatchObject({ kind: 'taken' });
    await world.end(await world.begin('a'), GOOD_END.recycle);
    await world.bring('b', 'done');
    await acquireOf(world, 'cluster', { name: 'b' });
    await releaseOf(world, 'b', 'tmp');
    expect(await order(world, 'b')).toEqual({ kind: 'refused', reason: 'stale' });
  });
}
