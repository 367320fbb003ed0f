import { expect, test } from '@jest/globals';

import { liveSeeds } from './liveSeeds.ts';
import { simulate } from './simulate.ts';

test.each([1, 51, 101])(
  'on an existing server: all holds and all comes right, 50 seeds from %i',
  async (first) => {
    await expect(liveSeeds('http', { first, count: 50 })).resolves.toBeUndefined();
  },
);

test('the same seed is the same life, to the last line of its trace', async () => {
  const options = { seed: 4, boskos: 'http', steps: 80, traces: true } as const;
  const [once, again] = [await simulate(options), await simulate(options)];
  expect(once.lines.length).toBeGreaterThan(200);
  expect(again.lines).toEqual(once.lines);
});
