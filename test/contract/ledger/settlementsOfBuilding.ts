import { expect } from '@jest/globals';
import { parse } from 'yaml';

import { LEASED_RESOURCES } from '../../../shared/ledger/records.ts';
import type { InWorld } from './inWorld.ts';
import { built } from './settlementsSteps.ts';
import { GOOD_END, GRACE_MS, LONG_MS, physical, virtual, type World } from './world.ts';

export function describeWaiting(it: InWorld): void {
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

export function describeConstructed(it: InWorld): void {
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

export function describeFreed(it: InWorld): void {
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

export function describeUnfinished(it: InWorld): void {
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
