import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { HttpHandler } from '../../../shared/http/handler.ts';
import { MasonError } from '../../../shared/errors.ts';
import { physical, virtual, type World } from '../../contract/ledger/world.ts';
import { get, jsonOf, openConsoleStage, order, TOKEN, type ConsoleStage } from './fixtures.ts';

let world: World;
let logged: ConsoleStage['logged'];
let consoleOf: ConsoleStage['consoleOf'];
let stage: ConsoleStage;
let close: ConsoleStage['close'];

beforeEach(async () => {
  stage = await openConsoleStage();
  ({ world, logged, consoleOf, close } = stage);
});
afterEach(() => close());

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

  test('dead letters: the newest 25, the newest first', async () => {
    const deadLetters = Array.from({ length: 26 }, (_, at) => ({
      topic: 'clean',
      data: `c-${at + 1}`,
      deliveries: 10,
      error: 'no disk',
    }));
    const seen = async (letters: typeof deadLetters) =>
      jsonOf(await get(consoleOf({}, { deadLetters: () => letters }), '/console/api/overview'));
    const newestFirst = deadLetters.toReversed();
    expect(await seen(deadLetters)).toMatchObject({
      deadLetters: { entries: newestFirst.slice(0, 25), more: true },
    });
    expect(await seen(deadLetters.slice(1))).toMatchObject({
      deadLetters: { entries: newestFirst.slice(0, 25), more: false },
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
    stage.elapsedMs = 4_999;
    expect(await quarantined()).toBe(1);
    stage.elapsedMs = 5_000;
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
      { name: 'c-1', leases: [expect.any(String)], attempts: 2, error: 'no disk' },
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
    return stage.consoleOn({ ...world.ledger, views: { ...views, waiting: () => Promise.reject(error) } });
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
