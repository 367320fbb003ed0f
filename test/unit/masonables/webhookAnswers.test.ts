import { describe, expect, test } from '@jest/globals';

import type { Order, Replied } from '../../support/webhook/receiver.ts';
import { createWebhookWorld, SECRET, type WebhookWorld } from '../../support/webhook/webhookWorld.ts';

const HIDDEN = 'https://builder.example/environments';

/** Answers each order of an action so, as often as is said (default: for ever). */
function answering(
  action: Order['action'],
  replied: Partial<Replied> | ((order: Order) => Partial<Replied>),
  times = Infinity,
): WebhookWorld {
  const webhook = createWebhookWorld({ 'max-attempts': 3 });
  let left = times;
  webhook.receiver.knobs.meddle = (order) => {
    if (order.action !== action || left === 0) return undefined;
    left -= 1;
    return typeof replied === 'function' ? replied(order) : replied;
  };
  return webhook;
}

/** What `mason status NAME` shows of the last error, once there is one. */
async function lastError({ world }: WebhookWorld, type = 'environment'): Promise<string> {
  for (let minute = 0; minute < 30; minute += 1) {
    await world.minutes(1);
    const records = await world.members(type);
    const errors = records.flatMap(({ work }) => (work?.lastError ? [work.lastError.message] : []));
    if (errors[0] !== undefined) return errors[0];
  }
  throw new Error('no error within 30 min');
}

/** Whole milliseconds: the ledger's times have fractions of one. */
const untilDue = (work: { readonly dueAt: number | null }, { world }: WebhookWorld): number =>
  Math.floor((work.dueAt ?? 0) - world.clock.now());

const body = (value: unknown, status: number): Partial<Replied> => ({ status, body: JSON.stringify(value) });
const text = (said: string, status = 500, type = 'text/plain'): Partial<Replied> => ({
  status,
  body: said,
  headers: { 'content-type': type },
});

describe('An answer that is no success is a failed attempt, whose message people see', () => {
  test.each<[string, Partial<Replied>, string]>([
    ['message', body({ message: 'no quota\n in  europe-west1' }, 500), '500: no quota in europe-west1'],
    ['error', body({ error: 'no quota' }, 422), '422: no quota'],
    ['error.message', body({ error: { code: 7, message: 'no quota' } }, 403), '403: no quota'],
    ['RFC 9457', body({ title: 'Quota', detail: 'no quota' }, 400), '400: no quota'],
    ['plain text', text('no quota\u001b[31m\n'), '500: no quota'],
    [
      'its own URL, without the parameters',
      text('no POST:/environments?key=hidden, hidden'),
      '500: no POST:/environments***, ***',
    ],
    ['a page for browsers', text('<h1>Oops</h1>', 500, 'text/html'), '500'],
    ['JSON that says nothing', body({ password: 'hunter-2' }, 500), '500'],
    ['JSON that is none', { status: 500, body: 'hunter-2 {' }, '500'],
    ['long', text('x'.repeat(5_000)), `500: ${'x'.repeat(300)}…`],
    ['another success', body({}, 201), '201. Done is 200, not yet is 202'],
    [
      'a redirect',
      { status: 307, headers: { location: 'https://other.example/?key=hidden' } },
      '307. Redirects (here to https://other.example) are not followed: write the URL that it leads to',
    ],
  ])('%s', async (_, replied, said) => {
    expect(await lastError(answering('construct', replied))).toBe(`${HIDDEN} answers ${said}`);
  });

  test('in destroy, with the user data masked', async () => {
    const webhook = answering('destroy', ({ resource }) =>
      resource.userData['password'] === undefined
        ? { status: 200 }
        : text(`can not log in with ${resource.userData['password']}, signed by ${SECRET}`),
    );
    await webhook.world.restore();
    const { name } = await webhook.world.acquire('environment');
    await webhook.world.release(name, 'dirty');
    expect(await lastError(webhook)).toBe(`${HIDDEN} answers 500: can not log in with ***, signed by ***`);
    expect(webhook.receiver.existing()).toHaveLength(1);
  });

  test('in clean: what could not be cleaned never becomes free', async () => {
    const webhook = answering('clean', text('the disk is stuck'));
    await webhook.world.restore();
    const { name } = await webhook.world.acquire('environment');
    await webhook.world.release(name, 'dirty');
    expect(await lastError(webhook, 'disk')).toBe(`${HIDDEN} answers 500: the disk is stuck`);
    await webhook.world.minutes(60);
    const disks = await webhook.world.members('disk');
    expect(disks.filter(({ work }) => work?.quarantine)).toHaveLength(1);
  });

  test('and in the end quarantine', async () => {
    const webhook = answering('construct', text('no quota'));
    await webhook.world.minutes(60);
    const { work } = await webhook.world.only('environment');
    expect(work.quarantine).not.toBeNull();
    expect(work.lastError?.message).toBe(`${HIDDEN} answers 500: no quota`);
  });
});

describe('An answer that can not be read is a failed attempt, and nothing of it is shown', () => {
  const wantsData = '200, with which must come {"userData": {"key": "text", …}};';
  const wantsLater = '202, with which must come {"checkpoint": …, "againInMs": 30000}, or nothing;';
  test.each<[string, Partial<Replied>, string]>([
    ['no JSON', { status: 200, body: 'hunter-2' }, `${wantsData} found 8 characters that are not JSON`],
    ['no object', body(['hunter-2'], 200), `${wantsData} at fault: the answer`],
    ['no texts', body({ userData: { pin: 1234 } }, 200), `${wantsData} at fault: userData`],
    ['another key', body({ userdata: { a: 'hunter-2' } }, 200), `${wantsData} found other keys`],
    [
      "Mason's own key",
      body({ userData: { leasedResources: '' } }, 200),
      '200, with which must come user data without the key leasedResources: Mason writes that one itself',
    ],
    ['a wrong pause', body({ againInMs: -1 }, 202), `${wantsLater} at fault: againInMs`],
    ['a pause in words', body({ againIn: '30s' }, 202), `${wantsLater} found other keys`],
  ])('%s', async (_, replied, said) => {
    expect(await lastError(answering('construct', replied))).toBe(`${HIDDEN} answers ${said}`);
  });
});

describe('202 is no failure', () => {
  test.each<[string, Partial<Replied>, number]>([
    ['againInMs', body({ againInMs: 45_000 }, 202), 45_000],
    ['Retry-After in seconds', { status: 202, headers: { 'retry-after': '20' }, body: '' }, 20_000],
    [
      'Retry-After as a date',
      { status: 202, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:05:00 GMT' }, body: '' },
      239_999,
    ],
    [
      'a date that is over',
      { status: 202, headers: { 'retry-after': 'Thu, 01 Jan 2025 00:05:00 GMT' }, body: '' },
      0,
    ],
    ['nothing', { status: 202, body: '' }, 10_000],
    ['a year', { status: 202, headers: { 'retry-after': '31536000' }, body: '' }, 1_800_000],
  ])('with %s, Mason asks again then', async (_, replied, pause) => {
    const webhook = answering('construct', replied, 1);
    await webhook.world.minutes(1);
    const { work } = await webhook.world.only('environment');
    expect([work.phase, work.attempts, work.lastError]).toEqual(['clean', 0, null]);
    expect(untilDue(work, webhook)).toBe(pause);
  });

  test('without a checkpoint, the next order has none', async () => {
    const webhook = answering('construct', { status: 202, body: '' }, 2);
    await webhook.world.restore();
    const constructs = webhook.receiver.orders.filter(({ action }) => action === 'construct');
    expect(constructs.map(({ checkpoint }) => checkpoint)).toEqual([
      null,
      null,
      null,
      { step: 2 },
      { step: 3 },
    ]);
  });
});

describe('A receiver that is busy or away for a moment', () => {
  test.each([429, 502, 503, 504])(
    '%s: is called again with the same checkpoint, no attempt counted',
    async (status) => {
      const webhook = createWebhookWorld();
      let left = 3;
      webhook.receiver.knobs.meddle = ({ checkpoint }) =>
        checkpoint !== null && left-- > 0 ? { status, body: '' } : undefined;
      await webhook.world.restore();
      const constructs = webhook.receiver.orders.filter(({ action }) => action === 'construct');
      const second = { step: 2 };
      expect(constructs.map(({ checkpoint }) => checkpoint)).toEqual([
        null,
        second,
        second,
        second,
        second,
        { step: 3 },
      ]);
      expect((await webhook.world.only('environment')).work.lastError).toBeNull();
    },
  );

  test('is left alone for as long as it asks', async () => {
    const webhook = answering('construct', { status: 503, headers: { 'retry-after': '300' } }, 1);
    await webhook.world.minutes(1);
    const { work } = await webhook.world.only('environment');
    expect(untilDue(work, webhook)).toBe(300_000);
  });

  test('for longer is a failed attempt, and then quarantine', async () => {
    const webhook = answering('construct', text('over capacity', 503));
    expect(await lastError(webhook)).toBe(`${HIDDEN} answers 503: over capacity; it was tried 6 times`);
    await webhook.world.minutes(60);
    const { work } = await webhook.world.only('environment');
    expect(work.quarantine).not.toBeNull();
    // Three attempts of six calls each.
    expect(webhook.receiver.orders.filter(({ action }) => action === 'construct')).toHaveLength(18);
  });

  test('after which it does well begins to count anew', async () => {
    const webhook = createWebhookWorld({ 'max-attempts': 1 });
    const seen = new Map<string, number>();
    webhook.receiver.knobs.meddle = ({ action, checkpoint }) => {
      const key = `${action} ${JSON.stringify(checkpoint)}`;
      const times = (seen.get(key) ?? 0) + 1;
      seen.set(key, times);
      return times <= 5 ? { status: 503 } : undefined;
    };
    await webhook.world.restore();
    expect(seen.get('construct {"step":3}')).toBe(6);
  });
});
