import { afterEach, expect, test } from '@jest/globals';

import type { Answer, BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { HOLD_MS, numbered, physical, virtual, type OpenLedger } from '../ledger/world.ts';
import { createBoskosWorld, LEASE_EXPIRY_MS, type BoskosWorld } from './boskosWorld.ts';
import { openHttpStage } from './httpStage.ts';

/** What the model of the leases found (see test/model/README.md). */

const open: OpenLedger = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() });

type Release = BoskosClient['release'];

/** Names that were taken where they were parked. */
let unparked: string[] = [];
let close = (): Promise<void> => Promise.resolve();
afterEach(async () => {
  unparked = [];
  await close();
});

/** @param released takes the place of the client's release */
async function openWith(clusters: number, released?: (release: Release) => Release): Promise<BoskosWorld> {
  const stage = await openHttpStage(open, (client) => {
    const release: Release = (asked) => client.release(asked);
    const acquireByState: BoskosClient['acquireByState'] = (asked) => {
      unparked.push(asked.name);
      return client.acquireByState(asked);
    };
    return { ...client, acquireByState, release: released === undefined ? release : released(release) };
  });
  close = () => stage.close();
  const world = createBoskosWorld(stage);
  await world.configure(
    physical('project', ['p']),
    virtual('cluster', numbered('cluster', clusters), { needs: { project: 1 } }),
  );
  return world;
}

/** Recycled, granted, built: next it is parked and freed. */
async function build(world: BoskosWorld, name: string): Promise<void> {
  for (const phase of ['recycle', 'fulfill', 'clean']) {
    expect((await world.ledger.views.record(name))?.work?.phase).toBe(phase);
    await world.run(name);
  }
}

const resetProject = (world: BoskosWorld): Promise<unknown> =>
  world.users.reset({ type: 'project', state: 'leased', dest: 'free', expireMs: 0 });

test('what was reset and lent again for another is not parked by who had it before', async () => {
  const world = await openWith(2);
  await world.boskos.takeDirty('cluster', 5);
  await build(world, 'cluster-1');
  await resetProject(world);
  await world.run('cluster-2');
  await world.run('cluster-2');
  expect((await world.ledger.views.record('p'))?.heldBy).toBe('cluster-2');

  await world.run('cluster-1');
  expect(await world.see('p')).toMatchObject({ state: 'leased', owner: 'mason' });
  expect((await world.ledger.views.record('cluster-1'))?.work?.phase).toBe('recycle');
  await world.run('cluster-2');
  await world.run('cluster-2');
  expect(await world.see('cluster-2')).toMatchObject({ state: 'free', owner: '' });
  expect(await world.names('project', 'cluster-2')).toEqual(['p']);
});

test('what is reset between the two parkings of a lost reply is not taken for parked', async () => {
  let parkings = 0;
  const world: BoskosWorld = await openWith(1, (release) => async (asked): Promise<Answer> => {
    if (asked.dest !== 'cluster-1') return release(asked);
    parkings += 1;
    if (parkings === 2) await resetProject(world);
    const answer = await release(asked);
    // The reply to the first is lost: it is repeated, and refused.
    return parkings === 1 ? release(asked) : answer;
  });
  await world.boskos.takeDirty('cluster', 5);
  await build(world, 'cluster-1');
  await world.run('cluster-1');
  expect(await world.see('p')).toMatchObject({ state: 'free', owner: '' });
  expect(await world.see('cluster-1')).toMatchObject({ state: 'cleaning', owner: 'mason' });
  expect((await world.ledger.views.record('cluster-1'))?.work?.phase).toBe('recycle');
});

test('a sign of life between the parking and the commit does not undo what was built', async () => {
  const world: BoskosWorld = await openWith(1, (release) => async (asked): Promise<Answer> => {
    const answer = await release(asked);
    if (asked.dest === 'cluster-1') {
      world.advance(LEASE_EXPIRY_MS / 3);
      await world.boskos.keepUp();
    }
    return answer;
  });
  await world.boskos.takeDirty('cluster', 5);
  await build(world, 'cluster-1');
  await world.run('cluster-1');
  expect(await world.see('cluster-1')).toMatchObject({ state: 'free', owner: '' });
  expect(await world.names('project', 'cluster-1')).toEqual(['p']);
});

test('what is parked late under the name of one that waits for it goes back', async () => {
  const world = await openWith(1);
  await world.boskos.takeDirty('cluster', 5);
  await build(world, 'cluster-1');
  await world.run('cluster-1');
  await world.acquire('cluster');
  await world.users.acquireByState({ state: 'cluster-1', dest: 'busy', owner: 'alice', names: ['p'] });
  await world.users.release({ name: 'cluster-1', dest: 'dirty', owner: 'alice' });
  await world.boskos.takeDirty('cluster', 5);
  await world.run('cluster-1');
  await world.users.release({ name: 'p', dest: 'cluster-1', owner: 'alice' });
  await world.run('cluster-1');
  expect(await world.names('project', 'cluster-1')).toEqual(['p']);
  await world.tick();
  expect(await world.see('p')).toMatchObject({ state: 'dirty', owner: '' });
});

test('who was overtaken while he parked takes nothing of what his successor has parked', async () => {
  let parkings = 0;
  const world: BoskosWorld = await openWith(1, (release) => async (asked): Promise<Answer> => {
    if (asked.dest === 'cluster-1') parkings += 1;
    if (asked.dest === 'cluster-1' && parkings === 1) {
      world.advance(HOLD_MS + 1);
      expect((await world.run('cluster-1')).kind).toBe('settled');
    }
    return release(asked);
  });
  await world.boskos.takeDirty('cluster', 5);
  await build(world, 'cluster-1');
  unparked = [];
  expect((await world.run('cluster-1')).kind).toBe('lost');
  expect(parkings).toBe(2);
  expect(unparked).toEqual([]);
  expect(await world.see('cluster-1')).toMatchObject({ state: 'free', owner: '' });
});
