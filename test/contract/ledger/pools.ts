import { describe, expect } from '@jest/globals';

import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import { describeDynamic, describeTrimming, describeStatic } from './poolSizes.ts';
import { acquireOf, releaseOf } from './usersSteps.ts';
import {
  GOOD_END,
  LONG_MS,
  numbered,
  physical,
  uuid,
  virtual,
  type OpenLedger,
  type World,
} from './world.ts';

export function describePools(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('keepSize of a dynamic pool', () => {
    describeDynamic(it);
    describeTrimming(it);
  });
  describe('keepSize of a static pool', () => {
    describeStatic(it);
  });
  describe('a type that changes its kind', () => {
    describeKinds(it);
  });
  describe('ready', () => {
    it('counts what is free, kept or in use, and not what there is work with', async (world) => {
      await world.configure(virtual('cluster', ['a', 'b', 'c']), physical('project', 3));
      const ready = async (type: string): Promise<number> => (await world.ledger.pools.ready(type)).members;
      expect(await ready('cluster')).toBe(0);
      await world.build('cluster');
      expect([await ready('cluster'), await ready('project')]).toEqual([3, 3]);
      await acquireOf(world, 'cluster', { name: 'a' });
      expect(await ready('cluster')).toBe(3);
      await releaseOf(world, 'a', 'dirty');
      expect(await ready('cluster')).toBe(2);
      expect(await ready('nothing')).toBe(0);
    });

    it('says when that was, by the clock by which waiters wait', async (world) => {
      await world.configure(virtual('cluster', ['a'], { needs: { project: 1 } }), physical('project', 0));
      const { at } = await world.ledger.pools.ready('cluster');
      await world.bring('a', 'fulfill');
      expect((await world.work('a')).lastUpdate).toBeGreaterThanOrEqual(at);
      expect((await world.ledger.pools.ready('cluster')).at).toBeGreaterThanOrEqual(
        (await world.work('a')).lastUpdate,
      );
    });
  });
  describe('expire', () => {
    describeExpire(it);
  });
  describe('reap', () => {
    describeReap(it);
  });
}

function describeKinds(it: InWorld): void {
  const project = physical('project', ['p', 'q']);

  it('from physical to virtual builds its free members', async (world) => {
    await world.configure(project, physical('thing', ['a', 'b', 'c']));
    await acquireOf(world, 'thing', { name: 'a' });
    await releaseOf(world, 'a', 'dirty');
    await world.clean('a');
    await world.configure(project, virtual('thing', ['a', 'b', 'c'], { hash: 'thing-2' }));
    for (const name of ['a', 'b', 'c']) await world.bring(name, 'done');
    expect(await world.names('thing', 'free')).toEqual(['a', 'b', 'c']);
  });

  it('from physical to virtual does not free what the janitor is cleaning, but builds it', async (world) => {
    await world.configure(project, physical('thing', ['a'], { state: 'dirty' }));
    await world.ledger.pools.takeForJanitor({ type: 'thing', limit: 1, ...world.order() });
    const run = await world.begin('a');
    await world.configure(project, virtual('thing', ['a'], { needs: { project: 1 }, hash: 'thing-2' }));
    const settled = await world.end(run, GOOD_END.janitor);
    expect(settled).toMatchObject({ yields: [], record: { state: 'dirty', owner: '' } });
    await world.bring('a', 'done');
  });

  it('from virtual to physical destroys what was built, gives its leases back, and cleans it', async (world) => {
    await world.configure(project, virtual('thing', ['a', 'b'], { needs: { project: 1 } }));
    await world.bring('a', 'done');
    await world.bring('b', 'clean');
    const plain = physical('thing', ['a', 'b'], { hash: 'thing-2' });
    await world.configure(project, plain);
    expect((await world.claim('b')).kind).toBe('restarted');
    for (let rounds = 0; rounds < 3; rounds += 1) {
      await world.ledger.pools.takeForJanitor({ type: 'thing', limit: 9, ...world.order() });
      for (const { name, work } of await world.records('thing')) {
        if (work?.phase === 'recycle' || work?.phase === 'janitor')
          await world.end(await world.begin(name), GOOD_END[work.phase]);
      }
    }
    for (const name of ['a', 'b'])
      expect(await world.work(name)).toMatchObject({
        state: 'free',
        userData: {},
        work: { leases: [], builtBy: null },
      });
    expect(await world.names('project', 'dirty')).toEqual(['p', 'q']);
  });

  it('from virtual to physical does not let its users break up what was built', async (world) => {
    await world.configure(project, virtual('thing', ['a', 'b'], { needs: { project: 1 } }));
    await world.build('thing');
    await acquireOf(world, 'thing', { name: 'a' });
    await acquireOf(world, 'thing', { name: 'b' });
    await acquireOf(world, 'project', { name: 'p' });
    await world.configure(project, physical('thing', ['a', 'b'], { hash: 'thing-2' }));
    await releaseOf(world, 'a', 'free');
    await releaseOf(world, 'b', 'tombstone');
    expect(await world.record('a')).toMatchObject({ state: 'dirty' });
    expect(await world.record('b')).toMatchObject({ state: 'toBeDeleted' });
  });

  it('without a registered Masonable is left to its own Mason', async (world) => {
    const foreign = physical('foreign', 2, { config: { type: 'Elsewhere', content: '' }, state: 'dirty' });
    await world.configure(project, foreign);
    const order = { limit: 9, ...world.order() };
    expect(await world.ledger.pools.takeForJanitor({ type: 'foreign', ...order })).toEqual([]);
    expect(await world.ledger.pools.takeDirty({ type: 'foreign', ...order })).toEqual([]);
    const [name = ''] = await world.names('foreign');
    expect(await world.ledger.pools.takeNamed(name, (await world.now()) + 1, world.order())).toEqual({
      kind: 'refused',
      reason: 'unconfigured',
    });
    await acquireOf(world, 'project', { name: 'p' });
    await releaseOf(world, 'p', name);
    expect(await world.record('p')).toMatchObject({ state: name, owner: '' });
  });
}

function describeExpire(it: InWorld): void {
  const mortal = (size: number): TypeRecord => physical('project', size, { lifespanMs: LONG_MS });

  it('ends what has been released for longer than its lifespan', async (world) => {
    await world.configure(mortal(2), physical('host', 1));
    const [a = '', b = ''] = await world.names('project');
    await acquireOf(world, 'project', { name: a });
    await releaseOf(world, a, 'free');
    world.advance(LONG_MS - 60_000);
    expect(await world.ledger.pools.expire('project')).toEqual([]);
    world.advance(60_000);
    expect(await world.ledger.pools.expire('host')).toEqual([]);
    expect(await world.ledger.pools.expire('project')).toEqual([a]);
    expect(await world.record(a)).toMatchObject({ state: 'toBeDeleted', owner: '' });
    expect(await world.record(b)).toMatchObject({ state: 'free', expiration: null });
    expect(await world.ledger.pools.expire('project')).toEqual([]);
  });

  it('spares what a user has, whose lifespan begins anew when he gives it back', async (world) => {
    await world.configure(mortal(1));
    const [a = ''] = await world.names('project');
    await acquireOf(world, 'project', { name: a });
    await releaseOf(world, a, 'free');
    await acquireOf(world, 'project', { name: a });
    world.advance(2 * LONG_MS);
    expect(await world.ledger.pools.expire('project')).toEqual([]);
    await releaseOf(world, a, 'free');
    expect(await world.ledger.pools.expire('project')).toEqual([]);
    world.advance(LONG_MS);
    expect(await world.ledger.pools.expire('project')).toEqual([a]);
  });

  it('spares what is leased or parked for a virtual resource', async (world) => {
    await world.configure(mortal(2), virtual('cluster', ['a', 'b'], { needs: { project: 1 } }));
    for (const name of await world.names('project')) {
      await acquireOf(world, 'project', { name });
      await releaseOf(world, name, 'free');
    }
    await world.bring('a', 'done');
    await world.bring('b', 'clean');
    world.advance(2 * LONG_MS);
    expect(await world.ledger.pools.expire('project')).toEqual([]);
  });

  it('takes a dirty one too', async (world) => {
    await world.configure(mortal(1));
    const [a = ''] = await world.names('project');
    await acquireOf(world, 'project', { name: a });
    await releaseOf(world, a, 'dirty');
    world.advance(LONG_MS);
    expect(await world.ledger.pools.expire('project')).toEqual([a]);
    const [wake] = await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() });
    expect(wake).toMatchObject({ task: 'janitor', name: a });
    expect((await world.work(a)).work.doomed).toBe(true);
  });
}

function describeReap(it: InWorld): void {
  const reap = (world: World, type: string) => world.ledger.pools.reap(type, LONG_MS);

  it('makes dirty what vanished owners hold, not what shows signs of life', async (world) => {
    await world.configure(physical('project', ['a', 'b', 'c', 'd']), physical('host', ['h']));
    for (const [name, dest] of [
      ['a', 'busy'],
      ['b', 'leased'],
      ['c', 'mine'],
      ['d', 'busy'],
    ] as const)
      await acquireOf(world, 'project', { name, dest });
    await acquireOf(world, 'host', { name: 'h' });
    world.advance(LONG_MS / 2);
    await world.ledger.users.update({ name: 'd', state: 'busy', owner: 'alice', userData: {} });
    expect(await reap(world, 'project')).toEqual([]);
    world.advance(LONG_MS / 2);
    expect([...(await reap(world, 'project'))].sort()).toEqual(['a', 'b']);
    expect(await world.record('a')).toMatchObject({ state: 'dirty', owner: '', expiration: null });
    expect(await world.record('c')).toMatchObject({ state: 'mine', owner: 'alice' });
    expect(await world.record('d')).toMatchObject({ state: 'busy', owner: 'alice' });
    expect((await world.record('h')).owner).toBe('alice');
  });

  it('never takes what Mason works on, leases or has parked', async (world) => {
    await world.configure(
      physical('project', ['p', 'q', 'r'], { state: 'free' }),
      virtual('cluster', ['a', 'b', 'c'], { needs: { project: 1 } }),
    );
    await world.bring('a', 'done');
    await world.bring('b', 'clean');
    await world.bring('c', 'recycle');
    world.advance(10 * LONG_MS);
    expect(await reap(world, 'project')).toEqual([]);
    expect(await reap(world, 'cluster')).toEqual([]);
  });

  it('moves on a virtual resource that its user left in a state of no meaning', async (world) => {
    const states = ['tmp', 'busy', 'leased', 'cleaning', uuid(999)];
    await world.configure(virtual('cluster', numbered('c', states.length + 1)));
    await world.build('cluster');
    for (const [index, state] of states.entries()) {
      await acquireOf(world, 'cluster', { name: `c-${index + 1}` });
      await releaseOf(world, `c-${index + 1}`, state);
    }
    expect(await reap(world, 'cluster')).toEqual([]);
    world.advance(LONG_MS);
    expect([...(await reap(world, 'cluster'))].sort()).toEqual(
      numbered('c', states.length).filter((name) => name !== `c-${states.length}`),
    );
    await world.build('cluster');
    expect(await world.names('cluster', 'free')).toHaveLength(states.length + 1);
  });

  it('moves on a physical one that nobody owns though its state says that somebody does', async (world) => {
    await world.configure(physical('project', ['a', 'b', 'c', 'd']));
    for (const [name, state] of [
      ['a', 'busy'],
      ['b', 'leased'],
      ['c', 'cleaning'],
      ['d', 'mine'],
    ] as const) {
      await acquireOf(world, 'project', { name });
      await releaseOf(world, name, state);
    }
    world.advance(LONG_MS);
    expect([...(await reap(world, 'project'))].sort()).toEqual(['a', 'b', 'c']);
    expect((await world.record('d')).state).toBe('mine');
  });

  it('of a virtual resource and its parts leads to a new round', async (world) => {
    await world.configure(physical('project', ['p']), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', 'done');
    await acquireOf(world, 'cluster', { name: 'c' });
    await world.ledger.users.acquireByState({ state: 'c', dest: 'busy', owner: 'alice', names: ['p'] });
    world.advance(LONG_MS);
    expect(await reap(world, 'cluster')).toEqual(['c']);
    expect(await reap(world, 'project')).toEqual(['p']);
    await world.clean('p');
    await world.bring('c', 'done');
    expect((await world.work('c')).work.cycle).toBe(2);
  });
}
