import { randomUUID } from 'node:crypto';

import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Ledger } from '../../shared/ledger/port.ts';
import { systemClock, type Clock } from '../../shared/runtime/clock.ts';
import { GRACE_MS, HOLD_MS, openWorld, virtual, type World } from '../contract/ledger/world.ts';
import { startFaultProxy, type FaultProxy } from '../support/faultProxy/faultProxy.ts';
import { openLine } from '../support/ledgerFaults/line.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';
import { until } from '../support/until.ts';

// Else every client looks for a metadata server before its first call.
process.env['METADATA_SERVER_DETECTION'] = 'none';

/** What is shorter is a pause between two tries. */
const DEADLINE_MS = 10_000;

let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

let proxy: FaultProxy;
let line: Awaited<ReturnType<typeof openLine>>;
let world: World;
let rival: Ledger;
/** Ends, as their deadlines do, the calls that are under way behind the proxy. */
let expire: () => void;
let closeWorld: () => Promise<void>;
beforeEach(async () => {
  const deadlines = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    after(ms, action) {
      if (ms < DEADLINE_MS) return systemClock.after(ms, action);
      deadlines.add(action);
      return () => void deadlines.delete(action);
    },
  };
  expire = () => {
    for (const end of [...deadlines]) end();
  };
  const projectId = `rivals-${randomUUID()}`;
  const random = (): number => Math.random();
  proxy = await startFaultProxy({ target: emulator });
  line = await openLine(proxy.host);
  ({ world, close: closeWorld } = await openWorld(async () =>
    openFirestoreLedger({ projectId, emulator: line.host, clock, random, deadlineMs: DEADLINE_MS }),
  ));
  rival = openFirestoreLedger({ projectId, emulator, clock: systemClock, random });
});
afterEach(async () => {
  proxy.clear();
  // A client ends only after all of its calls, and would wait a minute for what is silent.
  line.cut();
  await Promise.all([closeWorld(), rival.close()]);
  await line.close();
  await proxy.close();
});

test('a claim whose answer is lost is known for its own, however many take slots of its type meanwhile', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  await world.configure(virtual('cluster', names, { settings: { maxConstructing: 5 } }));
  for (const name of names) await world.bring(name, 'clean');
  proxy.failNext('Commit', 'silent');
  const claim = world.claim('a');
  await until(() => proxy.calls.some(({ fault }) => fault === 'silent'));
  for (const name of ['b', 'c', 'd', 'e'])
    expect(
      await rival.claims.claim({ name, task: 'clean', cycle: null, holdMs: HOLD_MS, graceMs: GRACE_MS }),
    ).toMatchObject({ kind: 'claimed' });
  expire();
  expect(await claim).toMatchObject({ kind: 'claimed', record: { name: 'a' } });
});
