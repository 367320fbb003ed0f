import { describe, expect, test } from '@jest/globals';

import { COMPUTE_TYPES } from '../../support/gcp/computeTypes.ts';
import { createJanitorWorld, giveBack, PROJECT } from '../../support/gcp/janitorWorld.ts';
import { FURNITURE, litter } from '../../support/gcp/litter.ts';

test('a project with something of every kind is clean after resumed runs of a minute at most', async () => {
  const janitor = await createJanitorWorld();
  const { world, standIn, runs } = janitor;
  janitor.latencyMs = 700;
  litter(standIn, PROJECT);
  for (const { collection } of COMPUTE_TYPES)
    expect(standIn.standing(PROJECT).join('\n')).toContain(`/${collection}/`);
  await giveBack(janitor);
  await world.restore(60);
  expect(standIn.standing(PROJECT)).toEqual(FURNITURE);
  console.log(runs, janitor.made(), world.clock.now());
  expect(Math.max(...runs)).toBeLessThanOrEqual(60_000);
});
