import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { callerBy } from '../../../functions/console/caller.ts';
import { createCommandApi, withCommandApi } from '../../../functions/console/command.ts';
import type { Ordered } from '../../../shared/api/asked.ts';
import { overNode } from '../../../shared/http/overHttp.ts';
import { orderedOf } from '../../../shared/local/orderedOf.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { isIdle, openTestMason, TWO_CLUSTERS, untilTick, type TestMason } from '../local/fixtures.ts';
import { mason } from './mason.ts';

/** As Cloud Run hands on a token that IAM has checked. */
const tokenOf = (email: string): string => {
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const claims = Buffer.from(JSON.stringify({ email, email_verified: true, exp })).toString('base64url');
  return `e30.${claims}.SIGNATURE_REMOVED_BY_GOOGLE`;
};
const ADA = tokenOf('ada@corp.example');

let local: TestMason;
let folder = '';
const logged: LogEntry[] = [];
const log = (entry: LogEntry): void => void logged.push(entry);
const servers: Server[] = [];
/** With orders, and without. */
let [orders, looks] = ['', ''];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-deployed-'));
  local = await openTestMason();
  const idle = untilTick(local.runner, isIdle);
  await local.runner.start();
  await idle;
  orders = await serve(true);
  looks = await serve(false);
});
afterAll(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await local.close();
  await rm(folder, { recursive: true });
});

/** The console's function behind IAM, which is not here: whoever has a token is whom it says. */
async function serve(actions: boolean): Promise<string> {
  const ordered: Ordered = {
    ...orderedOf(local.runner, { events: local.events, ms: 0 }),
    ...{ deadLetters: null, showsUserData: false, hear: () => Promise.resolve(null) },
  };
  const callerOf = callerBy({ MASON_AUTH: 'iam', MASON_BASIC_USER: 'mason' });
  const clock = { now: () => Date.now(), monotonic: () => 0 };
  const parts = { ordered, actions, callerOf, clock, refreshMs: 10_000, log };
  const page = () => Promise.resolve({ status: 200, headers: {}, body: 'the page' });
  const listener = overNode(withCommandApi(createCommandApi(parts), page));
  const server = createServer((request, response) => void listener(request, response));
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const as = (token: string, url: string) => (argv: string[]) =>
  mason([...argv, '--token-command', `echo ${token}`], { MASON_URL: url });

describe('the mason command and a deployed Mason', () => {
  test('status, pools and history', async () => {
    const ask = as(ADA, looks);
    const pools = await ask(['status', '--json']);
    expect([pools.code, pools.err]).toEqual([0, '']);
    expect(JSON.parse(pools.out)).toMatchObject({
      pools: [{ type: 'cluster', free: 2 }, { type: 'project' }],
    });
    expect((await ask(['status', 'cluster-1'])).out).toContain('cluster-1');
    expect((await ask(['history', 'cluster-1'])).out).toContain('clean done');
  });

  test('plan', async () => {
    const path = join(folder, 'mason.yaml');
    await writeFile(path, TWO_CLUSTERS);
    expect(await as(ADA, looks)(['plan', path])).toEqual({ code: 0, out: 'No member changes.\n', err: '' });
  });

  test('user data, and dead letters, are kept where they are', async () => {
    const ask = as(ADA, looks);
    expect((await ask(['status', 'cluster-1', '--userdata'])).err).toContain('user data are not shown here');
    expect((await ask(['dead-letters'])).err).toContain('gcloud pubsub subscriptions pull');
  });

  test('an order is carried out, and its giver stands in the history and in the log', async () => {
    const order = as(ADA, orders);
    expect(await order(['hold', 'cluster-1', '--for', '1h'])).toMatchObject({ code: 0, err: '' });
    const story = (await order(['status', 'cluster-1'])).out;
    expect(story).toContain('ada@corp.example');
    expect(await order(['unhold', 'cluster-1'])).toMatchObject({ code: 0 });
    expect(await order(['pause', 'cluster', '--reason', 'quota'])).toMatchObject({ code: 0 });
    expect((await order(['status', 'cluster', '--json'])).code).toBe(0);
    expect(await order(['resume', 'cluster'])).toMatchObject({ code: 0 });
    const idle = untilTick(local.runner, isIdle);
    expect(await order(['publish', 'recycle', 'cluster-1'])).toMatchObject({ code: 0, err: '' });
    await idle;
    expect((await order(['retry', 'cluster-1'])).err).toContain('cluster-1 is not in quarantine');
    expect(logged.map(({ event, message }) => `${event}: ${message}`)).toEqual(
      [
        'hold of cluster-1',
        'unhold of cluster-1',
        'pause of cluster',
        'resume of cluster',
        'publish of cluster-1',
      ].map((what) => `ordered-by: ada@corp.example ordered ${what} by the mason command`),
    );
  });

  test('pools are remembered, and an order lets them be forgotten', async () => {
    const order = as(ADA, orders);
    const isPaused = async (): Promise<unknown> =>
      (JSON.parse((await order(['status', '--json'])).out) as { pools: { paused: boolean }[] }).pools[0]
        ?.paused;
    expect(await isPaused()).toBe(false);
    await local.runner.mason.ledger.configs.pause('cluster', { by: 'another instance', reason: '' });
    expect(await isPaused()).toBe(false);
    await order(['resume', 'cluster']);
    await order(['pause', 'cluster']);
    expect(await isPaused()).toBe(true);
    await order(['resume', 'cluster']);
    expect(await isPaused()).toBe(false);
  });

  test.each([
    ['retry', 'cluster-1'],
    ['hold', 'cluster-1'],
    ['unhold', 'cluster-1'],
    ['pause', 'cluster'],
    ['resume', 'cluster'],
    ['publish', 'recycle', 'cluster-1'],
  ])('orders are refused where they are off: %s', async (...argv) => {
    const { code, err } = await as(ADA, looks)(argv);
    expect([code, err]).toEqual([75, expect.stringContaining('orders are off here')]);
  });

  test('whoever is not known gives no orders, and no page of another site gives any', async () => {
    const { code, err } = await mason(['retry', 'cluster-1'], { MASON_URL: orders });
    expect([code, err]).toEqual([75, expect.stringContaining('there is no ID token with the call')]);
    const given = await fetch(`${orders}/mason/v1/retry`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ADA}`,
        origin: 'https://evil.example',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: 'cluster-1' }),
    });
    expect([given.status, await given.text()]).toEqual([403, expect.stringContaining('not for web pages')]);
  });

  test('all else is the console’s', async () => {
    for (const path of ['/', '/console', '/masonry'])
      expect(await (await fetch(`${orders}${path}`)).text()).toBe('the page');
  });

  test('a function that lets nobody in says no word of ours: what to do is told', async () => {
    const shut = createServer((_request, response) => response.writeHead(403).end('<html>Forbidden</html>'));
    servers.push(shut.listen(0, '127.0.0.1'));
    await once(shut, 'listening');
    const url = `http://127.0.0.1:${(shut.address() as AddressInfo).port}`;
    const { code, err } = await mason(['status'], { MASON_URL: url });
    expect([code, err]).toEqual([78, expect.stringContaining('Cloud Run Invoker')]);
  });
});
