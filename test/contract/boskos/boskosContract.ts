import { describe, expect, test } from '@jest/globals';

import { numbered, physical, virtual } from '../ledger/world.ts';
import {
  createBoskosWorld,
  leasedNames,
  LEASE_EXPIRY_MS,
  type BoskosWorld,
  type OpenBoskos,
} from './boskosWorld.ts';

type InBoskos = (what: string, body: (world: BoskosWorld) => Promise<void>) => void;

const PROJECTS = numbered('project', 3);
const project = physical('project', PROJECTS);
const cluster = (count: number, change: Parameters<typeof virtual>[2] = {}): ReturnType<typeof virtual> =>
  virtual('cluster', numbered('cluster', count), { needs: { project: 1 }, ...change });

/** What every adapter of the Boskos port does, whoever keeps the resources. */
export function describeBoskos(what: string, open: OpenBoskos): void {
  const inBoskos: InBoskos = (title, body) => {
    test(title, async () => {
      const stage = await open();
      try {
        await body(createBoskosWorld(stage));
      } finally {
        await stage.close();
      }
    });
  };
  describe(`Boskos on ${what}`, () => {
    describe('taking what is dirty', () => {
      describeTaking(inBoskos);
    });
    describe('a cycle', () => {
      describeCycle(inBoskos);
    });
    describe('supply', () => {
      describeSupply(inBoskos);
    });
    describe('what others do meanwhile', () => {
      describeOthers(inBoskos);
    });
  });
}

function describeTaking(inBoskos: InBoskos): void {
  inBoskos('takes up to the limit, each under an owner of its own', async (world) => {
    await world.configure(project, cluster(3));
    expect(await world.boskos.takeDirty('cluster', 2)).toHaveLength(2);
    expect(await world.names('cluster', 'dirty')).toHaveLength(1);
    const taken = await world.names('cluster', 'cleaning');
    expect(taken).toHaveLength(2);
    for (const name of taken) expect((await world.see(name)).owner).toBe('mason');
    expect(await world.boskos.takeDirty('cluster', 5)).toHaveLength(1);
    expect(await world.boskos.takeDirty('cluster', 5)).toHaveLength(0);
  });

  inBoskos('leaves a paused type alone', async (world) => {
    await world.configure(project, cluster(1, { settings: { paused: true } }));
    expect(await world.boskos.takeDirty('cluster', 5)).toEqual([]);
    expect(await world.see('cluster-1')).toMatchObject({ state: 'dirty', owner: '' });
  });

  inBoskos('what is toBeDeleted ends in a tombstone', async (world) => {
    await world.configure(project, virtual('cluster', [1, 1], { needs: { project: 1 } }));
    await world.work('cluster');
    const name = (await world.acquire('cluster')) ?? '';
    await world.users.release({ name, dest: 'toBeDeleted', owner: 'alice' });
    expect(await world.boskos.takeDirty('cluster', 5)).toHaveLength(1);
    expect((await world.run(name)).kind).toBe('settled');
    expect(await world.names('cluster', 'tombstone')).toEqual([name]);
    expect(await world.names('project', 'dirty')).toHaveLength(1);
  });

  inBoskos('the janitor takes what is dirty of a physical type, and gives it back free', async (world) => {
    await world.configure(physical('project', ['p'], { state: 'dirty' }), cluster(1));
    const [wake] = await world.boskos.takeForJanitor('project', 5);
    expect(wake).toMatchObject({ task: 'janitor', name: 'p' });
    expect(await world.see('p')).toMatchObject({ state: 'cleaning', owner: 'mason' });
    expect((await world.run('p')).kind).toBe('settled');
    expect(await world.see('p')).toMatchObject({ state: 'free', owner: '' });
  });

  inBoskos('without a cleaner of ours, what is dirty is left to another janitor', async (world) => {
    await world.configure(
      physical('project', ['p'], { state: 'dirty', settings: { janitor: null } }),
      cluster(1),
    );
    expect(await world.boskos.takeForJanitor('project', 5)).toEqual([]);
    expect(await world.see('p')).toMatchObject({ state: 'dirty', owner: '' });
  });
}

function describeCycle(inBoskos: InBoskos): void {
  inBoskos('ends with the virtual one free and all that it leases parked under its name', async (world) => {
    await world.configure(project, cluster(1, { needs: { project: 2 } }));
    await world.work('cluster');
    const seen = await world.see('cluster-1');
    expect(seen).toMatchObject({ state: 'free', owner: '', userData: { url: 'http://built' } });
    expect(leasedNames(seen)).toEqual([...(await world.names('project', 'cluster-1'))].sort());
    expect(leasedNames(seen)).toHaveLength(2);
    expect(await world.names('project', 'free')).toHaveLength(1);
    for (const name of leasedNames(seen)) expect((await world.see(name)).owner).toBe('');
  });

  inBoskos('recycle gives back what was parked and clears all user data', async (world) => {
    await world.configure(project, cluster(1));
    await world.work('cluster');
    await world.acquire('cluster');
    await world.users.update({ name: 'cluster-1', state: 'busy', owner: 'alice', userData: { mine: 'x' } });
    await world.users.release({ name: 'cluster-1', dest: 'dirty', owner: 'alice' });
    expect(await world.boskos.takeDirty('cluster', 5)).toHaveLength(1);
    expect((await world.run('cluster-1')).kind).toBe('settled');
    expect(await world.see('cluster-1')).toEqual({ state: 'cleaning', owner: 'mason', userData: {} });
    expect(await world.names('project', 'dirty')).toHaveLength(1);
    expect(await world.names('project', 'cluster-1')).toEqual([]);
  });

  inBoskos('passes over what its user has released already', async (world) => {
    await world.configure(project, cluster(1));
    await world.work('cluster');
    await world.acquire('cluster');
    const [parked = ''] = await world.names('project', 'cluster-1');
    await world.users.acquireByState({ state: 'cluster-1', dest: 'busy', owner: 'alice', names: [parked] });
    await world.users.release({ name: parked, dest: 'free', owner: 'alice' });
    await world.users.acquire({ type: 'project', state: 'free', dest: 'busy', owner: 'bob', requestId: '' });
    await world.users.release({ name: 'cluster-1', dest: 'dirty', owner: 'alice' });
    const before = await Promise.all(PROJECTS.map((name) => world.see(name)));
    await world.boskos.takeDirty('cluster', 5);
    expect((await world.run('cluster-1')).kind).toBe('settled');
    expect(await Promise.all(PROJECTS.map((name) => world.see(name)))).toEqual(before);
  });

  inBoskos('what its user has released is not there to be destroyed, what is parked is', async (world) => {
    await world.configure(project, cluster(1, { needs: { project: 2 } }));
    await world.work('cluster');
    await world.acquire('cluster');
    const [given = '', kept = ''] = await world.names('project', 'cluster-1');
    await world.users.acquireByState({ state: 'cluster-1', dest: 'busy', owner: 'alice', names: [given] });
    await world.users.release({ name: given, dest: 'free', owner: 'alice' });
    await world.users.release({ name: 'cluster-1', dest: 'dirty', owner: 'alice' });
    await world.boskos.takeDirty('cluster', 5);
    const confirmed = await world.boskos.confirm(await world.claim('cluster-1'));
    expect(confirmed).toMatchObject({ kind: 'ours', record: { work: { leases: [{ name: kept }] } } });
    expect(await world.names('project', 'cluster-1')).toEqual([kept]);
  });

  inBoskos('goes round again and again', async (world) => {
    await world.configure(project, cluster(1));
    for (let round = 1; round <= 3; round += 1) {
      await world.work('cluster');
      expect(await world.acquire('cluster')).toBe('cluster-1');
      await world.users.release({ name: 'cluster-1', dest: 'dirty', owner: 'alice' });
      for (const wake of await world.boskos.takeForJanitor('project', 5)) await world.run(wake.name);
    }
    expect((await world.ledger.views.record('cluster-1'))?.work?.cycle).toBe(3);
  });

  inBoskos('a run that was overtaken writes nothing anywhere', async (world) => {
    await world.configure(project, cluster(1));
    await world.boskos.takeDirty('cluster', 5);
    const overtaken = await world.claim('cluster-1');
    world.advance(60_000);
    await world.run('cluster-1');
    const before = await world.see('cluster-1');
    const fence = { name: 'cluster-1', token: overtaken.work.token };
    for (const end of ['returnLeases', 'parkAndFree', 'releaseCleaned'] as const)
      expect((await world.boskos[end](fence)).kind).toBe('lost');
    // Where there is no supply nothing is to be written, so nobody needs to look.
    expect((await world.boskos.leaseAll(fence)).kind).not.toBe('settled');
    expect(await world.see('cluster-1')).toEqual(before);
  });

  inBoskos('a person orders a free one to be recycled; an old order holds no more', async (world) => {
    await world.configure(project, cluster(1));
    await world.work('cluster');
    const { at } = await world.ledger.queue.supply({ id: '', virtualTypes: [], physicalTypes: [] }, 0);
    expect(await world.boskos.takeNamed('cluster-1', at - 3_600_000)).toEqual({
      kind: 'refused',
      reason: 'stale',
    });
    expect(await world.boskos.takeNamed('cluster-1', at + 1_000)).toMatchObject({ kind: 'taken' });
    expect(await world.see('cluster-1')).toMatchObject({ state: 'cleaning', owner: 'mason' });
    expect(await world.boskos.takeNamed('nobody', at)).toEqual({ kind: 'refused', reason: 'unknown' });
  });

  inBoskos('a person can not order what a user has', async (world) => {
    await world.configure(project, cluster(1));
    await world.work('cluster');
    await world.acquire('cluster');
    const { at } = await world.ledger.queue.supply({ id: '', virtualTypes: [], physicalTypes: [] }, 0);
    expect(await world.boskos.takeNamed('cluster-1', at + 1_000)).toEqual({
      kind: 'refused',
      reason: 'held',
    });
    expect(await world.see('cluster-1')).toMatchObject({ state: 'busy', owner: 'alice' });
  });

  inBoskos('what was built by an old config is taken little by little', async (world) => {
    await world.configure(project, cluster(3));
    await world.work('cluster');
    expect(await world.names('cluster', 'free')).toHaveLength(3);
    await world.configure(project, cluster(3, { hash: 'cluster-2' }));
    expect(await world.boskos.takeOutdated('cluster', 5)).toHaveLength(1);
    expect(await world.boskos.takeOutdated('cluster', 5)).toHaveLength(0);
    expect(await world.names('cluster', 'free')).toHaveLength(2);
    await world.work('cluster');
    for (const wake of await world.boskos.takeForJanitor('project', 5)) await world.run(wake.name);
    await world.tick();
    await world.work('cluster');
    expect(await world.names('cluster', 'free')).toHaveLength(3);
    expect(await world.boskos.takeOutdated('cluster', 5)).toHaveLength(1);
  });
}

function describeSupply(inBoskos: InBoskos): void {
  inBoskos('who lacks supply waits, and is granted what comes free', async (world) => {
    await world.configure(physical('project', ['p']), cluster(2));
    await world.work('cluster');
    expect(await world.names('cluster', 'free')).toHaveLength(1);
    const [free = ''] = await world.names('cluster', 'free');
    await world.acquire('cluster');
    await world.users.release({ name: free, dest: 'toKeep', owner: 'alice' });
    await world.users.acquireByState({ state: free, dest: 'busy', owner: 'alice', names: ['p'] });
    await world.users.release({ name: 'p', dest: 'free', owner: 'alice' });
    world.advance(60_000);
    await world.tick();
    await world.work('cluster');
    expect(await world.names('cluster', 'free')).toHaveLength(1);
    expect(await world.names('cluster', 'free')).not.toEqual([free]);
  });

  inBoskos('grants whole or not at all', async (world) => {
    const needs = { port: 2, disk: 1 };
    await world.configure(
      physical('port', ['a', 'b']),
      physical('disk', ['d'], { state: 'dirty' }),
      virtual('host', ['h'], { needs }),
    );
    await world.work('host');
    expect((await world.ledger.views.record('h'))?.work).toMatchObject({ phase: 'fulfill', leases: [] });
    for (const wake of await world.boskos.takeForJanitor('disk', 5)) await world.run(wake.name);
    world.advance(60_000);
    await world.tick();
    await world.work('host');
    expect(leasedNames(await world.see('h'))).toEqual(['a', 'b', 'd']);
  });

  inBoskos('many are granted what there is, nothing twice', async (world) => {
    await world.configure(
      physical('project', numbered('project', 25)),
      virtual('cluster', numbered('cluster', 15), { needs: { project: 2 } }),
    );
    await world.work('cluster');
    const free = await world.names('cluster', 'free');
    expect(free).toHaveLength(12);
    const leased = await Promise.all(free.map(async (name) => leasedNames(await world.see(name))));
    expect(new Set(leased.flat()).size).toBe(24);
  });
}

function describeOthers(inBoskos: InBoskos): void {
  inBoskos('a reaper finds nothing to reset while signs of life come', async (world) => {
    await world.configure(project, cluster(1));
    await world.boskos.takeDirty('cluster', 5);
    await world.run('cluster-1');
    await world.run('cluster-1');
    for (let third = 0; third < 5; third += 1) {
      world.advance(LEASE_EXPIRY_MS / 3);
      await world.tick();
      await reap(world, LEASE_EXPIRY_MS);
    }
    expect((await world.run('cluster-1')).kind).toBe('settled');
    expect((await world.run('cluster-1')).kind).toBe('settled');
    expect(await world.see('cluster-1')).toMatchObject({ state: 'free', owner: '' });
  });

  inBoskos(
    'nothing is built of, or destroyed on, what a reaper has given to somebody else',
    async (world) => {
      await world.configure(physical('project', ['p']), cluster(1));
      await world.boskos.takeDirty('cluster', 5);
      await world.run('cluster-1');
      await world.run('cluster-1');
      await world.users.reset({ type: 'project', state: 'leased', dest: 'free', expireMs: 0 });
      const isTaken = (await world.acquire('project', 'bob')) === 'p';
      const record = await world.claim('cluster-1');
      const confirmed = await world.boskos.confirm(record);
      // Where no reaper reaches what Mason holds, there is nothing to find out.
      expect(confirmed.kind).toBe(isTaken ? 'restarted' : 'ours');
      if (!isTaken) return;
      const wake = { task: 'recycle', type: 'cluster', name: 'cluster-1', cycle: 2 };
      expect(confirmed).toMatchObject({ settled: { record: { work: { phase: 'recycle' } }, wakes: [wake] } });
      const again = await world.boskos.confirm(await world.claim('cluster-1'));
      expect(again).toMatchObject({ kind: 'ours', record: { work: { leases: [] } } });
      expect(await world.see('p')).toMatchObject({ state: 'busy', owner: 'bob' });
    },
  );

  inBoskos('whatever a reaper resets, all comes right', async (world) => {
    await world.configure(project, cluster(3));
    await world.boskos.takeDirty('cluster', 5);
    for (const name of ['cluster-1', 'cluster-2', 'cluster-2', 'cluster-3', 'cluster-3', 'cluster-3'])
      await world.run(name);
    await reap(world, 0);
    for (let round = 0; round < 4; round += 1) {
      world.advance(LEASE_EXPIRY_MS);
      await world.tick();
      await world.work('cluster');
      for (const wake of await world.boskos.takeForJanitor('project', 5)) await world.run(wake.name);
    }
    expect(await world.names('cluster', 'free')).toHaveLength(3);
    for (const name of numbered('cluster', 3))
      expect(leasedNames(await world.see(name))).toEqual(await world.names('project', name));
  });

  inBoskos('what users hold is left alone', async (world) => {
    await world.configure(project, cluster(1));
    const taken = (await world.acquire('project', 'bob')) ?? '';
    await world.work('cluster');
    await world.tick();
    expect(await world.see(taken)).toMatchObject({ state: 'busy', owner: 'bob' });
  });
}

/** What the original's reaper does. */
async function reap(world: BoskosWorld, expireMs: number): Promise<void> {
  for (const type of ['cluster', 'project'])
    for (const state of ['busy', 'cleaning', 'leased'])
      await world.users.reset({ type, state, dest: 'dirty', expireMs });
}
