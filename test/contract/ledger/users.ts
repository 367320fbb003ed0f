import { describe, expect } from '@jest/globals';

import { inWorldOf, type InWorld } from './inWorld.ts';
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
import { acquireOf, ask, asked, releaseOf, TTL_MS } from './usersSteps.ts';

export function describeUsers(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('acquire', () => {
    describeAcquire(it);
    describeRequests(it);
    describeOnDemand(it);
    describeRepeats(it);
    describeContention(it);
  });
  describe('acquireByState', () => {
    describeByState(it);
  });
  describe('release', () => {
    describeRelease(it);
    describePutBack(it);
  });
  describe('update', () => {
    describeUpdate(it);
  });
  describe('reset', () => {
    describeReset(it);
  });
  describe('metric', () => {
    describeMetric(it);
  });
}

const projects = (count: number) => physical('project', numbered('p', count));

function describeAcquire(it: InWorld): void {
  it('gives the longest unchanged of the type in the state, to its new state and owner', async (world) => {
    await world.configure(projects(3));
    await acquireOf(world, 'project', { name: 'p-1' });
    await releaseOf(world, 'p-1', 'free');
    const answer = await ask(world, 'project', { dest: 'mine', owner: 'bob' });
    expect(answer).toMatchObject({
      kind: 'acquired',
      resource: { type: 'project', name: 'p-2', state: 'mine', owner: 'bob', userData: {}, heldBy: null },
    });
    if (answer.kind === 'acquired') expect(answer.resource).toEqual(await world.record('p-2'));
    expect(await asked(world, 'project')).toBe('p-3');
    expect(await asked(world, 'project')).toBe('p-1');
    expect(await asked(world, 'project')).toBe('none');
  });

  it('tells an unknown type from one without a member in the state', async (world) => {
    await world.configure(projects(1));
    expect(await ask(world, 'nope')).toEqual({ kind: 'unknownType' });
    expect(await ask(world, 'project', { state: 'nope' })).toMatchObject({ kind: 'none', position: 1 });
    expect(await asked(world, 'project')).toBe('p-1');
    expect(await ask(world, 'project', { state: 'busy', dest: 'x', owner: 'bob' })).toMatchObject({
      kind: 'none',
    });
  });

  it('gives each of many who ask at once another one', async (world) => {
    await world.configure(projects(10));
    const names = await Promise.all(Array.from({ length: 25 }, () => asked(world, 'project')));
    expect(names.filter((name) => name === 'none')).toHaveLength(15);
    expect(new Set(names).size).toBe(11);
  });

  it('keeps the end of its lifespan, as the original does', async (world) => {
    await world.configure(physical('project', 1, { lifespanMs: LONG_MS }));
    const name = await asked(world, 'project');
    expect((await world.record(name)).expiration).toBeNull();
    await releaseOf(world, name, 'tmp');
    const { expiration } = await world.record(name);
    expect(expiration).not.toBeNull();
    await acquireOf(world, 'project', { name });
    expect((await world.record(name)).expiration).toBe(expiration);
  });
}

function describeRequests(it: InWorld): void {
  const all = async (world: World, count: number): Promise<void> => {
    await world.configure(projects(count));
    for (let n = 0; n < count; n += 1) await asked(world, 'project', { owner: 'alice' });
  };

  it('with request ids are served first come, first served', async (world) => {
    await all(world, 2);
    const poll = (requestId: string) => asked(world, 'project', { requestId });
    expect(await ask(world, 'project', { requestId: 'A' })).toEqual({ kind: 'none', position: 1, length: 1 });
    expect(await ask(world, 'project', { requestId: 'B' })).toEqual({ kind: 'none', position: 2, length: 2 });
    await releaseOf(world, 'p-1', 'free');
    expect(await poll('B')).toBe('none');
    expect(await ask(world, 'project')).toEqual({ kind: 'none', position: 3, length: 2 });
    expect(await poll('A')).toBe('p-1');
    expect(await poll('B')).toBe('none');
    await releaseOf(world, 'p-2', 'free');
    expect(await poll('B')).toBe('p-2');
  });

  it('the second in line gets the second oldest', async (world) => {
    await all(world, 3);
    for (const requestId of ['A', 'B']) await asked(world, 'project', { requestId });
    for (const name of ['p-3', 'p-1']) await releaseOf(world, name, 'free');
    expect(await asked(world, 'project', { requestId: 'B' })).toBe('p-1');
    expect(await asked(world, 'project', { requestId: 'A' })).toBe('p-3');
  });

  it('have one line for each type and state, in which owner and dest play no part', async (world) => {
    await all(world, 1);
    await asked(world, 'project', { requestId: 'A', owner: 'alice', dest: 'x' });
    expect(await ask(world, 'project', { requestId: 'A', owner: 'bob', dest: 'y' })).toMatchObject({
      position: 1,
      length: 1,
    });
    expect(await ask(world, 'project', { requestId: 'A', state: 'tmp' })).toMatchObject({ position: 1 });
    expect(await ask(world, 'project', { requestId: 'B' })).toMatchObject({ position: 2, length: 2 });
  });

  it('that expired are passed over, and keep their old place if they come back', async (world) => {
    await all(world, 1);
    for (const requestId of ['D', 'E']) await asked(world, 'project', { requestId });
    world.advance(TTL_MS);
    expect(await ask(world, 'project', { requestId: 'E' })).toMatchObject({ position: 1, length: 1 });
    expect(await ask(world, 'project', { requestId: 'D' })).toMatchObject({ position: 1, length: 2 });
    await releaseOf(world, 'p-1', 'free');
    expect(await asked(world, 'project', { requestId: 'E' })).toBe('none');
    expect(await asked(world, 'project', { requestId: 'D' })).toBe('p-1');
  });

  it('are forgotten some time after they expired, and then stand at the end', async (world) => {
    await all(world, 1);
    for (const requestId of ['D', 'E']) await asked(world, 'project', { requestId });
    world.advance(TTL_MS);
    await world.ledger.users.forget(LONG_MS);
    await asked(world, 'project', { requestId: 'E' });
    await world.ledger.users.forget(0);
    expect(await ask(world, 'project', { requestId: 'D' })).toMatchObject({ position: 2 });
  });

  it('that are polled live on', async (world) => {
    await all(world, 1);
    await asked(world, 'project', { requestId: 'A' });
    for (let polls = 0; polls < 4; polls += 1) {
      world.advance(TTL_MS * 0.6);
      await world.ledger.users.forget(0);
      expect(await ask(world, 'project', { requestId: 'B' })).toMatchObject({ position: 2 });
      await asked(world, 'project', { requestId: 'A' });
    }
    await releaseOf(world, 'p-1', 'free');
    const answer = await ask(world, 'project', { requestId: 'A' });
    expect(answer).toMatchObject({ kind: 'acquired', resource: { name: 'p-1' } });
    if (answer.kind === 'acquired') expect(answer.waitedMs).toBeGreaterThanOrEqual(TTL_MS * 2.4 - 1);
  });

  it('given the number that is reserved before them, need so many more', async (world) => {
    await world.configure(projects(3));
    expect(await asked(world, 'project', { ahead: 3 })).toBe('none');
    expect(await asked(world, 'project', { ahead: 2 })).toBe('p-3');
  });
}

function describeOnDemand(it: InWorld): void {
  it('makes one for each new request up to max, which the next poll gets', async (world) => {
    await world.configure(physical('ondemand', [0, 2]));
    expect(await asked(world, 'ondemand')).toBe('unknownType');
    expect(await world.names('ondemand')).toEqual([]);
    expect(await asked(world, 'ondemand', { requestId: 'r1' })).toBe('unknownType');
    const [name = ''] = await world.names('ondemand');
    expect(await world.record(name)).toMatchObject({ state: 'free', owner: '' });
    expect(await asked(world, 'ondemand', { requestId: 'r1' })).toBe(name);
    for (const requestId of ['r2', 'r3']) expect(await asked(world, 'ondemand', { requestId })).toBe('none');
    expect(await world.names('ondemand')).toHaveLength(2);
    expect(await asked(world, 'ondemand', { requestId: 'r3' })).toBe('none');
    expect(await asked(world, 'ondemand', { requestId: 'r2' })).not.toBe('none');
  });

  it('makes one only for a request, however often it polls', async (world) => {
    await world.configure(physical('ondemand', [0, 5], { state: 'dirty' }));
    for (let polls = 0; polls < 4; polls += 1) await asked(world, 'ondemand', { requestId: 'r1' });
    expect(await world.names('ondemand')).toHaveLength(1);
  });

  it('makes it at a later poll if the pool was full at first', async (world) => {
    await world.configure(physical('ondemand', [0, 1]));
    await asked(world, 'ondemand', { requestId: 'r1' });
    const name = await asked(world, 'ondemand', { requestId: 'r1' });
    expect(await asked(world, 'ondemand', { requestId: 'r2' })).toBe('none');
    await releaseOf(world, name, 'tombstone');
    await world.ledger.pools.keepSize('ondemand', world.order());
    await asked(world, 'ondemand', { requestId: 'r2' });
    expect(await asked(world, 'ondemand', { requestId: 'r2' })).toBe((await world.names('ondemand'))[0]);
  });

  it('makes none too many for many at once, none of a static type, none of a removed one', async (world) => {
    await world.configure(physical('ondemand', [0, 3]), physical('fixed', ['f'], { state: 'dirty' }));
    await Promise.all(numbered('r', 9).map((requestId) => asked(world, 'ondemand', { requestId })));
    expect(await world.names('ondemand')).toHaveLength(3);
    await asked(world, 'fixed', { requestId: 'r1' });
    expect(await world.names('fixed')).toEqual(['f']);
    await world.ledger.configs.store([]);
    await asked(world, 'ondemand', { requestId: 'other' });
    expect(await world.names('ondemand')).toHaveLength(3);
  });
}

function describeRepeats(it: InWorld): void {
  const again = (world: World, change = {}) => asked(world, 'project', { requestId: 'A', ...change });

  it('of a granted request give the same resource: its first answer may be lost', async (world) => {
    await world.configure(projects(3));
    expect(await again(world)).toBe('p-1');
    const before = await world.records();
    expect(await again(world)).toBe('p-1');
    expect(await again(world)).toBe('p-1');
    expect(await world.records()).toEqual(before);
  });

  it('give another one after the first update or release of it', async (world) => {
    await world.configure(projects(3));
    await again(world);
    await world.ledger.users.update({ name: 'p-1', state: 'busy', owner: 'alice', userData: {} });
    expect(await again(world)).toBe('p-2');
    await releaseOf(world, 'p-2', 'dirty');
    expect(await again(world)).toBe('p-3');
  });

  it('give another one after the request’s time', async (world) => {
    await world.configure(projects(2));
    await again(world);
    world.advance(TTL_MS);
    expect(await again(world)).toBe('p-2');
  });

  it('are the same only with the same type, state, dest and owner', async (world) => {
    await world.configure(projects(3), physical('host', ['h']));
    await again(world);
    expect(await again(world, { owner: 'bob' })).toBe('p-2');
    expect(await again(world, { dest: 'other' })).toBe('p-3');
    expect(await asked(world, 'host', { requestId: 'A' })).toBe('h');
    expect(await again(world)).toBe('p-1');
    expect(await again(world, { owner: 'bob' })).toBe('p-2');
  });

  it('stand in nobody’s way', async (world) => {
    await world.configure(projects(2));
    await again(world);
    expect(await ask(world, 'project', { requestId: 'B' })).toMatchObject({ kind: 'acquired' });
  });
}

function describeContention(it: InWorld): void {
  const config = [
    projects(3),
    virtual('cluster', ['c', 'd'], { needs: { project: 3 } }),
    physical('host', ['h']),
  ];

  it('told what is reserved before it is given nothing that became free since then', async (world) => {
    await world.configure(...config);
    for (const name of ['p-1', 'p-2', 'p-3']) await acquireOf(world, 'project', { name });
    await world.wait('c');
    const { at: seenAt } = await world.ledger.queue.supply(await world.component('project'), 1);
    await releaseOf(world, 'p-2', 'free');
    expect(await asked(world, 'project', { requestId: 'A', ahead: 0, seenAt })).toBe('contended');
    expect(await asked(world, 'project', { requestId: 'A', ahead: 0 })).toBe('p-2');
  });

  it('with virtual resources that wait before is left to the matcher to rank', async (world) => {
    await world.configure(...config);
    await acquireOf(world, 'project', { name: 'p-3' });
    await world.wait('c');
    const answer = await ask(world, 'project', { requestId: 'A' });
    expect(answer).toMatchObject({ kind: 'contended', component: await world.component('project') });
    if (answer.kind === 'contended')
      expect(answer.since).toBeGreaterThan((await world.work('c')).work.queue?.since ?? Infinity);
    expect(await asked(world, 'project', { requestId: 'A', ahead: 2 })).toBe('none');
    expect(await asked(world, 'project', { state: 'tmp' })).toBe('none');
    expect(await asked(world, 'host')).toBe('h');
  });

  it('leaves a request before those who began to wait later', async (world) => {
    await world.configure(...config);
    for (const name of ['p-1', 'p-2', 'p-3']) await acquireOf(world, 'project', { name });
    expect(await asked(world, 'project', { requestId: 'A' })).toBe('none');
    await world.wait('c');
    await releaseOf(world, 'p-1', 'free');
    expect(await asked(world, 'project', { requestId: 'A' })).toBe('p-1');
  });
}

function describeByState(it: InWorld): void {
  const byState = (world: World, names: readonly string[], change = {}) =>
    world.ledger.users.acquireByState({ state: 'free', dest: 'busy', owner: 'alice', names, ...change });

  it('takes all that it names, the longest unchanged first, and each once', async (world) => {
    await world.configure(projects(3), physical('host', ['h']));
    await acquireOf(world, 'project', { name: 'p-1' });
    await releaseOf(world, 'p-1', 'free');
    const taken = await byState(world, ['p-1', 'h', 'p-2', 'p-1']);
    expect(taken?.map(({ name }) => name).filter((name) => name.startsWith('p'))).toEqual(['p-2', 'p-1']);
    expect(taken).toHaveLength(3);
    for (const resource of taken ?? []) expect(resource).toEqual(await world.record(resource.name));
    expect(taken?.[0]).toMatchObject({ state: 'busy', owner: 'alice' });
  });

  it('takes none if one is missing, owned, or in another state', async (world) => {
    await world.configure(projects(3));
    await acquireOf(world, 'project', { name: 'p-2' });
    await acquireOf(world, 'project', { name: 'p-3' });
    await releaseOf(world, 'p-3', 'tmp');
    const before = await world.records();
    for (const other of ['p-2', 'p-3', 'nobody', '', ' p-1'])
      expect(await byState(world, ['p-1', other])).toBeNull();
    expect(await world.records()).toEqual(before);
  });

  it('takes what is parked for a virtual resource that the same user has', async (world) => {
    await world.configure(projects(2), virtual('cluster', ['c'], { needs: { project: 2 } }));
    await world.bring('c', 'done');
    expect(await asked(world, 'cluster')).toBe('c');
    const taken = await byState(world, ['p-1', 'p-2'], { state: 'c', dest: 'leased' });
    expect(taken).toHaveLength(2);
    expect(await world.record('p-1')).toMatchObject({ state: 'leased', owner: 'alice', heldBy: null });
    expect(await world.record('c')).toMatchObject({ state: 'busy', owner: 'alice' });
  });

  it('that takes a parked part of a free virtual resource makes that dirty', async (world) => {
    await world.configure(projects(4), virtual('cluster', ['c', 'd'], { needs: { project: 2 } }));
    await world.build('cluster');
    const [part] = (await world.work('c')).work.leases;
    expect(await byState(world, [part?.name ?? ''], { state: 'c' })).toHaveLength(1);
    expect(await world.record('c')).toMatchObject({ state: 'dirty', owner: '' });
    expect(await world.record('d')).toMatchObject({ state: 'free' });
    const [other] = (await world.work('d')).work.leases;
    expect(await asked(world, 'project', { state: 'd' })).toBe(other?.name);
    expect(await world.record('d')).toMatchObject({ state: 'dirty' });
  });
}

function describeRelease(it: InWorld): void {
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

function describePutBack(it: InWorld): void {
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

function describeUpdate(it: InWorld): void {
  it('merges user data: an empty value deletes its key', async (world) => {
    await world.configure(projects(1));
    await asked(world, 'project');
    const { users } = world.ledger;
    const update = (userData: Record<string, string>) =>
      users.update({ name: 'p-1', state: 'busy', owner: 'alice', userData });
    expect(await update({ a: '1', b: '2' })).toMatchObject({ kind: 'done', yields: [] });
    await update({ a: '', zz: '' });
    expect(await update({ c: '3' })).toMatchObject({ resource: { userData: { b: '2', c: '3' } } });
    await update({});
    expect((await world.record('p-1')).userData).toEqual({ b: '2', c: '3' });
    await releaseOf(world, 'p-1', 'tmp');
    await acquireOf(world, 'project', { name: 'p-1' });
    expect((await world.record('p-1')).userData).toEqual({ b: '2', c: '3' });
  });

  it('is refused for another owner before another state, and for no resource', async (world) => {
    await world.configure(projects(1));
    await asked(world, 'project');
    const { users } = world.ledger;
    const update = (change: object) =>
      users.update({ name: 'p-1', state: 'free', owner: 'bob', userData: {}, ...change });
    expect(await update({})).toEqual({ kind: 'ownerMismatch', owner: 'alice' });
    expect(await update({ owner: 'alice' })).toEqual({ kind: 'stateMismatch', state: 'busy' });
    expect(await update({ name: 'nope' })).toEqual({ kind: 'notFound' });
    await releaseOf(world, 'p-1', 'free');
    expect(await update({ owner: '' })).toEqual({ kind: 'ownerMismatch', owner: '' });
  });

  it('is a sign of life', async (world) => {
    await world.configure(projects(1));
    await asked(world, 'project');
    const { lastUpdate } = await world.record('p-1');
    world.advance(1_000);
    await world.ledger.users.update({ name: 'p-1', state: 'busy', owner: 'alice', userData: {} });
    expect((await world.record('p-1')).lastUpdate).toBeGreaterThanOrEqual(lastUpdate + 1_000);
  });
}

function describeReset(it: InWorld): void {
  const reset = (world: World, change: object) =>
    world.ledger.users.reset({ type: 'project', state: 'busy', dest: 'dirty', expireMs: 0, ...change });

  it('gives back what has been owned in the state for longer, and tells whose it was', async (world) => {
    await world.configure(projects(4), physical('host', ['h']));
    await asked(world, 'project', { owner: 'alice' });
    world.advance(LONG_MS);
    await asked(world, 'project', { owner: 'bob' });
    await asked(world, 'project', { owner: 'carol', dest: 'other' });
    await asked(world, 'host');
    expect(await reset(world, { expireMs: LONG_MS / 2, dest: 'free' })).toEqual({ 'p-1': 'alice' });
    expect(await reset(world, { expireMs: LONG_MS / 2 })).toEqual({});
    expect(await reset(world, {})).toEqual({ 'p-2': 'bob' });
    expect(await reset(world, { type: 'nope' })).toEqual({});
    expect(await world.record('p-1')).toMatchObject({ state: 'free', owner: '' });
    expect(await world.record('p-2')).toMatchObject({ state: 'dirty', owner: '' });
    expect(await world.record('p-3')).toMatchObject({ state: 'other', owner: 'carol' });
    expect(await world.record('h')).toMatchObject({ owner: 'alice' });
  });

  it('passes over what Mason works on, leases or has parked', async (world) => {
    await world.configure(projects(3), virtual('cluster', ['a', 'b', 'c'], { needs: { project: 1 } }));
    await world.bring('a', 'done');
    await world.bring('b', 'clean');
    await world.bring('c', 'recycle');
    const before = await world.records();
    for (const state of ['free', 'leased', 'cleaning', 'a', 'busy']) {
      expect(await reset(world, { state, dest: 'free' })).toEqual({});
      expect(await reset(world, { type: 'cluster', state, dest: 'free' })).toEqual({});
    }
    expect(await world.records()).toEqual(before);
  });

  it('free of a virtual resource whose parts its user has makes it dirty', async (world) => {
    await world.configure(projects(1), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', 'done');
    await asked(world, 'cluster');
    await acquireOf(world, 'project', { name: 'p-1' });
    expect(await reset(world, { type: 'cluster', dest: 'free' })).toEqual({ c: 'alice' });
    expect(await world.record('c')).toMatchObject({ state: 'dirty', owner: '' });
  });
}

function describeMetric(it: InWorld): void {
  it('counts members by state and by owner, the unowned under the empty name', async (world) => {
    await world.configure(projects(4), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', 'done');
    await asked(world, 'project', { owner: 'alice' });
    await asked(world, 'project', { owner: 'alice', dest: 'other' });
    expect(await world.ledger.users.metric('project')).toEqual({
      type: 'project',
      current: { busy: 1, c: 1, free: 1, other: 1 },
      owner: { '': 2, alice: 2 },
    });
    expect(await world.ledger.users.metric('nope')).toBeNull();
  });
}
