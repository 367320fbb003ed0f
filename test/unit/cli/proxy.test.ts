import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect, type AddressInfo } from 'node:net';

import { describe, expect, test } from '@jest/globals';

import { openProxy } from '../../../shared/cli/proxy/openProxy.ts';
import { readTarget } from '../../../shared/cli/proxy/target.ts';
import { call } from '../../contract/boskosWire/call.ts';
import { exchangeRaw, withProxy } from './proxyFixtures.ts';

describe('a call goes on as it came', () => {
  test.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'])('%s', async (method) => {
    await withProxy({}, async ({ url, heard }) => {
      await call(url, `${method} //a/../%2e/b%2Fc;d?e=%zz&e=f+g&&?`);
      expect(heard).toMatchObject([{ line: `${method} //a/../%2e/b%2Fc;d?e=%zz&e=f+g&&?`, body: '' }]);
    });
  });

  test.each([
    ['with its length', { 'content-length': '3' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('a body %s, whatever the method', async (_, headers) => {
    await withProxy({}, async ({ url, heard }) => {
      for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS'])
        await call(url, `${method} /update`, { headers, body: 'é{' });
      await call(url, 'POST /update');
      expect(heard.map(({ line, body }) => `${line} ${body}`)).toEqual([
        'POST /update é{',
        'GET /update é{',
        'DELETE /update é{',
        'OPTIONS /update é{',
        'POST /update ',
      ]);
    });
  });

  test('below the path of the URL, if it has one', async () => {
    await withProxy({ path: '/boskos/' }, async ({ url, heard }) => {
      await call(url, 'GET /metric?type=a');
      await call(url, 'OPTIONS *');
      expect(heard.map(({ line }) => line)).toEqual(['GET /boskos/metric?type=a', 'OPTIONS *']);
    });
  });

  test('but for its credentials, and what concerns the connection alone', async () => {
    await withProxy({ token: () => Promise.resolve('x.y.z') }, async ({ url, heard, targetHost }) => {
      const sent = {
        authorization: 'Basic b2xkOnNlY3JldA==',
        'x-serverless-authorization': 'Bearer forged',
        'proxy-authorization': 'Basic c2VjcmV0',
        cookie: 'session=secret',
        connection: 'x-hop, close, content-length',
        'x-hop': '1',
        te: 'trailers',
        upgrade: 'websocket',
        'keep-alive': 'timeout=1',
        'X-Kept': 'é',
        'content-type': 'text/csv',
      };
      await call(url, 'POST /update', { headers: sent, body: Buffer.from('{}') });
      expect(heard).toHaveLength(1);
      const { connection, ...headers } = heard[0]?.headers ?? {};
      expect(headers).toEqual({
        host: targetHost,
        authorization: 'Bearer x.y.z',
        'x-kept': 'é',
        'content-type': 'text/csv',
        'content-length': '2',
      });
      expect(connection).toBe('keep-alive');
    });
  });

  test('a token for each call, as it is then', async () => {
    let count = 0;
    await withProxy({ token: () => Promise.resolve(`t.${(count += 1)}.s`) }, async ({ url, heard }) => {
      await call(url, 'GET /');
      await call(url, 'GET /');
      expect(heard.map(({ headers }) => headers.authorization)).toEqual(['Bearer t.1.s', 'Bearer t.2.s']);
    });
  });

  test('its body is not held up on the way', async () => {
    const first = Promise.withResolvers<string>();
    const server = createServer((got, response) => {
      got.once('data', (chunk: Buffer) => {
        first.resolve(chunk.toString());
      });
      got.resume().on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const proxy = await openProxy({
      port: 0,
      target,
      token: () => Promise.resolve('a.b.c'),
      err: () => undefined,
    });
    const asked = request(proxy.url, { method: 'POST', agent: false });
    asked.write('first');
    expect(await first.promise).toBe('first');
    const answered = once(asked, 'response');
    asked.end('rest');
    await answered;
    await proxy.close();
    server.close();
  });
});

describe('an answer comes back as it was given', () => {
  test.each([200, 204, 307, 401, 404, 409, 413, 500, 503, 599])('%i', async (status) => {
    const trailer = status === 204 ? {} : { trailer: 'x' };
    const answer = {
      location: '/x',
      'Mason-Queue-Position': '2',
      'set-cookie': ['a=1', 'b=2'],
      ...trailer,
    };
    const setup = {
      answer: (_: unknown, response: ServerResponse) =>
        response.writeHead(status, 'Its own words', answer).end(status === 204 ? undefined : 'body\n'),
    };
    await withProxy(setup, async ({ url, said }) => {
      const got = await call(url, 'POST /acquire');
      expect(got).toMatchObject({
        status,
        body: status === 204 ? '' : 'body\n',
        headers: { location: '/x', 'mason-queue-position': '2', 'set-cookie': ['a=1', 'b=2'] },
      });
      expect(got.headers).not.toHaveProperty('trailer');
      expect(said()).toBe('');
    });
  });

  test('to HEAD without a body, with its length', async () => {
    const setup = {
      answer: (_: unknown, response: ServerResponse) =>
        response.writeHead(405, { 'content-length': '7' }).end(),
    };
    await withProxy(setup, async ({ url }) => {
      expect(await call(url, 'HEAD /metric')).toMatchObject({
        status: 405,
        body: '',
        headers: { 'content-length': '7' },
      });
    });
  });

  test('one that breaks off breaks off, and the next call is answered', async () => {
    let isWhole = false;
    const setup = {
      answer: (_: unknown, response: ServerResponse) => {
        if (isWhole) response.end('whole');
        else response.writeHead(200, { 'content-length': '9' }).write('half', () => response.destroy());
      },
    };
    await withProxy(setup, async ({ url }) => {
      await expect(call(url, 'GET /')).rejects.toThrow();
      isWhole = true;
      expect(await call(url, 'GET /')).toMatchObject({ body: 'whole' });
    });
  });
});

describe('who is not let in', () => {
  const fetched = (site: string) => ({ 'sec-fetch-site': site });

  test.each([
    ['another name that points here', { host: 'evil.example' }],
    ['a name that begins alike', { host: '127.0.0.1.evil.example' }],
    ['a port on another name', { host: 'evil.example:127' }],
    ['a page’s request', { origin: 'https://evil.example' }],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    ['a page without a name', { origin: 'null' }],
    ['a picture on a page', fetched('cross-site')],
    ['a page of a neighbour', fetched('same-site')],
    ['its own page, which there is none of', fetched('same-origin')],
  ])('%s', async (_, headers) => {
    await withProxy({}, async ({ url, heard }) => {
      for (const line of ['GET /metric?type=a', 'POST /reset'])
        expect(await call(url, line, { headers })).toMatchObject({
          status: 403,
          body: expect.stringMatching(/^mason proxy: only for /),
        });
      expect(heard).toEqual([]);
    });
  });

  test('who takes it for an HTTP proxy, or has no Host', async () => {
    await withProxy({}, async ({ url, heard }) => {
      const absolute = 'GET http://other.example/x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
      expect(await exchangeRaw(url, absolute)).toMatch(/^HTTP\/1.1 403 .*it leads to one server/s);
      expect(await exchangeRaw(url, 'CONNECT other.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')).toBe(
        '',
      );
      expect(await exchangeRaw(url, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 403 /);
      expect(heard).toEqual([]);
    });
  });

  test('what could be read as two calls', async () => {
    await withProxy({}, async ({ url, heard }) => {
      const both =
        'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG';
      expect(await exchangeRaw(url, both)).toMatch(/^HTTP\/1.1 400 /);
      expect(heard).toEqual([]);
    });
  });

  test('who comes from another machine', async () => {
    await withProxy({}, async ({ url }) => {
      const [other] = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ family, internal }) => family === 'IPv4' && !internal);
      expect(new URL(url).hostname).toBe('127.0.0.1');
      if (other === undefined) return;
      const socket = connect(Number(new URL(url).port), other.address);
      await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
    });
  });

  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '[::1]:8378'])('but Host: %s is', async (host) => {
    await withProxy({}, async ({ url }) => {
      expect(await call(url, 'GET /', { headers: { host, ...fetched('none') } })).toMatchObject({
        status: 200,
      });
    });
  });
});

describe('what goes wrong', () => {
  test('no token: 502 with the reason, until there is one', async () => {
    let isThere = false;
    const token = () =>
      isThere ? Promise.resolve('a.b.c') : Promise.reject(new Error('you are logged out'));
    await withProxy({ token }, async ({ url, heard, said }) => {
      expect(await call(url, 'POST /update', { body: 'x'.repeat(1_000_000) })).toMatchObject({
        status: 502,
        body: 'mason proxy: you are logged out\n',
      });
      expect([heard, said()]).toEqual([[], 'mason proxy: you are logged out\n']);
      isThere = true;
      expect(await call(url, 'GET /')).toMatchObject({ status: 200 });
    });
  });

  test('nobody answers: 502', async () => {
    const target = new URL('http://127.0.0.1:9');
    const proxy = await openProxy({
      port: 0,
      target,
      token: () => Promise.resolve('a.b.c'),
      err: () => undefined,
    });
    const got = await call(proxy.url, 'POST /acquire');
    expect(got.status).toBe(502);
    expect(got.body).toMatch(/^mason proxy: 127.0.0.1:9 can not be reached: .*ECONNREFUSED/);
    await proxy.close();
  });

  test('a client that goes away takes its call with it', async () => {
    const reached = Promise.withResolvers<null>();
    const gone = Promise.withResolvers<null>();
    const setup = {
      answer: (got: IncomingMessage) => {
        got.socket.once('close', () => {
          gone.resolve(null);
        });
        reached.resolve(null);
      },
    };
    await withProxy(setup, async ({ url, said }) => {
      const asked = request(url, { method: 'POST', agent: false });
      asked.on('error', () => undefined);
      asked.end();
      await reached.promise;
      asked.destroy();
      await gone.promise;
      expect(said()).toBe('');
    });
  });

  test('a port that is in use is told, with the cure', async () => {
    await withProxy({}, async ({ url }) => {
      const port = Number(new URL(url).port);
      const second = openProxy({
        port,
        target: new URL(url),
        token: () => Promise.resolve(''),
        err: () => undefined,
      });
      await expect(second).rejects.toMatchObject({
        code: 'ENVIRONMENT_INVALID',
        message: `port ${port} is in use: choose another one with --port N (0: any)`,
      });
    });
  });

  test.each([
    ['nonsense', 'is no URL'],
    ['ftp://a.example', 'is no URL'],
    ['http://a.example', 'in the clear'],
    ['http://127.0.0.1.example', 'in the clear'],
    ['https://u:sesame@a.example', 'takes no user and password'],
    ['https://a.example/?x=1', 'takes a path at most'],
  ])('--url %s is refused', (url, message) => {
    expect(() => readTarget(url)).toThrow(message);
    expect(() => readTarget(url)).not.toThrow('sesame');
  });
});
