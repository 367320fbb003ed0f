import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { BoskosClient } from '../../../../shared/boskos/http/client/client.ts';
import { clientOf } from './client.ts';
import { openOriginal, openOurs, type TestServer } from './servers.ts';

const PROJECT = { type: 'project', state: 'free', dest: 'busy', owner: 'alice' };
const P0 = { name: 'p-0', state: 'busy', owner: 'alice' };

describe.each([
  ['the model of the original', openOriginal],
  ["Mason's own server", openOurs],
])('the client against %s', (_, open) => {
  let server: TestServer;
  let client: BoskosClient;
  beforeEach(async () => {
    server = await open();
    client = clientOf(server.url);
  });
  afterEach(() => server.close());

  test('acquires until none is free', async () => {
    const first = await client.acquire(PROJECT);
    expect(first).toMatchObject({ type: 'project', state: 'busy', owner: 'alice', userData: {} });
    expect(first?.expiration).toBeNull();
    expect(new Date(first?.lastUpdate ?? Number.NaN).getUTCFullYear()).toBeGreaterThan(2_000);
    for (let n = 1; n < 5; n += 1) expect(await client.acquire(PROJECT)).not.toBeNull();
    expect(await client.acquire(PROJECT)).toBeNull();
    expect(await client.acquire({ ...PROJECT, type: 'nope' })).toBeNull();
  });

  test('acquires by state what is there, in that state, and nobody else has', async () => {
    const wanted = { state: 'free', dest: 'busy', owner: 'alice', name: 'p-3' };
    expect(await client.acquireByState({ ...wanted, state: 'dirty' })).toBeNull();
    expect(await client.acquireByState({ ...wanted, name: 'nope' })).toBeNull();
    expect(await client.acquireByState(wanted)).toMatchObject({ name: 'p-3', state: 'busy', owner: 'alice' });
    expect(await client.acquireByState({ ...wanted, owner: 'bob' })).toBeNull();
  });

  test('never asks for several by one name', async () => {
    const wanted = { state: 'free', dest: 'busy', owner: 'alice', name: 'p-1,p-2' };
    expect(await client.acquireByState(wanted)).toBeNull();
    expect(await client.metric('project')).toEqual({ current: { free: 5 }, owner: { '': 5 } });
  });

  test('releases, once', async () => {
    await client.acquire(PROJECT);
    const released = { name: 'p-0', dest: 'p-v', owner: 'alice' };
    expect(await client.release({ ...released, owner: 'bob' })).toBe('notOurs');
    expect(await client.release(released)).toBe('done');
    expect(await client.release(released)).toBe('notOurs');
    expect(await client.release({ ...released, name: 'nope' })).toBe('notFound');
    expect(
      await client.acquireByState({ name: 'p-0', state: 'p-v', dest: 'x', owner: 'bob' }),
    ).not.toBeNull();
  });

  test('updates what is its own, in the state that it says', async () => {
    await client.acquire(PROJECT);
    expect(await client.update(P0)).toBe('done');
    expect(await client.update({ ...P0, owner: 'bob' })).toBe('notOurs');
    expect(await client.update({ ...P0, state: 'free' })).toBe('otherState');
    expect(await client.update({ ...P0, name: 'nope' })).toBe('notFound');
  });

  test('merges user data, and deletes a key by an empty text', async () => {
    await client.acquire(PROJECT);
    await client.update({ ...P0, userData: { a: '1', b: '2' } });
    await client.update({ ...P0, userData: { a: '', c: '3' } });
    await client.update({ ...P0, userData: {} });
    expect(await taken(client)).toMatchObject({ userData: { b: '2', c: '3' } });
  });

  test('knows when a dynamic resource ends', async () => {
    const wanted = { type: 'cluster', state: 'dirty', dest: 'cleaning', owner: 'alice' };
    const cluster = await client.acquire(wanted);
    expect(cluster?.expiration).toBeNull();
    const name = cluster?.name ?? '';
    expect(await client.release({ name, dest: 'x', owner: 'alice' })).toBe('done');
    const again = await client.acquireByState({ name, state: 'x', dest: 'y', owner: 'alice' });
    expect(again?.expiration).toBeGreaterThan((cluster?.lastUpdate ?? Number.NaN) + 58_000);
  });

  test('counts a type by state and owner', async () => {
    await client.acquire(PROJECT);
    await client.acquire({ ...PROJECT, dest: 'leased', owner: 'bob' });
    expect(await client.metric('project')).toEqual({
      current: { busy: 1, free: 3, leased: 1 },
      owner: { '': 3, alice: 1, bob: 1 },
    });
    expect(await client.metric('nope')).toBeNull();
  });

  test('says states, owners and user data as they are, whatever is in them', async () => {
    const property = fc.asyncProperty(text, text, userDataOf(text), async (state, owner, userData) => {
      const held = await client.acquireByState({ name: 'p-0', state: 'free', dest: state, owner });
      expect(held).toMatchObject({ name: 'p-0', state, owner });
      expect(await client.update({ name: 'p-0', state, owner, userData })).toBe('done');
      expect(await client.release({ name: 'p-0', dest: state, owner })).toBe('done');
      const again = await client.acquireByState({ name: 'p-0', state, dest: 'x', owner });
      expect(again?.userData).toEqual(userData);
      // As it was.
      const none = Object.fromEntries(Object.keys(userData).map((key) => [key, '']));
      expect(await client.update({ name: 'p-0', state: 'x', owner, userData: none })).toBe('done');
      expect(await client.release({ name: 'p-0', dest: 'free', owner })).toBe('done');
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

const taken = async (client: BoskosClient) => {
  await client.release({ name: 'p-0', dest: 'back', owner: 'alice' });
  return client.acquireByState({ name: 'p-0', state: 'back', dest: 'busy', owner: 'alice' });
};

const SPECIAL = [
  'a b',
  'a+b',
  'a%20b',
  '%',
  'a&b=c',
  '?',
  '#',
  ';',
  "'",
  '"',
  'ä',
  '漢',
  '😀',
  '\n',
  ',',
  '/',
  '\u2028',
];
/** A text that a server keeps: not empty, no half of a pair, and not trimmed away by anybody. */
const text = fc.oneof(
  fc.constantFrom(...SPECIAL),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((value) => value.isWellFormed()),
);
/** zod leaves out a key `__proto__`, for safety's sake. */
const userDataOf = (value: fc.Arbitrary<string>) =>
  fc.dictionary(
    value.filter((key) => key !== '__proto__'),
    value,
    { maxKeys: 4, noNullPrototype: true },
  );

describe('what an owner holds', () => {
  test("is told by Mason's own server, without user data", async () => {
    const server = await openOurs();
    try {
      const client = clientOf(server.url);
      await client.acquire(PROJECT);
      await client.update({ ...P0, userData: { password: 'sesame' } });
      expect(await client.held('alice')).toMatchObject([{ ...P0, userData: {} }]);
      expect(await client.held('bob')).toEqual([]);
    } finally {
      await server.close();
    }
  });

  test('is not told by the original', async () => {
    const server = await openOriginal();
    try {
      expect(await clientOf(server.url).held('alice')).toBeNull();
    } finally {
      await server.close();
    }
  });
});
