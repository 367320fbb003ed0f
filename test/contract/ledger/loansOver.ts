import { describe, expect } from '@jest/globals';

import { inWorldOf } from './inWorld.ts';
import { describeOutdated, describeRounds, describeRanch } from './loansOfRounds.ts';
import {
  CLUSTER,
  constructAndFree,
  end,
  givenBack,
  giveUp,
  JANITOR,
  leaseAll,
  lend,
  lendStock,
  mirror,
  ownerOf,
  PROJECT,
  told,
} from './loansSteps.ts';
import { GOOD_END, GRACE_MS, physical, uuid, type OpenLedger, type World } from './world.ts';

/** How loans end, and what this ledger then knows. */
export function describeLoansOver(open: OpenLedger): void {
  describe('a loan that is over', () => {
    describeEnd(open);
  });
  describe('a resource that is not ours any more', () => {
    describeDisown(open);
  });
  describe('stock that is surrendered', () => {
    describeSurrender(open);
  });
  describe('a member that was given back', () => {
    describeOutdated(open);
  });
  describe('a whole round on another server', () => {
    describeRounds(open);
  });
  describe('what the ranch does with its own', () => {
    describeRanch(open);
  });
}

function describeEnd(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('leaves a virtual resource with all that is known of it', async (world) => {
    await givenBack(world);
    const { loan, state, work } = await world.work('c');
    expect({ loan, state }).toEqual({ loan: null, state: 'returned' });
    expect(work).toMatchObject({ phase: null, builtBy: 'cluster-1', leases: [{ name: 'p' }] });
    expect(await world.names('project')).toEqual([]);
  });

  inWorld('leaves a cleaned one, which counts on', async (world) => {
    await mirror(world, PROJECT);
    await lend(world, { name: 'p', intent: JANITOR });
    const { yields } = await world.end(await world.begin('p'), GOOD_END.janitor);
    expect(yields).toEqual([]);
    await end(world, 'p');
    expect(await world.work('p')).toMatchObject({ state: 'returned', loan: null });
    await lend(world, { name: 'p', intent: JANITOR });
    expect((await world.work('p')).work).toMatchObject({ cycle: 2, token: 3 });
  });

  inWorld('is no other one: its record stays', async (world) => {
    await mirror(world, PROJECT);
    await lendStock(world, 'p', 'old');
    await lendStock(world, 'p', 'new');
    const before = await world.record('p');
    await world.ledger.loans.end([
      { name: 'p', owner: 'old' },
      { name: 'gone', owner: 'old' },
    ]);
    expect(await world.record('p')).toEqual(before);
  });

  inWorld('is none that Mason works on', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    const before = await world.record('c');
    await end(world, 'c');
    expect(await world.record('c')).toEqual(before);
  });

  inWorld('takes a tombstone with it', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c', intent: { state: 'toBeDeleted' } });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    await end(world, 'c');
    expect(await world.names('cluster')).toEqual([]);
    // Should its name come again, a run of the former bearer must not pass for one of the new.
    await lend(world, { name: 'c' });
    expect((await world.work('c')).work).toMatchObject({ cycle: 2, token: 3 });
  });

  inWorld('takes with it what is dirty, since its type became a physical one', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await mirror(world, PROJECT, physical('cluster', []));
    await world.end(await world.begin('c'), GOOD_END.recycle);
    await end(world, 'c');
    expect(await world.names('cluster')).toEqual([]);
  });

  inWorld('leaves what counts against a resource in the books, until a success', async (world) => {
    await failOnce(world);
    expect(await world.work('p')).toMatchObject({ state: 'returned', loan: null });
    await lendStock(world, 'p');
    expect(await world.work('p')).toMatchObject({ state: 'free', work: { failures: ['c in cycle 1'] } });
    await world.ledger.claims.retry('c', GRACE_MS);
    await leaseAll(world, 'c');
    await constructAndFree(world, 'c');
    await end(world, 'p');
    expect(await world.ledger.views.record('p')).toBeNull();
  });

  inWorld("takes stock with it, but not the counters of the janitor's work", async (world) => {
    await mirror(world, PROJECT);
    // A dynamic name, too: the resource lives on where it was lent.
    for (const name of ['p', uuid(7)]) {
      await lend(world, { name, intent: JANITOR });
      await world.end(await world.begin(name), GOOD_END.janitor);
      await end(world, name);
      await lendStock(world, name);
      await end(world, name);
      expect(await world.names('project')).toEqual([]);
      await lend(world, { name, intent: JANITOR });
      expect((await world.work(name)).work).toMatchObject({ cycle: 2, token: 3 });
      await world.ledger.loans.disown(await world.begin(name));
      await lendStock(world, name);
      await end(world, name);
    }
  });

  inWorld('of a lease sends its holder back to recycle', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    await end(world, 'p');
    expect(await world.names('project')).toEqual([]);
    await world.end(await world.begin('c'), GOOD_END.clean);
    const { record } = await world.end(await world.begin('c'), GOOD_END.free);
    expect(record).toMatchObject({ state: 'cleaning', work: { phase: 'recycle', cycle: 2 } });
  });

  inWorld('of a lease that something counts against sends it back, too', async (world) => {
    await failOnce(world);
    await lendStock(world, 'p');
    await world.ledger.claims.retry('c', GRACE_MS);
    await leaseAll(world, 'c');
    await end(world, 'p');
    const kept = { state: 'returned', owner: '', heldBy: null, work: { failures: ['c in cycle 1'] } };
    expect(await world.work('p')).toMatchObject(kept);
    await world.end(await world.begin('c'), GOOD_END.clean);
    const { record } = await world.end(await world.begin('c'), GOOD_END.free);
    expect(record).toMatchObject({ state: 'cleaning', work: { phase: 'recycle' } });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await world.work('p')).toMatchObject(kept);
  });
}

/** A cluster `c` could not be built with the project `p`, which the server has back. */
async function failOnce(world: World): Promise<void> {
  await mirror(world, PROJECT, { ...CLUSTER, settings: { ...CLUSTER.settings, quarantineHoldMs: 0 } });
  await lend(world, { name: 'c' });
  await lendStock(world, 'p');
  await leaseAll(world, 'c');
  await giveUp(world, await world.begin('c'));
  await world.ledger.holds.endDue(1);
  expect(await told(world)).toEqual({ p: 'dirty' });
  await end(world, 'p');
}

function describeDisown(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('has no phase, and what it leases goes back', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    const run = await world.begin('c');
    expect(await world.ledger.loans.disown(run)).toEqual(['p']);
    const { loan, owner, state, work } = await world.work('c');
    expect({ loan, owner, state }).toEqual({ loan: null, owner: '', state: 'returned' });
    expect(work).toMatchObject({ phase: null, dueAt: null, claimedUntil: null, builtBy: 'cluster-1' });
    expect(work.history.at(-1)?.what).toBe('no longer ours');
    expect(await world.settle(run, GOOD_END.clean)).toEqual({ kind: 'lost' });
    expect(await told(world)).toEqual({ p: 'dirty' });
  });

  inWorld('is let go without a claim, too, and once', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    const { token } = (await world.work('c')).work;
    expect(await world.ledger.loans.disown({ name: 'c', token })).toEqual([]);
    expect(await world.ledger.loans.disown({ name: 'c', token })).toBeNull();
  });

  inWorld('is let go out of quarantine', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    const run = await world.begin('c');
    await giveUp(world, run);
    expect(await world.ledger.loans.disown(run)).toEqual([]);
    expect(await world.work('c')).toMatchObject({ state: 'returned', work: { quarantine: null } });
  });

  inWorld('is not let go by a run that was overtaken', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    const run = await world.begin('c');
    await lend(world, { name: 'c', owner: 'anew' });
    const before = await world.record('c');
    expect(await world.ledger.loans.disown(run)).toBeNull();
    expect(await world.ledger.loans.disown({ name: 'nobody', token: 1 })).toBeNull();
    expect(await world.record('c')).toEqual(before);
  });

  inWorld('is destroyed should it come back as it was', async (world) => {
    const { userData } = await givenBack(world);
    await lend(world, { name: 'c', userData });
    await world.ledger.loans.disown(await world.begin('c'));
    await lend(world, { name: 'c', owner: 'anew', userData });
    expect((await world.work('c')).work).toMatchObject({ builtBy: 'cluster-1', leases: [{ name: 'p' }] });
  });
}

function describeSurrender(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('is no supply any more, and due at once', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lendStock(world, 'p');
    expect(await world.ledger.loans.surrender('p', ownerOf('p'))).toBe(true);
    const { free } = await world.ledger.queue.supply(await world.component('project'), 10);
    expect(free).toEqual({ project: [] });
    expect(await world.ledger.loans.surrender('p', ownerOf('p'))).toBe(false);
    expect(await told(world)).toEqual({ p: 'free' });
    await end(world, 'p');
    expect(await world.records()).toEqual([]);
  });

  inWorld('is not what somebody was granted, or another loan', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lendStock(world, 'p');
    expect(await world.ledger.loans.surrender('p', 'other')).toBe(false);
    expect(await world.ledger.loans.surrender('gone', ownerOf('p'))).toBe(false);
    await lend(world, { name: 'c' });
    await leaseAll(world, 'c');
    expect(await world.ledger.loans.surrender('p', ownerOf('p'))).toBe(false);
    expect(await world.record('p')).toMatchObject({ state: 'leased', heldBy: 'c' });
  });
}
