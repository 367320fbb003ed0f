import { describe, expect } from '@jest/globals';

import { describeSuspects, describeOrphans, describeReapPolicy } from './holdsOfSuspects.ts';
import { ORDER, PROJECT, CLUSTER, names, fail } from './holdsSteps.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import { acquireOf, asked, releaseOf } from './usersSteps.ts';
import { GOOD_END, GRACE_MS, LONG_MS, physical, virtual, type OpenLedger } from './world.ts';

export function describeHolds(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('a hold of what was free', () => {
    describeFree(it);
  });
  describe('quarantine keeps its leases', () => {
    describeQuarantine(it);
  });
  describe('what was part of several failures', () => {
    describeSuspects(it);
  });
  describe('takeInOrphans', () => {
    describeOrphans(it);
  });
  describe('reap by the config', () => {
    describeReapPolicy(it);
  });
}

function describeFree(it: InWorld): void {
  it('keeps it from users, from the matcher, and from each of Mason’s own duties', async (world) => {
    await world.configure(physical('project', ['p', 'q']), { ...CLUSTER, lifespanMs: LONG_MS });
    await world.bring('c', 'done');
    const [q = ''] = await world.names('project', 'free');
    const { holds, pools, queue, users } = world.ledger;
    for (const name of ['c', q])
      expect(await holds.begin(name, ORDER)).toMatchObject({ kind: 'held', record: { state: 'held' } });
    const until = (await world.record('c')).hold?.until ?? 0;
    expect(until - (await world.now())).toBeLessThanOrEqual(LONG_MS);
    expect((await world.work('c')).work.history.at(-1)?.what).toBe('held by a person: its disk is odd');

    await world.configure({ ...CLUSTER, hash: 'cluster-2' });
    world.advance(10 * LONG_MS);
    const take = { limit: 10, ...world.order() };
    for (const type of ['cluster', 'project']) {
      for (const state of ['free', 'held']) expect(await asked(world, type, { state })).toBe('none');
      expect(await pools.expire(type)).toEqual([]);
      expect(await pools.reap(type, 1, ['held', 'busy'])).toEqual([]);
      expect(await users.reset({ type, state: 'held', dest: 'dirty', expireMs: 1 })).toEqual({});
      expect(await pools.takeDirty({ type, ...take })).toEqual([]);
      expect(await pools.takeOutdated({ type, ...take })).toEqual([]);
      expect(await pools.takeForJanitor({ type, ...take })).toEqual([]);
      const { dropped, doomed } = await pools.keepSize(type, world.order());
      expect({ dropped, doomed }).toEqual({ dropped: [], doomed: [] });
    }
    expect(await pools.takeNamed('c', Number.MAX_SAFE_INTEGER, world.order())).toMatchObject({
      reason: 'held',
    });
    expect(await pools.takeGivenBack(await world.records(), world.order())).toEqual([]);
    const { owner } = await world.record('c');
    expect(await users.release({ name: 'c', dest: 'free', owner })).toMatchObject({ kind: 'ownerMismatch' });
    expect(await users.update({ name: 'c', state: 'held', owner, userData: {} })).toMatchObject({
      kind: 'ownerMismatch',
    });
    const component = { id: 'x', virtualTypes: [], physicalTypes: ['project'] };
    expect((await queue.supply(component, 10)).free['project'] ?? []).toEqual([]);
  });

  it('ends by itself, and it is as free as before', async (world) => {
    await world.configure(physical('project', ['p', 'q']), CLUSTER);
    await world.bring('c', 'done');
    const [q = ''] = await world.names('project', 'free');
    const { holds } = world.ledger;
    await holds.begin('c', ORDER);
    await holds.begin(q, { forMs: LONG_MS / 2, reason: '' });
    expect(await holds.endDue(10)).toEqual([]);
    world.advance(LONG_MS / 2);
    expect(names(await holds.endDue(10))).toEqual([q]);
    expect(await world.record(q)).toMatchObject({ state: 'free', owner: '', hold: null });
    world.advance(LONG_MS / 2);
    expect(names(await holds.endDue(10))).toEqual(['c']);
    expect(await holds.endDue(10)).toEqual([]);
    expect(await asked(world, 'cluster')).toBe('c');
  });

  it('ends up to as many as are asked for, the longest due first', async (world) => {
    await world.configure(physical('project', ['a', 'b', 'd']));
    for (const [name, forMs] of [
      ['a', 3],
      ['b', 1],
      ['d', 2],
    ] as const)
      await world.ledger.holds.begin(name, { forMs: forMs * 1_000, reason: '' });
    world.advance(LONG_MS);
    expect(names(await world.ledger.holds.endDue(2))).toEqual(['b', 'd']);
    expect(names(await world.ledger.holds.endDue(2))).toEqual(['a']);
  });

  it('ends at a person’s order, free or dirty, once', async (world) => {
    await world.configure(physical('project', ['p', 'q']));
    const { holds } = world.ledger;
    for (const [name, to] of [
      ['p', 'free'],
      ['q', 'dirty'],
    ] as const) {
      await holds.begin(name, ORDER);
      const released = await holds.release(name, to);
      expect(released).toMatchObject({ kind: 'released', record: { state: to, owner: '', hold: null } });
      expect(await holds.release(name, to)).toEqual({ kind: 'refused', reason: 'notHeld' });
    }
    expect(await holds.release('nobody', 'free')).toEqual({ kind: 'refused', reason: 'unknown' });
  });

  it('leaves what is no longer whole dirty', async (world) => {
    await world.configure(PROJECT, CLUSTER);
    await world.bring('c', 'done');
    await world.ledger.holds.begin('c', ORDER);
    await acquireOf(world, 'project', { name: 'p' });
    expect(await world.record('c')).toMatchObject({ state: 'held' });
    await world.ledger.holds.release('c', 'free');
    expect(await world.record('c')).toMatchObject({ state: 'dirty', owner: '' });
  });

  it('is refused for what is in use, dirty, parked or being built, and can be made longer', async (world) => {
    await world.configure(
      physical('project', ['p', 'q']),
      physical('disk', ['x'], { state: 'dirty' }),
      physical('host', ['h']),
      virtual('cluster', ['c', 'd', 'e'], { needs: { project: 1 } }),
    );
    const { holds } = world.ledger;
    await world.bring('c', 'done');
    await world.bring('d', 'clean');
    await acquireOf(world, 'cluster', { name: 'c' });
    // His own word for it, which doesn't make it anybody's.
    await acquireOf(world, 'host', { name: 'h', dest: 'free' });
    for (const name of ['c', 'd', 'e', 'p', 'q', 'x', 'h'])
      expect(await holds.begin(name, ORDER)).toEqual({ kind: 'refused', reason: 'notFree' });
    expect(await holds.begin('nobody', ORDER)).toEqual({ kind: 'refused', reason: 'unknown' });
    await releaseOf(world, 'c', 'free');
    await holds.begin('c', ORDER);
    const { hold } = await world.record('c');
    await holds.begin('c', { ...ORDER, forMs: 5 * LONG_MS });
    expect((await world.record('c')).hold?.until).toBeGreaterThan((hold?.until ?? 0) + 3 * LONG_MS);
  });

  it('is nobody’s to make by a release', async (world) => {
    await world.configure(PROJECT);
    await acquireOf(world, 'project', { name: 'p' });
    await releaseOf(world, 'p', 'held');
    expect(await world.record('p')).toMatchObject({ state: 'dirty' });
  });
}

function describeQuarantine(it: InWorld): void {
  const config = { ...CLUSTER, settings: { ...CLUSTER.settings, quarantineHoldMs: LONG_MS } };

  it('for as long as the config says; then they go back dirty, and it stays to be seen', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'clean');
    const run = await world.begin('c');
    await world.end(run, { kind: 'failed', message: 'no', retryInMs: null });
    const { holds } = world.ledger;
    expect(await holds.endDue(10)).toEqual([]);
    expect(await world.record('p')).toMatchObject({ state: 'leased', heldBy: 'c' });
    world.advance(LONG_MS);
    expect(await holds.endDue(10)).toMatchObject([{ record: { name: 'c' }, returned: ['p'] }]);
    expect(await holds.endDue(10)).toEqual([]);
    expect(await world.record('p')).toMatchObject({ state: 'dirty', owner: '', heldBy: null });
    const record = await world.work('c');
    expect(record).toMatchObject({ state: 'quarantined', work: { leases: [], phase: 'recycle' } });
    expect(record.work.quarantine).toMatchObject({ reason: expect.stringContaining('no'), keepUntil: null });
    expect(record.userData).toEqual({});
    expect(await world.settle(run, GOOD_END.clean)).toEqual({ kind: 'lost' });
    world.advance(100 * LONG_MS);
    expect(await world.claim('c')).toEqual({ kind: 'refused', reason: 'quarantined' });
    expect(await asked(world, 'cluster')).toBe('none');
  });

  it('and a retry then begins at recycle, and before that where it was', async (world) => {
    await world.configure(PROJECT, config);
    for (const [forMs, task, cycle] of [
      [0, 'clean', 1],
      [LONG_MS, 'recycle', 2],
    ] as const) {
      await world.bring('c', 'clean');
      await fail(world, 'c');
      world.advance(forMs);
      await world.ledger.holds.endDue(10);
      expect(await world.ledger.claims.retry('c', GRACE_MS)).toEqual({
        task,
        type: 'cluster',
        name: 'c',
        cycle,
      });
    }
    await world.clean('p');
    await world.bring('c', 'done');
  });

  it('not at all, if the config says so', async (world) => {
    await world.configure(PROJECT, { ...config, settings: { ...config.settings, quarantineHoldMs: 0 } });
    await world.bring('c', 'clean');
    await fail(world, 'c');
    expect(names(await world.ledger.holds.endDue(10))).toEqual(['c']);
    expect((await world.record('p')).state).toBe('dirty');
  });

  it('for longer, if a person holds it, and no longer than until he releases it', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'clean');
    await fail(world, 'c');
    const { holds, pools } = world.ledger;
    expect(await holds.begin('c', { forMs: 10 * LONG_MS, reason: 'mine' })).toMatchObject({ kind: 'held' });
    expect(await world.record('c')).toMatchObject({ state: 'quarantined', hold: { reason: 'mine' } });
    world.advance(LONG_MS);
    expect(await holds.endDue(10)).toEqual([]);
    await world.configure(PROJECT, { ...config, size: { kind: 'static', names: [] } });
    expect((await pools.keepSize('cluster', world.order())).doomed).toEqual([]);
    expect(await holds.release('c', 'free')).toMatchObject({
      kind: 'released',
      record: { state: 'quarantined', hold: null },
      returned: ['p'],
      givenBack: [{ name: 'p', type: 'project', state: 'dirty' }],
    });
    expect((await pools.keepSize('cluster', world.order())).doomed).toMatchObject([{ name: 'c' }]);
  });

  it('until a hold that is longer ends by itself', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'clean');
    await fail(world, 'c');
    const { holds } = world.ledger;
    await holds.begin('c', { forMs: 2 * LONG_MS, reason: '' });
    world.advance(2 * LONG_MS);
    expect(await holds.endDue(10)).toMatchObject([{ returned: ['p'], givenBack: [{ name: 'p' }] }]);
  });

  it('until its own time, if a hold is shorter', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'clean');
    await fail(world, 'c');
    const { holds } = world.ledger;
    await holds.begin('c', { forMs: 1_000, reason: '' });
    world.advance(1_000);
    expect(await holds.endDue(10)).toMatchObject([
      { record: { hold: null, state: 'quarantined' }, returned: [] },
    ]);
    expect((await world.record('p')).heldBy).toBe('c');
  });
}
