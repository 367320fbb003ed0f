import { describe, expect } from '@jest/globals';

import { inWorldOf, type InWorld } from './inWorld.ts';
import {
  projects,
  describeAcquire,
  describeRequests,
  describeOnDemand,
  describeRepeats,
  describeContention,
} from './usersAcquire.ts';
import { describeRelease, describePutBack } from './usersRelease.ts';
import { acquireOf, asked, releaseOf } from './usersSteps.ts';
import { LONG_MS, physical, virtual, type OpenLedger, type World } from './world.ts';

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
