import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { createBoskosHandler, type BoskosHandler } from '../../../functions/boskos/boskos.ts';
import { expositionOf } from '../../../functions/boskos/metrics/exposition.ts';
import { agentLabel } from '../../../functions/boskos/metrics/labels.ts';
import { loggedMetrics } from '../../../functions/boskos/metrics/loggedMetrics.ts';
import { measured } from '../../../functions/boskos/metrics/measured.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { usersOf } from '../../contract/boskosWire/wire.ts';
import { openWorld, physical, virtual, type World } from '../../contract/ledger/world.ts';
import { faultsOfAnswer } from '../../support/describedAnswer.ts';

let world: World;
let close: () => Promise<void>;
let handle: BoskosHandler;
let log: LogEntry[];
let nowMs: number;
/** Each look at the clock takes a quarter of a second. */
let monotonic: number;

beforeEach(async () => {
  ({ world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  ));
  await world.configure(
    physical('project', ['p-1', 'p-2', 'p-3']),
    virtual('cluster', ['c-1', 'c-2'], { needs: { disk: 1 } }),
    physical('disk', ['d-1']),
  );
  log = [];
  nowMs = await world.now();
  monotonic = 0;
  const clock = { now: () => nowMs, monotonic: () => (monotonic += 250) };
  const note = (entry: LogEntry): void => void log.push(entry);
  const metrics = loggedMetrics({ ledger: world.ledger, clock, log: note });
  const parts = { users: usersOf(world.ledger, note), views: world.ledger.views, metrics, log: note };
  handle = measured(createBoskosHandler(parts), { metrics, clock });
});
afterEach(() => close());

/** @param line `METHOD PATH` */
async function send(line: string, body: Uint8Array | null = new Uint8Array()) {
  const [method = '', url = ''] = line.split(' ');
  const [path = '', query = ''] = url.split('?');
  const headers = { 'user-agent': 'Go-http-client/1.1 (alice)' };
  return handle({ method, path, query, headers, body });
}

/** Name and labels → value. */
async function read(): Promise<Record<string, number>> {
  const answer = await send('GET /metrics');
  expect(faultsOfAnswer('GET /metrics', answer)).toEqual([]);
  expect(answer.status).toBe(200);
  const samples = answer.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    samples.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]),
  );
}

describe('the gauges', () => {
  test('tell each type and state, those of the original’s that nothing is in with 0', async () => {
    await send('POST /acquire?type=project&state=free&dest=busy&owner=alice');
    await send('POST /acquire?type=project&state=free&dest=alice&owner=alice');
    const gauges = await read();
    const states = (type: string) =>
      Object.fromEntries(
        ['busy', 'cleaning', 'dirty', 'free', 'leased', 'toBeDeleted', 'tombstone', 'other'].map((state) => [
          state,
          gauges[`boskos_resources{type="${type}",state="${state}"}`],
        ]),
      );
    const none = {
      busy: 0,
      cleaning: 0,
      dirty: 0,
      free: 0,
      leased: 0,
      toBeDeleted: 0,
      tombstone: 0,
      other: 0,
    };
    expect(states('project')).toEqual({ ...none, busy: 1, free: 1, other: 1 });
    expect(states('cluster')).toEqual({ ...none, dirty: 2 });
    const seen = Object.keys(gauges).filter((name) => name.startsWith('boskos_resources'));
    expect(seen).toHaveLength(3 * 8);
    expect(JSON.stringify(gauges)).not.toContain('alice');
  });

  test('tell who waits, and for how long the first of them has', async () => {
    await world.bring('c-1', 'done');
    await world.bring('c-2', 'fulfill');
    await world.wait('c-2');
    for (const _ of [1, 2, 3]) await send('POST /acquire?type=project&state=free&dest=busy&owner=alice');
    const asking = 'POST /acquire?type=project&state=free&dest=busy&owner=bob&request_id=';
    expect((await send(`${asking}1`)).status).toBe(404);
    world.advance(10_000);
    await send(`${asking}1`);
    await send(`${asking}2`);
    nowMs += 90_000;
    const gauges = await read();
    expect(gauges).toMatchObject({
      'mason_waiting{type="cluster"}': 1,
      'mason_waiting{type="project"}': 0,
      'mason_quarantined{type="cluster"}': 0,
    });
    const age = (type: string) => Math.round(gauges[`mason_oldest_waiter_age_seconds{type="${type}"}`] ?? -1);
    expect([age('cluster'), age('project'), age('disk')]).toEqual([90, 90, 0]);
  });

  test('tell what is in quarantine', async () => {
    await world.bring('c-1', 'clean');
    await world.end(await world.begin('c-1'), { kind: 'failed', message: 'no', retryInMs: null });
    expect((await read())['mason_quarantined{type="cluster"}']).toBe(1);
  });
});

test('a label may hold anything', () => {
  const samples = [{ labels: { type: 'a"b\\c\nd' }, value: 1.5 }];
  expect(expositionOf([{ name: 'some', help: 'Some.', samples }])).toBe(
    '# HELP some Some.\n# TYPE some gauge\nsome{type="a\\"b\\\\c\\nd"} 1.5\n',
  );
});

describe('what is measured', () => {
  const figures = (event: string) =>
    log.filter((entry) => entry.event === event).map((entry) => entry.figures);

  test('each call by its route, whatever it was answered', async () => {
    await send('POST /acquire?type=project&state=free&dest=busy&owner=alice');
    await send('GET /resources/p-2');
    await send('GET /resources/secret-name');
    await send('DELETE /metric');
    await send('GET /secret/path');
    await send('GET //metric');
    await send('POST /update?name=p-1&state=busy&owner=alice', null);
    const took = { durationMs: 250 };
    expect(figures('http-call')).toMatchObject([
      { method: 'POST', path: '/acquire', status: 200, ...took },
      { method: 'GET', path: '/resources/:name', status: 200 },
      { method: 'GET', path: '/resources/:name', status: 404 },
      { method: 'DELETE', path: '/metric', status: 405 },
      { method: 'GET', path: 'unmatched', status: 200, bytes: 0 },
      { method: 'GET', path: 'unmatched', status: 307 },
      { method: 'POST', path: '/update', status: 413 },
    ]);
    expect(JSON.stringify(log)).not.toMatch(/alice|secret/);
  });

  test('each acquire with how long its request has waited', async () => {
    await send('POST /acquire?type=project&state=free&dest=busy&owner=alice');
    for (const _ of [1, 2]) await send('POST /acquire?type=project&state=free&dest=mine&owner=alice');
    const asking = 'POST /acquire?type=project&state=free&dest=busy&owner=bob&request_id=r';
    await send(asking);
    world.advance(5_000);
    await send('POST /release?name=p-1&dest=free&owner=alice');
    await send(asking);
    expect(figures('acquired')).toMatchObject([
      { state: 'free', dest: 'busy', hasRequestId: false, waitedMs: 0 },
      { dest: 'other', waitedMs: 0 },
      { dest: 'other' },
      { dest: 'busy', hasRequestId: true },
    ]);
    const waited = Number(figures('acquired').at(-1)?.['waitedMs']);
    expect(Math.round(waited / 1_000)).toBe(6);
    expect(JSON.stringify(log)).not.toMatch(/alice|bob|mine/);
  });
});

test.each([
  ['Go-http-client/1.1', 'Go-http-client'],
  ['curl/8.5.0', 'curl'],
  ['Mozilla/5.0 (X11; alice)', 'Mozilla'],
  ['x'.repeat(100), 'x'.repeat(40)],
  ['"', ''],
  [undefined, ''],
])('the client %j is counted as %j', (header, label) => {
  expect(agentLabel(header)).toBe(label);
});
