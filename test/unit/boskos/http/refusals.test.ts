import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { BoskosClient } from '../../../../shared/boskos/http/client/client.ts';
import { openConfigServer, type ConfigServer } from '../../config/configServer.ts';
import { clientClock, clientOf } from './client.ts';

const WANTED = { type: 'project', state: 'free', dest: 'busy', owner: 'alice' };
const RELEASED = { name: 'p-0', dest: 'free', owner: 'alice' };
const UPDATED = { name: 'p-0', state: 'busy', owner: 'alice', userData: { password: 'sesame-open' } };
const RESOURCE = {
  type: 'project',
  name: 'p-0',
  state: 'busy',
  owner: 'alice',
  lastupdate: '2026-11-22T13:22:58.030319479Z',
};
const SECRET = 'Basic c2VzYW1lOm9wZW4=';

let server: ConfigServer;
let client: BoskosClient;
beforeEach(async () => {
  server = await openConfigServer();
  client = clientOf(server.url);
});
afterEach(() => server.close());

const answering = (status: number, body = '', headers: Record<string, string> = {}): void => {
  server.answer = (_, response) => response.writeHead(status, headers).end(body);
};
const refused = (why: RegExp, sent = false) => ({
  code: 'BOSKOS_REFUSED',
  retry: false,
  sent,
  message: expect.stringMatching(why) as unknown,
});

/** Each call of the client, and whether it is repeated. */
const CALLS: readonly (readonly [string, boolean, () => Promise<unknown>])[] = [
  ['acquire', false, () => client.acquire(WANTED)],
  ['acquireByState', false, () => client.acquireByState({ ...WANTED, name: 'p-0' })],
  ['release', true, () => client.release(RELEASED)],
  ['update', true, () => client.update(UPDATED)],
  ['metric', true, () => client.metric('project')],
  ['held', true, () => client.held('alice')],
];

describe.each(CALLS)('%s is refused, and not repeated, by', (_, _isRepeated, call) => {
  afterEach(() => {
    expect(server.asked).toHaveLength(1);
  });

  test.each([401, 403, 407])('%d of what wants credentials', async (status) => {
    answering(status, '<html>Who\n are you?</html>');
    await expect(call()).rejects.toMatchObject(
      refused(new RegExp(`answered ${status}: <html>Who are you\\?</html>\\. .*wants other credentials`)),
    );
  });

  test.each([301, 302, 303, 307, 308])('a redirect, %d', async (status) => {
    answering(status, '', { location: 'https://login.example/?secret=1' });
    const why = new RegExp(
      `answered ${status}, without a body\\. Redirects \\(here to https://login.example\\)`,
    );
    await expect(call()).rejects.toMatchObject(refused(why));
  });

  test.each([400, 404, 405, 409, 410, 413, 418])('%d in words that are not Boskos’s', async (status) => {
    answering(status, '<html>nginx</html>');
    const why = new RegExp(`answered ${status}: <html>nginx</html>\\. Boskos says no such thing`);
    await expect(call()).rejects.toMatchObject(refused(why));
  });

  test.each([200, 201])('%d with a page', async (status) => {
    answering(status, '<html>Welcome</html>', { 'content-type': 'text/html' });
    await expect(call()).rejects.toMatchObject(refused(/<html>Welcome<\/html>\. Boskos says no such/, true));
  });

  test('an answer that is too large', async () => {
    answering(200, 'x'.repeat(8 * 2 ** 20 + 1));
    await expect(call()).rejects.toMatchObject(refused(/answered 200 with more than 8388608 bytes/, true));
  });

  test('an answer that is small on its way only', async () => {
    const bomb = gzipSync('x'.repeat(8 * 2 ** 20 + 1));
    server.answer = (_asked, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    await expect(call()).rejects.toMatchObject(refused(/more than 8388608 bytes/, true));
  });

  test('JSON of another form, whose content is not told', async () => {
    answering(200, '{"userdata":{"password":"sesame"}}');
    const error: unknown = await call().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(refused(/JSON, not shown/, true));
    expect(String(error)).not.toContain('sesame');
  });
});

describe('a busy server', () => {
  test.each(CALLS)('%s (repeated: %s)', async (_, isRepeated, call) => {
    for (const status of [429, 500, 502, 503, 504]) {
      server.asked.length = 0;
      answering(status, 'not now\n');
      await expect(call()).rejects.toMatchObject({
        code: 'BOSKOS_UNAVAILABLE',
        // A proxy, and Mason's own server, may say 503 of what was done.
        sent: status !== 429,
        message: expect.stringMatching(new RegExp(`answered ${status}: not now\\. It is busy`)) as unknown,
      });
      expect(server.asked).toHaveLength(isRepeated ? 4 : 1);
    }
  });

  test.each([
    ['2', [2_000, 2_000, 2_000], 4],
    ['0', [100, 200, 400], 4],
    ['Sun, 22 Nov 2026 13:22:58 GMT', [100, 200, 400], 4],
    ['11', [], 1],
  ])('that says Retry-After: %s', async (retryAfter, pauses, attempts) => {
    const clock = clientClock();
    answering(503, '', { 'retry-after': retryAfter });
    await expect(clientOf(server.url, { clock }).release(RELEASED)).rejects.toMatchObject({
      code: 'BOSKOS_UNAVAILABLE',
    });
    expect(clock.pauses).toEqual(pauses);
    expect(server.asked).toHaveLength(attempts);
  });

  test('an answer that breaks off is none', async () => {
    server.answer = (_, response) => breakOff(response);
    const error: unknown = await client.acquire(WANTED).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BOSKOS_UNAVAILABLE', sent: true });
    expect(String(error)).not.toMatch(/alice|sesame/);
  });

  test('an answer that hangs in its middle is none', async () => {
    const clock = clientClock();
    const half = Promise.withResolvers<undefined>();
    server.answer = (_, response) => {
      response.writeHead(200);
      response.write('{"type":', () => half.resolve(undefined));
    };
    const acquired = clientOf(server.url, { clock }).acquire(WANTED);
    await half.promise;
    clock.passDeadlines();
    await expect(acquired).rejects.toMatchObject({ sent: true, message: /not within 10 s/ });
  });
});

const breakOff = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"userdata":{"a":"sesame', () => response.destroy());
};

describe('what Boskos itself says is no refusal', () => {
  test('401 for another owner', async () => {
    answering(
      401,
      'Done failed: p-0 - free (from alice): owner mismatch request by alice, currently owned by \n',
    );
    expect(await client.release(RELEASED)).toBe('notOurs');
    await expect(client.acquire(WANTED)).rejects.toMatchObject(refused(/answered 401/));
  });

  test('a resource with no user data, more than we know, and whole seconds', async () => {
    const more = { ...RESOURCE, userdata: null, lastupdate: '2026-11-22T13:22:58Z', colour: 'red' };
    answering(200, JSON.stringify(more));
    expect(await client.acquire(WANTED)).toEqual({
      type: 'project',
      name: 'p-0',
      state: 'busy',
      owner: 'alice',
      userData: {},
      lastUpdate: Date.UTC(2026, 10, 22, 13, 22, 58),
      expiration: null,
    });
    answering(200, JSON.stringify({ ...RESOURCE, 'expiration-date': '2026-11-24T14:22:58+01:00' }));
    expect(await client.acquire(WANTED)).toMatchObject({
      userData: {},
      lastUpdate: Date.UTC(2026, 10, 22, 13, 22, 58, 30),
      expiration: Date.UTC(2026, 10, 24, 13, 22, 58),
    });
  });

  test('but the name of another resource is', async () => {
    answering(200, JSON.stringify([{ ...RESOURCE, name: 'p-1' }]));
    await expect(client.acquireByState({ ...WANTED, name: 'p-0' })).rejects.toMatchObject(refused(/./, true));
  });

  test('what an owner holds, page by page', async () => {
    const page = (name: string, after: string | null): string =>
      JSON.stringify({ resources: [{ ...RESOURCE, name }], after });
    server.answer = ({ path }, response) =>
      response.end(path.includes('after') ? page('b', null) : page('a', 'a'));
    expect(await client.held('alice')).toMatchObject([{ name: 'a' }, { name: 'b' }]);
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/resources?owner=alice&limit=1000',
      '/resources?owner=alice&limit=1000&after=a',
    ]);
  });

  test('but the same page over and over is', async () => {
    answering(200, JSON.stringify({ resources: [RESOURCE], after: 'p-0' }));
    await expect(client.held('alice')).rejects.toMatchObject(refused(/JSON, not shown/, true));
    expect(server.asked).toHaveLength(2);
  });
});

describe('nothing secret is told', () => {
  const asWho = () => clientOf(server.url, { authorization: () => Promise.resolve(SECRET) });

  test('of a server that repeats the credentials, or user data', async () => {
    for (const said of [SECRET, 'c2VzYW1lOm9wZW4=', 'sesame-open']) {
      answering(403, `you said ${said}`);
      const error: unknown = await asWho()
        .update(UPDATED)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject(refused(/answered 403: \(not shown: it repeats what is secret\)/));
    }
    expect(server.asked[0]?.headers.authorization).toBe(SECRET);
  });

  test('of credentials that can not be sent', async () => {
    const bad = clientOf(server.url, { authorization: () => Promise.resolve('Basic sesame\nopen') });
    const error: unknown = await bad.metric('project').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BOSKOS_UNAVAILABLE' });
    expect(String(error)).not.toContain('sesame');
    expect(server.asked).toHaveLength(0);
  });

  test('in the fault itself: neither the call’s parameters, nor what the HTTP client keeps', async () => {
    server.answer = (_, response) => response.destroy();
    const error = (await asWho()
      .update(UPDATED)
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error.cause).toBeUndefined();
    expect(error.message).toBe(
      `POST ${server.url}/update has no answer (socket hang up). Does Boskos run, and is its URL right?`,
    );
  });

  test('to where a redirect leads', async () => {
    const other = await openConfigServer();
    answering(307, '', { location: `${other.url}/release` });
    await expect(asWho().release(RELEASED)).rejects.toMatchObject(refused(/Redirects/));
    expect(other.asked).toEqual([]);
    await other.close();
  });

  test('more than 200 characters of an answer', async () => {
    answering(404, 'x'.repeat(1_000));
    await expect(client.release(RELEASED)).rejects.toMatchObject(refused(/: x{200}…\. /));
  });
});

describe('the URL of the server', () => {
  test.each(['', '/', '/a/b', '/a/b/'])('may have the path %j', async (path) => {
    answering(200);
    expect(await clientOf(server.url + path).release({ ...RELEASED, owner: 'a b+c%&,é' })).toBe('done');
    expect(server.asked[0]?.path).toBe(
      `${path.replace(/\/$/, '')}/release?name=p-0&dest=free&owner=a+b%2Bc%25%26%2C%C3%A9`,
    );
  });

  test.each([
    [
      'http://mason:sesame@boskos.example',
      /^the URL of the Boskos server at boskos.example has a user or a password/,
    ],
    ['http://mason@boskos.example', /has a user or a password/],
    ['http://boskos.example/?type=a', /has a \? or a # in it/],
    ['http://boskos.example/#a', /has a \? or a # in it/],
    ['boskos.example', /is no URL/],
    ['ftp://boskos.example', /is no URL/],
  ])('%s is refused', (url, why) => {
    let thrown: unknown;
    try {
      clientOf(url);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'ENVIRONMENT_INVALID',
      message: expect.stringMatching(why) as unknown,
    });
    expect(String(thrown)).not.toContain('sesame');
  });
});

test('credentials that come too late send nothing', async () => {
  const clock = clientClock();
  const slow = Promise.withResolvers<string>();
  let asked = 0;
  const late = clientOf(server.url, {
    clock,
    authorization: () => slow.promise,
    request() {
      asked += 1;
      return Promise.reject(new Error('it is not to be asked'));
    },
  });
  const acquired = late.acquire(WANTED);
  clock.passDeadlines();
  await expect(acquired).rejects.toMatchObject({ code: 'BOSKOS_UNAVAILABLE', sent: false });
  slow.resolve(SECRET);
  await new Promise(setImmediate);
  expect(asked).toBe(0);
});
