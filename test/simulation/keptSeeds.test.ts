import { expect, test } from '@jest/globals';

import { KEPT_SEEDS } from './keptSeeds.ts';
import { liveSeeds } from './liveSeeds.ts';

test.each(KEPT_SEEDS)(
  'kept: $boskos seed $seed, which once found something, finds nothing now',
  async ({ boskos, seed, steps, upheaval }) => {
    await expect(liveSeeds(boskos, { first: seed, count: 1, steps, upheaval })).resolves.toBeUndefined();
  },
);
