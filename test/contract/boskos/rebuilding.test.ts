import { expect, test } from '@jest/globals';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { numbered, virtual, type OpenLedger } from '../ledger/world.ts';
import { createBoskosWorld } from './boskosWorld.ts';
import { openHttpStage } from './httpStage.ts';

const open: OpenLedger = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() });

/** More than are asked for in one tick. */
const MANY = 52;
/** By then the chance that one of so few has never been among those that were asked for is below 1 in 10^20. */
const TICKS = 30;

test('however many outdated members users have, one that is free is rebuilt', async () => {
  const stage = await openHttpStage(open);
  try {
    const world = createBoskosWorld(stage);
    const cluster = (hash: string) => virtual('cluster', numbered('cluster', MANY), { hash });
    await world.configure(cluster('cluster-1'));
    await world.work('cluster');
    for (let used = 1; used < MANY; used += 1) expect(await world.acquire('cluster')).not.toBeNull();
    const [free] = await world.names('cluster', 'free');
    await world.configure(cluster('cluster-2'));
    const taken: string[] = [];
    for (let tick = 0; tick < TICKS && taken.length === 0; tick += 1)
      taken.push(...(await world.boskos.takeOutdated('cluster', 5)).map(({ name }) => name));
    expect(taken).toEqual([free]);
  } finally {
    await stage.close();
  }
});
