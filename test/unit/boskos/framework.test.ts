import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { LARGEST_BYTES } from '../../../shared/http/handler.ts';
import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import { overFramework } from '../../../shared/http/overHttp.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { call, type Answer, type Sent } from '../../contract/boskosWire/call.ts';
import { usersOf } from '../../contract/boskosWire/wire.ts';
import { openWorld, physical, type World } from '../../contract/ledger/world.ts';

let world: World;
let close: () => Promise<void>;
let server: Server;

beforeAll(async () => {
  ({ world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  ));
  await world.configure(physical('project', ['p-1']));
  const { views } = world.ledger;
  const log = (): void => undefined;
  http('wire', overFramework(createBoskosHandler({ users: usersOf(world.ledger, log), views, log })));
  server = getTestServer('wire').listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await close();
});

const send = (line: string, sent: Sent = {}): Promise<Answer> =>
  call(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, line, sent);

const UPDATE = 'POST /update?name=p-1&state=busy&owner=alice';

test('a call comes through the framework as it was sent, and so does its answer', async () => {
  const taken = await send('POST /acquire?type=project&type=nope&state=free&dest=busy&owner=al%69ce');
  expect(taken).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  expect(JSON.parse(taken.body)).toMatchObject({ name: 'p-1', owner: 'alice', userdata: {} });
  expect(await send('POST //acquire?type=a')).toMatchObject({
    status: 307,
    headers: { location: '/acquire?type=a' },
  });
  const refused = await send('HEAD /metric?type=project');
  expect(refused).toMatchObject({ status: 405, body: '' });
  expect(refused.headers).not.toHaveProperty('x-powered-by');
});

test.each([
  ['application/json', '{"a":"1"}', { a: '1' }],
  ['text/csv', '{"a":"2"} trailing', { a: '2' }],
  ['application/x-www-form-urlencoded', '{"a":"3"}', { a: '3' }],
  [null, '{"a":"4"}', { a: '4' }],
  ['text/plain; charset=utf-8', '{"a":""}', {}],
])('a body of Content-Type %s is read', async (type, body, userData) => {
  const answer = await send(UPDATE, { body, ...(type !== null && { headers: { 'content-type': type } }) });
  expect(answer).toMatchObject({ status: 200, body: '' });
  expect((await world.record('p-1')).userData).toEqual(userData);
});

test.each([['text/plain'], [null]])('one that is no JSON is refused, Content-Type %s', async (type) => {
  const sent = { body: '{', ...(type !== null && { headers: { 'content-type': type } }) };
  expect(await send(UPDATE, sent)).toMatchObject({ status: 400, body: 'unexpected EOF\n' });
});

test.each([['application/octet-stream'], [null]])(
  'one that is too large is refused, Content-Type %s',
  async (type) => {
    const body = 'x'.repeat(LARGEST_BYTES + 1);
    const sent = { body, ...(type !== null && { headers: { 'content-type': type } }) };
    expect(await send(UPDATE, sent)).toMatchObject({ status: 413 });
  },
);

test('malformed application/json is answered by the framework itself', async () => {
  const sent = { body: '{', headers: { 'content-type': 'application/json' } };
  expect(await send(UPDATE, sent)).toMatchObject({ status: 400 });
});
