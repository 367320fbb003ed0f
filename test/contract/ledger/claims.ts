import { describe, expect } from '@jest/globals';

import { describeCrashes, describeRaces, describeRenewals, describeFences } from './claimsOfCrashed.ts';
import { one, answerOf } from './claimsSteps.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import {
  GOOD_END,
  GRACE_MS,
  HOLD_MS,
  LONG_MS,
  physical,
  virtual,
  type OpenLedger,
  type World,
} from './world.ts';

export function describeClaims(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('claim', () => {
    describeRefusals(it);
    describeRestarts(it);
    describeCrashes(it);
    describeRaces(it);
  });
  describe('renew', () => {
    describeRenewals(it);
  });
  describe('a stale token', () => {
    describeFences(it);
  });
}

function describeRefusals(it: InWorld): void {
  it('gives the record with a higher token, and the config of its type', async (world) => {
    const c = await one(world, 'recycle');
    const { token } = (await world.work(c)).work;
    const claimed = await world.claim(c);
    expect(claimed).toMatchObject({ kind: 'claimed', spec: { type: 'cluster', hash: 'cluster-1' } });
    if (claimed.kind !== 'claimed') return;
    expect(claimed.record.work.token).toBeGreaterThan(token);
    expect(claimed.record).toEqual(await world.work(c));
    expect(claimed.record.work.claimedUntil).not.toBeNull();
  });

  it('is refused as unknown where there is no such resource, or Mason has no work with it', async (world) => {
    await one(world, 'recycle');
    const order = { task: 'recycle', cycle: null, holdMs: HOLD_MS, graceMs: GRACE_MS } as const;
    const [untouched = ''] = await world.names('project');
    for (const name of ['nobody', untouched])
      expect(answerOf(await world.ledger.claims.claim({ name, ...order }))).toBe('refused: unknown');
  });

  it('is refused as stale for another phase, another cycle, and a free resource', async (world) => {
    const c = await one(world, 'fulfill');
    const { cycle } = (await world.work(c)).work;
    expect(answerOf(await world.claim(c, { task: 'recycle' }))).toBe('refused: stale');
    expect(answerOf(await world.claim(c, { task: 'clean', cycle: null }))).toBe('refused: stale');
    expect(answerOf(await world.claim(c, { cycle: cycle - 1 }))).toBe('refused: stale');
    expect(answerOf(await world.claim(c, { cycle: cycle + 1 }))).toBe('refused: stale');
    await world.bring(c, 'done');
    expect(answerOf(await world.claim(c, { task: 'recycle', cycle: null }))).toBe('refused: stale');
  });

  it('is refused as claimed while a run lives, and possible once its claim has expired', async (world) => {
    const c = await one(world, 'fulfill');
    await world.begin(c);
    expect(answerOf(await world.claim(c))).toBe('refused: claimed');
    expect(answerOf(await world.claim(c, { cycle: null }))).toBe('refused: claimed');
    world.advance(HOLD_MS);
    expect(answerOf(await world.claim(c))).toBe('claimed');
  });

  it('is refused as early to a system message while it backs off, and not to a bare name', async (world) => {
    const c = await one(world, 'clean');
    await world.end(await world.begin(c), { kind: 'failed', message: 'no', retryInMs: LONG_MS });
    expect(answerOf(await world.claim(c))).toBe('refused: early');
    const run = await world.begin(c, { cycle: null });
    await world.end(run, { kind: 'notYet', checkpoint: null, againInMs: LONG_MS });
    expect(answerOf(await world.claim(c))).toBe('refused: early');
    world.advance(LONG_MS);
    await world.begin(c);
  });

  it('is refused as quarantined, by any message', async (world) => {
    const c = await one(world, 'clean');
    await world.end(await world.begin(c), { kind: 'failed', message: 'no', retryInMs: null });
    expect(answerOf(await world.claim(c))).toBe('refused: quarantined');
    expect(answerOf(await world.claim(c, { cycle: null }))).toBe('refused: quarantined');
  });

  it('is refused as paused, found due again later, and goes on when its type does', async (world) => {
    const project = physical('project', 2);
    const cluster = (paused: boolean) =>
      virtual('cluster', ['c'], { needs: { project: 1 }, settings: { paused } });
    await world.configure(project, cluster(false));
    await world.bring('c', 'fulfill');
    await world.configure(project, cluster(true));
    expect(answerOf(await world.claim('c'))).toBe('refused: paused');
    expect(answerOf(await world.claim('c', { cycle: null }))).toBe('refused: paused');
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    world.advance(LONG_MS);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ task: 'fulfill', name: 'c' }]);
    await world.configure(project, cluster(false));
    await world.bring('c', 'done');
  });
}

function describeRestarts(it: InWorld): void {
  const project = physical('project', 4);
  const cluster = (version: number) =>
    virtual('cluster', ['c'], { needs: { project: 1 }, hash: `cluster-${version}` });
  const changedIn = async (world: World, phase: 'recycle' | 'fulfill' | 'clean' | 'free'): Promise<void> => {
    await world.configure(project, cluster(1));
    await world.bring('c', phase);
    await world.configure(project, cluster(2));
  };

  for (const phase of ['fulfill', 'clean'] as const) {
    it(`in ${phase} goes back to recycle as a new cycle if its config changed, no attempt counted`, async (world) => {
      await changedIn(world, phase);
      const before = await world.work('c');
      const claimed = await world.claim('c');
      const wake = { task: 'recycle', type: 'cluster', name: 'c', cycle: before.work.cycle + 1 };
      expect(claimed).toEqual({ kind: 'restarted', wake });
      expect(await world.work('c')).toMatchObject({
        state: 'cleaning',
        owner: before.owner,
        work: { cycle: before.work.cycle + 1, phase: 'recycle', attempts: 0, crashes: 0, claimedUntil: null },
      });
      await world.bring('c', 'done');
      expect((await world.work('c')).work.builtBy).toBe('cluster-2');
      expect(await world.names('project', 'dirty')).toHaveLength(phase === 'clean' ? 1 : 0);
    });
  }

  it('in fulfill never leases what another config needs, also if that has come and gone', async (world) => {
    const greedy = virtual('cluster', ['c'], { needs: { project: 3 }, hash: 'cluster-2' });
    await world.configure(project, cluster(1));
    await world.bring('c', 'fulfill');
    const run = await world.begin('c');
    await world.configure(project, greedy);
    const settled = await world.end(run, GOOD_END.fulfill);
    expect(settled).toMatchObject({
      wakes: [{ task: 'recycle', cycle: 2 }],
      record: { work: { leases: [] } },
    });
    expect(await world.names('project', 'free')).toHaveLength(4);
    await world.wait('c');
    await world.configure(project, cluster(1));
    const { token } = (await world.work('c')).work;
    const grant = { name: 'c', token, resources: await world.names('project') };
    expect(await world.grant(grant)).toEqual({ kind: 'busy' });
    const page = { after: null, limit: 10 };
    expect(await world.ledger.queue.waiters(await world.component('cluster'), page)).toEqual([]);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ name: 'c', task: 'fulfill' }]);
    expect((await world.claim('c')).kind).toBe('restarted');
    await world.bring('c', 'done');
  });

  it('in recycle takes the config of the day for its cycle', async (world) => {
    await changedIn(world, 'recycle');
    await world.bring('c', 'clean');
    expect((await world.work('c')).work).toMatchObject({ configHash: 'cluster-2', cycle: 1 });
  });

  it('in free finishes what was built from the old config', async (world) => {
    await changedIn(world, 'free');
    await world.bring('c', 'done');
    expect((await world.work('c')).work).toMatchObject({ builtBy: 'cluster-1', cycle: 1 });
  });

  it('in clean does not begin again once an attempt at constructing is under way', async (world) => {
    await world.configure(project, cluster(1));
    await world.bring('c', 'clean');
    const { constructingSince } = await world.ledger.claims
      .claim({
        name: 'c',
        task: 'clean',
        cycle: 1,
        holdMs: HOLD_MS,
        graceMs: GRACE_MS,
      })
      .then((claimed) =>
        claimed.kind === 'claimed' ? claimed.record.work : Promise.reject(new Error(claimed.kind)),
      );
    expect(constructingSince).not.toBeNull();
    await world.configure(project, cluster(2));
    world.advance(HOLD_MS);
    await world.end(await world.begin('c'), { kind: 'notYet', checkpoint: { at: 1 }, againInMs: 0 });
    await world.end(await world.begin('c'), GOOD_END.clean);
    expect((await world.work('c')).work).toMatchObject({ phase: 'free', builtBy: 'cluster-1', cycle: 1 });
  });

  it('in clean begins again with the mended config after a construct that failed', async (world) => {
    await world.configure(project, cluster(1));
    await world.bring('c', 'clean');
    await world.end(await world.begin('c'), { kind: 'failed', message: 'bad content', retryInMs: 0 });
    await world.configure(project, cluster(2));
    expect((await world.claim('c')).kind).toBe('restarted');
    const { work } = await world.work('c');
    expect(work.builtBy).toBe('cluster-1');
    await world.bring('c', 'done');
    expect((await world.work('c')).work).toMatchObject({ builtBy: 'cluster-2', cycle: 2 });
  });

  it('of a type that left the config goes back to recycle, and ends', async (world) => {
    await world.configure(project, cluster(1));
    await world.bring('c', 'clean');
    await world.ledger.configs.store([project]);
    expect((await world.claim('c')).kind).toBe('restarted');
    expect((await world.work('c')).work.doomed).toBe(true);
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await world.record('c')).toMatchObject({ state: 'tombstone', owner: '' });
  });
}
