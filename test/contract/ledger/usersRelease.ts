import { expect } from '@jest/globals';

import type { InWorld } from './inWorld.ts';
import { projects } from './usersAcquire.ts';
import { acquireOf, asked, releaseOf } from './usersSteps.ts';
import { GOOD_END, LONG_MS, physical, uuid, virtual, type World } from './world.ts';

export function describeRelease(it: InWorld): void {
  it('gives back to any state, and only by its owner', async (world) => {
    await world.configure(projects(1));
    const { users } = world.ledger;
    const release = (owner: string, dest: string) => users.release({ name: 'p-1', dest, owner });
    expect(await release('', 'free')).toMatchObject({ kind: 'ownerMismatch', owner: '' });
    await asked(world, 'project');
    expect(await release('bob', 'free')).toEqual({ kind: 'ownerMismatch', owner: 'alice' });
    expect(await release('alice', 'tmpstate')).toMatchObject({
      kind: 'done',
      resource: { name: 'p-1', state: 'tmpstate', owner: '' },
      yields: [],
    });
    expect(await release('alice', 'free')).toEqual({ kind: 'ownerMismatch', owner: '' });
    expect(await users.release({ name: 'nope', dest: 'free', owner: 'alice' })).toEqual({ kind: 'notFound' });
    await acquireOf(world, 'project', { name: 'p-1' });
    expect(await release('alice', 'free')).toMatchObject({ kind: 'done', yields: ['project'] });
  });

  it('begins its lifespan anew', async (world) => {
    await world.configure(physical('project', 1, { lifespanMs: LONG_MS }));
    const name = await asked(world, 'project');
    await releaseOf(world, name, 'free');
    const first = await world.record(name);
    expect((first.expiration ?? 0) - first.lastUpdate).toBe(LONG_MS);
    await acquireOf(world, 'project', { name });
    world.advance(LONG_MS);
    await releaseOf(world, name, 'free');
    const second = await world.record(name);
    expect((second.expiration ?? 0) - second.lastUpdate).toBe(LONG_MS);
  });

  it('of a resource that left the config is possible, and then it goes', async (world) => {
    await world.configure(projects(2), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', 'done');
    await asked(world, 'project');
    await asked(world, 'cluster');
    await world.ledger.configs.store([]);
    for (const type of ['project', 'cluster']) await world.ledger.pools.keepSize(type, world.order());
    await world.ledger.configs.sweep();
    await releaseOf(world, 'p-2', 'free');
    await releaseOf(world, 'c', 'free');
    expect(await world.record('c')).toMatchObject({ state: 'free' });
    expect((await world.ledger.pools.keepSize('cluster', world.order())).doomed).toMatchObject([
      { name: 'c' },
    ]);
    await world.end(await world.begin('c'), GOOD_END.recycle);
    for (const type of ['cluster', 'project']) await world.ledger.pools.keepSize(type, world.order());
    await world.ledger.configs.sweep();
    expect(await world.records()).toEqual([]);
    expect(await world.ledger.configs.types()).toEqual([]);
  });

  const cluster = [projects(2), virtual('cluster', ['c'], { needs: { project: 2 } })];
  const inUse = async (world: World): Promise<void> => {
    await world.configure(...cluster);
    await world.bring('c', 'done');
    await asked(world, 'cluster');
  };

  it('free of a virtual resource whose needs are parked leaves it free', async (world) => {
    await inUse(world);
    await world.ledger.users.acquireByState({
      state: 'c',
      dest: 'busy',
      owner: 'alice',
      names: ['p-1', 'p-2'],
    });
    for (const name of ['p-2', 'p-1']) await releaseOf(world, name, 'c');
    expect(await world.record('p-1')).toMatchObject({ state: 'c', owner: '', heldBy: 'c' });
    await releaseOf(world, 'c', 'free');
    expect(await world.record('c')).toMatchObject({ state: 'free', owner: '' });
  });

  for (const [what, before, after] of [
    ['after its parts', ['p-1', 'p-2', 'c'], []],
    ['before its parts', ['c'], ['p-1', 'p-2']],
    ['between its parts', ['p-1', 'c'], ['p-2']],
  ] as const) {
    it(`free of a virtual resource ${what} are released free, too, makes it dirty`, async (world) => {
      await inUse(world);
      await world.ledger.users.acquireByState({
        state: 'c',
        dest: 'busy',
        owner: 'alice',
        names: ['p-1', 'p-2'],
      });
      for (const name of before) await releaseOf(world, name, 'free');
      expect(await world.record('c')).toMatchObject({ state: 'dirty', owner: '' });
      for (const name of after) await releaseOf(world, name, 'free');
      expect(await world.names('project', 'free')).toEqual(['p-1', 'p-2']);
      await world.bring('c', 'done');
    });
  }

  it('free of a virtual resource that was never built makes it dirty', async (world) => {
    await world.configure(virtual('cluster', ['c']));
    await acquireOf(world, 'cluster', { name: 'c' });
    expect(await world.ledger.users.release({ name: 'c', dest: 'free', owner: 'alice' })).toMatchObject({
      resource: { state: 'dirty' },
      yields: [],
    });
  });

  it('of a virtual resource in the state that means another server has it makes it dirty', async (world) => {
    await world.configure(projects(1), virtual('cluster', ['c'], { state: 'returned' }));
    expect(await world.record('c')).toMatchObject({ state: 'dirty' });
    await acquireOf(world, 'cluster', { name: 'c' });
    await releaseOf(world, 'c', 'returned');
    expect(await world.record('c')).toMatchObject({ state: 'dirty' });
    // Of a physical one it is a word of its users, as any other.
    await acquireOf(world, 'project', { name: 'p-1' });
    await releaseOf(world, 'p-1', 'returned');
    expect(await world.record('p-1')).toMatchObject({ state: 'returned' });
  });

  it('free of a virtual resource whose list of leases its user has changed makes it dirty', async (world) => {
    await inUse(world);
    const userData = { leasedResources: '["p-9"]' };
    await world.ledger.users.update({ name: 'c', state: 'busy', owner: 'alice', userData });
    await releaseOf(world, 'c', 'free');
    expect(await world.record('c')).toMatchObject({ state: 'dirty' });
  });
}

export function describePutBack(it: InWorld): void {
  const config = [projects(2), virtual('cluster', ['c'], { needs: { project: 1 } })];
  /** Alice has `c` and its part `p-1`. */
  const inUse = async (world: World): Promise<void> => {
    await world.configure(...config);
    await world.bring('c', 'done');
    await asked(world, 'cluster');
    await acquireOf(world, 'project', { name: 'p-1' });
  };

  it('parks a part while the virtual resource leases it, whatever that is doing', async (world) => {
    await inUse(world);
    await releaseOf(world, 'c', 'dirty');
    await world.bring('c', 'recycle');
    await releaseOf(world, 'p-1', 'c');
    expect(await world.record('p-1')).toMatchObject({ state: 'c', heldBy: 'c' });
    await world.bring('c', 'fulfill');
    expect(await world.record('p-1')).toMatchObject({ state: 'dirty', heldBy: null });
  });

  it('makes a part dirty that comes back late, since nobody would look for it there', async (world) => {
    await inUse(world);
    await releaseOf(world, 'c', 'dirty');
    await world.bring('c', 'fulfill');
    await releaseOf(world, 'p-1', 'c');
    expect(await world.record('p-1')).toMatchObject({ state: 'dirty', owner: '', heldBy: null });
  });

  it('makes a resource dirty that was never a part of it', async (world) => {
    await inUse(world);
    await acquireOf(world, 'project', { name: 'p-2' });
    await releaseOf(world, 'p-2', 'c');
    expect(await world.record('p-2')).toMatchObject({ state: 'dirty', heldBy: null });
  });

  it('makes a resource dirty that is put under the name of a physical one', async (world) => {
    await world.configure(...config);
    await acquireOf(world, 'project', { name: 'p-2' });
    await releaseOf(world, 'p-2', 'p-1');
    expect(await world.record('p-2')).toMatchObject({ state: 'dirty', heldBy: null });
  });

  it('makes a resource dirty that is put under the name of a virtual one that was never built', async (world) => {
    await world.configure(...config);
    await acquireOf(world, 'project', { name: 'p-2' });
    await releaseOf(world, 'p-2', 'c');
    expect(await world.record('p-2')).toMatchObject({ state: 'dirty', heldBy: null });
  });

  it('makes a part dirty whose virtual resource has left the ledger', async (world) => {
    await inUse(world);
    await releaseOf(world, 'c', 'toBeDeleted');
    await world.bring('c', 'recycle');
    await world.end(await world.begin('c'), GOOD_END.recycle);
    await world.configure(projects(2), virtual('cluster', ['other']));
    expect(await world.ledger.views.record('c')).toBeNull();
    await releaseOf(world, 'p-1', 'c');
    expect(await world.record('p-1')).toMatchObject({ state: 'dirty' });
    await acquireOf(world, 'project', { name: 'p-2' });
    await releaseOf(world, 'p-2', uuid(12345));
    expect(await world.record('p-2')).toMatchObject({ state: 'dirty' });
  });
}
