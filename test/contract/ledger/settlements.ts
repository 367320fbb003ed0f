import { describe, expect } from '@jest/globals';
import { parse } from 'yaml';

import { LEASED_RESOURCES } from '../../../shared/ledger/records.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import { GOOD_END, GRACE_MS, LONG_MS, physical, virtual, type OpenLedger, type World } from './world.ts';

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
}

/** A built cluster `c` with a project and two disks. */
async function built(world: World): Promise<void> {
  await world.configure(
    physical('project', ['p1', 'p2']),
    physical('disk', ['d1', 'd2', 'd3']),
    virtual('cluster', ['c'], { needs: { project: 1, disk: 2 }, lifespanMs: LONG_MS }),
  );
  await world.bring('c', 'done');
}

const leasedBy = async (world: World, name: string): Promise<string[]> =>
  (await world.work(name)).work.leases.map((lease) => lease.name);

const acquire = (world: World, type: string, change = {}) =>
  world.ledger.users.acquire({
    type,
    state: 'free',
    dest: 'busy',
    owner: 'alice',
    requestId: '',
    requestTtlMs: 30_000,
    newName: world.order().newName,
    ahead: null,
    ...change,
  });

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

function describeWaiting(it: InWorld): void {
  const config = [physical('project', 1), virtual('cluster', ['a', 'b'], { needs: { project: 2 } })];

  it('takes a place in the queue and keeps it over later runs, no attempt counted', async (world) => {
    await world.configure(...config);
    await world.wait('a', 1_000);
    const { queue, ...before } = (await world.work('a')).work;
    expect(queue).toEqual({ since: expect.any(Number), patienceMs: 1_000 });
    expect(before).toMatchObject({ phase: 'fulfill', claimedUntil: null, attempts: 0, crashes: 0 });
    await world.wait('b');
    await world.wait('a', 5_000);
    expect((await world.work('a')).work).toMatchObject({ queue, attempts: 0, crashes: 0 });
    const page = { after: null, limit: 10 };
    const waiters = await world.ledger.queue.waiters(await world.component('cluster'), page);
    expect(waiters.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('for what an old config needs is no use: it begins again, and is woken at once', async (world) => {
    const [project, cluster] = [physical('project', 1), virtual('cluster', ['a'], { needs: { project: 2 } })];
    await world.configure(project, cluster);
    await world.bring('a', 'fulfill');
    const run = await world.begin('a');
    await world.configure(project, { ...cluster, hash: 'cluster-2' });
    const settled = await world.end(run, { kind: 'waiting', dueInMs: LONG_MS, patienceMs: 1 });
    expect(settled).toMatchObject({ wakes: [{ task: 'recycle', name: 'a', cycle: 2 }], yields: [] });
    expect((await world.work('a')).work).toMatchObject({ phase: 'recycle', queue: null, attempts: 0 });
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ task: 'recycle', name: 'a' }]);
  });

  it('is due again after the time it was given', async (world) => {
    await world.configure(physical('project', 1), virtual('cluster', ['a'], { needs: { project: 2 } }));
    await world.bring('a', 'fulfill');
    await world.end(await world.begin('a'), { kind: 'waiting', dueInMs: LONG_MS, patienceMs: 1 });
    world.advance(LONG_MS / 2);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    world.advance(LONG_MS / 2);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ name: 'a', task: 'fulfill' }]);
  });
}

function describeConstructed(it: InWorld): void {
  it('stores exactly what was built, beside the names of the leases', async (world) => {
    await built(world);
    await world.ledger.pools.takeNamed('c', (await world.now()) + 1, world.order());
    for (const phase of ['recycle', 'fulfill'] as const) await world.bring('c', phase);
    for (const name of await world.names('disk', 'dirty')) await world.clean(name);
    await world.bring('c', 'clean');
    const settled = await world.end(await world.begin('c'), {
      kind: 'constructed',
      userData: { kubeconfig: 'new' },
      graceMs: GRACE_MS,
    });
    expect(settled.wakes).toEqual([{ task: 'free', type: 'cluster', name: 'c', cycle: 2 }]);
    const { userData, work } = await world.work('c');
    expect(Object.keys(userData).sort()).toEqual(['kubeconfig', LEASED_RESOURCES]);
    expect(parse(userData[LEASED_RESOURCES] ?? '')).toEqual(work.leases.map(({ name }) => name));
    expect(work).toMatchObject({ phase: 'free', builtBy: 'cluster-1', constructingSince: null });
  });
}

function describeFreed(it: InWorld): void {
  it('parks every lease under its name and gives it free, in one commit', async (world) => {
    await built(world);
    const { expiration, lastUpdate, work } = await world.work('c');
    expect(await world.record('c')).toMatchObject({ state: 'free', owner: '' });
    expect(work).toMatchObject({ phase: null, dueAt: null, owner: null, lastError: null });
    expect((expiration ?? 0) - lastUpdate).toBe(LONG_MS);
    expect(work.leases).toHaveLength(3);
    for (const { name } of work.leases)
      expect(await world.record(name)).toMatchObject({
        state: 'c',
        owner: '',
        heldBy: 'c',
        expiration: null,
      });
  });

  it('tells whose turn it may be: its type has one more free', async (world) => {
    await world.configure(virtual('cluster', ['c']));
    await world.bring('c', 'free');
    const settled = await world.end(await world.begin('c'), GOOD_END.free);
    expect(settled).toMatchObject({ wakes: [], yields: ['cluster'], record: { state: 'free' } });
  });

  /** `c` is due for free, with a new round's leases. */
  const constructed = async (world: World): Promise<void> => {
    await built(world);
    await world.ledger.pools.takeNamed('c', (await world.now()) + 1, world.order());
    await world.bring('c', 'fulfill');
    for (const name of await world.names('disk', 'dirty')) await world.clean(name);
    await world.bring('c', 'free');
  };

  it('never comes to less than its needs, since no user can take or give back what a run has', async (world) => {
    await constructed(world);
    const { owner, work } = await world.work('c');
    const { users } = world.ledger;
    expect(await users.release({ name: 'c', dest: 'free', owner })).toEqual({ kind: 'ownerMismatch', owner });
    const change = { name: 'c', state: 'cleaning', owner, userData: { a: '1' } };
    expect(await users.update(change)).toEqual({ kind: 'ownerMismatch', owner });
    for (const name of ['c', ...work.leases.map((lease) => lease.name)]) {
      const { state, type } = await world.record(name);
      expect(await users.acquireByState({ state, dest: 'busy', owner: 'eve', names: [name] })).toBeNull();
      expect(await users.reset({ type, state, dest: 'free', expireMs: 0 })).toEqual({});
    }
    await world.bring('c', 'done');
  });

  it('goes back to recycle if a lease was lost, which only who knows its owner could do', async (world) => {
    await constructed(world);
    const { owner, work } = await world.work('c');
    const [lost = '', ...kept] = work.leases.map(({ name }) => name);
    await world.ledger.users.release({ name: lost, dest: 'free', owner });
    const settled = await world.end(await world.begin('c'), GOOD_END.free);
    expect(settled).toMatchObject({ wakes: [{ task: 'recycle', name: 'c', cycle: 3 }], yields: [] });
    expect(await world.work('c')).toMatchObject({
      state: 'cleaning',
      work: { phase: 'recycle', attempts: 0, doomed: false },
    });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await world.record(lost)).toMatchObject({ state: 'free', heldBy: null });
    for (const name of kept) expect(await world.record(name)).toMatchObject({ state: 'dirty', heldBy: null });
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

function describeUnfinished(it: InWorld): void {
  const config = virtual('cluster', ['c'], { settings: { maxConstructing: 1 } });

  it('notYet keeps the checkpoint and the time at which the construct began', async (world) => {
    await world.configure(config);
    await world.bring('c', 'clean');
    await world.begin('c');
    const { constructingSince } = (await world.work('c')).work;
    world.advance(LONG_MS);
    const checkpoint = { operation: 'op-1', steps: [1, null, 'two'] };
    await world.end(await world.begin('c'), { kind: 'notYet', checkpoint, againInMs: LONG_MS });
    expect((await world.work('c')).work).toMatchObject({
      phase: 'clean',
      claimedUntil: null,
      checkpoint,
      constructingSince,
      attempts: 0,
      crashes: 1,
    });
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    world.advance(LONG_MS);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ name: 'c', task: 'clean' }]);
  });

  it('failed counts the attempt, says why, and is due again after its backoff', async (world) => {
    await world.configure(config);
    await world.bring('c', 'clean');
    const settled = await world.end(await world.begin('c'), {
      kind: 'failed',
      message: 'quota exceeded',
      retryInMs: LONG_MS,
    });
    expect(settled).toMatchObject({ wakes: [], yields: [] });
    expect((await world.work('c')).work).toMatchObject({
      phase: 'clean',
      attempts: 1,
      lastError: { phase: 'clean', message: 'quota exceeded' },
      constructingSince: null,
      claimedUntil: null,
    });
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    world.advance(LONG_MS);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ name: 'c', task: 'clean' }]);
    await world.end(await world.begin('c'), GOOD_END.clean);
    await world.end(await world.begin('c'), GOOD_END.free);
    expect((await world.work('c')).work).toMatchObject({ attempts: 0, lastError: null });
  });

  it('failed for good puts it into quarantine with the reason, its leases kept', async (world) => {
    await world.configure(physical('project', ['p']), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', 'clean');
    const settled = await world.end(await world.begin('c'), {
      kind: 'failed',
      message: 'no such zone',
      retryInMs: null,
    });
    expect(settled.record).toMatchObject({ state: 'quarantined', work: { phase: 'clean', dueAt: null } });
    expect(settled.record.work?.quarantine?.reason).toContain('no such zone');
    expect(await world.record('p')).toMatchObject({ state: 'leased', heldBy: 'c' });
    world.advance(10 * LONG_MS);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    expect(await world.ledger.claims.unclaimed()).toEqual([]);
  });

  it('every end is told in the history, the newest last', async (world) => {
    await world.configure(config);
    await world.bring('c', 'clean');
    await world.end(await world.begin('c'), { kind: 'failed', message: 'once', retryInMs: 0 });
    await world.bring('c', 'done');
    const { history } = (await world.work('c')).work;
    expect(history.map(({ what }) => what)).toEqual([
      'dirty: cycle 1 begins',
      'recycle done',
      'fulfill done',
      'clean failed: once',
      'clean done',
      'free',
    ]);
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort((a, b) => a - b));
  });
}
