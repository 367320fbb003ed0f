import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import { BoskosFault } from '../../../shared/boskos/http/client/fault.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { intentOf, KEEP_MS, STOCK } from '../ledger/loansSteps.ts';
import { GRACE_MS, numbered, physical, virtual, type OpenLedger } from '../ledger/world.ts';
import { createBoskosWorld, LEASE_EXPIRY_MS, type BoskosStage, type BoskosWorld } from './boskosWorld.ts';
import { openHttpStage } from './httpStage.ts';

const open: OpenLedger = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() });

const broken = new BoskosFault('BOSKOS_UNAVAILABLE', 'it is broken', { sent: true });

let stage: BoskosStage;
let world: BoskosWorld;
/** What is done to the client's calls; a test changes it as it goes. */
let meddle: (real: BoskosClient) => Partial<BoskosClient>;
beforeEach(async () => {
  meddle = () => ({});
  stage = await openHttpStage(
    open,
    (real) =>
      new Proxy(real, {
        get: (target, key: keyof BoskosClient) => Reflect.get({ ...target, ...meddle(real) }, key),
      }),
  );
  world = createBoskosWorld(stage);
});
afterEach(() => stage.close());

/** The server does not take these back. */
const refuseBack =
  (...names: readonly string[]) =>
  (real: BoskosClient): Partial<BoskosClient> => ({
    release: (released) => (names.includes(released.name) ? Promise.reject(broken) : real.release(released)),
  });

test('what it can not be told of keeps neither other news nor a sign of life from it', async () => {
  await world.configure(
    physical('project', numbered('project', 4)),
    virtual('cluster', numbered('cluster', 4), { needs: { project: 1 } }),
  );
  const taken = (await world.boskos.takeDirty('cluster', 3)).map(({ name }) => name);
  const [first = '', second = '', third = ''] = taken;
  meddle = refuseBack(first, second);
  for (const name of [first, second])
    for (let phase = 0; phase < 4; phase += 1) expect((await world.run(name)).kind).toBe('settled');
  meddle = (real) => ({ acquire: (wanted) => real.acquire(wanted).then(() => Promise.reject(broken)) });
  await expect(world.boskos.takeDirty('cluster', 1)).rejects.toBe(broken);

  world.advance(LEASE_EXPIRY_MS / 3);
  const alive: string[] = [];
  meddle = (real) => ({
    ...refuseBack(first)(real),
    update: (updated) => {
      alive.push(updated.name);
      return real.update(updated);
    },
  });
  expect(await world.boskos.keepUp()).toEqual({ wakes: [], faults: [broken] });
  expect(alive).toEqual([third]);
  expect(await world.see(first)).toMatchObject({ state: 'cleaning', owner: 'mason' });
  expect(await world.see(second)).toMatchObject({ state: 'free', owner: '' });
  expect((await world.ledger.views.record(second))?.loan).toBeNull();
  // What was asked for in vain is looked after, too.
  expect(await world.names('cluster', 'dirty')).toHaveLength(1);
});

test('a sign of life that it can not take keeps none from it, nor who is to look from his wake', async () => {
  await world.configure(
    physical('project', numbered('project', 3)),
    virtual('cluster', numbered('cluster', 3), { needs: { project: 1 } }),
  );
  const taken = (await world.boskos.takeDirty('cluster', 3)).map(({ name }) => name);
  const [first = '', second = '', third = ''] = taken;
  world.advance(LEASE_EXPIRY_MS / 3);
  const alive: string[] = [];
  meddle = (real) => ({
    update: (updated) => {
      if (updated.name === first) return Promise.reject(broken);
      alive.push(updated.name);
      return updated.name === second ? Promise.resolve('notOurs') : real.update(updated);
    },
  });
  const { wakes, faults } = await world.boskos.keepUp();
  expect(faults).toEqual([broken]);
  expect(alive.sort()).toEqual([second, third].sort());
  expect(wakes.map(({ name }) => name)).toEqual([second]);
});

/** Stock that nobody needs, of which the server is to be told. @returns the times that it was told */
async function tellOfMany(count: number, change: Partial<BoskosClient> = {}): Promise<number> {
  const names = numbered('project', count);
  await world.configure(physical('project', []));
  const { loans } = world.ledger;
  const intents = names.map((name) => intentOf(name, STOCK));
  await loans.intend(intents);
  const lent = intents.map(({ owner, type, dest }) => ({
    owner,
    resource: { name: owner, type, state: dest, userData: {}, expiration: null },
  }));
  await loans.adopt(lent, GRACE_MS, KEEP_MS);
  for (const name of names) expect(await loans.surrender(name, name)).toBe(true);
  let told = 0;
  meddle = () => ({
    release: () => {
      told += 1;
      // It takes so long that the first are due again before the last was tried.
      world.advance(1_000);
      return told > 3 * count ? Promise.resolve('done') : Promise.reject(broken);
    },
    ...change,
  });
  const { faults } = await world.boskos.keepUp();
  expect(faults).toHaveLength(told);
  return told;
}

test('of many that it can not be told of each is tried once in a tick', async () => {
  expect(await tellOfMany(130)).toBe(130);
});

test('a server that is away is not asked for each', async () => {
  expect(await tellOfMany(130, { metric: () => Promise.reject(broken) })).toBe(8);
});
