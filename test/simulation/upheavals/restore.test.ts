import { describe, expect, test } from '@jest/globals';

import { simulate, type BoskosKind } from '../simulate.ts';
import { disclaimAll, disclaimUncounted, RESTORED_STEPS, restoring, type Procedure } from './restore.ts';

/** @returns the first of these seeds that breaks something, and what; null: none */
async function hunt(
  boskos: BoskosKind,
  procedure: Procedure,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<string | null> {
  for (let seed = first; seed < first + count; seed += 1) {
    const upheaval = () => restoring(procedure);
    const { violation } = await simulate({ seed, boskos, steps: RESTORED_STEPS, upheaval });
    if (violation !== null) return `${boskos} seed ${seed}: ${violation}`;
  }
  return null;
}

describe.each(['ranch', 'http'] as const)('a ledger of %s that is restored from a backup', (boskos) => {
  test.each([1, 51])(
    'after `mason restored` all holds and all comes right, 50 seeds from %i',
    async (first) => {
      expect(await hunt(boskos, disclaimAll, { first, count: 50 })).toBeNull();
    },
  );

  test('without it something breaks', async () => {
    const nothing = (): Promise<void> => Promise.resolve();
    expect(await hunt(boskos, nothing, { first: 40, count: 300 })).not.toBeNull();
  });

  test('without what it does to the counters something breaks, too', async () => {
    expect(await hunt(boskos, disclaimUncounted, { first: 40, count: 300 })).not.toBeNull();
  });
});
