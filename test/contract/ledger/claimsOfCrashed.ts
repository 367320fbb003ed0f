import { expect } from '@jest/globals';

import type { Fence, Settlement } from '../../../shared/ledger/port.ts';
import { CLAIMERS, one, answerOf } from './claimsSteps.ts';
import type { InWorld } from './inWorld.ts';
import { GOOD_END, GRACE_MS, HOLD_MS, LONG_MS, physical, virtual, type World } from './world.ts';

export function describeCrashes(it: InWorld): void {
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

export function describeRaces(it: InWorld): void {
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

export function describeRenewals(it: InWorld): void {
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

export function describeFences(it: InWorld): void {
  const settlements: readonly Settlement[] = [
    GOOD_END.recycle,
    GOOD_END.fulfill,
    { kind: 'waiting', dueInMs: LONG_MS, patienceMs: 1 },
    GOOD_END.clean,
    GOOD_END.free,
    GOOD_END.janitor,
    { kind: 'notYet', checkpoint: 1, againInMs: 1 },
    { kind: 'deferred', againInMs: 1, awaySince: 1 },
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
