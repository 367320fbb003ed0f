import { describe, expect, test } from '@jest/globals';

import { MasonClient } from '../../../shared/client/masonClient.ts';
import type { Place } from '../../../shared/client/options.ts';
import {
  BROKEN,
  BUSY,
  CLUSTER,
  failed,
  goodServer,
  NONE,
  NOT_OURS,
  OK,
  play,
  REFUSED,
  type Reply,
  type Seen,
  type Server,
} from './fixtures.ts';

const TOKEN: Reply = { status: 200, body: '{"type":"token","name":"token-1"}' };

/** These answers one after the other, the last of them for ever. */
function inTurn(...answers: readonly (Reply | Error)[]): Server {
  let at = 0;
  return () => answers[Math.min(at++, answers.length - 1)] ?? OK;
}

/** No answer until the attempt is given up. */
const hang = ({ signal }: Seen): Promise<Reply> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

describe('A server that is not there, or busy', () => {
  test.each([
    ['refuses the connection', REFUSED],
    ['breaks it', BROKEN],
    ['is busy', BUSY],
    ['has too many calls', { status: 429 }],
  ])('%s: the same request is repeated, with growing pauses', async (_, trouble) => {
    const { client, calls, pass } = play(inTurn(trouble, trouble, TOKEN));
    const lease = client.acquire('token');
    await pass(3_000);
    expect(await lease).toMatchObject({ name: 'token-1' });
    expect(calls.map(({ parameters }) => parameters['request_id'])).toEqual(['id-1', 'id-1', 'id-1']);
    // Full jitter: a half of it here.
    expect(calls.map(({ at }) => at)).toEqual([0, 110, 330]);
  });

  test('who does not wait is told within seconds', async () => {
    const { client, pass, clock } = play(() => REFUSED);
    const lease = expect(client.acquire('token')).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: 'no Boskos answers at http://boskos.example (connection refused)',
    });
    await pass(3_000);
    await lease;
    expect(clock.timers()).toBe(0);
  });

  test('who waits is patient for as long', async () => {
    const { client, pass, calls } = play(inTurn(...Array.from({ length: 40 }, () => REFUSED), TOKEN));
    const lease = client.acquire('token', { wait: 600_000 });
    await pass(600_000);
    expect(await lease).toMatchObject({ name: 'token-1' });
    const pauses = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
    expect(Math.max(...pauses)).toBe(2_750);
  });

  test('release is patient for a minute, and each trouble is told', async () => {
    const told: string[] = [];
    const { client, pass, clock } = play(() => BUSY, {
      onRetry: ({ message }, pause) => told.push(`${message} ${pause}`),
    });
    const release = expect(client.release('token-1')).rejects.toMatchObject({ code: 'BOSKOS_UNAVAILABLE' });
    await pass(60_000);
    await release;
    expect(clock.timers()).toBe(0);
    expect(told.length).toBeGreaterThan(10);
    expect(told[0]).toMatch(
      /^GET http:\/\/boskos\.example\/resources\/token-1 is answered 503: the ledger .* 110$/,
    );
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new Error('the callback is broken');
      },
    ],
    ['rejects', (): unknown => Promise.reject(new Error('the callback is broken'))],
  ])('an onRetry that %s ends no release', async (_, onRetry) => {
    const { client, pass } = play(inTurn(BUSY, OK), { onRetry });
    const release = client.release({ name: 'token-1', state: 'busy', owner: 'alice', leased: [] });
    await pass(1_000);
    expect(await release).toMatchObject({ state: 'dirty', complete: true });
  });

  test('it says when to come back', async () => {
    const { client, calls, pass } = play(inTurn({ ...BUSY, headers: { 'retry-after': '2' } }, TOKEN));
    const lease = client.acquire('token');
    await pass(2_000);
    await lease;
    expect(calls.map(({ at }) => at)).toEqual([0, 2_000]);
  });

  test('it hangs: the attempt is given up after its time, and repeated', async () => {
    let isFirst = true;
    const { client, calls, pass } = play(
      (call) => {
        if (!isFirst) return TOKEN;
        isFirst = false;
        return hang(call);
      },
      { timeout: 1_000 },
    );
    const lease = client.acquire('token', { wait: 10_000 });
    await pass(2_000);
    expect(await lease).toMatchObject({ name: 'token-1' });
    expect(calls.map(({ at }) => at)).toEqual([0, 1_110]);
  });
});

describe('An answer that is lost', () => {
  test('to a release: its repeat finds that it is done', async () => {
    const { client, pass } = play(({ path }) => (path === '/release' ? answers() : OK));
    const answers = inTurn(BROKEN, NOT_OURS).bind(null, {} as never) as () => Reply;
    const release = client.release({ name: 'token-1', state: 'busy', owner: 'alice', leased: [] });
    await pass(1_000);
    expect(await release).toMatchObject({ state: 'dirty', complete: true });
  });

  test('to the take of a part: it is found to be ours, and told once more', async () => {
    let takes = 0;
    const { client, pass, lines } = play((call) => {
      if (call.path !== '/acquirebystate' || call.parameters['names'] !== 'project-1')
        return goodServer(call);
      takes += 1;
      if (takes === 1) return BROKEN;
      return takes === 2 ? NONE : goodServer(call);
    });
    const lease = client.acquire('cluster');
    await pass(1_000);
    expect((await lease).leased.map(({ name }) => name)).toEqual(['project-1', 'host-1']);
    expect(lines()).toEqual([
      '/acquire cluster busy',
      '/acquirebystate project-1 busy',
      '/acquirebystate project-1 busy',
      '/update project-1 busy',
      '/release project-1 cluster-1',
      '/acquirebystate project-1 busy',
      '/acquirebystate host-1 busy',
    ]);
  });

  test('to the take of a part that somebody else has: everything goes back', async () => {
    const { client, pass, lines } = play((call) => {
      const isHost = call.parameters['names'] === 'host-1' || call.parameters['name'] === 'host-1';
      return isHost ? (call.path === '/update' ? NOT_OURS : answers()) : goodServer(call);
    });
    const answers = inTurn(BROKEN, NONE).bind(null, {} as never) as () => Reply;
    const lease = expect(client.acquire('cluster')).rejects.toMatchObject({ code: 'NOT_WHOLE' });
    await pass(1_000);
    await lease;
    expect(lines().slice(-3)).toEqual([
      '/update cluster-1 busy',
      '/release project-1 cluster-1',
      '/release cluster-1 dirty',
    ]);
  });
});

describe('An answer that Boskos does not give', () => {
  test.each([
    [
      'wrong credentials',
      { status: 401, body: 'user or password is wrong, or missing' },
      /with these credentials$/,
    ],
    [
      'a caller who may not',
      { status: 403, body: 'who calls is not known: there is no ID token' },
      /403: who calls is not known: .*\. The server lets nobody in with these credentials$/,
    ],
    [
      'a page',
      { status: 200, body: '<html><b>Welcome</b>\n to nginx' },
      /answered 200: Welcome to nginx\. Boskos says no/,
    ],
    ['a redirect', { status: 302 }, /is answered 302, without a word/],
    ['not found, in other words', { status: 404, body: 'page not found' }, /404: page not found/],
    ['half a resource', { status: 200, body: '{"name":"a"}' }, /Boskos says no such thing/],
  ])('%s: it is told, and not tried again', async (_, reply, message) => {
    const { client, calls } = play(() => reply);
    await expect(client.acquire('token')).rejects.toMatchObject({ code: 'BOSKOS_REFUSED' });
    await expect(client.acquire('token')).rejects.toThrow(message);
    expect(calls).toHaveLength(2);
  });

  test.each([
    ['a map', '{a: b}'],
    ['no YAML', '- {'],
    ['an empty name', "['']"],
  ])('leasedResources that is %s: it goes back dirty', async (_, leasedResources) => {
    const body = JSON.stringify({ type: 'cluster', name: 'cluster-1', userdata: { leasedResources } });
    const { client, lines } = play((call) =>
      call.path === '/acquire' ? { status: 200, body } : goodServer(call),
    );
    await expect(client.acquire('cluster')).rejects.toMatchObject({ code: 'NOT_WHOLE' });
    expect(lines()).toEqual(['/acquire cluster busy', '/release cluster-1 dirty']);
  });
});

describe('Waiting', () => {
  test('asks every three seconds or so, always within the time to live of its place', async () => {
    for (const [random, pause] of [
      [0, 2_250],
      [1, 3_750],
    ] as const) {
      const { client, calls, pass } = play(() => NONE, {}, random);
      const lease = client.acquire('token', { wait: 10_000 }).catch((error: unknown) => error);
      await pass(10_000);
      expect(await lease).toMatchObject({
        code: 'NOTHING_FREE',
        message: 'no resource of type "token" was free within 10 s',
      });
      expect(calls[1]?.at).toBe(pause);
      // Once more when the time is over: who has waited so long is not to miss it by a second.
      expect(calls.at(-1)?.at).toBe(10_000);
    }
  });

  test('tells the place in the queue, where the server tells it', async () => {
    const headers = { 'mason-queue-position': '3', 'mason-queue-length': '5' };
    const places: Place[] = [];
    const { client, pass } = play(inTurn({ ...NONE, headers }, NONE, TOKEN));
    const lease = client.acquire('token', { wait: 60_000, onWait: (place) => places.push(place) });
    await pass(10_000);
    await lease;
    expect(places).toEqual([
      { waited: 0, position: 3, length: 5 },
      { waited: 3_000, position: null, length: null },
    ]);
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new Error('its own fault');
      },
    ],
    ['rejects', (): unknown => Promise.reject(new Error('its own fault'))],
  ])('an onWait that %s ends no waiting', async (_, onWait) => {
    const { client, pass, clock } = play(inTurn(NONE, NONE, TOKEN));
    const lease = client.acquire('token', { wait: 60_000, onWait });
    await pass(10_000);
    expect(await lease).toMatchObject({ name: 'token-1' });
    expect(clock.timers()).toBe(0);
  });

  test('what comes after the caller has given up goes back as it came, with all its parts', async () => {
    const answer = Promise.withResolvers<Reply>();
    const { client, lines } = play((call) => (call.path === '/acquire' ? answer.promise : goodServer(call)));
    const controller = new AbortController();
    const lease = client.acquire('cluster', { signal: controller.signal });
    controller.abort(new Error('enough'));
    answer.resolve(CLUSTER);
    await expect(lease).rejects.toThrow('enough');
    expect(lines()).toEqual([
      '/acquire cluster busy',
      '/acquirebystate project-1 busy',
      '/acquirebystate host-1 busy',
      '/update cluster-1 busy',
      '/release project-1 cluster-1',
      '/release host-1 cluster-1',
      '/release cluster-1 free',
    ]);
  });
});

describe('Who gives up after the answer to an acquire was lost', () => {
  const giveUp = async (server: Server, wait = 0) => {
    const scene = play(server);
    const controller = new AbortController();
    const lease = expect(scene.client.acquire('token', { wait, signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    await scene.pass(0);
    controller.abort(new Error('enough'));
    await scene.pass(3_000);
    await lease;
    expect(scene.clock.timers()).toBe(0);
    return scene;
  };

  test('asks once more by the same request, and what it brings goes back as it came', async () => {
    const answers = inTurn(BROKEN, TOKEN);
    const { calls, lines } = await giveUp((call) => (call.path === '/acquire' ? answers(call) : OK));
    expect(lines()).toEqual(['/acquire token busy', '/acquire token busy', '/release token-1 free']);
    expect(calls.slice(0, 2).map(({ parameters }) => parameters['request_id'])).toEqual(['id-1', 'id-1']);
  });

  test.each([0, 60_000])('hears nothing of it if there was nothing (waiting %d ms)', async (wait) => {
    expect((await giveUp(inTurn(BROKEN, NONE), wait)).calls).toHaveLength(2);
  });

  test('does not wait long for that', async () => {
    let isFirst = true;
    const { calls } = await giveUp((call) => {
      if (!isFirst) return hang(call);
      isFirst = false;
      return BROKEN;
    });
    expect(calls).toHaveLength(2);
  });

  test('asks no more where none of it can have arrived', async () => {
    expect((await giveUp(() => REFUSED)).calls).toHaveLength(1);
  });
});

describe('Credentials', () => {
  const authorizations = async (
    authorization: NonNullable<Parameters<typeof play>[1]>,
  ): Promise<unknown[]> => {
    const { client, calls, pass } = play(inTurn(BUSY, TOKEN), authorization);
    const lease = client.acquire('token');
    await pass(1_000);
    await lease;
    return calls.map((call) => call.authorization);
  };

  test('a user and a password', async () => {
    const authorization = { user: 'ci', password: 'höflich:1' };
    const header = `Basic ${Buffer.from('ci:höflich:1').toString('base64')}`;
    expect(await authorizations({ authorization })).toEqual([header, header]);
  });

  test('a token, asked for at each attempt', async () => {
    let made = 0;
    const token = async (): Promise<string> => `token-${(made += 1)}`;
    const url = 'https://boskos.example';
    expect(await authorizations({ url, authorization: { token } })).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('a token that never comes: the attempt is given up after its time, with nothing sent, and repeated', async () => {
    let isFirst = true;
    const token = (): Promise<string> => {
      if (!isFirst) return Promise.resolve('token-2');
      isFirst = false;
      return new Promise(() => undefined);
    };
    const told: string[] = [];
    const { client, calls, pass, clock } = play(() => TOKEN, {
      url: 'https://boskos.example',
      authorization: { token },
      timeout: 1_000,
      onRetry: ({ message }) => told.push(message),
    });
    const lease = client.acquire('token', { wait: 10_000 });
    await pass(2_000);
    expect(await lease).toMatchObject({ name: 'token-1' });
    expect(calls.map(({ at, authorization }) => [at, authorization])).toEqual([[1_110, 'Bearer token-2']]);
    expect(told).toEqual(['there are no credentials for https://boskos.example within 1 s']);
    expect(clock.timers()).toBe(0);
  });

  test('none', async () => {
    expect(await authorizations({})).toEqual([null, null]);
  });

  test.each([
    [{ url: 'boskos' }, 'is none: write it like'],
    [{ url: 'ftp://boskos' }, 'is none: write it like'],
    [{ url: 'http://ci:secret@boskos' }, 'of boskos has a user or a password in it'],
    [{ url: 'http://boskos/?a=1' }, 'has a ? or a # in it'],
    [{ owner: '' }, 'the owner is empty'],
    [{ authorization: { token: 'x' } }, 'not sent to http://boskos.example in the clear'],
    [{ authorization: { user: 'a:b', password: 'x' } }, 'no colon'],
  ])('%j is refused at once', (options, message) => {
    const whole = { url: 'http://boskos.example', owner: 'alice', ...options };
    expect(() => new MasonClient(whole)).toThrow(message);
    expect(() => new MasonClient(whole)).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_INVALID' }));
  });

  test('nobody learns a password from a message', async () => {
    const authorization = { user: 'ci', password: 'hunter2' };
    const { client } = play(() => ({ status: 403 }), { authorization });
    const error = await client.acquire('token').catch((thrown: unknown) => thrown);
    expect(String(error)).not.toMatch(/hunter2|aHVudGVyMg|Basic/);
  });
});

test('a URL with a path, and names that need escaping', async () => {
  const { client, calls } = play(() => failed('ENOTFOUND'), {
    url: 'https://boskos.example/api/',
    patience: 0,
  });
  await expect(client.release('a/b c')).rejects.toThrow(
    'no Boskos answers at https://boskos.example/api (there is no',
  );
  expect(calls.map(({ path }) => path)).toEqual(['/api/resources/a%2Fb%20c']);
});
