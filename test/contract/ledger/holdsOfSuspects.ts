import { expect } from '@jest/globals';

import { PROJECT, CLUSTER, fail } from './holdsSteps.ts';
import type { InWorld } from './inWorld.ts';
import { acquireOf, ask, asked, releaseOf } from './usersSteps.ts';
import { GOOD_END, GRACE_MS, LONG_MS, physical, uuid, virtual, type World } from './world.ts';

export function describeSuspects(it: InWorld): void {
  const config = { ...CLUSTER, settings: { ...CLUSTER.settings, quarantineHoldMs: 0, suspectAfter: 2 } };

  /** A whole cycle whose construct fails, whose leases go back. */
  async function failCycle(world: World): Promise<void> {
    if ((await world.work('c')).work.quarantine !== null) await world.ledger.claims.retry('c', GRACE_MS);
    await world.bring('c', 'clean');
    await fail(world, 'c');
    await world.ledger.holds.endDue(10);
  }

  it('in a row is set aside with their names, and nobody gets it', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'fulfill');
    await failCycle(world);
    expect(await world.work('p')).toMatchObject({ state: 'dirty', work: { failures: ['c in cycle 1'] } });
    await world.clean('p');
    await failCycle(world);
    const { state, owner, heldBy, work } = await world.work('p');
    expect({ state, heldBy, phase: work.phase }).toEqual({
      state: 'quarantined',
      heldBy: null,
      phase: 'janitor',
    });
    expect(work.quarantine).toMatchObject({
      suspect: true,
      reason: 'part of 2 failures in a row: c in cycle 1, c in cycle 2',
    });
    for (const wanted of ['free', 'dirty', 'quarantined'])
      expect(await asked(world, 'project', { state: wanted })).toBe('none');
    expect(await world.ledger.users.release({ name: 'p', dest: 'free', owner })).toMatchObject({
      kind: 'ownerMismatch',
    });
    world.advance(100 * LONG_MS);
    expect(await world.ledger.pools.reap('project', 1)).toEqual([]);
    expect(await world.ledger.pools.takeForJanitor({ type: 'project', limit: 9, ...world.order() })).toEqual(
      [],
    );
    expect(await world.ledger.pools.takeGivenBack([await world.record('p')], world.order())).toEqual([]);
    const [view] = (await world.ledger.views.pools()).filter(({ type }) => type === 'project');
    expect(view).toMatchObject({ quarantined: 1 });
  });

  it('is not told of by the recycle that sets it aside, and what is as good as before is', async (world) => {
    const project = physical('project', ['p', 'q']);
    const settings = { ...config.settings, quarantineHoldMs: LONG_MS };
    await world.configure(project, { ...config, settings });
    await world.bring('c', 'clean');
    const [suspect] = (await world.work('c')).work.leases;
    await fail(world, 'c');
    await world.ledger.claims.retry('c', GRACE_MS);
    const first = await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(first.givenBack).toMatchObject([{ name: suspect?.name, state: 'dirty' }]);
    await world.configure(project, { ...config, settings: { ...settings, suspectAfter: 1 } });
    await world.bring('c', 'clean');
    await fail(world, 'c');
    await world.ledger.claims.retry('c', GRACE_MS);
    const second = await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(second.givenBack).toEqual([]);
    expect(await world.names('project', 'quarantined')).toHaveLength(1);
  });

  it('is dirty again when a person retries it, and as good as any other', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'fulfill');
    await failCycle(world);
    await world.clean('p');
    await failCycle(world);
    const wake = await world.ledger.claims.retry('p', GRACE_MS);
    expect(wake).toMatchObject({ name: 'p', task: 'janitor' });
    expect(await world.claim('p', { task: 'janitor' })).toEqual({ kind: 'refused', reason: 'stale' });
    expect(await world.work('p')).toMatchObject({
      state: 'dirty',
      owner: '',
      work: { failures: [], phase: null },
    });
    await world.clean('p');
    await world.ledger.claims.retry('c', GRACE_MS);
    await world.bring('c', 'done');
  });

  it('counts no destroy that fails', async (world) => {
    await world.configure(PROJECT, { ...config, settings: { ...config.settings, suspectAfter: 1 } });
    await world.bring('c', 'done');
    await world.ledger.pools.takeNamed('c', (await world.now()) + 1, world.order());
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: 0 });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await world.record('p')).toMatchObject({ state: 'dirty', owner: '' });
  });

  it('is forgotten with the first success between them', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'fulfill');
    await failCycle(world);
    await world.clean('p');
    await world.ledger.claims.retry('c', GRACE_MS);
    await world.bring('c', 'done');
    expect((await world.work('p')).work.failures).toEqual([]);
    await acquireOf(world, 'cluster', { name: 'c' });
    await releaseOf(world, 'c', 'dirty');
    await world.bring('c', 'fulfill');
    await world.clean('p');
    await failCycle(world);
    expect(await world.work('p')).toMatchObject({ state: 'dirty', work: { failures: ['c in cycle 3'] } });
  });

  it('counts a cycle once, however often it fails, and not if it succeeds in the end', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'clean');
    for (let attempts = 0; attempts < 3; attempts += 1)
      await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: 0 });
    await fail(world, 'c');
    await world.ledger.holds.endDue(1);
    expect((await world.work('p')).work.failures).toEqual(['c in cycle 1']);
    await world.clean('p');
    await world.ledger.claims.retry('c', GRACE_MS);
    await world.bring('c', 'clean');
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: 0 });
    await world.bring('c', 'done');
    expect((await world.work('p')).work.failures).toEqual([]);
  });

  it('counts too when its holder leaves the config before anybody looked', async (world) => {
    await world.configure(PROJECT, {
      ...config,
      settings: { ...config.settings, quarantineHoldMs: LONG_MS },
    });
    await world.bring('c', 'clean');
    await fail(world, 'c');
    await world.configure(PROJECT, { ...config, size: { kind: 'static', names: [] } });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await world.work('p')).toMatchObject({ state: 'dirty', work: { failures: ['c in cycle 1'] } });
  });

  it('is not blamed for a config that has changed, nor where suspicion is off', async (world) => {
    await world.configure(PROJECT, config);
    await world.bring('c', 'clean');
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: 0 });
    await world.configure(PROJECT, {
      ...config,
      hash: 'cluster-2',
      settings: { ...config.settings, suspectAfter: 0 },
    });
    expect(await world.claim('c')).toMatchObject({ kind: 'restarted' });
    await world.bring('c', 'fulfill');
    expect((await world.record('p')).work?.failures ?? []).toEqual([]);
    for (let cycles = 0; cycles < 3; cycles += 1) {
      await world.clean('p');
      await failCycle(world);
    }
    expect(await world.work('p')).toMatchObject({ state: 'dirty' });
  });
}

export function describeOrphans(it: InWorld): void {
  /** Built by another Mason: what lies under their names is in no book here. */
  const foreign = virtual('lab', 1, { managed: false });

  it('sends back what lies under the name of a resource that is gone', async (world) => {
    await world.configure(physical('project', ['p', 'q']), foreign);
    const [lab = ''] = await world.names('lab');
    await acquireOf(world, 'project', { name: 'p' });
    await releaseOf(world, 'p', lab);
    const { pools } = world.ledger;
    expect(await pools.takeInOrphans(10)).toEqual([]);
    await acquireOf(world, 'lab', { name: lab });
    await releaseOf(world, lab, 'tombstone');
    expect((await pools.keepSize('lab', world.order())).dropped).toEqual([lab]);
    expect(await pools.takeInOrphans(10)).toEqual(['p']);
    expect(await world.record('p')).toMatchObject({ state: 'dirty', owner: '' });
    expect(await pools.takeInOrphans(10)).toEqual([]);
  });

  it('sends back what lies under the name of one that became ours and does not lease it', async (world) => {
    await world.configure(physical('project', ['p', 'q']), foreign);
    const [lab = ''] = await world.names('lab');
    await acquireOf(world, 'project', { name: 'p' });
    await releaseOf(world, 'p', lab);
    await world.configure(physical('project', ['p', 'q']), virtual('lab', 1, { state: 'dirty' }));
    expect(await world.ledger.pools.takeInOrphans(10)).toEqual(['p']);
    await world.ledger.pools.takeDirty({ type: 'lab', limit: 1, ...world.order() });
  });

  it('leaves alone what is leased, parked, in use, or in a state that is no name', async (world) => {
    await world.configure(
      physical('project', ['p', 'q', 'r', 's']),
      virtual('cluster', ['c', 'd'], { needs: { project: 1 } }),
    );
    await world.bring('c', 'done');
    await world.bring('d', 'clean');
    const [first = '', second = ''] = await world.names('project', 'free');
    await acquireOf(world, 'project', { name: first, dest: uuid(77) });
    await acquireOf(world, 'project', { name: second });
    await releaseOf(world, second, 'mine');
    const before = await world.records();
    for (let looks = 0; looks < 5; looks += 1) expect(await world.ledger.pools.takeInOrphans(1)).toEqual([]);
    expect(await world.ledger.pools.takeInOrphans(10)).toEqual([]);
    expect(await world.records()).toEqual(before);
  });
}

export function describeReapPolicy(it: InWorld): void {
  const given = (settings: Partial<(typeof PROJECT)['settings']>) =>
    physical('project', ['a', 'b'], { settings });
  const use = async (world: World): Promise<void> => {
    for (const [name, dest] of [
      ['a', 'busy'],
      ['b', 'testing'],
    ] as const)
      await acquireOf(world, 'project', { name, dest });
  };

  it('goes by the type’s own lease expiry', async (world) => {
    await world.configure(given({ leaseExpiryMs: 2 * LONG_MS }));
    await use(world);
    world.advance(LONG_MS);
    expect(await world.ledger.pools.reap('project', 1_000)).toEqual([]);
    world.advance(LONG_MS);
    expect(await world.ledger.pools.reap('project', 100 * LONG_MS)).toEqual(['a']);
  });

  it('goes by the type’s own states, and by this Mason’s where it names none', async (world) => {
    await world.configure(given({ reapStates: ['testing'] }));
    await use(world);
    world.advance(LONG_MS);
    expect(await world.ledger.pools.reap('project', LONG_MS, ['busy'])).toEqual(['b']);
    await world.configure(given({}));
    expect(await world.ledger.pools.reap('project', LONG_MS, [])).toEqual([]);
    expect(await world.ledger.pools.reap('project', LONG_MS, ['busy', 'testing'])).toEqual(['a']);
  });

  it('takes from nobody where it is off, and still moves on what nobody owns', async (world) => {
    await world.configure(given({ leaseExpiryMs: 'off' }));
    await use(world);
    world.advance(100 * LONG_MS);
    expect(await world.ledger.pools.reap('project', 1_000, ['busy', 'testing'])).toEqual([]);
    await releaseOf(world, 'a', 'busy');
    world.advance(LONG_MS);
    expect(await world.ledger.pools.reap('project', 1_000, ['busy', 'testing'])).toEqual(['a']);
    expect(await ask(world, 'project', { state: 'dirty' })).toMatchObject({ kind: 'acquired' });
  });
}
