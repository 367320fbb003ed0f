import { expect } from '@jest/globals';

import type { InWorld } from './inWorld.ts';
import { GOOD_END, GRACE_MS, HOLD_MS, LONG_MS, virtual, type World } from './world.ts';

/** When `c` was claimed, by what its claim has left. */
const claimedAt = async (world: World): Promise<number> =>
  ((await world.work('c')).work.claimedUntil ?? 0) - HOLD_MS;

export function describeDeferred(it: InWorld): void {
  it('before its construct began leaves it to begin, and counts no attempt', async (world) => {
    await world.configure(virtual('cluster', ['c']));
    await world.bring('c', 'clean');
    const run = await world.begin('c');
    const awaySince = await claimedAt(world);
    world.advance(HOLD_MS / 2);
    await world.ledger.claims.renew(run, HOLD_MS);
    const settled = await world.end(run, { kind: 'deferred', againInMs: LONG_MS, awaySince });
    expect(settled).toMatchObject({ wakes: [], yields: [] });
    const idle = { claimedUntil: null, constructingSince: null, awaySince: null };
    expect((await world.work('c')).work).toMatchObject({ ...idle, phase: 'clean', attempts: 0, crashes: 0 });
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    world.advance(LONG_MS);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ name: 'c', task: 'clean' }]);
    await world.begin('c');
    expect((await world.work('c')).work.constructingSince).toBeCloseTo(await claimedAt(world), 2);
  });

  it('before its construct began keeps no slot, and follows a config that changed', async (world) => {
    const cluster = virtual('cluster', ['c', 'd'], { settings: { maxConstructing: 1 } });
    await world.configure(cluster);
    for (const name of ['c', 'd']) await world.bring(name, 'clean');
    const run = await world.begin('c');
    await world.end(run, { kind: 'deferred', againInMs: 0, awaySince: await claimedAt(world) });
    await world.begin('d');
    await world.configure({ ...cluster, hash: 'cluster-2' });
    expect((await world.claim('c')).kind).toBe('restarted');
  });

  it('keeps a construct that is under way, whose time stands still since its claim', async (world) => {
    await world.configure(virtual('cluster', ['c']));
    await world.bring('c', 'clean');
    const first = await world.begin('c');
    const beganAt = await claimedAt(world);
    await world.end(first, { kind: 'notYet', checkpoint: { step: 1 }, againInMs: 0 });
    world.advance(LONG_MS);
    const lostAt = await deferTwice(world);
    await world.begin('c');
    const { constructingSince, ...work } = (await world.work('c')).work;
    expect(work).toMatchObject({ checkpoint: { step: 1 }, awaySince: null, attempts: 0, crashes: 0 });
    expect((constructingSince ?? 0) - beganAt).toBeCloseTo((await claimedAt(world)) - lostAt, 3);
  });

  it('once its construct began counts the time until then', async (world) => {
    await world.configure(virtual('cluster', ['c']));
    await world.bring('c', 'clean');
    const run = await world.begin('c');
    const beganAt = await claimedAt(world);
    world.advance(HOLD_MS / 2);
    await world.end(run, { kind: 'deferred', againInMs: 0, awaySince: null });
    const { awaySince, constructingSince } = (await world.work('c')).work;
    expect(constructingSince).toBeCloseTo(beganAt, 2);
    expect((awaySince ?? 0) - beganAt).toBeGreaterThan(HOLD_MS / 2 - 1);
    world.advance(LONG_MS);
    await world.begin('c');
    const lost = (await claimedAt(world)) - (awaySince ?? 0);
    expect((await world.work('c')).work.constructingSince).toBeCloseTo(beganAt + lost, 3);
  });

  it('in another phase only rests', async (world) => {
    await world.configure(virtual('cluster', ['c']));
    await world.bring('c', 'recycle');
    const run = await world.begin('c');
    await world.end(run, { kind: 'deferred', againInMs: 0, awaySince: await claimedAt(world) });
    const idle = { claimedUntil: null, constructingSince: null, awaySince: null };
    expect((await world.work('c')).work).toMatchObject({ ...idle, phase: 'recycle', attempts: 0 });
    await world.end(await world.begin('c'), GOOD_END.recycle);
  });
}

/** @returns when the first of the two runs was claimed */
async function deferTwice(world: World): Promise<number> {
  const lostAt: number[] = [];
  for (let times = 1; times <= 2; times += 1) {
    const run = await world.begin('c');
    const awaySince = await claimedAt(world);
    lostAt.push(awaySince);
    await world.end(run, { kind: 'deferred', againInMs: 0, awaySince });
    world.advance(LONG_MS);
  }
  return lostAt[0] ?? 0;
}
