import { describe, expect, test } from '@jest/globals';

import type { Wake } from '../../../shared/ledger/port.ts';
import type { Component } from '../../../shared/ledger/typeRecord.ts';
import { oneAtATime } from '../../../shared/mason/oneAtATime.ts';

const component = (id: string): Component => ({ id, virtualTypes: [], physicalTypes: [] });
const wake = (name: string): Wake => ({ task: 'clean', type: 'cluster', name, cycle: 1 });

/** A match of which the test says when it ends, and how. */
function held() {
  const looks: PromiseWithResolvers<readonly Wake[]>[] = [];
  const all = oneAtATime(async (_, granted) => {
    const look = Promise.withResolvers<readonly Wake[]>();
    looks.push(look);
    granted.push(...(await look.promise));
  });
  const match = async (at: Component, granted: Wake[] = []): Promise<Wake[]> => {
    await all(at, granted);
    return granted;
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { match, looks, turn };
}

describe('of those who ask at the same time', () => {
  test('one looks for all, once more for those who came while it did', async () => {
    const { match, looks, turn } = held();
    const first = match(component('a'));
    expect(await Promise.all([match(component('a')), match(component('a'))])).toEqual([[], []]);
    looks[0]?.resolve([wake('one')]);
    await turn();
    expect(looks).toHaveLength(2);
    looks[1]?.resolve([wake('two')]);
    expect(await first).toEqual([wake('one'), wake('two')]);
    expect(looks).toHaveLength(2);
  });

  test('the other look is at the component as the last of them knows it', async () => {
    const first = Promise.withResolvers<undefined>();
    const seen: (readonly string[])[] = [];
    const match = oneAtATime(({ virtualTypes }) => {
      seen.push(virtualTypes);
      return seen.length === 1 ? first.promise : Promise.resolve();
    });
    const matched = match(component('a'), []);
    await match({ ...component('a'), virtualTypes: ['cluster'] }, []);
    first.resolve(undefined);
    await matched;
    expect(seen).toEqual([[], ['cluster']]);
  });

  test('those of another component look for themselves', async () => {
    const { match, looks } = held();
    void match(component('a'));
    void match(component('b'));
    expect(looks).toHaveLength(2);
  });

  test('one that fails keeps nobody from looking later', async () => {
    const { match, looks } = held();
    const first = match(component('a'));
    looks[0]?.reject(new Error('no ledger'));
    await expect(first).rejects.toThrow('no ledger');
    void match(component('a'));
    expect(looks).toHaveLength(2);
  });

  test('what one look granted is granted, though the next one fails', async () => {
    const { match, looks, turn } = held();
    const granted: Wake[] = [];
    const first = match(component('a'), granted);
    void match(component('a'));
    looks[0]?.resolve([wake('one')]);
    await turn();
    looks[1]?.reject(new Error('no ledger'));
    await expect(first).rejects.toThrow('no ledger');
    expect(granted).toEqual([wake('one')]);
  });

  test('it does not look for ever', async () => {
    let looks = 0;
    const match = oneAtATime(async () => {
      looks += 1;
      await match(component('a'), []);
    });
    await match(component('a'), []);
    expect(looks).toBe(10);
  });
});
