import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import '../../../functions/index.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { call } from '../../contract/boskosWire/call.ts';
import { breakOne } from '../../browser/scene.ts';
import { openWorld, virtual } from '../../contract/ledger/world.ts';
import { configOf, physical } from '../../support/worldConfig.ts';

let folder = '';
let server: Server;
let base = '';
const settings = (): Record<string, string> => ({
  MASON_CONFIG: join(folder, 'resources.yaml'),
  MASON_LEDGER: join(folder, 'ledger.db'),
  MASON_AUTH: 'none',
  MASON_CONSOLE_ACTIONS: 'on',
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-console-'));
  const { world, close } = await openWorld(async () =>
    openLocalLedger(join(folder, 'ledger.db'), { clock: systemClock, random: systemRandom }),
  );
  await world.configure(virtual('cluster', ['cluster-1']));
  await breakOne(world, 'cluster-1');
  await close();
  await writeFile(join(folder, 'resources.yaml'), configOf(physical('project', 1)));
  Object.assign(process.env, settings());
  server = getTestServer('console').listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const name of Object.keys(settings())) Reflect.deleteProperty(process.env, name);
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

test('the entry point console serves the page through the framework, and carries out an order', async () => {
  expect(await call(base, 'GET /console')).toMatchObject({
    status: 200,
    body: expect.stringContaining('Mason'),
  });
  const session = await call(base, 'GET /console/api/session');
  const { token } = JSON.parse(session.body) as { token: string };
  const ordered = await fetch(`${base}/console/api/orders`, {
    method: 'POST',
    headers: {
      origin: base,
      cookie: `mason-console=${token}`,
      'mason-console-token': token,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ order: 'retry', name: 'cluster-1' }),
  });
  expect([ordered.status, await ordered.json()]).toEqual([200, { done: 'retry', name: 'cluster-1' }]);
  const story = await call(base, 'GET /console/api/resource?name=cluster-1');
  expect(story.body).toContain('out of quarantine, by somebody');
});
