import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { systemClock, type Clock } from '../../../shared/runtime/clock.ts';
import { numbered, virtual, type OpenLedger } from '../ledger/world.ts';
import { createBoskosWorld, type BoskosStage, type BoskosWorld } from './boskosWorld.ts';
import { openBoskosOver, openHttpStage } from './httpStage.ts';

const open: OpenLedger = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() });

const AT_ONCE = 8;
const MANY = 40;

let stage: BoskosStage;
let world: BoskosWorld;
/** How much longer (ms) each acquire takes than those that were called beside it, by its number from 1 on. */
let tookMs: (call: number) => number;

beforeEach(async () => {
  let aheadMs = 0;
  let client: BoskosClient | undefined;
  stage = await openHttpStage(open, (real) => (client = real));
  if (client === undefined) throw new Error('there is no client');
  const real = client;
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    monotonic: () => systemClock.monotonic() + aheadMs,
  };
  let calls = 0;
  const slow: BoskosClient = {
    ...real,
    acquire: async (wanted) => {
      calls += 1;
      const ms = tookMs(calls);
      const lent = await real.acquire(wanted);
      if (ms === 0) return lent;
      aheadMs += ms;
      stage.advance(ms);
      return lent;
    },
  };
  world = createBoskosWorld({ ...stage, boskos: openBoskosOver(slow, stage.ledger, clock) });
  await world.configure(virtual('cluster', numbered('cluster', MANY)));
});
afterEach(() => stage.close());

test('a server that takes 5 s for each call is asked for all, and all is taken in', async () => {
  tookMs = (call) => (call % AT_ONCE === 0 ? 5_000 : 0);
  expect(await world.boskos.takeDirty('cluster', MANY)).toHaveLength(MANY);
  expect(await world.names('cluster', 'cleaning')).toHaveLength(MANY);
  expect(await world.ledger.loans.unsettled(-1, MANY)).toEqual([]);
});

test('one answer that comes too late costs only what was asked for beside it', async () => {
  tookMs = (call) => (call === AT_ONCE + 1 ? 21_000 : 0);
  expect(await world.boskos.takeDirty('cluster', 3 * AT_ONCE)).toHaveLength(2 * AT_ONCE);
  expect(await world.names('cluster', 'cleaning')).toHaveLength(2 * AT_ONCE);
  expect(await world.names('cluster', 'dirty')).toHaveLength(MANY - 2 * AT_ONCE);
});
