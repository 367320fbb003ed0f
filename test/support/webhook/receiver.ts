import { timingSafeEqual } from 'node:crypto';

import { Webhook } from 'standardwebhooks';
import * as z from 'zod';

/** A request, its headers in lower case. */
export interface Received {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Replied {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An order that was understood. */
export type Order = z.infer<typeof orderSchema>;

/** A server that a webhook calls: strict in what it takes, and correct in what it does. */
export interface Receiver {
  handle(received: Received): Replied;
  /** All that exists, as NAME/CYCLE/LEASE. */
  existing(): string[];
  /** Every order that was taken, in order. */
  readonly orders: Order[];
  /** What Mason did that it must not. */
  readonly violations: string[];
  readonly knobs: Knobs;
}

interface Knobs {
  /** How many calls a construct takes. */
  steps: number;
  /** Seconds that a request may be old. */
  toleranceS: number;
  /** Milliseconds after which it wants to be called again. */
  againInMs: number;
  /** Answers instead, if it says anything; what the order asks for is not done. */
  meddle: (order: Order) => Partial<Replied> | undefined;
}

interface ReceiverOptions {
  /** whsec_…; null: whoever calls is let in. */
  readonly secret: string | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The five minutes of the reference library. */
const TOLERANCE_S = 300;

export function createReceiver({ secret, now }: ReceiverOptions): Receiver {
  const things = new Set<string>();
  const tokens = new Map<string, number>();
  const knobs: Knobs = { steps: 3, toleranceS: TOLERANCE_S, againInMs: 1, meddle: () => undefined };
  const orders: Order[] = [];
  const violations: string[] = [];

  const refuse = (status: number, message: string): Replied => json(status, { message });
  const fault = (message: string): Replied => {
    violations.push(message);
    return refuse(401, message);
  };

  function handle(received: Received): Replied {
    const wrong = faultIn(received, { secret, now: now(), toleranceS: knobs.toleranceS });
    if (wrong !== null) return fault(wrong);
    const parsed = orderSchema.safeParse(JSON.parse(received.body));
    if (!parsed.success) return fault(z.prettifyError(parsed.error));
    const order = parsed.data;
    const id = `${order.resource.name}/${order.cycle}/${order.action}`;
    if (received.headers['webhook-id'] !== id) return fault(`the id is not ${id}`);
    if (Date.parse(order.deadline) <= Number(received.headers['webhook-timestamp']) * 1_000)
      return fault('the deadline is over');

    // An overtaken run may do nothing any more.
    const last = tokens.get(order.resource.name) ?? 0;
    if (order.token < last) return refuse(409, `the run ${order.token} was overtaken by ${last}`);
    tokens.set(order.resource.name, order.token);
    orders.push(order);
    const meddled = knobs.meddle(order);
    if (meddled) return { ...json(200, {}), ...meddled };
    return act(order);
  }

  function act(order: Order): Replied {
    switch (order.action) {
      case 'construct':
        return construct(order);
      case 'destroy':
        return destroy(order);
      case 'clean':
        return { status: 204, headers: {}, body: '' };
    }
  }

  function construct({ resource, cycle, leasedResources, checkpoint }: Order): Replied {
    const leases = Object.values(leasedResources).flat();
    const names = leases.map((lease) => `${resource.name}/${cycle}/${lease.name}`);
    for (const thing of thingsOf(resource.name)) if (!names.includes(thing)) things.delete(thing);
    for (const name of names) things.add(name);
    const { step } = progress.parse(checkpoint ?? { step: 1 });
    if (step < knobs.steps) return json(202, { checkpoint: { step: step + 1 }, againInMs: knobs.againInMs });
    return json(200, { userData: { things: names.join(), password: `hunter-${resource.name}-${cycle}` } });
  }

  function destroy({ resource }: Order): Replied {
    const found = thingsOf(resource.name);
    if (found.length === 0) return json(200, { anything: 'goes' });
    for (const thing of found) things.delete(thing);
    return { status: 202, headers: { 'retry-after': '0' }, body: '' };
  }

  const thingsOf = (name: string): string[] => [...things].filter((thing) => thing.startsWith(`${name}/`));

  return { handle, existing: () => [...things].sort(), orders, violations, knobs };
}

const resource = z.strictObject({
  type: z.string(),
  name: z.string(),
  userData: z.record(z.string(), z.string()),
});
const orderSchema = z.strictObject({
  version: z.literal(1),
  action: z.enum(['construct', 'destroy', 'clean']),
  resource,
  leasedResources: z.record(z.string(), z.array(resource)),
  cycle: z.int(),
  token: z.int(),
  checkpoint: z.json(),
  deadline: z.iso.datetime(),
});
const progress = z.strictObject({ step: z.int() });

const json = (status: number, body: unknown): Replied => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** What is wrong with a request before its body is read. */
function faultIn(
  { method, headers, body }: Received,
  {
    secret,
    now,
    toleranceS,
  }: { readonly secret: string | null; readonly now: number; readonly toleranceS: number },
): string | null {
  if (method !== 'POST') return `the method is ${method}`;
  if (headers['content-type'] !== 'application/json') return `the type is ${headers['content-type']}`;
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': given } = headers;
  if (!/^[^. ]+$/.test(id)) return `the id is ${id}`;
  if (!/^\d+$/.test(timestamp)) return `the timestamp is ${timestamp}`;
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceS) return `the timestamp is ${timestamp}`;
  if (secret === null) return given === undefined ? null : 'there is a signature';
  // By the reference library, which is not ours. Its `verify` looks at the machine's clock.
  const good = new Webhook(secret).sign(id, new Date(Number(timestamp) * 1_000), body);
  const isGood = (given ?? '').split(' ').some((one) => isSame(one, good));
  return isGood ? null : 'the signature is wrong';
}

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
