import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { createConsoleHandler } from '../../../functions/console/console.ts';
import type { ConsoleParts, ConsoleSettings } from '../../../functions/console/parts.ts';
import { LARGEST_BYTES, type HttpAnswer, type HttpHandler } from '../../../shared/http/handler.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { MasonError } from '../../../shared/errors.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../../shared/runtime/compose.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import type { OutgoingMessage } from '../../../shared/topics/port.ts';
import { breakOne } from '../../browser/scene.ts';
import { openWorld, physical, virtual, type World } from '../../contract/ledger/world.ts';

const ORIGIN = 'https://console.example';
const TOKEN = '0123456789abcdef0123456789abcdef';

let world: World;
let close: () => Promise<void>;
let published: OutgoingMessage[];
let logged: string[];
let elapsedMs: number;

beforeEach(async () => {
  published = [];
  logged = [];
  elapsedMs = 0;
  ({ world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  ));
  await world.configure(
    virtual('cluster', ['c-1', 'c-2'], { needs: { project: 1 } }),
    physical('project', ['p-1', 'p-2']),
  );
  await breakOne(world, 'c-1', 'no disk');
});
afterEach(() => close());

function consoleOf(settings: Partial<ConsoleSettings> = {}, change: Partial<ConsoleParts> = {}): HttpHandler {
  const log: ConsoleParts['mason']['log'] = ({ event, message }) => void logged.push(`${event}: ${message}`);
  const mason = composeMason({
    ...{ clock: systemClock, random: systemRandom, log, ledger: world.ledger },
    topics: { publish: async (messages) => void published.push(...messages) },
    registry: openRegistry({ commands: false }),
    config: { read: () => Promise.reject(new Error('nothing reads a config here')) },
    timing: DEFAULT_TIMING,
    installation: 'test',
    leaseExpiryMs: 1_800_000,
    requestTtlMs: 30_000,
  });
  return createConsoleHandler({
    mason,
    settings: { title: 'test', actions: true, userData: true, refreshMs: 10_000, ...settings },
    clock: { now: () => Date.now(), monotonic: () => elapsedMs },
    newToken: () => TOKEN,
    graceMs: 60_000,
    callerOf: () => ({ email: 'alice@corp.example' }),
    deadLetters: null,
    ...change,
  });
}

const get = (handle: HttpHandler, url: string, headers: Record<string, string> = {}): Promise<HttpAnswer> => {
  const [path = '', query = ''] = url.split('?');
  return handle({ method: 'GET', path, query, headers, body: new Uint8Array() });
};
const jsonOf = ({ body }: HttpAnswer): unknown => JSON.parse(body);

const OURS = {
  host: 'console.example',
  origin: ORIGIN,
  cookie: `other=1; mason-console=${TOKEN}`,
  'mason-console-token': TOKEN,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
};
const order = (
  handle: HttpHandler,
  body: unknown,
  headers: Record<string, string> = OURS,
): Promise<HttpAnswer> =>
  handle({
    method: 'POST',
    path: '/console/api/orders',
    query: '',
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
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
});

describe('the session', () => {
  test('has a token that is the same as in its cookie', async () => {
    const opened = await get(consoleOf(), '/console/api/session', { 'x-forwarded-proto': 'https' });
    expect(jsonOf(opened)).toMatchObject({ token: TOKEN, caller: 'alice@corp.example', actions: true });
    expect(opened.headers['set-cookie']).toBe(
      `mason-console=${TOKEN}; Path=/console; HttpOnly; SameSite=Strict; Secure`,
    );
  });

  test('that is there already goes on', async () => {
    const cookie = `mason-console=${'a'.repeat(36)}`;
    const opened = await get(consoleOf(), '/console/api/session', { cookie });
    expect(jsonOf(opened)).toMatchObject({ token: 'a'.repeat(36) });
    expect(opened.headers).not.toHaveProperty('set-cookie');
  });
});

describe('what is asked', () => {
  test('at a glance: pools, who waits and what is in quarantine', async () => {
    await world.wait('c-2');
    expect(jsonOf(await get(consoleOf(), '/console/api/overview'))).toMatchObject({
      title: 'test',
      pools: [
        { type: 'cluster', kind: 'virtual', min: 2, max: 2, counts: { quarantined: 1, waiting: 1 } },
        { type: 'project', kind: 'physical', members: 2, counts: { free: 1, leased: 1 } },
      ],
      waiting: { entries: [{ kind: 'virtual', name: 'c-2', type: 'cluster' }], more: false },
      quarantined: { entries: [{ name: 'c-1', phase: 'clean', reason: expect.stringContaining('no disk') }] },
      deadLetters: null,
    });
  });

  test('a pool with counts instead of names is of its own kind, too', async () => {
    await world.configure(virtual('lab', [1, 3], { needs: { project: 1 } }), physical('project', [2, 4]));
    const { pools } = jsonOf(await get(consoleOf(), '/console/api/overview')) as { pools: object[] };
    expect(pools).toMatchObject([
      { type: 'cluster', removed: true },
      { type: 'lab', kind: 'virtual', min: 1, max: 3 },
      { type: 'project', kind: 'physical', min: 2, max: 4 },
    ]);
  });

  test('at a glance is remembered for half a refresh, and an order lets it be forgotten', async () => {
    const handle = consoleOf();
    const quarantined = async (): Promise<unknown> =>
      (jsonOf(await get(handle, '/console/api/overview')) as { quarantined: { entries: unknown[] } })
        .quarantined.entries.length;
    expect(await quarantined()).toBe(1);
    await world.ledger.claims.retry('c-1', 60_000);
    elapsedMs = 4_999;
    expect(await quarantined()).toBe(1);
    elapsedMs = 5_000;
    expect(await quarantined()).toBe(0);
    await order(handle, { order: 'hold', name: 'p-2', forMs: 60_000, reason: '' });
    expect(await get(handle, '/console/api/overview')).toMatchObject({
      body: expect.stringContaining('"held":1'),
    });
  });

  test('again with its ETag is not sent again, until it changes', async () => {
    const handle = consoleOf();
    const path = '/console/api/resources?type=project';
    const { status, headers, body } = await get(handle, path);
    expect([status, body.length > 100]).toEqual([200, true]);
    const asked = { 'if-none-match': headers['etag'] ?? '' };
    expect(await get(handle, path, asked)).toMatchObject({ status: 304, body: '' });
    await world.ledger.holds.begin('p-2', { forMs: 60_000, reason: '' });
    expect(await get(handle, path, asked)).toMatchObject({ status: 200 });
  });

  test('page by page, by type, state, phase and beginning', async () => {
    await world.configure(
      physical(
        'project',
        Array.from({ length: 60 }, (_, at) => `p-${at + 10}`),
      ),
    );
    const handle = consoleOf();
    const page = async (query: string) =>
      jsonOf(await get(handle, `/console/api/resources?${query}`)) as {
        resources: { name: string }[];
        after: string | null;
      };
    const first = await page('q=p-&type=project');
    expect(first.resources).toHaveLength(50);
    const second = await page(`q=p-&type=project&after=${first.after}`);
    expect(second.after).toBeNull();
    expect(new Set([...first.resources, ...second.resources].map(({ name }) => name)).size).toBeGreaterThan(
      59,
    );
    expect((await page('phase=clean')).resources).toMatchObject([{ name: 'c-1' }]);
    expect((await page('state=quarantined')).resources).toMatchObject([
      { name: 'c-1', leases: [expect.any(String)] },
    ]);
    expect((await page('q=nothing')).resources).toEqual([]);
  });

  test('of one resource: its story, without any user data', async () => {
    await world.bring('c-2', 'done');
    const story = await get(consoleOf(), '/console/api/resource?name=c-2');
    expect(jsonOf(story)).toMatchObject({
      name: 'c-2',
      state: 'free',
      work: { leases: [{ type: 'project' }], history: expect.arrayContaining([]) },
    });
    expect(story.body).not.toContain('http://built');
    expect(await get(consoleOf(), '/console/api/resource?name=nobody')).toMatchObject({ status: 404 });
    expect(await get(consoleOf(), '/console/api/resource')).toMatchObject({ status: 400 });
  });

  test('user data, only where it may be shown, and it is said who looked', async () => {
    await world.bring('c-2', 'done');
    const path = '/console/api/userdata?name=c-2';
    const off = await get(consoleOf({ userData: false }), path);
    expect(off).toMatchObject({ status: 403, body: expect.stringContaining('MASON_CONSOLE_USER_DATA=on') });
    expect(off.body).not.toContain('http://built');
    expect(logged).toEqual([]);
    const foreign = await get(consoleOf(), path, { 'sec-fetch-site': 'cross-site' });
    expect(foreign).toMatchObject({ status: 403, body: expect.stringContaining('another site') });
    expect(logged).toEqual([]);
    const shown = await get(consoleOf(), path, { 'sec-fetch-site': 'same-origin' });
    expect(jsonOf(shown)).toMatchObject({ userData: { url: 'http://built' } });
    expect(shown.headers['cache-control']).toBe('no-store');
    expect(logged).toEqual(['user-data-shown: alice@corp.example looked at the user data of c-2']);
  });

  test('how full a pool was: a day in at most 289 points', async () => {
    const { samples, views } = world.ledger;
    const began = await world.now();
    for (let minute = 0; minute < 900; minute += 1) {
      await samples.write(() => views.counts(['project']));
      world.advance(60_000);
    }
    const ended = await world.now();
    const handle = consoleOf({}, { clock: { now: () => ended, monotonic: () => 0 } });
    const answer = jsonOf(await get(handle, '/console/api/samples?type=project')) as {
      at: number[];
      series: Record<string, number[]>;
    };
    expect(answer.at.length).toBeGreaterThan(150);
    expect(answer.at.length).toBeLessThanOrEqual(289);
    expect(answer.at[0]).toBeLessThan(began + 400_000);
    expect(answer.series['free']).toHaveLength(answer.at.length);
    expect(jsonOf(await get(handle, '/console/api/samples?type=nothing'))).toMatchObject({ at: [] });
  });

  test('with what is too long is refused', async () => {
    expect(await get(consoleOf(), `/console/api/resources?q=${'x'.repeat(1_025)}`)).toMatchObject({
      status: 400,
    });
  });
});

describe('the page', () => {
  test('and its files come with a policy that lets nothing else in', async () => {
    const handle = consoleOf();
    for (const [path, type] of [
      ['/console', 'text/html; charset=utf-8'],
      ['/console/app.js', 'text/javascript; charset=utf-8'],
      ['/console/style.css', 'text/css; charset=utf-8'],
      ['/console/uplot.js', 'text/javascript; charset=utf-8'],
      ['/console/icon.svg', 'image/svg+xml'],
    ] as const) {
      const { status, headers } = await get(handle, path);
      expect([path, status, headers['content-type']]).toEqual([path, 200, type]);
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test.each([
    '/console/toString',
    '/console/../index.ts',
    '/console/page/app.js',
    '/console/assets.js',
    '/other',
  ])('has nothing at %s', async (path) => {
    expect(await get(consoleOf(), path)).toMatchObject({ status: 404 });
  });

  test('is led to from the root', async () => {
    expect(await get(consoleOf(), '/')).toMatchObject({ status: 302, headers: { location: '/console' } });
    expect(await get(consoleOf(), '/console/')).toMatchObject({ status: 302 });
  });

  test('takes no other method', async () => {
    const call = { path: '/console', query: '', headers: {}, body: new Uint8Array() };
    expect(await consoleOf()({ ...call, method: 'POST' })).toMatchObject({ status: 405 });
    expect(await consoleOf()({ ...call, method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await get(consoleOf(), '/console/api/orders')).toMatchObject({ status: 405 });
  });
});

describe('a fault', () => {
  const broken = (error: Error): HttpHandler => {
    const { views } = world.ledger;
    const ledger = { ...world.ledger, views: { ...views, waiting: () => Promise.reject(error) } };
    const before = world;
    world = { ...world, ledger };
    const handle = consoleOf();
    world = before;
    return handle;
  };

  test('of the ledger is told as one that passes, any other without its reason: that is in the log', async () => {
    const away = await get(
      broken(new MasonError('LEDGER_UNAVAILABLE', 'secret host is down')),
      '/console/api/overview',
    );
    expect(away).toMatchObject({ status: 503, body: expect.stringContaining('LEDGER_UNAVAILABLE') });
    const wrong = await get(broken(new Error('secret is undefined')), '/console/api/overview');
    expect(wrong).toMatchObject({ status: 500 });
    for (const { body } of [away, wrong]) expect(body).not.toContain('secret');
    expect(logged.filter((line) => line.includes('secret'))).toHaveLength(2);
  });
});
