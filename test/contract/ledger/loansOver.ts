import { describe, expect } from '@jest/globals';

import { inWorldOf } from './inWorld.ts';
import {
  CLUSTER,
  constructAndFree,
  end,
  giveBack,
  givenBack,
  giveUp,
  JANITOR,
  KEEP_MS,
  later,
  leaseAll,
  lend,
  lendStock,
  mirror,
  ownerOf,
  PROJECT,
  told,
} from './loansSteps.ts';
import { GOOD_END, GRACE_MS, LONG_MS, physical, uuid, virtual, type OpenLedger } from './world.ts';

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
    await mirror(world, PROJECT, { ...CLUSTER, settings: { ...CLUSTER.settings, quarantineHoldMs: 0 } });
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    await giveUp(world, await world.begin('c'));
    await world.ledger.holds.endDue(1);
    expect(await told(world)).toEqual({ p: 'dirty' });
    await end(world, 'p');
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

function describeOutdated(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('is outdated by another config, and when its type is gone', async (world) => {
    const outdated = async () => (await world.ledger.loans.outdated('cluster', 10)).map(({ name }) => name);
    await givenBack(world);
    expect(await outdated()).toEqual([]);
    for (const hash of ['cluster-0', 'cluster-2']) {
      await mirror(world, PROJECT, virtual('cluster', [], { hash }));
      expect(await outdated()).toEqual(['c']);
    }
    await mirror(world, PROJECT, CLUSTER);
    expect(await outdated()).toEqual([]);
    await mirror(world, PROJECT);
    expect(await outdated()).toEqual(['c']);
    await lend(world, { name: 'c' });
    expect(await outdated()).toEqual([]);
    expect(await world.ledger.loans.outdated('nothing', 10)).toEqual([]);
  });

  inWorld('and of several the longest unchanged comes first', async (world) => {
    for (const [name, hash] of Object.entries({
      'c-2': 'cluster-3',
      'c-1': 'cluster-1',
      'c-3': 'cluster-1',
    })) {
      await mirror(world, virtual('cluster', [], { hash }));
      await lend(world, { name });
      await leaseAll(world, name);
      await constructAndFree(world, name);
      if (name !== 'c-3') await end(world, name);
    }
    await mirror(world, virtual('cluster', [], { hash: 'cluster-2' }));
    const outdated = await world.ledger.loans.outdated('cluster', 10);
    expect(outdated.map(({ name }) => name)).toEqual(['c-2', 'c-1']);
    expect(await world.ledger.loans.outdated('cluster', 1)).toHaveLength(1);
  });

  inWorld('keeps its type and its config in the ledger', async (world) => {
    await givenBack(world);
    await mirror(world, PROJECT);
    await world.ledger.configs.sweep();
    expect(await world.ledger.configs.type('cluster')).toMatchObject({ removed: true });
    expect(await world.ledger.configs.content('cluster', 'cluster-1')).not.toBeNull();
    await lend(world, { name: 'c', intent: { state: 'dirty' } });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    await end(world, 'c');
    await world.ledger.configs.sweep();
    expect(await world.ledger.configs.type('cluster')).toBeNull();
  });
}

function describeRounds(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('is made from stock', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c', userData: { old: 'yes' } });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await world.settle(await world.begin('c'), GOOD_END.fulfill)).toEqual({ kind: 'short' });
    await lendStock(world, 'p');
    const { token } = (await world.work('c')).work;
    await world.end({ name: 'c', token }, GOOD_END.fulfill);
    await expectRound(world);
  });

  inWorld('is made by a grant', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    const run = await world.begin('c');
    await world.end(run, { kind: 'waiting', dueInMs: LONG_MS, patienceMs: LONG_MS });
    await lendStock(world, 'p');
    expect(await world.ledger.queue.grantAll([{ ...run, resources: ['p'] }], GRACE_MS)).toEqual([
      { kind: 'granted', wake: { task: 'clean', type: 'cluster', name: 'c', cycle: 1 } },
    ]);
    await expectRound(world);
  });

  async function expectRound(world: Parameters<typeof givenBack>[0]): Promise<void> {
    expect(await world.record('p')).toMatchObject({ state: 'leased', owner: ownerOf('c'), heldBy: 'c' });
    expect(await told(world)).toEqual({});
    await world.end(await world.begin('c'), GOOD_END.clean);
    const freed = await world.end(await world.begin('c'), GOOD_END.free);
    expect(freed.yields).toEqual([]);
    expect(await world.record('c')).toMatchObject({ state: 'returned', owner: '', expiration: null });
    expect(await told(world)).toEqual({ c: 'free', p: 'c' });
    await end(world, 'c', 'p');
    expect((await world.records()).map(({ name, state }) => [name, state])).toEqual([['c', 'returned']]);
    world.advance(KEEP_MS);
    expect(await told(world)).toEqual({});
  }
}

/** Nothing of it touches what another server lends, or has back. */
function describeRanch(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('leaves alone what another server lends or has back', async (world) => {
    const lifespan = { lifespanMs: 1_000 };
    await mirror(world, PROJECT, virtual('cluster', [], lifespan), physical('disk', [], lifespan));
    await lend(world, { name: 'c-back' });
    await leaseAll(world, 'c-back');
    await constructAndFree(world, 'c-back');
    await end(world, 'c-back');
    for (const name of ['c-freed', 'c-dead'])
      await lend(world, { name, intent: { state: name === 'c-dead' ? 'toBeDeleted' : 'dirty' } });
    await leaseAll(world, 'c-freed');
    await constructAndFree(world, 'c-freed');
    await world.end(await world.begin('c-dead'), GOOD_END.recycle);
    await lendStock(world, 'p-stock');
    await lend(world, { name: 'd-clean', intent: { ...JANITOR, type: 'disk' } });
    await world.end(await world.begin('d-clean'), GOOD_END.janitor);
    const before = await world.records();
    expect(before).toHaveLength(5);
    later(world);

    const { pools } = world.ledger;
    for (const type of ['project', 'cluster', 'disk']) {
      const order = { type, limit: 10, ...world.order() };
      expect(await pools.reap(type, 1)).toEqual([]);
      expect(await pools.expire(type)).toEqual([]);
      expect(await pools.takeDirty(order)).toEqual([]);
      expect(await pools.takeForJanitor(order)).toEqual([]);
      expect(await pools.takeOutdated(order)).toEqual([]);
    }
    const orderedAt = (await world.now()) + LONG_MS;
    for (const { name } of before)
      expect(await pools.takeNamed(name, orderedAt, world.order())).toMatchObject({ kind: 'refused' });
    expect(await world.records()).toEqual(before);
  });

  inWorld('keeps no pool of it at its size', async (world) => {
    await giveBack(world);
    await lend(world, { name: 'c-dead', intent: { state: 'toBeDeleted' } });
    await world.end(await world.begin('c-dead'), GOOD_END.recycle);
    await lendStock(world, 'p-stock');
    const before = await world.records();
    expect(before).toHaveLength(4);
    await mirror(world, physical('project', ['p-named']), virtual('cluster', 0));
    const change = { made: ['p-named'], dropped: [], doomed: [] };
    expect(await world.ledger.pools.keepSize('project', world.order())).toEqual(change);
    const none = { ...change, made: [] };
    expect(await world.ledger.pools.keepSize('cluster', world.order())).toEqual(none);
    expect((await world.records()).filter(({ name }) => name !== 'p-named')).toEqual(before);
  });

  inWorld(
    'passes over what is dirty on its way back, and stock, whatever its type becomes',
    async (world) => {
      await mirror(world, PROJECT, CLUSTER);
      await lend(world, { name: 'c' });
      await lendStock(world, 'p');
      await leaseAll(world, 'c');
      await world.ledger.loans.disown(await world.begin('c'));
      const order = { type: 'project', limit: 10, ...world.order() };
      expect(await world.ledger.pools.takeForJanitor(order)).toEqual([]);
      await mirror(world, virtual('project', []), CLUSTER);
      await lendStock(world, 'p-stock');
      expect(await world.ledger.pools.takeDirty(order)).toEqual([]);
      const orderedAt = (await world.now()) + LONG_MS;
      const held = { kind: 'refused', reason: 'held' };
      for (const name of ['p', 'p-stock'])
        expect(await world.ledger.pools.takeNamed(name, orderedAt, world.order())).toEqual(held);
      await end(world, 'p', 'p-stock');
    },
  );
}
