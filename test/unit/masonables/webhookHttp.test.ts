import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'gaxios';

import type { Cleaner, Masonable } from '../../../shared/masonables/port.ts';
import { notYet } from '../../../shared/masonables/port.ts';
import { signatureOf } from '../../../shared/masonables/webhook/signature.ts';
import { webhookCleaner, webhookConverter } from '../../../shared/masonables/webhook/webhook.ts';
import type { WebhookParts } from '../../../shared/masonables/webhook/parts.ts';
import { bodyAsStream } from '../../../shared/runtime/bodyAsStream.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { createReceiver, type Received, type Replied } from '../../support/webhook/receiver.ts';
import { serveReceiver, type Mishap, type ReceiverServer } from '../../support/webhook/serveReceiver.ts';
import { until } from '../../support/until.ts';
import { disk, environment, failureOf, runContext, withFolder } from './fixtures.ts';

const OLD = `whsec_${Buffer.alloc(24, 'old').toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(64, 'new').toString('base64')}`;
const HMAC = { type: 'hmac', secret: 'MASON_WEBHOOK_SECRET' };

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function serve(handle: (received: Received) => Replied): Promise<ReceiverServer> {
  const server = await serveReceiver({ handle });
  closing.push(() => server.close());
  return server;
}

const parts = (given: Partial<WebhookParts> = {}): WebhookParts => ({
  request: (options) => request<Readable>({ ...options, adapter: bodyAsStream }),
  idToken: () => Promise.reject(new Error('there is no metadata server')),
  variables: { MASON_WEBHOOK_SECRET: OLD },
  clock: systemClock,
  random: () => 0,
  ...given,
});

/** A Webhook as a config would describe it. */
function webhook(content: Readonly<Record<string, unknown>>, given?: Partial<WebhookParts>): Masonable {
  const converter = webhookConverter(parts(given));
  return converter.convert(converter.content.parse({ auth: { type: 'none' }, ...content }));
}

const construct = (masonable: Masonable, given?: Parameters<typeof runContext>[0]) =>
  masonable.construct(environment, { disk: [disk('disk-1', { key: 'sesame' })] }, runContext(given));

const OK: Replied = { status: 200, headers: {}, body: '' };

describe('A signature of Standard Webhooks', () => {
  test('is that of the example in the specification', () => {
    // The reference libraries' own: standard-webhooks, libraries/javascript/src/webhook.test.ts.
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const signed = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
    };
    expect(signatureOf(signed, [key])).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test.each([OLD, NEW])(
    'is made by each secret of a file, so that a receiver of either takes it',
    async (secret) => {
      await withFolder(async (folder) => {
        const file = join(folder, 'secrets');
        await writeFile(file, `${NEW}\n${OLD.replace('whsec_', '')}\r\n\n`);
        const receiver = createReceiver({ secret, now: () => systemClock.now() });
        const { url } = await serve((received) => receiver.handle(received));
        const auth = { type: 'hmac', secret: 'MASON_WEBHOOK_SECRET_FILE' };
        const variables = { MASON_WEBHOOK_SECRET_FILE: file };
        const outcome = await construct(webhook({ url, auth }, { variables }));
        expect(receiver.violations).toEqual([]);
        expect(outcome.done).toBe(false);
      });
    },
  );

  test('follows a file that changes, and says so when it is gone', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'secrets');
      await writeFile(file, OLD);
      const receiver = createReceiver({ secret: NEW, now: () => systemClock.now() });
      const { url } = await serve((received) => receiver.handle(received));
      const auth = { type: 'hmac', secret: 'MASON_WEBHOOK_SECRET_FILE' };
      const masonable = webhook({ url, auth }, { variables: { MASON_WEBHOOK_SECRET_FILE: file } });
      expect((await failureOf(construct(masonable))).message).toBe(
        `${url} answers 401: the signature is wrong`,
      );
      await writeFile(file, NEW);
      expect((await construct(masonable)).done).toBe(false);
      await rm(file);
      expect((await failureOf(construct(masonable))).message).toBe(
        `the secret can not be read from ${file} (MASON_WEBHOOK_SECRET_FILE): there is no such file`,
      );
    });
  });

  test.each([
    [
      undefined,
      'the environment variable MASON_WEBHOOK_SECRET, which is to hold the secret, is not set where Mason runs',
    ],
    [
      '',
      'the environment variable MASON_WEBHOOK_SECRET, which is to hold the secret, is not set where Mason runs',
    ],
    [' \n ', 'MASON_WEBHOOK_SECRET has no secret in it: it is no secret of Standard Webhooks'],
    ['open sesame', 'MASON_WEBHOOK_SECRET is no secret of Standard Webhooks'],
    ['whsec_c2VzYW1l', 'MASON_WEBHOOK_SECRET is no secret of Standard Webhooks'],
    [`${OLD}\nwhsec_`, 'line 2 of MASON_WEBHOOK_SECRET is no secret of Standard Webhooks'],
  ])('needs a secret: %j is none, nothing is sent, and nothing of it is shown', async (secret, said) => {
    let calls = 0;
    const { url } = await serve(() => {
      calls += 1;
      return OK;
    });
    const { message } = await failureOf(
      construct(webhook({ url, auth: HMAC }, { variables: { MASON_WEBHOOK_SECRET: secret } })),
    );
    expect(message.startsWith(said)).toBe(true);
    expect(message).not.toMatch(/sesame|c2VzYW1l/);
    expect(calls).toBe(0);
  });
});

describe('An ID token', () => {
  async function called(auth: Readonly<Record<string, unknown>>, idToken: WebhookParts['idToken']) {
    const seen: Received[] = [];
    const server = await serve((received) => {
      seen.push(received);
      return OK;
    });
    const audiences: string[] = [];
    const masonable = webhook(
      { url: server.url, auth: { type: 'id-token', ...auth } },
      {
        idToken: (audience) => {
          audiences.push(audience);
          return idToken(audience);
        },
      },
    );
    return { masonable, seen, audiences, origin: new URL(server.url).origin };
  }

  test('is for the origin of the URL, and goes with an ID and a time, unsigned', async () => {
    const { masonable, seen, audiences, origin } = await called({}, async () => 'Bearer token');
    expect((await construct(masonable)).done).toBe(true);
    expect(audiences).toEqual([origin]);
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer token',
      'webhook-id': 'environment-1/3/construct',
    });
    expect(seen[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  test('is for the audience that the config says', async () => {
    const { masonable, audiences } = await called({ audience: 'iap' }, async () => 'Bearer token');
    await construct(masonable);
    expect(audiences).toEqual(['iap']);
  });

  test('that is not to be had is told, and nothing is sent', async () => {
    const { masonable, seen, origin } = await called({}, () =>
      Promise.reject(new Error('no metadata server')),
    );
    expect((await failureOf(construct(masonable))).message).toBe(
      `there is no ID token for ${origin} (no metadata server). Mason must run as a service account`,
    );
    expect(seen).toEqual([]);
  });

  test('is not shown where an answer repeats it, and 403 has its cure', async () => {
    const { url } = await serve(({ headers }) => ({
      status: 403,
      headers: { 'content-type': 'text/plain' },
      body: `${headers['authorization']} may not come in`,
    }));
    const masonable = webhook(
      { url, auth: { type: 'id-token' } },
      { idToken: async () => 'Bearer abcdefgh' },
    );
    expect((await failureOf(construct(masonable))).message).toBe(
      `${url} answers 403: Bearer *** may not come in. On Cloud Run the account that Mason runs as needs roles/run.invoker`,
    );
  });
});

describe('A name with a dot in it', () => {
  test('has none in the ID, whose parts are divided by dots where it is signed', async () => {
    const ids: (string | undefined)[] = [];
    const { url } = await serve(({ headers }) => {
      ids.push(headers['webhook-id']);
      return OK;
    });
    await webhook({ url }).construct({ ...environment, name: 'a.b' }, {}, runContext());
    expect(ids).toEqual(['a%2Eb/3/construct']);
  });
});

describe('Another URL for destroy', () => {
  test('gets destroy, and the first one all else', async () => {
    const actions = (seen: string[]) => (received: Received) => {
      seen.push((JSON.parse(received.body) as { action: string }).action);
      return OK;
    };
    const [first, second]: [string[], string[]] = [[], []];
    const [one, two] = [await serve(actions(first)), await serve(actions(second))];
    const masonable = webhook({ url: one.url, 'destroy-url': two.url });
    await construct(masonable);
    await masonable.destroy?.(environment, {}, runContext());
    expect([first, second]).toEqual([['construct'], ['destroy']]);
  });
});

describe('What the network does', () => {
  let receiver: ReturnType<typeof createReceiver>;
  let server: ReceiverServer;
  beforeEach(async () => {
    receiver = createReceiver({ secret: OLD, now: () => systemClock.now() });
    server = await serve((received) => receiver.handle(received));
  });
  const mishapAtFirst = (mishap: Mishap): void => {
    server.mishap = (index) => (index === 0 ? mishap : undefined);
  };

  test.each(['lost-before', 'lost-after'] as const)(
    '%s: the next run calls again, and one thing stands',
    async (mishap) => {
      mishapAtFirst(mishap);
      const masonable = webhook({ url: server.url, auth: HMAC });
      expect(await construct(masonable)).toEqual(notYet({ busy: 1, checkpoint: null }, 1_000));
      expect((await construct(masonable, { checkpoint: { busy: 1, checkpoint: null }, token: 8 })).done).toBe(
        false,
      );
      expect(receiver.existing()).toEqual(['environment-1/3/disk-1']);
      expect(receiver.orders.map(({ token }) => token)).toEqual(mishap === 'lost-after' ? [7, 8] : [8]);
    },
  );

  test.each(['hang', 'half'] as const)('%s: the attempt fails after its timeout', async (mishap) => {
    mishapAtFirst(mishap);
    const { message } = await failureOf(construct(webhook({ url: server.url, auth: HMAC, timeout: '50ms' })));
    expect(message).toBe(
      `${server.url} did not answer within 0.05 s. Let it answer 202 at once and go on by itself, or write a longer timeout`,
    );
  });

  test.each(['hang', 'half'] as const)('%s: the end of the run ends the call', async (mishap) => {
    let calls = 0;
    server.mishap = () => {
      calls += 1;
      return mishap;
    };
    const over = new AbortController();
    const run = construct(webhook({ url: server.url, auth: HMAC }), { signal: over.signal });
    await until(() => calls > 0);
    over.abort(new Error('the claim was lost'));
    await expect(run).rejects.toThrow('the claim was lost');
  });

  test('a run whose time is up sends nothing', async () => {
    await failureOf(construct(webhook({ url: server.url, auth: HMAC }), { remainingMs: () => 0 }));
    expect(receiver.orders).toEqual([]);
  });

  test('nobody there: after six times it is told, without the parameters of the URL', async () => {
    await server.close();
    closing = [];
    const masonable = webhook({ url: `${server.url}?key=hidden`, auth: HMAC });
    const { message } = await failureOf(construct(masonable, { checkpoint: { busy: 5, checkpoint: null } }));
    expect(message).toMatch(
      /^there is no answer from http:\S+\/environments \(connect ECONNREFUSED [^)]*\); it was tried 6 times$/,
    );
    expect(message).not.toContain('hidden');
  });
});

describe('What is too large', () => {
  test('as an answer fails, and is not read to its end', async () => {
    const { url } = await serve(() => ({ ...OK, body: `"${'x'.repeat(1024 * 1024)}"` }));
    expect((await failureOf(construct(webhook({ url })))).message).toBe(
      `${url} answers with more than 1024 KiB: keep it elsewhere`,
    );
  });

  test('as an order fails, and is not sent', async () => {
    let calls = 0;
    const { url } = await serve(() => {
      calls += 1;
      return OK;
    });
    const large = disk('disk-1', { key: 'x'.repeat(8 * 1024 * 1024) });
    const { message } = await failureOf(
      webhook({ url }).construct(environment, { disk: [large] }, runContext()),
    );
    expect(message).toMatch(/^what there is to send of environment-1 \(\d+ bytes\) is larger than 8 MiB/);
    expect(calls).toBe(0);
  });
});

describe('A redirect', () => {
  test('is not followed', async () => {
    let calls = 0;
    const other = await serve(() => {
      calls += 1;
      return OK;
    });
    const { url } = await serve(() => ({ status: 302, headers: { location: other.url }, body: '' }));
    await failureOf(construct(webhook({ url })));
    expect(calls).toBe(0);
  });
});

describe('The cleaner', () => {
  test('asks to clean, with the resource alone, and takes 200 or 204 for done', async () => {
    const receiver = createReceiver({ secret: OLD, now: () => systemClock.now() });
    const { url } = await serve((received) => receiver.handle(received));
    const converter = webhookCleaner(parts());
    const cleaner: Cleaner = converter.convert(converter.content.parse({ url, auth: HMAC }));
    expect(await cleaner.clean(disk('disk-1', { a: 'b' }), runContext())).toMatchObject({ done: true });
    expect(receiver.orders).toMatchObject([
      {
        action: 'clean',
        leasedResources: {},
        resource: { type: 'disk', name: 'disk-1', userData: { a: 'b' } },
      },
    ]);
  });
});
