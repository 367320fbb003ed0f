import { request as httpRequest } from 'node:http';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';

import * as api from '../../../shared/api/wire.ts';
import { openServer } from '../../../shared/local/server/openServer.ts';
import { isIdle, openTestMason, TWO_CLUSTERS, untilTick, type TestMason } from './fixtures.ts';

let mason: TestMason;
beforeEach(async () => {
  mason = await openTestMason();
  const idle = untilTick(mason.runner, isIdle);
  await mason.runner.start();
  await idle;
});
afterEach(() => mason.close());

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Not fetch, which sets Host and Origin itself. */
function ask(path: string, { method = 'GET', headers = {}, body }: Ask = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; json: unknown }>(
    (resolve, reject) => {
      const request = httpRequest(
        `${mason.server.url}${path}`,
        { method, headers, agent: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, json: JSON.parse(text) });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    },
  );
}

const order = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
  const { status, json } = await ask(`${api.API}${path}`);
  expect(status).toBe(200);
  return schema.parse(json);
}

const codeOf = (json: unknown): string => api.errorAnswer.parse(json).error.code;

describe('what the server tells', () => {
  test('health', async () => {
    expect(await get('/health', api.healthAnswer)).toEqual({ status: 'ok', pid: process.pid });
  });

  test('pools, whether all is at rest, and the faults of the config', async () => {
    const { pools, verdict } = await get('/pools', api.poolsAnswer);
    expect(pools.map(({ type, free, parked }) => [type, free, parked])).toEqual([
      ['cluster', 2, 0],
      ['project', 1, 2],
    ]);
    expect(verdict.kind).toBe('idle');
    mason.setFaults(['mason.yaml:1:1: error: no']);
    const { config } = await get('/pools', api.poolsAnswer);
    expect(config).toEqual({ file: 'mason.yaml', faults: ['mason.yaml:1:1: error: no'] });
  });

  test('the names of resources, by type and state', async () => {
    const names = async (query: string) =>
      (await get(`/resources${query}`, api.resourcesAnswer)).resources.map(({ name }) => name);
    expect(await names('')).toHaveLength(5);
    expect(await names('?type=cluster')).toEqual(['cluster-1', 'cluster-2']);
    expect(await names('?type=project&state=free')).toHaveLength(1);
    expect(await names('?type=project&after=project-2')).toEqual(['project-3']);
    expect(await names('?type=nothing')).toEqual([]);
  });

  test('the whole story of a resource, its user data only where it is asked for', async () => {
    const hidden = await get('/resources/cluster-1', api.resourceAnswer);
    expect(hidden).toMatchObject({
      type: 'cluster',
      state: 'free',
      owner: '',
      userData: null,
      work: { cycle: 1, phase: null },
    });
    expect(hidden.userDataKeys).toEqual(['token', 'leasedResources']);
    expect(JSON.stringify(hidden)).not.toContain('secret-1');
    const shown = await get('/resources/cluster-1?userdata=1', api.resourceAnswer);
    expect(shown.userData).toMatchObject({ token: 'secret-1' });
  });

  test('a name in a path may be encoded; there is no such resource: 404', async () => {
    await get('/resources/%63luster-1', api.resourceAnswer);
    const { status, json } = await ask(`${api.API}/resources/nobody`);
    expect([status, codeOf(json)]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('what can be ordered', () => {
  test('recycle takes a free resource round again, and the answer says that it is taken', async () => {
    const { status, json } = await order(`${api.API}/publish`, { phase: 'recycle', name: 'cluster-1' });
    expect(status).toBe(200);
    expect(api.publishAnswer.parse(json).heard).toBe('cluster-1 is recycled by order');
    await untilTick(mason.runner, isIdle);
    const { work } = await get('/resources/cluster-1', api.resourceAnswer);
    expect(work?.cycle).toBe(2);
  });

  test('an order that does not hold is refused with the reason: 409', async () => {
    const { status, json } = await order(`${api.API}/publish`, { phase: 'clean', name: 'cluster-1' });
    expect([status, codeOf(json)]).toEqual([409, 'REFUSED']);
    expect(api.errorAnswer.parse(json).error.message).toContain('it is free, in no phase');
    const physical = await order(`${api.API}/publish`, { phase: 'recycle', name: 'project-1' });
    expect(physical.status).toBe(409);
  });

  test('an order for nobody, or for everything, is 404', async () => {
    for (const name of ['nobody', '*']) {
      const { status } = await order(`${api.API}/publish`, { phase: 'janitor', name });
      expect(status).toBe(404);
    }
  });

  test('retry is only for what is in quarantine', async () => {
    expect((await order(`${api.API}/retry`, { name: 'cluster-1' })).status).toBe(409);
    expect((await order(`${api.API}/retry`, { name: 'nobody' })).status).toBe(404);
  });
});

describe('what the server refuses', () => {
  test.each<[string, number, string, Ask]>([
    ['an unknown path', 404, `${api.API}/elsewhere`, {}],
    ['a path beside the API', 404, '/mason', {}],
    ['a path below a route', 404, `${api.API}/pools/more`, {}],
    ['a name that is no URL encoding', 400, `${api.API}/resources/%ff`, {}],
    ['a name that no ledger takes', 400, `${api.API}/resources?type=${'x'.repeat(1_025)}`, {}],
    ['a method that the path does not take', 405, `${api.API}/pools`, { method: 'DELETE' }],
    ['GET where something is ordered', 405, `${api.API}/publish`, {}],
    [
      'a Host that is not this machine (DNS rebinding)',
      403,
      `${api.API}/pools`,
      { headers: { host: 'evil.example' } },
    ],
    [
      'a Host that only begins like this machine',
      403,
      `${api.API}/pools`,
      { headers: { host: 'localhost.evil.example' } },
    ],
  ])('%s: %i', async (_, status, path, given) => {
    const answer = await ask(path, given);
    expect(answer.status).toBe(status);
    expect(codeOf(answer.json)).not.toBe('');
  });

  test('405 names what the path takes', async () => {
    expect((await ask(`${api.API}/retry`)).headers['allow']).toBe('POST');
  });

  test.each<[string, number, unknown, Record<string, string>]>([
    ['a web page (Origin)', 403, { name: 'cluster-1' }, { origin: 'http://localhost:3000' }],
    ['a web page (Sec-Fetch-Site)', 403, { name: 'cluster-1' }, { 'sec-fetch-site': 'same-site' }],
    [
      'the form of a web page',
      415,
      'name=cluster-1',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['text that a web page may send', 415, '{"name": "cluster-1"}', { 'content-type': 'text/plain' }],
    ['no JSON', 400, '{"name"', {}],
    ['another JSON', 400, { resource: 'cluster-1' }, {}],
    ['an empty name', 400, { name: '' }, {}],
    ['more than 4 MiB', 413, { name: 'x'.repeat(4_194_304) }, {}],
    ['much more than 4 MiB', 413, { name: 'x'.repeat(20_000_000) }, {}],
  ])('an order that is %s: %i', async (_, status, body, headers) => {
    const answer = await order(`${api.API}/retry`, body, headers);
    expect(answer.status).toBe(status);
    expect(codeOf(answer.json)).not.toBe('');
  });

  test('a phase that there is not: 400', async () => {
    const { status, json } = await order(`${api.API}/publish`, { phase: 'sync', name: 'cluster-1' });
    expect(status).toBe(400);
    expect(api.errorAnswer.parse(json).error.message).toContain('phase');
  });

  test('goes on after each of these', async () => {
    await order(`${api.API}/retry`, 'x'.repeat(200_000));
    await get('/health', api.healthAnswer);
  });
});

describe('the port', () => {
  test('in use: the error names the flag', async () => {
    const port = Number(new URL(mason.server.url).port);
    await expect(openServer(port, [], { log: () => undefined })).rejects.toMatchObject({
      code: 'ENVIRONMENT_INVALID',
      message: expect.stringContaining('--port') as unknown,
    });
  });
});

test('a change of the config is in force after the next tick', async () => {
  mason.setConfig(TWO_CLUSTERS.replace('[cluster-1, cluster-2]', '[cluster-1, cluster-2, cluster-3]'));
  await untilTick(mason.runner, (now) => isIdle(now) && now.pools[0]?.members === 3);
});
