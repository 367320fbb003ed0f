import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { GRACE_MS, physical, virtual, type OpenLedger } from '../ledger/world.ts';
import { createBoskosWorld, LEASE_EXPIRY_MS, type BoskosStage, type BoskosWorld } from './boskosWorld.ts';
import { openHttpStage } from './httpStage.ts';

/** A lease that has been part of a failure is remembered beyond its loan, and must not pass for one that is still held. */

const open: OpenLedger = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() });

let stage: BoskosStage;
let world: BoskosWorld;
beforeEach(async () => {
  stage = await openHttpStage(open);
  world = createBoskosWorld(stage);
  const cluster = virtual('cluster', ['cluster-1'], { needs: { project: 1 } });
  await world.configure(physical('project', ['p']), {
    ...cluster,
    settings: { ...cluster.settings, quarantineHoldMs: 0 },
  });
  await leaseWhatFailed();
});
afterEach(() => stage.close());

/** The cluster waits to be built again of the project with which it could not be built before. */
async function leaseWhatFailed(): Promise<void> {
  const { boskos, ledger } = world;
  await boskos.takeDirty('cluster', 5);
  await world.run('cluster-1');
  await world.run('cluster-1');
  const { token } = (await world.claim('cluster-1')).work;
  await ledger.claims.settle(
    { name: 'cluster-1', token },
    { kind: 'failed', message: 'no', retryInMs: null },
  );
  await ledger.holds.endDue(1);
  await boskos.keepUp();
  for (const { name } of await boskos.takeForJanitor('project', 5)) await world.run(name);
  await ledger.claims.retry('cluster-1', GRACE_MS);
  await world.run('cluster-1');
  await world.run('cluster-1');
  expect(await work('p')).toMatchObject({ failures: ['cluster-1 in cycle 1'] });
  expect(await work('cluster-1')).toMatchObject({ phase: 'clean', leases: [{ name: 'p' }] });
}

const work = async (name: string): Promise<unknown> => (await world.ledger.views.record(name))?.work;

const resetProject = (): Promise<unknown> =>
  world.users.reset({ type: 'project', state: 'leased', dest: 'free', expireMs: 0 });

async function expectRecycle(): Promise<void> {
  expect(await work('cluster-1')).toMatchObject({ phase: 'recycle' });
  expect(await world.see('cluster-1')).toMatchObject({ state: 'cleaning', owner: 'mason' });
}

test('nothing is built where a lease is found lost', async () => {
  await resetProject();
  await world.run('cluster-1');
  await expectRecycle();
});

test('nothing is built where a sign of life has found a lease lost', async () => {
  await resetProject();
  world.advance(LEASE_EXPIRY_MS / 3);
  await world.boskos.keepUp();
  await world.run('cluster-1');
  await expectRecycle();
});

test('nothing is freed where parking finds a lease lost', async () => {
  await world.run('cluster-1');
  expect(await work('cluster-1')).toMatchObject({ phase: 'free' });
  await resetProject();
  await world.run('cluster-1');
  await expectRecycle();
});
