import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { backoffMs } from '../../../shared/mason/backoff.ts';

const MOST = 1 - Number.EPSILON;
const backoff = { baseMs: 10_000, maxMs: 600_000 };
const pauses = (random: number): number[] =>
  Array.from({ length: 9 }, (_, index) => Math.round(backoffMs(backoff, index + 1, () => random) / 1000));

describe('the pause before another attempt', () => {
  test('doubles with each failure, up to the longest', () => {
    expect(pauses(MOST)).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600]);
  });

  test('is half of that at least', () => {
    expect(pauses(0)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  test('is random within its upper half, so that what failed together does not come back together', () => {
    expect(backoffMs(backoff, 1, () => 0.5)).toBe(7_500);
  });

  test('never exceeds the longest, also where the base does', () => {
    expect(backoffMs({ baseMs: 60_000, maxMs: 1_000 }, 1, () => MOST)).toBeLessThanOrEqual(1_000);
  });

  test('stays a number after any count of failures', () => {
    const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const chance = fc.double({ min: 0, max: MOST, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, chance, (baseMs, maxMs, attempts, random) => {
        const pause = backoffMs({ baseMs, maxMs }, attempts, () => random);
        expect(pause).toBeGreaterThan(0);
        expect(pause).toBeLessThanOrEqual(maxMs);
      }),
    );
  });
});
