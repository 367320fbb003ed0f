import type { Mason } from '../../shared/mason/mason.ts';

/**
 * Once a minute keeps how full the pools are, for the console's plot. They are counted, not read; a minute that has its sample
 * costs one read.
 */
export function samplePools({ ledger, boskos }: Pick<Mason, 'ledger' | 'boskos'>): Promise<void> {
  return ledger.samples.write(async () => {
    const types = await ledger.configs.types();
    return boskos.counts(types.map(({ type }) => type));
  });
}
