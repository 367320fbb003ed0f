import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Ledger } from '../../../shared/ledger/port.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { takeInOrphan } from '../../../shared/ledger/transitions/orphans.ts';
import { openWorld, physical, virtual } from '../../contract/ledger/world.ts';
import { checkInvariants } from '../../support/invariants.ts';
import { recordOf } from './recordOf.ts';

/** No operation makes such an orphan: what is told here is a ledger that was damaged, or restored in part. */
describe('an orphan that no operation makes', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mason-orphans-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['parked for one that is gone', 'done', "DELETE FROM resources WHERE name = 'c'"],
    ['leased for one that is gone', 'clean', "DELETE FROM resources WHERE name = 'c'"],
    [
      'parked for one that knows nothing of it',
      'done',
      "UPDATE resources SET doc = json_set(doc, '$.work.leases', json('[]'), '$.state', 'dirty') WHERE name = 'c'",
    ],
  ] as const)('is found where it is %s', async (_, phase, damage) => {
    const path = join(folder, `${phase}-${damage.length}.sqlite`);
    const open = async (clock: { now(): number }): Promise<Ledger> =>
      openSqliteLedger({ path, now: () => clock.now(), random: () => 0.5 });
    const { world, close } = await openWorld(open);
    await world.configure(physical('project', ['p']), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', phase);
    const { ledger } = world;
    expect(await ledger.pools.takeInOrphans(10)).toEqual([]);
    const other = new DatabaseSync(path);
    other.exec(damage);
    other.close();
    expect(checkInvariants(await world.records(), await ledger.configs.types())).not.toEqual([]);
    expect(await ledger.pools.takeInOrphans(10)).toEqual(['p']);
    expect(await world.record('p')).toMatchObject({ state: 'dirty', owner: '', heldBy: null });
    expect(checkInvariants(await world.records(), await ledger.configs.types())).toEqual([]);
    await close();
  });
});

test('what lies there for nobody is no orphan, though it was one when it was looked for', () => {
  const now = { at: 1, rand: 0.5 };
  expect(takeInOrphan(recordOf({ state: 'c', heldBy: 'c' }), null, now)).toMatchObject({ state: 'dirty' });
  expect(takeInOrphan(recordOf({ state: 'free' }), null, now)).toBeNull();
});
