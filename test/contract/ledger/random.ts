import { describe, test } from '@jest/globals';
import fc from 'fast-check';

import { live, WEIGHTS, type Act, type Step } from './actors.ts';
import type { OpenLedger } from './world.ts';

const STEPS = 150;

/**
 * Random sequences of what can happen around a ledger. After each step the invariants hold, what a user was told is true
 * and no overtaken run can write; in the end, once everybody does what he should, all comes right by itself.
 */
export function describeRandom(open: OpenLedger, runs: number): void {
  describe('whatever happens in whatever order', () => {
    test(`holds its invariants and heals, ${runs} times`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraryStep, { minLength: STEPS / 2, maxLength: STEPS }), (steps) =>
          live(open, steps),
        ),
        { seed: SEED, numRuns: runs, endOnFailure: false },
      );
    });
  });
}

const SEED = 20_260_101;

export const arbitraryStep: fc.Arbitrary<Step> = fc.record({
  act: fc.oneof(
    ...(Object.entries(WEIGHTS) as [Act, number][]).map(([act, weight]) => ({
      weight,
      arbitrary: fc.constant(act),
    })),
  ),
  who: fc.nat(1_000),
  how: fc.nat(1_000),
});
