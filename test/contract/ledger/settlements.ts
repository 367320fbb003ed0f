import { describe, expect } from '@jest/globals';
import { parse } from 'yaml';

import { LEASED_RESOURCES } from '../../../shared/ledger/records.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import {
  describeWaiting,
  describeConstructed,
  describeFreed,
  describeUnfinished,
} from './settlementsOfBuilding.ts';
import { describeDeferred } from './settlementsOfDeferred.ts';
import { built, leasedBy, acquire } from './settlementsSteps.ts';
import { GOOD_END, LONG_MS, physical, virtual, type OpenLedger } from './world.ts';

export function describeSettlements(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('recycled', () => {
    describeRecycled(it);
  });
  describe('fulfilled', () => {
    describeFulfilled(it);
  });
  describe('waiting', () => {
    describeWaiting(it);
  });
  describe('constructed', () => {
    describeConstructed(it);
  });
  describe('freed', () => {
    describeFreed(it);
  });
  describe('cleaned', () => {
    describeCleaned(it);
  });
  describe('notYet and failed', () => {
    describeUnfinished(it);
  });
  describe('deferred', () => {
    describeDeferred(it);
  });
}

function describeRecycled(it: InWorld): void {
  it('gives back dirty what is parked, clears all user data and sends it to fulfill', async (world) => {
    await built(world);
    await acquire(world, 'cluster');
    const credentials = { url: 'mine', password: 'secret' };
    await world.ledger.users.update({ name: 'c', state: 'busy', owner: 'alice', userData: credentials });
    const leases = await leasedBy(world, 'c');
    await world.ledger.users.release({ name: 'c', dest: 'dirty', owner: 'alice' });
    await world.bring('c', 'recycle');
    expect((await world.record('c')).userData).toMatchObject(credentials);
    const settled = await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(settled.wakes).toEqual([{ task: 'fulfill', type: 'cluster', name: 'c', cycle: 2 }]);
    expect(settled.yields).toEqual([]);
    expect(await world.record('c')).toMatchObject({
      state: 'cleaning',
      userData: {},
      work: { phase: 'fulfill', leases: [], builtBy: null },
    });
    expect(settled.record).toEqual(await world.record('c'));
    for (const name of leases)
      expect(await world.record(name)).toMatchObject({ state: 'dirty', owner: '', heldBy: null });
  });

  it('passes over what its user has, gave back or another one holds', async (world) => {
    await built(world);
    const [p = '', d1 = '', d2 = ''] = await leasedBy(world, 'c');
    await acquire(world, 'cluster');
    await world.ledger.users.acquireByState({ state: 'c', dest: 'busy', owner: 'alice', names: [p, d1, d2] });
    for (const [name, dest] of [
      ['c', 'dirty'],
      [d1, 'free'],
      [d2, 'c'],
    ] as const)
      await world.ledger.users.release({ name, dest, owner: 'alice' });
    expect(await world.record(d2)).toMatchObject({ state: 'c', heldBy: 'c' });
    await world.configure(
      physical('project', ['p1', 'p2']),
      physical('disk', ['d1', 'd2', 'd3']),
      virtual('cluster', ['c'], { needs: { project: 1, disk: 2 } }),
      virtual('other', ['o'], { needs: { disk: 2 } }),
    );
    await world.bring('o', 'clean');
    expect(await world.record(d1)).toMatchObject({ state: 'leased', heldBy: 'o' });
    await world.bring('c', 'fulfill');
    expect(await world.record(p)).toMatchObject({ state: 'busy', owner: 'alice' });
    expect(await world.record(d1)).toMatchObject({ state: 'leased', heldBy: 'o' });
    expect(await world.record(d2)).toMatchObject({ state: 'dirty', owner: '', heldBy: null });
  });

  it('gives back what is leased when it began again in the middle', async (world) => {
    await built(world);
    await world.ledger.pools.takeNamed('c', (await world.now()) + 1, world.order());
    await world.bring('c', 'fulfill');
    for (const name of await world.names('disk', 'dirty')) await world.clean(name);
    await world.bring('c', 'free');
    const leases = await leasedBy(world, 'c');
    const { types } = { types: await world.ledger.configs.types() };
    await world.ledger.configs.store(types.filter(({ type }) => type !== 'cluster'));
    await world.ledger.pools.keepSize('cluster', world.order());
    await world.end(await world.begin('c'), GOOD_END.recycle);
    for (const name of leases)
      expect(await world.record(name)).toMatchObject({ state: 'dirty', owner: '', heldBy: null });
  });

  it('ends a doomed resource in a tombstone, which is dropped', async (world) => {
    await built(world);
    await world.configure(
      physical('project', ['p1', 'p2']),
      physical('disk', ['d1', 'd2', 'd3']),
      virtual('cluster', ['x'], { needs: { project: 1, disk: 2 } }),
    );
    const settled = await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(settled).toMatchObject({ wakes: [], yields: [] });
    expect(await world.record('c')).toMatchObject({
      state: 'tombstone',
      owner: '',
      userData: {},
      work: { phase: null, dueAt: null, leases: [] },
    });
    expect(await world.names('disk', 'dirty')).toHaveLength(2);
    const { dropped } = await world.ledger.pools.keepSize('cluster', world.order());
    expect(dropped).toEqual(['c']);
    expect(await world.ledger.views.record('c')).toBeNull();
  });
}

function describeFulfilled(it: InWorld): void {
  const config = [
    physical('project', ['p1', 'p2', 'p3']),
    physical('disk', ['d1', 'd2']),
    virtual('cluster', ['c', 'd'], { needs: { project: 2, disk: 1 } }),
    virtual('lonely', ['l']),
    physical('island', ['i1']),
    virtual('beach', ['b'], { needs: { island: 1 } }),
  ];

  it('leases all that it needs, the longest unchanged first, and names it in the user data', async (world) => {
    await world.configure(...config);
    await acquire(world, 'project');
    await world.ledger.users.release({ name: 'p1', dest: 'free', owner: 'alice' });
    await world.bring('c', 'fulfill');
    const { owner } = await world.record('c');
    const settled = await world.end(await world.begin('c'), GOOD_END.fulfill);
    expect(settled.wakes).toEqual([{ task: 'clean', type: 'cluster', name: 'c', cycle: 1 }]);
    const { leases } = (await world.work('c')).work;
    expect(leases).toEqual([
      { type: 'project', name: 'p2', userData: {} },
      { type: 'project', name: 'p3', userData: {} },
      { type: 'disk', name: 'd1', userData: {} },
    ]);
    expect(parse((await world.record('c')).userData[LEASED_RESOURCES] ?? '')).toEqual(['p2', 'p3', 'd1']);
    for (const { name } of leases)
      expect(await world.record(name)).toMatchObject({ state: 'leased', owner, heldBy: 'c' });
    expect(await world.record('p1')).toMatchObject({ state: 'free', heldBy: null });
  });

  it('is short where a part is missing, and writes nothing', async (world) => {
    await world.configure(...config);
    await world.bring('c', 'clean');
    await world.bring('d', 'fulfill');
    const run = await world.begin('d');
    const before = await world.records();
    expect(await world.settle(run, GOOD_END.fulfill)).toEqual({ kind: 'short' });
    expect(await world.records()).toEqual(before);
  });

  it('is short where another virtual resource waits in its component, not in another', async (world) => {
    await world.configure(...config);
    await world.wait('d');
    await world.bring('c', 'fulfill');
    expect(await world.settle(await world.begin('c'), GOOD_END.fulfill)).toEqual({ kind: 'short' });
    await world.bring('b', 'done');
    await world.end(await world.begin('d'), GOOD_END.fulfill);
  });

  it('is short where a user has asked for what it needs, until that request has expired', async (world) => {
    await world.configure(...config);
    await world.bring('c', 'fulfill');
    for (let n = 1; n <= 3; n += 1) await acquire(world, 'project');
    const queued = await acquire(world, 'project', { requestId: 'r1' });
    expect(queued.kind).toBe('none');
    for (const name of ['p1', 'p2', 'p3'])
      await world.ledger.users.release({ name, dest: 'free', owner: 'alice' });
    const run = await world.begin('c');
    expect(await world.settle(run, GOOD_END.fulfill)).toEqual({ kind: 'short' });
    await world.ledger.claims.renew(run, LONG_MS);
    world.advance(30_000);
    await world.end(run, GOOD_END.fulfill);
  });

  it('does not mind who asks for another state', async (world) => {
    await world.configure(...config);
    await acquire(world, 'project', { requestId: 'r1', state: 'tmp' });
    await world.bring('c', 'clean');
  });

  it('leases nothing for a type that needs nothing', async (world) => {
    await world.configure(...config);
    await world.bring('l', 'clean');
    expect(await world.work('l')).toMatchObject({ userData: {}, work: { leases: [] } });
    await world.bring('l', 'done');
  });
}

function describeCleaned(it: InWorld): void {
  it('frees a physical resource, whose lifespan begins', async (world) => {
    await world.configure(physical('project', ['p'], { state: 'dirty', lifespanMs: LONG_MS }));
    await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() });
    const settled = await world.end(await world.begin('p'), GOOD_END.janitor);
    expect(settled).toMatchObject({ wakes: [], yields: ['project'] });
    const { expiration, lastUpdate } = await world.record('p');
    expect(await world.record('p')).toMatchObject({ state: 'free', owner: '', work: { phase: null } });
    expect((expiration ?? 0) - lastUpdate).toBe(LONG_MS);
  });

  it('ends a doomed one in a tombstone', async (world) => {
    await world.configure(physical('project', 2));
    await world.configure(physical('project', 1));
    const [wake] = await world.ledger.pools.takeForJanitor({ type: 'project', limit: 9, ...world.order() });
    const name = wake?.name ?? '';
    const settled = await world.end(await world.begin(name), GOOD_END.janitor);
    expect(settled).toMatchObject({ wakes: [], yields: [], record: { state: 'tombstone', owner: '' } });
    await world.ledger.pools.keepSize('project', world.order());
    expect(await world.ledger.views.record(name)).toBeNull();
  });
}
