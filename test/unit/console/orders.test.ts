import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { LARGEST_BYTES } from '../../../shared/http/handler.ts';
import { physical, type World } from '../../contract/ledger/world.ts';
import { get, jsonOf, openConsoleStage, order, OURS, TOKEN, type ConsoleStage } from './fixtures.ts';

let world: World;
let logged: ConsoleStage['logged'];
let published: ConsoleStage['published'];
let consoleOf: ConsoleStage['consoleOf'];
let close: ConsoleStage['close'];

beforeEach(async () => {
  ({ world, logged, published, consoleOf, close } = await openConsoleStage());
});
afterEach(() => close());

const RETRY = { order: 'retry', name: 'c-1' };
const isQuarantined = async (): Promise<boolean> => (await world.record('c-1')).state === 'quarantined';

describe('an order', () => {
  test('from our own page is carried out, and published', async () => {
    const done = await order(consoleOf(), RETRY);
    expect(done).toMatchObject({ status: 200, body: '{"done":"retry","name":"c-1"}' });
    expect(published).toMatchObject([{ topic: 'clean', data: 'c-1' }]);
    expect((await world.work('c-1')).work.history.at(-1)?.what).toBe(
      'out of quarantine, by alice@corp.example',
    );
    expect(logged).toContain('ordered-by: alice@corp.example ordered retry of c-1 at the console');
  });

  const without = (name: keyof typeof OURS): Record<string, string> =>
    Object.fromEntries(Object.entries(OURS).filter(([key]) => key !== name));
  test.each([
    ['without an origin', without('origin')],
    ['with that of another site', { ...OURS, origin: 'https://evil.example' }],
    ['with none that means anything', { ...OURS, origin: 'null' }],
    ['from another port of this host', { ...OURS, origin: 'https://console.example:8443' }],
    ['that the browser says comes from another site', { ...OURS, 'sec-fetch-site': 'cross-site' }],
    ['from a sister of this host', { ...OURS, 'sec-fetch-site': 'same-site' }],
    ['without the cookie', without('cookie')],
    ['with another token', { ...OURS, 'mason-console-token': `${TOKEN}0` }],
    ['without a token', without('mason-console-token')],
    ['without a host', without('host')],
    ['with an empty token on both sides', { ...OURS, cookie: 'mason-console=', 'mason-console-token': '' }],
  ])('%s is refused', async (_, headers) => {
    expect(await order(consoleOf(), RETRY, headers)).toMatchObject({ status: 403 });
    expect(await isQuarantined()).toBe(true);
    expect(published).toEqual([]);
  });

  test('is refused where orders are off, and from somebody unknown', async () => {
    const off = await order(consoleOf({ actions: false }), RETRY);
    expect(off).toMatchObject({ status: 403, body: expect.stringContaining('MASON_CONSOLE_ACTIONS=on') });
    const nobody = consoleOf({}, { callerOf: () => ({ fault: 'there is no ID token with the call' }) });
    const refused = await order(nobody, RETRY);
    expect(refused).toMatchObject({ status: 403, body: expect.stringContaining('no ID token') });
    expect(await isQuarantined()).toBe(true);
  });

  test.each([
    ['of no known kind', { order: 'destroy', name: 'c-1' }],
    ['without a name', { order: 'retry', name: '' }],
    ['with more than it needs', { ...RETRY, force: true }],
    ['to hold for ever', { order: 'hold', name: 'c-1', forMs: Infinity, reason: '' }],
    ['to hold for longer than 30 days', { order: 'hold', name: 'c-1', forMs: 31 * 86_400_000, reason: '' }],
    ['to pause nothing', { order: 'pause', type: '', reason: '' }],
    [
      'to pause for more reasons than anybody reads',
      { order: 'pause', type: 'cluster', reason: 'x'.repeat(501) },
    ],
    ['to resume a resource', { order: 'resume', name: 'c-1' }],
    ['that is no JSON', '{'],
    ['that is empty', ''],
  ])('%s is refused', async (_, body) => {
    expect(await order(consoleOf(), body)).toMatchObject({ status: 400 });
    expect(await isQuarantined()).toBe(true);
  });

  test('that is too large, or of another type, is refused', async () => {
    const handle = consoleOf();
    expect(await order(handle, RETRY, { ...OURS, 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
    });
    const call = { method: 'POST', path: '/console/api/orders', query: '', headers: OURS, body: null };
    expect(await handle(call)).toMatchObject({ status: 400 });
    expect(LARGEST_BYTES).toBeGreaterThan(1_000);
  });

  test('that can not be is told so', async () => {
    const handle = consoleOf();
    for (const [body, status, message] of [
      [{ order: 'retry', name: 'c-2' }, 409, 'c-2 is not in quarantine'],
      [{ order: 'retry', name: 'nobody' }, 404, 'there is no resource'],
      [{ order: 'hold', name: 'c-2', forMs: 60_000, reason: '' }, 409, 'neither free nor in quarantine'],
      [{ order: 'release', name: 'p-2', to: 'free' }, 409, 'p-2 is not held'],
      [{ order: 'release', name: 'nobody', to: 'free' }, 404, 'there is no resource'],
      [{ order: 'resume', type: 'cluster' }, 409, 'cluster is not paused'],
      [{ order: 'pause', type: 'nothing', reason: '' }, 404, 'has no type'],
    ] as const)
      expect(await order(handle, body)).toMatchObject({ status, body: expect.stringContaining(message) });
  });

  test('to hold a free one and to release it is recorded, also where Mason keeps no history', async () => {
    const handle = consoleOf();
    await order(handle, { order: 'hold', name: 'p-2', forMs: 60_000, reason: 'odd' });
    expect(await world.record('p-2')).toMatchObject({ state: 'held', hold: { reason: 'odd' } });
    await order(handle, { order: 'release', name: 'p-2', to: 'free' });
    expect(await world.record('p-2')).toMatchObject({ state: 'free', hold: null });
    expect(logged.filter((line) => line.startsWith('ordered-by'))).toHaveLength(2);
  });

  test('to pause a type and to resume it is recorded, with who ordered it and why', async () => {
    const handle = consoleOf();
    const pause = { order: 'pause', type: 'cluster', reason: 'no quota' };
    expect(await order(handle, pause)).toMatchObject({
      status: 200,
      body: '{"done":"pause","type":"cluster"}',
    });
    const { pause: made } = (await world.ledger.configs.type('cluster')) ?? {};
    expect(made).toMatchObject({ by: 'alice@corp.example', reason: 'no quota' });
    expect(jsonOf(await get(handle, '/console/api/overview'))).toMatchObject({
      pools: [{ type: 'cluster', paused: true, pausedByConfig: false, pause: made }, { paused: false }],
    });
    expect(await order(handle, pause)).toMatchObject({
      status: 409,
      body: expect.stringMatching(/cluster is paused already, by alice@corp\.example since/),
    });
    expect(await order(handle, { order: 'resume', type: 'cluster' })).toMatchObject({ status: 200 });
    expect(await world.ledger.configs.type('cluster')).toMatchObject({ pause: null });
    expect(logged).toEqual([
      'ordered-by: alice@corp.example ordered pause of cluster at the console',
      'ordered-by: alice@corp.example ordered resume of cluster at the console',
    ]);
  });

  test('to pause a type from elsewhere, or where orders are off, is refused', async () => {
    const pause = { order: 'pause', type: 'cluster', reason: '' };
    for (const [handle, headers] of [
      [consoleOf(), without('mason-console-token')],
      [consoleOf(), { ...OURS, origin: 'https://evil.example' }],
      [consoleOf({ actions: false }), OURS],
    ] as const)
      expect(await order(handle, pause, headers)).toMatchObject({ status: 403 });
    expect(await world.ledger.configs.type('cluster')).toMatchObject({ pause: null });
  });

  test('to resume what its config pauses is refused', async () => {
    await world.configure(physical('disk', ['d-1'], { settings: { paused: true } }));
    const handle = consoleOf();
    expect(await order(handle, { order: 'resume', type: 'disk' })).toMatchObject({
      status: 409,
      body: expect.stringContaining('disk is paused by its config'),
    });
    const { pools } = jsonOf(await get(handle, '/console/api/overview')) as { pools: { type: string }[] };
    expect(pools.find(({ type }) => type === 'disk')).toMatchObject({ pausedByConfig: true, pause: null });
  });
});
