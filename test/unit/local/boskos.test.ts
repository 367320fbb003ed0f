import { afterEach, describe, expect, test } from '@jest/globals';

import * as api from '../../../shared/api/wire.ts';
import { call, type Answer, type Sent } from '../../contract/boskosWire/call.ts';
import { faultsOfAnswer } from '../../support/describedAnswer.ts';
import { isIdle, openTestMason, untilTick, type TestMason } from './fixtures.ts';

let mason: TestMason;
afterEach(() => mason.close());

async function open(given: Parameters<typeof openTestMason>[0] = {}): Promise<void> {
  mason = await openTestMason(given);
  const idle = untilTick(mason.runner, isIdle);
  await mason.runner.start();
  await idle;
}

async function send(line: string, sent: Sent = {}): Promise<Answer> {
  const answer = await call(mason.server.url, line, sent);
  if (answer.status !== 403) expect(faultsOfAnswer(line, answer)).toEqual([]);
  return answer;
}

const ACQUIRE = 'POST /acquire?type=cluster&state=free&dest=busy&owner=me';

describe('Boskos’s API beside a Mason', () => {
  test('gives what Mason has built, which goes round again when it is released', async () => {
    await open();
    const taken = await send(ACQUIRE);
    expect(JSON.parse(taken.body)).toMatchObject({ state: 'busy', userdata: { token: 'secret-1' } });
    const { name } = JSON.parse(taken.body) as { name: string };
    expect((await send(`POST /release?name=${name}&dest=dirty&owner=me`)).status).toBe(200);
    await untilTick(mason.runner, isIdle);
    const story = await call(mason.server.url, `GET ${api.API}/resources/${name}`);
    expect(JSON.parse(story.body)).toMatchObject({ state: 'free', work: { cycle: 2 } });
  });

  test('has the runs of its phases among its metrics', async () => {
    await open();
    await send(ACQUIRE, { headers: { 'user-agent': 'boskosctl' } });
    const { body } = await send('GET /metrics');
    expect(body).toContain('boskos_resources{type="cluster",state="busy"} 1\n');
    expect(body).toMatch(
      /mason_phase_duration_seconds_count{phase="clean",type="cluster",outcome="constructed"} 2/,
    );
    expect(body).toMatch(/boskos_acquire_duration_seconds_count{type="cluster".*} 1\n/);
    expect(body).toMatch(/boskos_http_request_duration_seconds_count{path="\/acquire",.*"boskosctl"} 1\n/);
    expect(body).not.toContain('secret');
  });

  test('answers malformed application/json itself, and bodies of any type', async () => {
    await open();
    const { name } = JSON.parse((await send(ACQUIRE)).body) as { name: string };
    const update = `POST /update?name=${name}&state=busy&owner=me`;
    const headers = { 'content-type': 'application/json' };
    expect(await send(update, { headers, body: '{' })).toMatchObject({
      status: 400,
      body: 'unexpected EOF\n',
    });
    expect(await send(update, { headers, body: '{"a":"1"}' })).toMatchObject({ status: 200, body: '' });
    expect((await send(update, { body: '{"b":"2"}' })).status).toBe(200);
  });

  test.each([
    ['127.0.0.1:1', 200],
    ['localhost', 200],
    ['LOCALHOST:8080', 200],
    ['[::1]:8377', 200],
    ['127.0.1.1', 200],
    ['127.0.0.1.evil.example', 403],
    ['boskos.evil.example', 403],
    ['127.0.0.1@evil.example', 403],
  ])('called by the Host %s: %i', async (host, status) => {
    await open();
    expect((await send('GET /metric?type=cluster', { headers: { host } })).status).toBe(status);
  });

  test('changes nothing for a web page', async () => {
    await open();
    expect((await send(ACQUIRE, { headers: { origin: 'http://localhost:3000' } })).status).toBe(403);
    expect((await send('GET /metric?type=cluster')).body).toContain('"free":2');
  });

  test('does not take what is Mason’s own', async () => {
    await open();
    for (const path of ['/mason', '/mason/', '/mason/v1/nothing', '/mason?x'])
      expect(await call(mason.server.url, `GET ${path}`)).toMatchObject({ status: 404 });
    expect(await send('GET /masonry')).toMatchObject({ status: 200, body: '' });
  });
});

describe('Boskos’s API alone', () => {
  const CONFIG = `resources:
  - type: project
    names: [project-1, project-2]
    mason: {janitor: {type: None}}
  - {type: host, min-count: 2, max-count: 3}
`;

  test('keeps its pools at their size, and leaves dirty ones to those who clean them', async () => {
    await open({ config: CONFIG, only: 'boskos' });
    const taken = await send('POST /acquire?type=host&state=free&dest=busy&owner=me');
    const { name } = JSON.parse(taken.body) as { name: string };
    await send(`POST /release?name=${name}&dest=tombstone&owner=me`);
    await send('POST /acquirebystate?state=free&dest=busy&owner=me&names=project-1');
    await send('POST /release?name=project-1&dest=dirty&owner=me');
    const now = await untilTick(mason.runner, ({ pools }) => pools.every(({ members }) => members === 2));
    expect(now.verdict).toEqual({ kind: 'idle', reasons: [] });
    expect((await send(`GET /resources/${name}`)).status).toBe(404);
    expect((await send('GET /metric?type=project')).body).toContain('"dirty":1,"free":1');
  });

  test('leaves to them what is to be deleted, too', async () => {
    await open({ config: CONFIG, only: 'boskos' });
    await send('POST /acquirebystate?state=free&dest=busy&owner=me&names=project-1');
    await send('POST /release?name=project-1&dest=toBeDeleted&owner=me');
    await untilTick(mason.runner, () => true);
    expect((await send('GET /metric?type=project')).body).toContain('"free":1,"toBeDeleted":1');
  });

  test('grows a pool for those who wait, up to its maximum', async () => {
    await open({ config: CONFIG, only: 'boskos' });
    const asking = 'POST /acquire?type=host&state=free&dest=busy&owner=me&request_id=';
    for (const id of ['a', 'b']) expect((await send(asking + id)).status).toBe(200);
    expect((await send(`${asking}c`)).status).toBe(404);
    expect((await send(`${asking}c`)).status).toBe(200);
    expect((await send(`${asking}d`)).headers).toMatchObject({ 'mason-queue-position': '1' });
  });
});
