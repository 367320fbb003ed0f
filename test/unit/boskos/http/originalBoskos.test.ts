import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { BoskosClient } from '../../../../shared/boskos/http/client/client.ts';
import { call } from '../../../contract/boskosWire/call.ts';
import { openOriginalBoskos, type OriginalBoskos } from '../../../support/originalBoskos.ts';
import { clientOf } from './client.ts';
import { START_MS } from './servers.ts';

const CLUSTER = { type: 'cluster', state: 'dirty', dest: 'cleaning', owner: 'alice' };

let now: number;
let made: number;
let model: OriginalBoskos;
let client: BoskosClient;
beforeEach(async () => {
  now = START_MS;
  made = 0;
  model = await openOriginalBoskos({
    types: [
      { type: 'project', state: 'free', names: ['p-0', 'p-1', 'p-2'] },
      { type: 'cluster', state: 'dirty', minCount: 1, maxCount: 1, lifespanMs: 60_000 },
    ],
    now: () => now,
    newName: () => `c-${(made += 1)}`,
  });
  client = clientOf(model.url);
});
afterEach(() => model.close());

describe('the model of the original', () => {
  test('gives the longest unchanged first, to the second', async () => {
    const first = async (): Promise<string> => {
      const got = await client.acquire({ type: 'project', state: 'free', dest: 'busy', owner: 'alice' });
      const name = got?.name ?? '';
      await client.release({ name, dest: 'free', owner: 'alice' });
      return name;
    };
    expect([await first(), await first()]).toEqual(['p-0', 'p-0']);
    now += 1_000;
    expect([await first(), await first(), await first()]).toEqual(['p-0', 'p-1', 'p-2']);
    now += 1_000;
    expect(await first()).toBe('p-0');
  });

  test('keeps what a failing /acquirebystate took', async () => {
    const { status } = await call(
      model.url,
      'POST /acquirebystate?state=free&dest=partial&owner=alice&names=p-1,nope',
    );
    expect(status).toBe(404);
    expect(model.resource('p-1')).toMatchObject({ state: 'partial', owner: 'alice' });
  });

  test('ends a dynamic resource by its tombstone, and makes another', async () => {
    await client.acquire(CLUSTER);
    await client.release({ name: 'c-1', dest: 'tombstone', owner: 'alice' });
    model.tend();
    expect(() => model.resource('c-1')).toThrow('no resource c-1');
    expect(model.resource('c-2')).toMatchObject({ type: 'cluster', state: 'dirty', owner: '' });
  });

  test('marks a dynamic resource whose time is over, unless somebody holds it', async () => {
    await client.acquire(CLUSTER);
    await client.release({ name: 'c-1', dest: 'free', owner: 'alice' });
    expect(model.resource('c-1').expiration).toBe(now + 60_000);
    now += 60_001;
    await client.acquireByState({ name: 'c-1', state: 'free', dest: 'busy', owner: 'alice' });
    model.tend();
    expect(model.resource('c-1').state).toBe('busy');
    await client.release({ name: 'c-1', dest: 'free', owner: 'alice' });
    now += 60_001;
    model.tend();
    expect(model.resource('c-1').state).toBe('toBeDeleted');
    expect(model.all()).toHaveLength(4);
  });

  test('is reaped of what shows no sign of life', async () => {
    await client.acquireByState({ name: 'p-0', state: 'free', dest: 'busy', owner: 'alice' });
    await client.acquireByState({ name: 'p-1', state: 'free', dest: 'busy', owner: 'bob' });
    now += 60_000;
    await client.update({ name: 'p-1', state: 'busy', owner: 'bob' });
    expect(model.reset('project', 'busy', { dest: 'dirty', expireMs: 60_000 })).toEqual({ 'p-0': 'alice' });
    expect(model.resource('p-0')).toMatchObject({ state: 'dirty', owner: '' });
    expect(await client.release({ name: 'p-0', dest: 'free', owner: 'alice' })).toBe('notOurs');
  });

  test('knows after a restart what it knew before, on the same port', async () => {
    await client.acquireByState({ name: 'p-0', state: 'free', dest: 'busy', owner: 'alice' });
    await model.kill();
    await expect(client.acquire(CLUSTER)).rejects.toMatchObject({ code: 'BOSKOS_UNAVAILABLE' });
    await model.listen();
    expect(await client.update({ name: 'p-0', state: 'busy', owner: 'alice' })).toBe('done');
  });

  test('has no queue, and says so', async () => {
    const line = 'POST /acquire?type=project&state=free&dest=busy&owner=alice&request_id=r1';
    expect(await call(model.url, line)).toMatchObject({ status: 501 });
  });
});
