import { expect } from '@jest/globals';

import { inWorldOf } from './inWorld.ts';
import {
  CLUSTER,
  constructAndFree,
  end,
  giveBack,
  givenBack,
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
import { GOOD_END, GRACE_MS, LONG_MS, physical, virtual, type OpenLedger } from './world.ts';

export function describeOutdated(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('is outdated by another config, and when its type is gone', async (world) => {
    const outdated = async () =>
      (await world.ledger.loans.outdated('cluster', 10, 0)).map(({ name }) => name);
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
    expect(await world.ledger.loans.outdated('nothing', 10, 0)).toEqual([]);
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
    for (const from of [0, 0.5, 0.999_999]) {
      const outdated = await world.ledger.loans.outdated('cluster', 10, from);
      expect(outdated.map(({ name }) => name)).toEqual(['c-2', 'c-1']);
    }
    // A few at a time, each is come to from somewhere.
    for (const name of ['c-2', 'c-1']) {
      const { rand } = await world.record(name);
      expect(await world.ledger.loans.outdated('cluster', 1, rand)).toMatchObject([{ name }]);
    }
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

export function describeRounds(open: OpenLedger): void {
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
      { kind: 'granted', wake: { task: 'clean', type: 'cluster', name: 'c', cycle: 1 }, resources: ['p'] },
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
export function describeRanch(open: OpenLedger): void {
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
    expect(await pools.takeGivenBack(before, world.order())).toEqual([]);
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
      expect(await world.ledger.pools.takeGivenBack(await world.records(), world.order())).toEqual([]);
      await end(world, 'p', 'p-stock');
    },
  );
}
