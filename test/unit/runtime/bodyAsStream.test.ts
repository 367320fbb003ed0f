import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Gaxios, request } from 'gaxios';

import { bodyAsStream } from '../../../shared/runtime/bodyAsStream.ts';

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let seen: Seen[] = [];
let url = '';
let close: () => Promise<unknown> = () => Promise.resolve();
beforeEach(async () => {
  seen = [];
  const server = createServer((asked, response) => {
    let body = '';
    asked.setEncoding('utf8').on('data', (text: string) => (body += text));
    asked.on('end', () => {
      seen.push({ headers: asked.headers, body });
      response.end('there');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  close = () => once(server.close(), 'close');
});
afterEach(() => close());

/** As the callers have it. */
const FLAGS = { adapter: bodyAsStream, retry: false, responseType: 'text' } as const;

test('a request whose signal is aborted before it begins is refused, and takes nobody else with it', async () => {
  const over = new AbortController();
  const asked = request({ ...FLAGS, url, method: 'POST', data: { a: 1 }, signal: over.signal });
  over.abort(new Error('over'));
  await expect(asked).rejects.toThrow();
  // What nobody hears would be thrown a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual([]);
});

test.each([
  ['a text', 'dürfen', 'dürfen'],
  ['JSON', { a: 'ä' }, '{"a":"ä"}'],
  ['an empty text', '', ''],
])('%s arrives whole, with its length', async (_, data, body) => {
  const { data: answer } = await request({ ...FLAGS, url, method: 'POST', data });
  expect(answer).toBe('there');
  expect(seen).toMatchObject([{ body, headers: { 'content-length': String(Buffer.byteLength(body)) } }]);
});

test('a request without a body has none', async () => {
  await request({ ...FLAGS, url });
  expect(seen).toMatchObject([{ body: '' }]);
  expect(seen[0]?.headers).not.toHaveProperty('content-length');
});

test('a request may be sent again', async () => {
  const client = new Gaxios(FLAGS);
  const options = { url, method: 'POST', data: 'text' } as const;
  await client.request(options);
  await client.request(options);
  expect(seen.map(({ body }) => body)).toEqual(['text', 'text']);
});
