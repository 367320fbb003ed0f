import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { call } from '../contract/boskosWire/call.ts';
import { until } from '../support/until.ts';
import { killAll, mason, startMason, type RunningMason } from './processes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-only-'));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

/** What the command would build must never be there. */
const config = (): string => `resources:
  - {type: project, state: free, names: [project-1, project-2]}
  - {type: host, state: free, min-count: 1, max-count: 2, lifespan: 24h}
  - type: cluster
    state: dirty
    names: [cluster-1]
    needs: {project: 1}
    config: {type: Command, content: "run: [/usr/bin/touch, ${folder}/built]"}
`;

async function start(...flags: string[]): Promise<RunningMason> {
  const file = join(folder, 'resources.yaml');
  await writeFile(file, config());
  return startMason(
    '--only',
    'boskos',
    '--config',
    file,
    '--data',
    join(folder, 'data'),
    '--port',
    '0',
    ...flags,
  );
}

const ask = async (url: string, line: string): Promise<string> => (await call(url, line)).body;

test('npm start -- --only boskos serves the API without a Mason, and goes on after a kill', async () => {
  const first = await start();
  const url = await first.url();
  await until(async () => (await ask(url, 'GET /metric?type=host')).includes('"free":1'));
  const taken = await ask(url, 'POST /acquire?type=project&state=free&dest=busy&owner=me');
  const { name } = JSON.parse(taken) as { name: string };
  expect((await mason(url, 'status')).out).toContain('Every pool is at its size');
  expect((await mason(url, 'publish', 'recycle', 'cluster-1')).code).not.toBe(0);
  first.kill('SIGKILL');
  await first.exited;

  const next = await start();
  const again = await next.url();
  expect(await ask(again, 'GET /metric?type=project')).toContain('"owner":{"":1,"me":1}');
  expect((await call(again, `POST /release?name=${name}&dest=free&owner=me`)).status).toBe(200);
  // Another Mason may take the virtual one: this one never touches it.
  const cluster = await ask(again, 'POST /acquire?type=cluster&state=dirty&dest=cleaning&owner=other-mason');
  expect(JSON.parse(cluster)).toMatchObject({ name: 'cluster-1', userdata: {} });
  next.kill('SIGTERM');
  expect((await next.exited).code).toBe(0);
  const events = [...first.said, ...next.said].map(({ event }) => event);
  expect(events).not.toEqual(expect.arrayContaining(['constructed']));
  expect(events.filter((event) => /failed|dead-letter/.test(event))).toEqual([]);
});

test('who holds a resource longer than the lease expiry loses it', async () => {
  const runner = await start('--lease-expiry', '100ms');
  const url = await runner.url();
  await until(async () => (await ask(url, 'GET /metric?type=project')).includes('"free":2'));
  await ask(url, 'POST /acquire?type=project&state=free&dest=busy&owner=gone');
  await until(async () => (await ask(url, 'GET /metric?type=project')).includes('"dirty":1'));
  expect(await runner.hear('reaped')).toMatchObject({ type: 'project' });
});
