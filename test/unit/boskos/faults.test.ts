import { createServer } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';

import { expect, test } from '@jest/globals';

import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import { overNode } from '../../../shared/http/overHttp.ts';
import type { BoskosUsers } from '../../../shared/boskos/port.ts';
import { MasonError } from '../../../shared/errors.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';

/** Users and views of whom every call fails. */
function failing(error: Error) {
  const fail = (): Promise<never> => Promise.reject(error);
  const users: BoskosUsers = {
    acquire: fail,
    acquireByState: fail,
    release: fail,
    update: fail,
    reset: fail,
    metric: fail,
  };
  const log: LogEntry[] = [];
  const handle = createBoskosHandler({
    users,
    views: { record: fail, records: fail },
    log: (entry) => void log.push(entry),
  });
  return { handle, log };
}

const METRIC = {
  method: 'GET',
  path: '/metric',
  query: 'type=project',
  headers: {},
  body: new Uint8Array(),
};

test('a ledger that can not be reached is 503: the client tries again', async () => {
  const { handle, log } = failing(new MasonError('LEDGER_UNAVAILABLE', 'Firestore said: secret'));
  const answer = await handle(METRIC);
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    body: 'the ledger can not be reached, or is busy\n',
  });
  expect(log).toMatchObject([{ severity: 'ERROR', event: 'call-failed' }]);
  expect(log[0]?.message).toContain('Firestore said: secret');
});

test('a fault of our own is 500, and its reason is for the log alone', async () => {
  const { handle, log } = failing(new TypeError('secret'));
  expect(await handle(METRIC)).toMatchObject({ status: 500, body: 'a fault in Mason itself\n' });
  expect(log[0]?.message).toBe('GET /metric could not be answered: secret');
});

test('what needs no ledger is answered without one', async () => {
  const { handle, log } = failing(new Error('not to be called'));
  expect(await handle({ ...METRIC, query: '' })).toMatchObject({ status: 400 });
  expect(await handle({ ...METRIC, method: 'POST' })).toMatchObject({ status: 405 });
  expect(await handle({ ...METRIC, path: '/' })).toMatchObject({ status: 200, body: '' });
  expect(log).toEqual([]);
});

test('a sender who goes away before the end of his body changes nothing, and the server goes on', async () => {
  const { handle, log } = failing(new Error('not to be called'));
  const listen = overNode(handle);
  const heard: Promise<void>[] = [];
  const arrived = Promise.withResolvers<null>();
  const server = createServer((request, response) => {
    heard.push(listen(request, response));
    arrived.resolve(null);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('POST /update?name=a&state=b&owner=c HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{}');
  await arrived.promise;
  socket.destroy();
  await Promise.all(heard);
  expect(log).toEqual([]);
  server.close();
  await once(server, 'close');
});
