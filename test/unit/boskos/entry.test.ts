import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import '../../../functions/index.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { call } from '../../contract/boskosWire/call.ts';
import { openWorld, physical } from '../../contract/ledger/world.ts';
import { configOf, physical as physicalEntry } from '../../support/worldConfig.ts';

const NAMES = ['MASON_CONFIG', 'MASON_LEDGER'] as const;

let folder = '';
let server: Server;
let base = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-boskos-'));
  const path = join(folder, 'ledger.db');
  const { world, close } = await openWorld(async () =>
    openLocalLedger(path, { clock: systemClock, random: systemRandom }),
  );
  await world.configure(physical('project', ['project-1']));
  await close();
  await writeFile(join(folder, 'resources.yaml'), configOf(physicalEntry('project', 1)));
  server = getTestServer('boskos').listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const name of NAMES) Reflect.deleteProperty(process.env, name);
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

test('the entry point boskos answers with the reason that it can not be put together, until it can', async () => {
  const acquire = 'POST /acquire?type=project&state=free&dest=busy&owner=alice';
  const silenced = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await call(base, acquire)).toMatchObject({ status: 500 });
  expect(String(silenced.mock.calls)).toContain('MASON_LEDGER is not set');
  silenced.mockRestore();
  process.env['MASON_CONFIG'] = join(folder, 'resources.yaml');
  process.env['MASON_LEDGER'] = join(folder, 'ledger.db');
  const taken = await call(base, acquire);
  expect(taken.status).toBe(200);
  expect(JSON.parse(taken.body)).toMatchObject({ name: 'project-1', state: 'busy', owner: 'alice' });
});

test.each([
  ['origin', 'https://evil.example'],
  ['origin', 'null'],
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-site', 'same-origin'],
])('what a web page has a browser send (%s: %s) changes nothing', async (name, value) => {
  const headers = { [name]: value };
  const release = 'POST /release?name=project-1&dest=dirty&owner=alice';
  expect(await call(base, release, { headers })).toMatchObject({ status: 403 });
  const reset = 'POST /reset?type=project&state=busy&dest=dirty&expire=0s';
  expect(await call(base, reset, { headers })).toMatchObject({ status: 403 });
  const metric = await call(base, 'GET /metric?type=project', { headers });
  expect(JSON.parse(metric.body)).toMatchObject({ current: { busy: 1 }, owner: { alice: 1 } });
});

test('what a person or a program sends does', async () => {
  const update = 'POST /update?name=project-1&state=busy&owner=alice';
  expect(await call(base, update, { headers: { 'sec-fetch-site': 'none' } })).toMatchObject({ status: 200 });
  expect(await call(base, update)).toMatchObject({ status: 200 });
});
