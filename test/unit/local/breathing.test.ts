import { expect, test } from '@jest/globals';

import { breathing } from '../../../shared/local/breathing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';

test('timers run while one operation follows from the other', async () => {
  const ledger = breathing(openLocalLedger(':memory:', { clock: systemClock, random: systemRandom }));
  const timer = { hasRun: false };
  setTimeout(() => {
    timer.hasRun = true;
  }, 1);
  const deadline = performance.now() + 10_000;
  while (!timer.hasRun && performance.now() < deadline) await ledger.views.record('nobody');
  expect(timer.hasRun).toBe(true);
  await ledger.close();
});

test('it answers what the ledger answers, and fails as it fails', async () => {
  const ledger = breathing(openLocalLedger(':memory:', { clock: systemClock, random: systemRandom }));
  expect(await ledger.views.pools()).toEqual([]);
  await ledger.close();
  await expect(ledger.views.pools()).rejects.toThrow();
});
