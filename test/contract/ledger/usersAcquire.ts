import { expect } from '@jest/globals';

import type { InWorld } from './inWorld.ts';
import { acquireOf, ask, asked, releaseOf, TTL_MS } from './usersSteps.ts';
import { LONG_MS, numbered, physical, virtual, type World } from './world.ts';

export const projects = (count: number) => physical('project', numbered('p', count));

export function describeAcquire(it: InWorld): void {
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

export function describeRequests(it: InWorld): void {
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

export function describeOnDemand(it: InWorld): void {
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

export function describeRepeats(it: InWorld): void {
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

export function describeContention(it: InWorld): void {
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

  it('told what is reserved before a place that was forgotten meanwhile is ranked by its new one', async (world) => {
    await world.configure(...config);
    await acquireOf(world, 'project', { name: 'p-3' });
    const first = await ask(world, 'project', { requestId: 'A', ahead: 3 });
    expect(first.kind).toBe('none');
    const placeSince = await world.now();
    world.advance(LONG_MS);
    await world.ledger.users.forget(0);
    await world.wait('c');
    const { at: seenAt } = await world.ledger.queue.supply(await world.component('project'), 1);
    const reserved = { ahead: 0, seenAt, placeSince };
    expect(await asked(world, 'project', { requestId: 'A', ...reserved })).toBe('contended');
    expect(
      await asked(world, 'project', { requestId: 'A', ...reserved, placeSince: await world.now() }),
    ).toBe('p-1');
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
