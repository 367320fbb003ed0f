import { expect } from '@jest/globals';

import type { InWorld } from './inWorld.ts';
import { acquireOf, releaseOf } from './usersSteps.ts';
import { GOOD_END, LONG_MS, numbered, physical, virtual, type World } from './world.ts';

const keepSize = (world: World, type: string) => world.ledger.pools.keepSize(type, world.order());

export function describeDynamic(it: InWorld): void {
  it('makes what is missing to its min, in the state of the config, and no more', async (world) => {
    await world.ledger.configs.store([physical('project', [3, 5], { state: 'dirty' })]);
    const { made, dropped, doomed } = await keepSize(world, 'project');
    expect(made).toHaveLength(3);
    expect({ dropped, doomed }).toEqual({ dropped: [], doomed: [] });
    expect([...(await world.names('project'))].sort()).toEqual([...made].sort());
    for (const record of await world.records('project'))
      expect(record).toMatchObject({ state: 'dirty', owner: '', userData: {}, expiration: null });
    expect((await keepSize(world, 'project')).made).toEqual([]);
  });

  it('is safe when many do it at once', async (world) => {
    await world.ledger.configs.store([physical('project', [7, 9])]);
    const changes = await Promise.all(Array.from({ length: 8 }, () => keepSize(world, 'project')));
    expect(changes.flatMap(({ made }) => made)).toHaveLength(7);
    expect(await world.names('project')).toHaveLength(7);
  });

  it('never makes a virtual resource free: nothing is built yet', async (world) => {
    const lab = virtual('lab', 2, { state: 'returned' });
    await world.configure(
      virtual('cluster', 2, { state: 'free' }),
      lab,
      virtual('desk', 2, { state: 'odd' }),
    );
    expect(await world.names('cluster', 'dirty')).toHaveLength(2);
    expect(await world.names('lab', 'dirty')).toHaveLength(2);
    expect(await world.names('desk', 'odd')).toHaveLength(2);
  });

  it('makes what virtual resources wait for, up to its max, and counts what is on its way', async (world) => {
    const cluster = virtual('cluster', numbered('c', 4), { needs: { disk: 2 } });
    await world.configure(physical('disk', [3, 7]), cluster, virtual('other', ['o']));
    await world.bring('c-1', 'clean');
    await acquireOf(world, 'disk', { name: (await world.names('disk', 'free'))[0] ?? '' });
    expect((await keepSize(world, 'disk')).made).toEqual([]);
    for (const name of ['c-2', 'c-3', 'c-4']) await world.wait(name);
    expect((await keepSize(world, 'disk')).made).toHaveLength(4);
    expect((await keepSize(world, 'disk')).made).toEqual([]);
    const free = await world.names('disk', 'free');
    const { token } = (await world.work('c-2')).work;
    const grant = { name: 'c-2', token, resources: free.slice(0, 2) };
    expect((await world.grant(grant)).kind).toBe('granted');
    expect((await keepSize(world, 'disk')).made).toEqual([]);
    expect(await world.names('disk')).toHaveLength(7);
  });

  it('makes nothing for those in line where enough is dirty or being cleaned', async (world) => {
    const cluster = virtual('cluster', ['c'], { needs: { disk: 2 } });
    await world.configure(physical('disk', [2, 9], { state: 'dirty' }), cluster);
    await world.wait('c');
    expect((await keepSize(world, 'disk')).made).toEqual([]);
    await world.ledger.pools.takeForJanitor({ type: 'disk', limit: 1, ...world.order() });
    expect((await keepSize(world, 'disk')).made).toEqual([]);
  });

  it('makes nothing for a type that it does not know', async (world) => {
    expect(await keepSize(world, 'nothing')).toEqual({ made: [], dropped: [], doomed: [] });
  });

  it('makes anew what ended', async (world) => {
    await world.configure(virtual('cluster', 1, { lifespanMs: LONG_MS }));
    const [old = ''] = await world.names('cluster');
    await world.bring(old, 'done');
    world.advance(LONG_MS);
    expect(await world.ledger.pools.expire('cluster')).toEqual([old]);
    expect((await keepSize(world, 'cluster')).made).toEqual([]);
    await world.bring(old, 'recycle');
    await world.end(await world.begin(old), GOOD_END.recycle);
    expect(await keepSize(world, 'cluster')).toMatchObject({ dropped: [old], made: [expect.any(String)] });
    expect(await world.names('cluster')).not.toContain(old);
  });
}

export function describeTrimming(it: InWorld): void {
  it('dooms what is too much: first the dirty, then what is at work, the free last', async (world) => {
    await world.configure(virtual('cluster', 6));
    const [taken = '', recycling = '', constructing = '', old = '', young = '', used = ''] =
      await world.names('cluster');
    await world.bring(constructing, 'clean');
    for (const name of [used, old, young]) await world.bring(name, 'done');
    await acquireOf(world, 'cluster', { name: used });
    await releaseOf(world, used, 'free');
    const order = [taken, recycling, constructing, old, young, used];
    const gone: string[] = [];
    for (const size of [5, 4, 3, 2, 1, 0]) {
      await world.ledger.configs.store([virtual('cluster', size)]);
      gone.push(...(await keepSize(world, 'cluster')).doomed.map(({ name }) => name));
      expect((await keepSize(world, 'cluster')).doomed).toEqual([]);
    }
    expect(new Set(gone.slice(0, 2))).toEqual(new Set([taken, recycling]));
    expect(gone.slice(2)).toEqual(order.slice(2));
    for (const name of gone) {
      await world.end(await world.begin(name), GOOD_END.recycle);
    }
    expect(new Set((await keepSize(world, 'cluster')).dropped)).toEqual(new Set(order));
  });

  it('passes over what a user or a run has, until it comes back', async (world) => {
    await world.configure(virtual('cluster', 2));
    const [used = '', run = ''] = await world.names('cluster');
    await world.bring(used, 'done');
    await world.bring(run, 'clean');
    await acquireOf(world, 'cluster', { name: used });
    const fence = await world.begin(run);
    await world.ledger.configs.store([virtual('cluster', [0, 0])]);
    expect((await keepSize(world, 'cluster')).doomed).toEqual([]);
    await world.end(fence, GOOD_END.clean);
    expect((await keepSize(world, 'cluster')).doomed).toMatchObject([{ name: run, task: 'recycle' }]);
    await releaseOf(world, used, 'free');
    expect((await keepSize(world, 'cluster')).doomed).toMatchObject([{ name: used, task: 'recycle' }]);
  });

  it('sends what is too much of a physical type to the janitor, never what is leased or parked', async (world) => {
    await world.configure(
      physical('project', 4),
      virtual('cluster', ['built', 'leasing'], { needs: { project: 1 } }),
    );
    await world.bring('built', 'done');
    await world.bring('leasing', 'clean');
    await world.configure(
      physical('project', [0, 1]),
      virtual('cluster', ['built', 'leasing'], { needs: { project: 1 } }),
    );
    expect(await world.names('project', 'toBeDeleted')).toHaveLength(2);
    const taken = await world.ledger.pools.takeForJanitor({ type: 'project', limit: 9, ...world.order() });
    for (const { name } of taken) await world.end(await world.begin(name), GOOD_END.janitor);
    expect((await keepSize(world, 'project')).dropped).toHaveLength(2);
    expect(await world.names('project')).toHaveLength(2);
    await world.bring('leasing', 'done');
  });

  it('gives a physical one that is too much and in quarantine another chance to be cleaned, and to end', async (world) => {
    await world.configure(physical('project', 1, { state: 'dirty' }));
    const [name = ''] = await world.names('project');
    await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() });
    await world.end(await world.begin(name), { kind: 'failed', message: 'no', retryInMs: null });
    await world.configure(physical('project', [0, 0]));
    expect(await world.work(name)).toMatchObject({
      state: 'cleaning',
      work: { phase: 'janitor', doomed: true, quarantine: null, attempts: 0 },
    });
    await world.end(await world.begin(name), { kind: 'failed', message: 'no', retryInMs: null });
    await keepSize(world, 'project');
    expect(await world.record(name)).toMatchObject({ state: 'quarantined', work: { doomed: true } });
  });

  it('lets a physical one that is being cleaned be cleaned first, between its runs, too', async (world) => {
    await world.configure(
      physical('project', ['a'], { state: 'dirty' }),
      physical('disk', 1, { state: 'dirty' }),
    );
    const names = ['a', ...(await world.names('disk'))];
    for (const type of ['project', 'disk'])
      await world.ledger.pools.takeForJanitor({ type, limit: 1, ...world.order() });
    for (const name of names)
      await world.end(await world.begin(name), { kind: 'failed', message: 'no', retryInMs: 0 });
    await world.configure(physical('project', []), physical('disk', [0, 0]));
    for (const name of names) {
      expect(await world.work(name)).toMatchObject({
        state: 'cleaning',
        work: { phase: 'janitor', cycle: 1, doomed: false },
      });
      await world.end(await world.begin(name), GOOD_END.janitor);
    }
    expect((await keepSize(world, 'project')).dropped).toEqual(['a']);
  });

  it('leaves one that is toBeDeleted already as it is', async (world) => {
    await world.configure(physical('project', 1));
    await world.configure(physical('project', [0, 0]));
    const [leaving] = await world.records('project');
    expect(leaving).toMatchObject({ state: 'toBeDeleted' });
    world.advance(1);
    await keepSize(world, 'project');
    expect(await world.records('project')).toEqual([leaving]);
  });

  it('drains a removed type and forgets it once the last member is gone', async (world) => {
    await world.configure(physical('project', 2), virtual('cluster', 1, { needs: { project: 2 } }));
    const [c = ''] = await world.names('cluster');
    await world.bring(c, 'done');
    await world.ledger.configs.store([physical('project', 2)]);
    const { doomed } = await keepSize(world, 'cluster');
    expect(doomed).toMatchObject([{ name: c, task: 'recycle', cycle: 2 }]);
    await world.ledger.configs.sweep();
    expect(await world.ledger.configs.type('cluster')).toMatchObject({ removed: true, component: null });
    await world.end(await world.begin(c), GOOD_END.recycle);
    expect(await world.names('project', 'dirty')).toHaveLength(2);
    expect((await keepSize(world, 'cluster')).dropped).toEqual([c]);
    await world.ledger.configs.sweep();
    expect(await world.ledger.configs.type('cluster')).toBeNull();
  });

  it('drains a type that was removed while it was paused', async (world) => {
    await world.configure(virtual('cluster', 2, { settings: { paused: true } }));
    await world.ledger.configs.store([]);
    for (const { name } of (await keepSize(world, 'cluster')).doomed)
      await world.end(await world.begin(name), GOOD_END.recycle);
    expect((await keepSize(world, 'cluster')).dropped).toHaveLength(2);
  });
}

export function describeStatic(it: InWorld): void {
  it('makes the named ones, once', async (world) => {
    await world.ledger.configs.store([physical('project', ['a', 'b'])]);
    const changes = await Promise.all([1, 2, 3].map(() => keepSize(world, 'project')));
    expect(changes.flatMap(({ made }) => made).sort()).toEqual(['a', 'b']);
    expect(await world.names('project')).toEqual(['a', 'b']);
  });

  it('drops a physical one that left the config when nobody owns or parks it', async (world) => {
    await world.configure(
      physical('project', ['a', 'b', 'c', 'd']),
      virtual('cluster', ['v', 'w'], { needs: { project: 1 } }),
    );
    await world.bring('v', 'done');
    await world.bring('w', 'clean');
    await acquireOf(world, 'project', { name: 'c' });
    await world.ledger.configs.store([
      physical('project', []),
      virtual('cluster', ['v', 'w'], { needs: { project: 1 } }),
    ]);
    expect((await keepSize(world, 'project')).dropped).toEqual(['d']);
    await releaseOf(world, 'c', 'free');
    expect((await keepSize(world, 'project')).dropped).toEqual(['c']);
    await world.bring('w', 'done');
    expect((await keepSize(world, 'project')).dropped).toEqual([]);
    await acquireOf(world, 'cluster', { name: 'v' });
    await releaseOf(world, 'v', 'dirty');
    await world.bring('v', 'fulfill');
    expect((await keepSize(world, 'project')).dropped).toEqual(['a']);
  });

  it('drops a physical one in quarantine that left the config', async (world) => {
    await world.configure(physical('project', ['a'], { state: 'dirty' }));
    await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() });
    await world.end(await world.begin('a'), { kind: 'failed', message: 'no', retryInMs: null });
    await world.ledger.configs.store([physical('project', ['b'])]);
    expect(await keepSize(world, 'project')).toMatchObject({ made: ['b'], dropped: ['a'] });
  });

  it('dooms a virtual one that left the config, also out of quarantine', async (world) => {
    await world.configure(
      physical('project', ['p', 'q']),
      virtual('cluster', ['a', 'b'], { needs: { project: 1 } }),
    );
    await world.bring('a', 'clean');
    await world.end(await world.begin('a'), { kind: 'failed', message: 'no', retryInMs: null });
    await world.bring('b', 'done');
    await world.ledger.configs.store([
      physical('project', ['p', 'q']),
      virtual('cluster', ['c'], { needs: { project: 1 } }),
    ]);
    const { made, doomed } = await keepSize(world, 'cluster');
    expect(made).toEqual(['c']);
    expect(doomed.map(({ name, task }) => `${name} ${task}`).sort()).toEqual(['a recycle', 'b recycle']);
    for (const name of ['a', 'b']) await world.end(await world.begin(name), GOOD_END.recycle);
    expect([...(await keepSize(world, 'cluster')).dropped].sort()).toEqual(['a', 'b']);
    expect(await world.names('project', 'dirty')).toHaveLength(2);
  });

  it('lets a name move between types, once its old member has gone', async (world) => {
    await world.configure(physical('small', ['a', 'x']), physical('large', ['b']));
    await acquireOf(world, 'small', { name: 'x' });
    await world.configure(physical('small', ['a']), physical('large', ['b', 'x']));
    expect((await world.record('x')).type).toBe('small');
    expect((await keepSize(world, 'large')).made).toEqual([]);
    await releaseOf(world, 'x', 'dirty');
    expect((await keepSize(world, 'small')).dropped).toEqual(['x']);
    expect((await keepSize(world, 'large')).made).toEqual(['x']);
    expect(await world.record('x')).toMatchObject({ type: 'large', state: 'free' });
  });

  it('notices when as many have come as have gone', async (world) => {
    await world.configure(physical('small', ['a', 'x']), physical('large', ['b', 'y']));
    for (const name of ['a', 'x']) await acquireOf(world, 'small', { name });
    await acquireOf(world, 'large', { name: 'y' });
    // small loses x and wants y: two are there, two are wanted, and neither change can be made yet.
    await world.configure(physical('small', ['a', 'y']), physical('large', ['b', 'x']));
    await releaseOf(world, 'x', 'free');
    await releaseOf(world, 'y', 'free');
    for (let ticks = 0; ticks < 2; ticks += 1) {
      await keepSize(world, 'small');
      await keepSize(world, 'large');
    }
    expect(await world.names('small')).toEqual(['a', 'y']);
    expect(await world.names('large')).toEqual(['b', 'x']);
  });

  it('makes anew a physical one that its user declared dead', async (world) => {
    await world.configure(physical('project', ['a']));
    await acquireOf(world, 'project', { name: 'a' });
    await world.ledger.users.update({ name: 'a', state: 'busy', owner: 'alice', userData: { k: 'v' } });
    await releaseOf(world, 'a', 'tombstone');
    expect(await keepSize(world, 'project')).toMatchObject({ dropped: ['a'], made: ['a'] });
    expect(await world.record('a')).toMatchObject({ state: 'free', userData: {} });
  });

  it('lets what was built be destroyed where a user declared a virtual one dead', async (world) => {
    await world.configure(physical('project', ['p']), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', 'done');
    await acquireOf(world, 'cluster', { name: 'c' });
    await releaseOf(world, 'c', 'tombstone');
    await keepSize(world, 'cluster');
    await world.bring('c', 'recycle');
    expect((await world.work('c')).work).toMatchObject({ builtBy: 'cluster-1', doomed: true });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await world.record('p')).toMatchObject({ state: 'dirty', heldBy: null });
    expect(await keepSize(world, 'cluster')).toMatchObject({ dropped: ['c'], made: ['c'] });
  });
}
