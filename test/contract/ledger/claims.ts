import { describe, expect } from '@jest/globals';

import type { ClaimResult, Fence, Settlement } from '../../../shared/ledger/port.ts';
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

const CLAIMERS = 30;

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

/** One cluster in this phase, with a project for each of its needs. */
async function one(world: World, phase: 'recycle' | 'fulfill' | 'clean' | 'free' | 'done'): Promise<string> {
  await world.configure(physical('project', 2), virtual('cluster', ['c'], { needs: { project: 1 } }));
  await world.bring('c', phase);
  return 'c';
}

const answerOf = (result: ClaimResult): string =>
  result.kind === 'refused' ? `refused: ${result.reason}` : result.kind;

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

function describeCrashes(it: InWorld): void {
  for (const phase of ['recycle', 'clean'] as const) {
    it(`in ${phase} counts each claim that expired, and puts the record into quarantine after 10`, async (world) => {
      const c = await one(world, phase);
      for (let crashes = 0; crashes <= 10; crashes += 1) {
        await world.begin(c);
        expect((await world.work(c)).work).toMatchObject({ crashes, attempts: 0 });
        world.advance(HOLD_MS);
      }
      const run = { name: c, token: (await world.work(c)).work.token };
      expect(await world.claim(c)).toMatchObject({
        kind: 'quarantined',
        record: { state: 'quarantined', work: { phase, dueAt: null, claimedUntil: null } },
      });
      expect((await world.work(c)).work.quarantine?.reason).toMatch(/died/);
      expect(await world.settle(run, GOOD_END[phase])).toEqual({ kind: 'lost' });
    });
  }

  it('counts no crash in fulfill and free, which call nothing that could die', async (world) => {
    const c = await one(world, 'fulfill');
    for (const phase of ['fulfill', 'free'] as const) {
      await world.bring(c, phase);
      await world.begin(c);
      world.advance(HOLD_MS);
      await world.begin(c);
      expect((await world.work(c)).work.crashes).toBe(0);
      world.advance(HOLD_MS);
    }
  });

  it('counts a crash that is found while its type is paused', async (world) => {
    const c = await one(world, 'clean');
    await world.begin(c);
    world.advance(HOLD_MS);
    const cluster = (paused: boolean) =>
      virtual('cluster', ['c'], { needs: { project: 1 }, settings: { paused } });
    await world.configure(physical('project', 2), cluster(true));
    expect(answerOf(await world.claim(c))).toBe('refused: paused');
    await world.configure(physical('project', 2), cluster(false));
    await world.begin(c);
    expect((await world.work(c)).work.crashes).toBe(1);
  });

  it('forgets crashes and failed attempts with each advance, not with waiting or "not yet"', async (world) => {
    const c = await one(world, 'clean');
    await world.end(await world.begin(c), { kind: 'failed', message: 'no', retryInMs: 0 });
    await world.begin(c);
    world.advance(HOLD_MS);
    await world.end(await world.begin(c), { kind: 'notYet', checkpoint: 1, againInMs: 0 });
    expect((await world.work(c)).work).toMatchObject({ attempts: 1, crashes: 1 });
    await world.end(await world.begin(c), GOOD_END.clean);
    expect((await world.work(c)).work).toMatchObject({ attempts: 0, crashes: 0, checkpoint: null });
  });
}

function describeRaces(it: InWorld): void {
  it(`by ${CLAIMERS} at once is won by one`, async (world) => {
    const c = await one(world, 'fulfill');
    const results = await Promise.all(Array.from({ length: CLAIMERS }, () => world.claim(c)));
    expect(results.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(results.map(answerOf).filter((answer) => answer === 'refused: claimed')).toHaveLength(
      CLAIMERS - 1,
    );
  });

  it(`of ${CLAIMERS} resources that want the same few is granted no resource twice`, async (world) => {
    await world.configure(physical('project', 10), virtual('cluster', CLAIMERS, { needs: { project: 2 } }));
    for (const name of await world.names('cluster')) await world.bring(name, 'fulfill');
    const runs = await Promise.all((await world.names('cluster')).map((name) => world.begin(name)));
    const ends = await Promise.all(runs.map((run) => world.settle(run, GOOD_END.fulfill)));
    expect(ends.filter(({ kind }) => kind === 'settled')).toHaveLength(5);
    expect(ends.filter(({ kind }) => kind === 'short')).toHaveLength(CLAIMERS - 5);
    const holders = (await world.records('project')).map(({ heldBy }) => heldBy);
    expect(new Set(holders).size).toBe(5);
  });
}

function describeRenewals(it: InWorld): void {
  it('holds the claim on, and keeps the record from being due', async (world) => {
    const c = await one(world, 'clean');
    const run = await world.begin(c);
    for (let beats = 0; beats < 3; beats += 1) {
      world.advance(HOLD_MS / 2);
      expect(await world.ledger.claims.renew(run, HOLD_MS)).toBe(true);
    }
    expect(answerOf(await world.claim(c))).toBe('refused: claimed');
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    await world.end(run, GOOD_END.clean);
  });

  it('is refused once another run has claimed the record, or its own has ended', async (world) => {
    const c = await one(world, 'clean');
    const overtaken = await world.begin(c);
    world.advance(HOLD_MS);
    const run = await world.begin(c);
    expect(await world.ledger.claims.renew(overtaken, HOLD_MS)).toBe(false);
    await world.end(run, GOOD_END.clean);
    expect(await world.ledger.claims.renew(run, HOLD_MS)).toBe(false);
    expect(await world.ledger.claims.renew({ name: 'nobody', token: 1 }, HOLD_MS)).toBe(false);
  });
}

function describeFences(it: InWorld): void {
  const settlements: readonly Settlement[] = [
    GOOD_END.recycle,
    GOOD_END.fulfill,
    { kind: 'waiting', dueInMs: LONG_MS, patienceMs: 1 },
    GOOD_END.clean,
    GOOD_END.free,
    GOOD_END.janitor,
    { kind: 'notYet', checkpoint: 1, againInMs: 1 },
    { kind: 'failed', message: 'no', retryInMs: 1 },
    { kind: 'failed', message: 'no', retryInMs: null },
  ];
  const refusesAll = async (world: World, fence: Fence): Promise<void> => {
    const before = await world.records();
    for (const settlement of settlements)
      expect(await world.settle(fence, settlement)).toEqual({ kind: 'lost' });
    expect(await world.ledger.claims.renew(fence, HOLD_MS)).toBe(false);
    const [free = ''] = await world.names('project', 'free');
    expect(await world.grant({ ...fence, resources: [free] })).toEqual({
      kind: 'busy',
    });
    expect(await world.records()).toEqual(before);
  };

  it('writes nothing once another run has claimed the record', async (world) => {
    const c = await one(world, 'fulfill');
    const overtaken = await world.begin(c);
    world.advance(HOLD_MS);
    await world.begin(c);
    await refusesAll(world, overtaken);
  });

  it('writes nothing once its run has ended, was granted, or its resource has begun again', async (world) => {
    const c = await one(world, 'fulfill');
    const run = await world.begin(c);
    await world.end(run, GOOD_END.fulfill);
    await refusesAll(world, run);
    const construct = await world.begin(c);
    await world.end(construct, GOOD_END.clean);
    await refusesAll(world, construct);
    const last = await world.begin(c);
    await world.end(last, GOOD_END.free);
    await refusesAll(world, last);
    const ordered = await world.ledger.pools.takeNamed(c, (await world.now()) + 1, world.order());
    expect(ordered.kind).toBe('taken');
    for (const old of [run, construct, last]) await refusesAll(world, old);
  });

  it('writes nothing into a resource that was made again under the same name', async (world) => {
    const project = physical('project', 2);
    const cluster = virtual('cluster', ['c'], { needs: { project: 1 } });
    await world.configure(project, cluster);
    await world.bring('c', 'recycle');
    const old = await world.begin('c');
    const before = await world.work('c');
    world.advance(HOLD_MS);
    await world.configure(project);
    await world.ledger.pools.keepSize('cluster', world.order());
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect((await world.ledger.pools.keepSize('cluster', world.order())).dropped).toEqual(['c']);
    await world.configure(project, cluster);
    await refusesAll(world, old);
    await world.bring('c', 'recycle');
    await world.begin('c');
    await refusesAll(world, old);
    const { token, cycle } = (await world.work('c')).work;
    expect(token).toBeGreaterThan(before.work.token);
    expect(cycle).toBeGreaterThan(before.work.cycle);
  });

  it('of a physical resource that was dropped and made again is refused too', async (world) => {
    await world.configure(physical('project', ['p'], { state: 'dirty' }));
    await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() });
    const old = await world.begin('p');
    const { cycle } = (await world.work('p')).work;
    await world.end(old, GOOD_END.janitor);
    await world.configure(physical('project', ['q']));
    await world.configure(physical('project', ['p'], { state: 'dirty' }));
    await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() });
    const run = await world.begin('p');
    expect(run.token).toBeGreaterThan(old.token);
    expect((await world.work('p')).work.cycle).toBeGreaterThan(cycle);
    expect(await world.settle(old, GOOD_END.janitor)).toEqual({ kind: 'lost' });
  });
}
