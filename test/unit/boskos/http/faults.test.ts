import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { BoskosClient } from '../../../../shared/boskos/http/client/client.ts';
import { startHttpFaults, type HttpFault, type HttpFaults } from '../../../support/httpFaults.ts';
import { openOriginalBoskos, type OriginalBoskos } from '../../../support/originalBoskos.ts';
import { clientClock, clientOf, type ClientClock } from './client.ts';
import { openOurs, START_MS } from './servers.ts';

const FAULTS = ['request-lost', 'reply-lost', 'error', 'error-after', 'hang', 'hang-after'] as const;
/** Those that let the call arrive. */
const ARRIVES: readonly HttpFault[] = ['reply-lost', 'error-after', 'hang-after'];

const WANTED = { type: 'project', state: 'free', dest: 'busy', owner: 'alice' };
const BY_NAME = { name: 'p-0', state: 'free', dest: 'busy', owner: 'alice' };
const HELD = { name: 'p-0', state: 'busy', owner: 'alice' };
const RELEASED = { name: 'p-0', dest: 'free', owner: 'alice' };

let original: OriginalBoskos;
let network: HttpFaults;
let clock: ClientClock;
let client: BoskosClient;
beforeEach(async () => {
  original = await openOriginalBoskos({
    types: [{ type: 'project', state: 'free', names: ['p-0', 'p-1'] }],
    now: () => START_MS,
    newName: () => 'unused',
  });
  network = await startHttpFaults(original.url);
  clock = clientClock();
  client = clientOf(network.url, { clock });
});
afterEach(async () => {
  await network.close();
  await original.close();
});

/** Makes the call, whose first attempts meet the fault; time goes on when one has hung. */
async function meeting<Result>(fault: HttpFault, { times }: { times: number }, call: () => Promise<Result>) {
  network.plan((n) => (n <= times ? fault : null));
  const result = call();
  // Heard of here already, lest it count as unheard.
  const settled = result.then(
    () => undefined,
    () => undefined,
  );
  for (let n = 1; fault.startsWith('hang') && n <= times; n += 1) {
    await network.struck(n);
    clock.passDeadlines();
  }
  await settled;
  return result;
}

const unavailable = (sent: boolean) => ({ code: 'BOSKOS_UNAVAILABLE', retry: true, sent });
const outcome = async (result: Promise<unknown>): Promise<unknown> => result.catch((error: unknown) => error);

describe.each(FAULTS)('a call that meets %s', (fault) => {
  const arrived = ARRIVES.includes(fault);

  test.each([
    ['acquire', () => client.acquire(WANTED)],
    ['acquireByState', () => client.acquireByState(BY_NAME)],
  ])('%s is never repeated, and says that it may have arrived', async (_, call) => {
    const error = await outcome(meeting(fault, { times: 1 }, call));
    expect(error).toMatchObject(unavailable(true));
    expect(network.calls).toHaveLength(1);
    expect(original.resource('p-0').owner).toBe(arrived ? 'alice' : '');
    expect(original.resource('p-1').owner).toBe('');
  });

  test('release is repeated, and told what the server says to the second', async () => {
    await client.acquire(WANTED);
    const answer = await meeting(fault, { times: 1 }, () => client.release(RELEASED));
    expect(answer).toBe(arrived ? 'notOurs' : 'done');
    expect(network.calls).toHaveLength(2);
    expect(original.resource('p-0')).toMatchObject({ owner: '', state: 'free' });
  });

  test('update is repeated, to the same end', async () => {
    await client.acquire(WANTED);
    const update = { ...HELD, userData: { a: '1', b: '' } };
    expect(await meeting(fault, { times: 3 }, () => client.update(update))).toBe('done');
    expect(network.calls).toHaveLength(4);
    expect(original.resource('p-0').userData).toEqual({ a: '1' });
  });

  test('metric and held are repeated', async () => {
    const metric = { current: { free: 2 }, owner: { '': 2 } };
    expect(await meeting(fault, { times: 2 }, () => client.metric('project'))).toEqual(metric);
    expect(network.calls).toHaveLength(3);
    expect(await meeting(fault, { times: 2 }, () => client.held('alice'))).toBeNull();
    expect(network.calls).toHaveLength(3);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['update', () => client.update(HELD)],
    ['metric', () => client.metric('project')],
  ])('%s is given up after four attempts, each pause twice the one before', async (_, call) => {
    const error = await outcome(meeting(fault, { times: 4 }, call));
    expect(error).toMatchObject(unavailable(true));
    expect(network.calls).toHaveLength(4);
    expect(clock.pauses).toEqual([100, 200, 400]);
    expect(clock.underWay()).toBe(0);
  });
});

describe('a server that is gone', () => {
  test.each([
    ['acquire', () => clientOf(original.url).acquire(WANTED), []],
    ['acquireByState', () => clientOf(original.url).acquireByState(BY_NAME), []],
    ['release', () => clientOf(original.url, { clock }).release(RELEASED), [100, 200, 400]],
  ])('%s has certainly not arrived', async (_, call, pauses) => {
    await original.kill();
    const error = await outcome(call());
    expect(error).toMatchObject(unavailable(false));
    expect(String(error)).toMatch(/has no answer \(connect ECONNREFUSED .*\)\. Does Boskos run/);
    expect(clock.pauses).toEqual(pauses);
  });

  test('and comes back is found by the next attempt', async () => {
    await client.acquire(WANTED);
    await original.kill();
    network.plan((n) => {
      if (n === 1) void original.listen();
      return n === 1 ? 'request-lost' : null;
    });
    expect(await client.update(HELD)).toBe('done');
    expect(original.resource('p-0').owner).toBe('alice');
  });

  test('there is no such host', async () => {
    const nowhere = clientOf('http://boskos.invalid');
    await expect(nowhere.acquire(WANTED)).rejects.toMatchObject(unavailable(false));
  });
});

test('pauses are drawn from nothing to their longest', async () => {
  const hurried = clientOf(network.url, { clock, random: () => 0.25 });
  await outcome(meeting('error', { times: 4 }, () => hurried.update(HELD)));
  expect(clock.pauses).toEqual([25, 50, 100]);
});

test('calls one after the other leave nothing behind that waits', async () => {
  const direct = clientOf(original.url, { clock });
  for (let n = 0; n < 20; n += 1) expect(await direct.metric('project')).not.toBeNull();
  expect(original.calls).toHaveLength(20);
  expect(clock.underWay()).toBe(0);
});

describe("Mason's own server through the same network", () => {
  test.each(FAULTS)('tells after %s what is held', async (fault) => {
    const ours = await openOurs();
    const between = await startHttpFaults(ours.url);
    try {
      await network.close();
      network = between;
      const faulty = clientOf(between.url, { clock });
      await outcome(meeting(fault, { times: 1 }, () => faulty.acquire(WANTED)));
      const held = await meeting(fault, { times: 1 }, () => faulty.held('alice'));
      expect(held).toHaveLength(ARRIVES.includes(fault) ? 1 : 0);
    } finally {
      await ours.close();
    }
  });
});
