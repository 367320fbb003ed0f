import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'gaxios';

import { httpsSource } from '../../../shared/config/https/httpsSource.ts';
import { openConfigServer, type ConfigServer } from './configServer.ts';

const TEXT = 'resources: []\n# käse 漢字\n';

let server: ConfigServer;
beforeEach(async () => {
  server = await openConfigServer();
});
afterEach(() => server.close());

const open = (path = '/mason.yaml', limits = { timeoutMs: 10_000, largestBytes: 1_000 }) =>
  httpsSource(server.url + path, { request, limits });
const refused = (why: RegExp) => ({
  code: 'CONFIG_UNREADABLE',
  message: expect.stringMatching(why) as unknown,
});

describe('a config at a URL', () => {
  test('is read with its ETag as validator', async () => {
    server.answer = (_, response) => response.writeHead(200, { etag: '"v1"' }).end(TEXT);
    expect(await open().read(null)).toEqual({
      file: `${server.url}/mason.yaml`,
      text: TEXT,
      validator: '"v1"',
    });
    expect(server.asked[0]?.headers['if-none-match']).toBeUndefined();
  });

  test('that is unchanged is not sent again', async () => {
    server.answer = ({ headers }, response) =>
      headers['if-none-match'] === 'W/"v1"'
        ? response.writeHead(304).end()
        : response.writeHead(200, { etag: 'W/"v2"' }).end(TEXT);
    expect(await open().read('W/"v1"')).toBe('unchanged');
    expect(await open().read('W/"v0"')).toMatchObject({ validator: 'W/"v2"' });
  });

  test('without an ETag is read whole each time', async () => {
    server.answer = (_, response) => response.end(TEXT);
    expect(await open().read(null)).toEqual({ file: `${server.url}/mason.yaml`, text: TEXT });
  });

  test('may be compressed on its way', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(TEXT));
    expect(await open().read(null)).toMatchObject({ text: TEXT });
  });

  test('is named without its query, which may hold a token', async () => {
    server.answer = (_, response) => response.end(TEXT);
    expect(await open('/a?token=sesame').read(null)).toMatchObject({ file: `${server.url}/a` });
    expect(server.asked[0]?.path).toBe('/a?token=sesame');
    server.answer = (_, response) => response.writeHead(403).end();
    const error: unknown = await open('/a?token=sesame')
      .read(null)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('sesame');
  });

  test('is so, too, where nobody answers, there or where it is redirected to', async () => {
    const gone = await openConfigServer();
    await gone.close();
    server.answer = (_, response) =>
      response.writeHead(302, { location: `${gone.url}/b?token=sesame` }).end();
    for (const url of [`${gone.url}/a?token=sesame`, `${server.url}/a`]) {
      const error: unknown = await httpsSource(url, { request })
        .read(null)
        .catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/\/a can not be read: connect ECONNREFUSED/);
      expect(String(error)).not.toContain('sesame');
    }
  });
});

describe('a redirect', () => {
  test('is followed, with the condition', async () => {
    server.answer = ({ path }, response) =>
      path === '/mason.yaml'
        ? response.writeHead(302, { location: '/b' }).end('moved')
        : response.writeHead(304).end();
    expect(await open().read('"v1"')).toBe('unchanged');
    expect(server.asked.map(({ path }) => path)).toEqual(['/mason.yaml', '/b']);
    expect(server.asked[1]?.headers['if-none-match']).toBe('"v1"');
  });

  test.each([
    ['http://a.example/b', 'http://a.example'],
    ['ftp://127.0.0.1/b', 'ftp://127.0.0.1'],
    ['http://', 'no URL'],
    ['http://169.254.169.254/', 'http://169.254.169.254'],
  ])('to %s is refused: whoever is on the way could change it', async (location, told) => {
    server.answer = (_, response) => response.writeHead(301, { location }).end();
    await expect(open().read(null)).rejects.toMatchObject(
      refused(new RegExp(`redirects to ${told}, and only https:// is followed$`)),
    );
    expect(server.asked).toHaveLength(1);
  });

  test('from outside to this machine is refused', async () => {
    const away = httpsSource('https://a.example/mason.yaml', {
      request: async () => ({
        status: 302,
        headers: new Headers({ location: 'http://127.0.0.1/b' }),
        data: '',
      }),
    });
    await expect(away.read(null)).rejects.toMatchObject(refused(/redirects to http:\/\/127\.0\.0\.1/));
  });

  test('that never ends is given up', async () => {
    server.answer = (_, response) => response.writeHead(307, { location: '/mason.yaml' }).end();
    await expect(open().read(null)).rejects.toMatchObject(refused(/redirected more than 5 times/));
    expect(server.asked).toHaveLength(6);
  });
});

describe('what is no config is told', () => {
  test.each([
    [401, /answers 401: nobody may read it unasked/],
    [403, /answers 403: nobody may read it unasked/],
    [404, /answers 404: there is nothing of that name/],
    [429, /answers 429; the next sync asks again/],
    [503, /answers 503; the next sync asks again/],
    [204, /answers 204, which is no config/],
    [304, /answers 304, which is no config/],
    [302, /answers 302, which is no config/],
  ])('%d', async (status, why) => {
    server.answer = (_, response) => response.writeHead(status).end();
    await expect(open().read(null)).rejects.toMatchObject(refused(why));
  });

  test('bytes that are not UTF-8', async () => {
    server.answer = (_, response) => response.end(Buffer.from([0x61, 0xe9, 0x62]));
    await expect(open().read(null)).rejects.toMatchObject(refused(/it is not UTF-8; save it as UTF-8$/));
  });

  test.each([
    ['told', { 'content-length': '1001' }],
    ['untold', {}],
  ])('a body that is too large, its length %s', async (_, headers) => {
    server.answer = (_asked, response) => response.writeHead(200, headers).end('x'.repeat(1_001));
    await expect(open().read(null)).rejects.toMatchObject(refused(/larger than 1000 bytes/));
  });

  test('a body that is small on its way only', async () => {
    const bomb = gzipSync('x'.repeat(1_000_000));
    server.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    await expect(open().read(null)).rejects.toMatchObject(refused(/larger than 1000 bytes/));
  });

  test('a server that never answers', async () => {
    server.answer = () => undefined;
    const source = open('/mason.yaml', { timeoutMs: 50, largestBytes: 1_000 });
    await expect(source.read(null)).rejects.toMatchObject(refused(/did not answer within 0\.05 s/));
  });

  test('a body that never ends', async () => {
    server.answer = (_, response) => void response.writeHead(200).write('resources:');
    const source = open('/mason.yaml', { timeoutMs: 200, largestBytes: 1_000 });
    await expect(source.read(null)).rejects.toMatchObject(refused(/did not answer within 0\.2 s/));
  });

  test('a body that breaks off', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('resources:', () => response.destroy());
    };
    await expect(open().read(null)).rejects.toMatchObject(refused(/can not be read: ./));
  });

  test('no server at all', async () => {
    const source = open();
    await server.close();
    await expect(source.read(null)).rejects.toMatchObject(refused(/ECONNREFUSED/));
    server = await openConfigServer();
  });
});
