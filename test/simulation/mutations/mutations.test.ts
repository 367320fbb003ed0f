import { describe, expect, test } from '@jest/globals';

import { DEFAULT_STEPS } from '../simulate.ts';
import { hunt } from './hunt.ts';
import { MUTATIONS } from './mutations.ts';

/** Seeds in which the ones that break soon do; all of them are hunted by `npm run simulate -- --mutations`. */
const SEEDS = 300;

/** Found within a tenth of a second to some seconds (README.md has the seeds of each). */
const SOON: readonly string[] = [
  'dueAt: sync finds what is due',
  'claim expiry',
  'lease expiry',
  'lease expiry waits',
  'write, then look',
  'request id',
  'owner nonces',
  'what is parked under a name goes back',
];

describe('without a mechanism the simulator breaks what must always hold', () => {
  test.each(MUTATIONS.filter(({ name }) => SOON.includes(name)))('$boskos: $name', async (mutation) => {
    expect(await hunt(mutation, { seeds: SEEDS, steps: DEFAULT_STEPS })).not.toBeNull();
  });
});
