import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isDry, remember, type Memory } from '../../../shared/mason/drySpells.ts';
import { MINUTE } from './planLine.ts';

interface Past {
  readonly oldestSince?: number;
  readonly before?: Memory;
  readonly type?: string;
}

/** What is remembered when resources of the type became free at these minutes, each looked at when it did. */
function after(
  minutes: readonly number[],
  { oldestSince = 0, before = {}, type = 'port' }: Past = {},
): Memory {
  return minutes.reduce(
    (memory, minute) =>
      remember(memory, { free: { [type]: [{ name: 'p', lastUpdate: minute * MINUTE }] }, oldestSince }),
    before,
  );
}

const dryAt = (minute: number, memory: Memory, { since = 0, patience = 1 } = {}): boolean =>
  isDry(memory, 'port', { at: minute * MINUTE, since: since * MINUTE, patienceMs: patience * MINUTE });

describe('a type is dry for a waiter', () => {
  test('once it has not yielded for longer than the waiter’s patience', () => {
    expect(dryAt(11, after([10]), { since: 9.9 })).toBe(false);
    expect(dryAt(11.1, after([10]), { since: 9.9 })).toBe(true);
    expect(dryAt(13, after([10]), { since: 9.9, patience: 3 })).toBe(false);
  });

  test('not before it has waited for that long itself, whatever was before', () => {
    expect(dryAt(100.5, after([10]), { since: 100 })).toBe(false);
    expect(dryAt(101.1, after([10]), { since: 100 })).toBe(true);
  });

  test('though nothing is known of it', () => {
    expect(dryAt(1, {})).toBe(false);
    expect(dryAt(1.1, {})).toBe(true);
  });

  test('after a dry spell through which it waited, only when it has been dry for twice as long again', () => {
    expect(dryAt(10, after([5]))).toBe(false);
    expect(dryAt(15, after([5]))).toBe(false);
    expect(dryAt(15.1, after([5]))).toBe(true);
  });

  test('by the longest such spell, not by the last', () => {
    const memory = after([5, 6, 8]);
    expect(dryAt(18, memory)).toBe(false);
    expect(dryAt(18.1, memory)).toBe(true);
  });

  test('by that part of a spell through which it waited', () => {
    expect(dryAt(9, after([5]), { since: 3 })).toBe(false);
    expect(dryAt(9.1, after([5]), { since: 3 })).toBe(true);
  });

  test('by spells of that type alone', () => {
    const memory = after([20], { type: 'disk', before: after([1]) });
    expect(dryAt(3, after([1]))).toBe(false);
    expect(dryAt(3.1, { ...memory, ...after([1]) })).toBe(true);
  });
});

describe('what is remembered', () => {
  test('of several that became free between two looks is what it would have been with a look at each', () => {
    const resources = [5, 6, 8].map((minute) => ({ name: `p-${minute}`, lastUpdate: minute * MINUTE }));
    expect(remember({}, { free: { port: resources }, oldestSince: 0 })).toEqual(after([5, 6, 8]));
  });

  test('does not change by looking again', () => {
    expect(after([5, 6, 8, 8, 8])).toEqual(after([5, 6, 8]));
    expect(after([5, 6, 8, 6, 5])).toEqual(after([5, 6, 8]));
  });

  test('outlasts the resource: a type that was granted at once has yielded all the same', () => {
    const memory = remember(after([5]), { free: { port: [] }, oldestSince: 0 });
    expect(dryAt(6, memory, { since: 4.9 })).toBe(false);
  });

  test('is forgotten once nobody waits who has waited through it', () => {
    const memory = after([60], { oldestSince: 0 });
    expect(remember(memory, { free: { port: [] }, oldestSince: 61 * MINUTE })).toEqual(
      remember({}, { free: { port: [] }, oldestSince: 61 * MINUTE }),
    );
  });

  test('is cut to what the first in line has waited through, so that a later spell can be the longer one', () => {
    const memory = after([60]);
    const later = after([63], { before: memory, oldestSince: 58 * MINUTE });
    expect(dryAt(69, later, { since: 58 })).toBe(false);
    expect(dryAt(69.1, later, { since: 58 })).toBe(true);
  });

  test('is of the types that there are: one that left the config goes', () => {
    expect(remember(after([5], { type: 'gone' }), { free: {}, oldestSince: 0 })).toEqual({});
  });

  test('keeps types apart, whatever they are called', () => {
    const types = ['port', 'from port', 'to port', '__proto__', 'constructor', '', 'dry from port', 'a,b'];
    const free = Object.fromEntries(
      types.map((type, index) => [type, [{ name: type, lastUpdate: (index + 1) * MINUTE }]]),
    );
    const memory = remember({}, { free, oldestSince: 0 });
    for (const [index, type] of types.entries()) {
      const yieldedAt = (index + 1) * MINUTE;
      const asked = { since: yieldedAt, patienceMs: 0 };
      expect(isDry(memory, type, { ...asked, since: 0, at: yieldedAt * 3 })).toBe(false);
      expect(isDry(memory, type, { ...asked, since: 0, at: yieldedAt * 3 + 1 })).toBe(true);
    }
  });

  test('survives the ledger: it is a flat object of numbers', () => {
    expect(JSON.parse(JSON.stringify(after([5, 6])))).toEqual(after([5, 6]));
  });
});

test('each spell that is too long for one who waits through it is more than twice as long as the one before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 40 }), (gaps) => {
      let at = 0;
      let memory: Memory = {};
      let tooLong = 0;
      for (const gap of gaps) {
        at += gap;
        if (isDry(memory, 'port', { at, since: 0, patienceMs: 500 })) {
          expect(gap).toBeGreaterThan(2 * tooLong);
          tooLong = gap;
        }
        memory = remember(memory, { free: { port: [{ name: 'p', lastUpdate: at }] }, oldestSince: 0 });
      }
    }),
    { numRuns: 300 },
  );
});
