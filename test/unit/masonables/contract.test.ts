import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { masonableContract } from '../../../shared/masonables/contract.ts';
import { constructed, destroyed } from '../../../shared/masonables/port.ts';
import type { Masonable } from '../../../shared/masonables/port.ts';
import { disk, environment } from './fixtures.ts';

type Body = () => Promise<void>;

/** Runs the suite on what `make` gives over a set of things, and lists the tests that fail. */
async function failing(make: (things: Set<string>) => Masonable): Promise<string[]> {
  const tests: [string, Body][] = [];
  masonableContract(
    () => {
      const things = new Set<string>();
      const leased = { disk: [disk('d')] };
      return { masonable: make(things), resource: environment, leased, existing: async () => [...things] };
    },
    { test: (name, body) => tests.push([name, body]), wait: () => nextTurn() },
  );
  const failed = await Promise.all(
    tests.map(([name, body]) =>
      body().then(
        () => [],
        () => [name],
      ),
    ),
  );
  return failed.flat();
}

/** A Masonable that keeps the contract. */
function good(things: Set<string>) {
  return {
    construct: async ({ name }, _leased, { cycle, signal }) => {
      await nextTurn();
      signal.throwIfAborted();
      things.add(`${name}-${cycle}`);
      return constructed({ thing: `${name}-${cycle}` });
    },
    destroy: async (_resource, _leased, { signal }) => {
      await nextTurn();
      signal.throwIfAborted();
      things.clear();
      return destroyed;
    },
  } satisfies Masonable;
}

describe('the Masonable contract', () => {
  test('passes a Masonable that keeps it', async () => {
    expect(await failing(good)).toEqual([]);
  });

  test('passes one that makes nothing and has no destroy', async () => {
    expect(await failing(() => ({ construct: async () => constructed({}) }))).toEqual([]);
  });

  test.each<[string, string, (things: Set<string>) => Masonable]>([
    [
      'names by the token',
      'construct again in the same cycle gives the same and makes nothing twice',
      (things) => ({
        ...good(things),
        construct: async (_r, _l, { token }) => {
          things.add(`thing-${token}`);
          return constructed({});
        },
      }),
    ],
    [
      'gives user data that are no strings',
      'construct gives user data that are strings, and leaves leasedResources to Mason',
      (things) => ({ ...good(things), construct: async () => constructed({ n: 1 as unknown as string }) }),
    ],
    [
      'writes leasedResources',
      'construct gives user data that are strings, and leaves leasedResources to Mason',
      (things) => ({ ...good(things), construct: async () => constructed({ leasedResources: 'x' }) }),
    ],
    [
      'destroys its own cycle only',
      'destroy leaves nothing, of any cycle, and does nothing a second time',
      (things) => ({
        ...good(things),
        destroy: async ({ name }, _l, { cycle }) => {
          things.delete(`${name}-${cycle - 1}`);
          return destroyed;
        },
      }),
    ],
    [
      'fails where there is nothing to destroy',
      'destroy of nothing succeeds',
      (things) => ({
        ...good(things),
        destroy: async () => {
          if (things.size === 0) throw new Error('not found');
          things.clear();
          return destroyed;
        },
      }),
    ],
    [
      'has no destroy for what it makes',
      'destroy leaves nothing, of any cycle, and does nothing a second time',
      (things) => ({ construct: good(things).construct }),
    ],
    [
      'goes on after its abort',
      'construct whose run is over before it begins makes nothing, and succeeds later',
      (things) => ({
        ...good(things),
        construct: async ({ name }, _l, { cycle }) => {
          things.add(`${name}-${cycle}`);
          return constructed({});
        },
      }),
    ],
    [
      'hangs where it is aborted',
      'construct aborted as it begins stops at once, and succeeds later',
      (things) => ({
        ...good(things),
        construct: async (resource, leased, context) => {
          await nextTurn();
          if (context.signal.aborted) await new Promise(() => undefined);
          return good(things).construct(resource, leased, context);
        },
      }),
    ],
    [
      'takes what a stopped run left for a fault',
      'construct aborted once something exists outside stops at once, and succeeds later',
      (things) => ({
        ...good(things),
        construct: async ({ name }, _l, { cycle, signal }) => {
          signal.throwIfAborted();
          if (things.size > 0) throw new Error('it exists');
          things.add(`${name}-${cycle}`);
          for (let turn = 0; turn < 10; turn += 1) await nextTurn();
          signal.throwIfAborted();
          return constructed({});
        },
      }),
    ],
    [
      'never ends',
      'construct again in the same cycle gives the same and makes nothing twice',
      (things) => ({
        ...good(things),
        construct: async () => ({ done: false, checkpoint: null, againInMs: 1 }),
      }),
    ],
  ])('fails one that %s', async (_, name, make) => {
    expect(await failing(make)).toContain(name);
  });
});
