import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Waiter } from '../../../shared/ledger/port.ts';
import { remember } from '../../../shared/mason/drySpells.ts';
import { planGrants, type Market } from '../../../shared/mason/plan.ts';
import { free, MINUTE } from './planLine.ts';

const TYPES = ['a', 'b', 'c', 'd'];
const AT = 100 * MINUTE;

const needs = fc.dictionary(fc.constantFrom(...TYPES), fc.integer({ min: 1, max: 4 }), {
  minKeys: 1,
  noNullPrototype: true,
});
const since = fc.integer({ min: 0, max: AT });
const inLine: fc.Arbitrary<Waiter> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('virtual' as const), needs, since, patienceMs: since }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('request' as const),
        needs: fc.constantFrom(...TYPES).map((type) => ({ [type]: 1 })),
        since,
      }),
    },
  )
  .map((one) => ({ name: '', token: 1, ...one }));
const line = fc
  .array(inLine, { maxLength: 30 })
  .map((waiters) =>
    waiters.sort((a, b) => a.since - b.since).map((one, index) => ({ ...one, name: `waiter-${index}` })),
  );
const supply = fc.dictionary(fc.constantFrom(...TYPES), fc.array(since, { maxLength: 12 }), {
  minKeys: TYPES.length,
  noNullPrototype: true,
});

const market = fc.record({ supply, oldestSince: since }).map(({ supply: updates, oldestSince }): Market => {
  const resources = Object.fromEntries(
    Object.entries(updates).map(([type, times]) => [
      type,
      [...times]
        .sort((a, b) => a - b)
        .map((lastUpdate, index) => ({ name: free(type, index + 1).at(-1)?.name ?? '', lastUpdate })),
    ]),
  );
  return { at: AT, free: resources, memory: remember({}, { free: resources, oldestSince }) };
});

test('whatever waits and whatever there is: whole grants, of what is free, each resource once', () => {
  fc.assert(
    fc.property(market, line, (given, waiters) => {
      const plan = planGrants(given);
      const used = new Set<string>();
      for (const one of waiters) {
        const verdict = plan.offer(one);
        if (verdict.kind === 'wait') continue;
        expect(one.kind).toBe('virtual');
        for (const [type, count] of Object.entries(one.needs)) {
          const names = new Set(given.free[type]?.map(({ name }) => name));
          expect(verdict.resources.filter((name) => names.has(name))).toHaveLength(count);
        }
        expect(verdict.resources).toHaveLength(
          Object.values(one.needs).reduce((sum, count) => sum + count, 0),
        );
        for (const name of verdict.resources) {
          expect(used.has(name)).toBe(false);
          used.add(name);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a waiter is granted if and only if what those before it leave would do', () => {
  fc.assert(
    fc.property(market, line, (given, waiters) => {
      const plan = planGrants(given);
      for (const one of waiters) {
        const wouldDo = Object.entries(one.needs).every(([type, count]) => plan.left(type) >= count);
        expect(plan.suffices(one.needs)).toBe(wouldDo);
        const verdict = plan.offer(one);
        if (one.kind === 'virtual') expect(verdict.kind).toBe(wouldDo ? 'grant' : 'wait');
      }
    }),
    { numRuns: 500 },
  );
});

test('a waiter takes from what is left its needs, or reserves all that there is of them, or nothing', () => {
  fc.assert(
    fc.property(market, line, (given, waiters) => {
      const plan = planGrants(given);
      for (const one of waiters) {
        const before = TYPES.map((type) => plan.left(type));
        plan.offer(one);
        const taken = TYPES.map((type, index) => (before[index] ?? 0) - plan.left(type));
        const wanted = TYPES.map((type, index) => Math.min(one.needs[type] ?? 0, before[index] ?? 0));
        if (taken.some((count) => count > 0)) expect(taken).toEqual(wanted);
      }
    }),
    { numRuns: 500 },
  );
});

test('nobody is granted less because somebody joins the line behind him', () => {
  fc.assert(
    fc.property(market, line, fc.nat({ max: 30 }), (given, waiters, cut) => {
      const long = planGrants(given);
      const short = planGrants(given);
      const all = waiters.map((one) => long.offer(one));
      expect(waiters.slice(0, cut).map((one) => short.offer(one))).toEqual(all.slice(0, cut));
    }),
    { numRuns: 300 },
  );
});
